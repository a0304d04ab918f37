module windows-ha.invalid/tools/consul

go 1.25.0

require github.com/hashicorp/consul v1.21.0

exclude (
	github.com/hashicorp/go-msgpack v1.1.5
	github.com/hashicorp/go-msgpack v1.1.6
)

replace github.com/hashicorp/consul-awsauth => github.com/hashicorp/consul-awsauth v0.0.0-20250825122907-9e35fe9ded3a
