package spec

import (
	"fmt"
	"net/url"
	"strings"
)

// The variables that tell a service where its certificate and its key lie.
const (
	CertificateFileVariable = "TLS_CERT_FILE"
	KeyFileVariable         = "TLS_KEY_FILE"
	secretFileSuffix        = "_FILE"
)

// FileVariable is the variable that holds the path of the secret's file.
func (s Secret) FileVariable() string { return s.Name + secretFileSuffix }

// usableSecrets: every variable is set once, and every token of an identity goes to a protected address.
func usableSecrets(s *AgentSpec) []Finding {
	var findings []Finding
	taken := map[string]string{}
	for name := range s.Service.Environment {
		taken[strings.ToUpper(name)] = "service.environment"
	}
	take := func(path, variable string) {
		if owner := taken[variable]; owner != "" {
			findings = append(findings, Finding{path, variable + " again", "another name: " + owner + " sets this variable already"})
			return
		}
		taken[variable] = path
	}
	protected := func(path, text string) {
		if address, err := url.Parse(text); err != nil || !keepsToken(address) {
			findings = append(findings, Finding{path, jsonText(text), "an https address: a token of the machine's identity is sent there"})
		}
	}
	if s.Certificate != nil {
		take("certificate", CertificateFileVariable)
		take("certificate", KeyFileVariable)
		protected("certificate.url", s.Certificate.URL)
	}
	for i, secret := range s.Secrets {
		path := fmt.Sprintf("secrets[%d]", i)
		if strings.HasPrefix(secret.Name, ownPrefix) {
			findings = append(findings, Finding{path + ".name", jsonText(secret.Name), "a name that doesn't begin with " + ownPrefix + ": the agent sets those itself"})
		}
		take(path+".name", secret.FileVariable())
		protected(path+".url", secret.URL)
	}
	return findings
}
