// Package identity gets access tokens for the machine's managed identities from Azure's metadata service.
package identity

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"
)

// StorageResource is what tokens for Azure Storage are asked for.
const StorageResource = "https://storage.azure.com/"

// apiVersion is the one that Azure's documentation names for tokens.
const apiVersion = "2018-02-01"

// longestAnswer is far more than a token needs.
const longestAnswer = 1 << 20

// Source asks the metadata service of this machine. Use [NewSource].
type Source struct {
	address string
	http    *http.Client
}

// NewSource asks at an address such as http://169.254.169.254.
func NewSource(address string) *Source {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.Proxy = nil // the metadata service refuses whoever comes through a proxy
	return &Source{address: address, http: &http.Client{Transport: transport, Timeout: 10 * time.Second}}
}

// UnavailableError is an answer that may be another one soon: the service is busy, or an identity was just assigned.
type UnavailableError struct{ error }

// Unwrap is the reason.
func (e UnavailableError) Unwrap() error { return e.error }

// Token is an access token of the identity for a resource such as [StorageResource]. Nothing of it is logged or kept.
func (s *Source) Token(ctx context.Context, clientID, resource string) (string, error) {
	query := url.Values{"api-version": {apiVersion}, "resource": {resource}, "client_id": {clientID}}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, s.address+"/metadata/identity/oauth2/token?"+query.Encode(), nil)
	if err != nil {
		return "", fmt.Errorf("the address of the metadata service can't be used: %w", err)
	}
	request.Header.Set("Metadata", "true") // a forged request from elsewhere doesn't carry it
	response, err := s.http.Do(request)
	if err != nil {
		return "", UnavailableError{fmt.Errorf("the metadata service didn't answer: %w", withoutAddress(err))}
	}
	defer response.Body.Close()
	body, err := io.ReadAll(io.LimitReader(response.Body, longestAnswer))
	if err != nil {
		return "", UnavailableError{fmt.Errorf("the metadata service's answer broke off: %w", err)}
	}
	if response.StatusCode != http.StatusOK {
		return "", refusal(response.StatusCode, clientID, body)
	}
	var answer struct {
		AccessToken string `json:"access_token"`
	}
	if err := json.Unmarshal(body, &answer); err != nil || answer.AccessToken == "" {
		return "", errors.New("the metadata service's answer holds no access token")
	}
	return answer.AccessToken, nil
}

// refusal keeps the service's own words: they say whether the machine has the identity at all.
func refusal(status int, clientID string, body []byte) error {
	var answer struct {
		Error       string `json:"error"`
		Description string `json:"error_description"`
	}
	_ = json.Unmarshal(body, &answer)
	err := fmt.Errorf("the metadata service gives no token for the identity %s: %d %s %s", clientID, status, answer.Error, answer.Description)
	switch {
	// https://learn.microsoft.com/entra/identity/managed-identities-azure-resources/how-to-use-vm-token: 404, 410 (being
	// updated, up to 70 s), 429 and 5xx pass.
	case status == http.StatusNotFound, status == http.StatusGone, status == http.StatusTooManyRequests, status >= 500:
		return UnavailableError{err}
	default:
		return err
	}
}

func withoutAddress(err error) error {
	var failed *url.Error
	if errors.As(err, &failed) {
		return failed.Err
	}
	return err
}
