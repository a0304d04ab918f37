package keyvault

import (
	"errors"
	"fmt"
	"maps"
	"net"
	"net/url"
	"slices"
	"strings"
)

// resources are what a token is asked for, by the ending of the names of a cloud's vaults.
// https://learn.microsoft.com/azure/key-vault/general/about-keys-secrets-certificates#dns-suffixes-for-object-identifiers
var resources = map[string]string{
	".vault.azure.net":         "https://vault.azure.net",
	".vault.azure.cn":          "https://vault.azure.cn",
	".vault.usgovcloudapi.net": "https://vault.usgovcloudapi.net",
}

// publicResource is what a stand-in on this computer is asked with.
const publicResource = "https://vault.azure.net"

// resourceOf decides where a token may go at all: to a vault by https; or to a stand-in on this computer, where the
// metadata service is one, too.
func (c *Client) resourceOf(address *url.URL) (string, error) {
	host := strings.ToLower(address.Hostname())
	for suffix, resource := range resources {
		if address.Scheme == "https" && strings.HasSuffix(host, suffix) && len(host) > len(suffix) && address.Port() == "" {
			return resource, nil
		}
	}
	if isLoopback(host) && c.metadataOnLoopback {
		return publicResource, nil
	}
	return "", fmt.Errorf("%s is no address of a vault; allowed: https, and a name that ends with %s", address.Host, strings.Join(slices.Sorted(maps.Keys(resources)), ", "))
}

func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}

// withoutAddress keeps the reason of a failed request alone.
func withoutAddress(err error) error {
	var failed *url.Error
	if errors.As(err, &failed) {
		return failed.Err
	}
	return err
}
