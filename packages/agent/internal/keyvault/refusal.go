package keyvault

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"time"
)

// longestPause keeps the end of a role's journey from being missed by minutes; longestRetryAfter bounds what a vault
// may ask for.
const (
	longestPause      = 15 * time.Second
	longestRetryAfter = time.Minute
)

var errDisabled = errors.New("the secret is disabled: enable it, or declare another one")

// UnavailableError is an answer that may be another one soon.
type UnavailableError struct {
	err error
	// refused: the identity has no access yet, which lasts longer than a fault.
	refused bool
	// after is what the vault wants to have waited.
	after time.Duration
}

func (e UnavailableError) Error() string { return e.err.Error() }

// Unwrap is the reason.
func (e UnavailableError) Unwrap() error { return e.err }

// refusal is a status as an error, with the vault's own words: they name the missing right or the firewall.
// https://learn.microsoft.com/azure/key-vault/general/rest-error-codes
func refusal(response *http.Response, body []byte) error {
	var answer struct {
		Error struct {
			Code, Message string
			InnerError    struct{ Code string }
		}
	}
	_ = json.Unmarshal(body, &answer)
	status, code := response.StatusCode, answer.Error.InnerError.Code
	err := fmt.Errorf("the vault answered %s %s %s", response.Status, code, answer.Error.Message)
	switch {
	case code == "SecretDisabled":
		return errDisabled
	case status == http.StatusForbidden:
		return UnavailableError{err: fmt.Errorf("%w; the identity needs the role Key Vault Secrets User, and the vault's firewall must let the machine in", err), refused: true}
	case status == http.StatusNotFound:
		return fmt.Errorf("%w; the secret or this version of it isn't in the vault: create or recover it, or correct its address", err)
	case status == http.StatusTooManyRequests, status == http.StatusRequestTimeout, status >= 500:
		return UnavailableError{err: err, after: retryAfter(response.Header.Get("Retry-After"))}
	case status >= 300 && status < 400:
		return fmt.Errorf("%w: a token isn't sent to another address", err)
	default:
		return err
	}
}

func retryAfter(header string) time.Duration {
	wait := time.Duration(0)
	if seconds, err := strconv.Atoi(header); err == nil {
		wait = time.Duration(seconds) * time.Second
	} else if at, err := http.ParseTime(header); err == nil {
		wait = time.Until(at)
	}
	return min(max(wait, 0), longestRetryAfter)
}
