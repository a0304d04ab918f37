// Package keyvault reads secrets from Azure Key Vault with a managed identity of this machine. Values are returned and
// nothing else: no error and no log entry holds one.
package keyvault

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"time"

	"github.com/windows-ha/windows-ha/packages/agent/internal/identity"
)

// apiVersion is the stable one that every cloud has.
const apiVersion = "7.4"

// longestAnswer is far more than the 25 kB that a secret may have.
const longestAnswer = 1 << 20

// Secret is one version of a secret.
type Secret struct {
	// ID is the address of the version.
	ID          string
	Value       string
	ContentType string
	// Expires and NotBefore are zero when the secret has no such time. The vault gives the value all the same.
	Expires, NotBefore time.Time
}

// Tokens gives a token of one of the machine's identities for a resource.
type Tokens func(ctx context.Context, clientID, resource string) (string, error)

// Client asks vaults with bounded patience. Use [NewClient].
type Client struct {
	// Attempts is how often a vault is asked that doesn't answer or is busy.
	Attempts int
	// FirstPause is the time before the second attempt; each later pause is twice as long, up to 15 s.
	FirstPause time.Duration
	// Propagation is how long, from the client's making on, an identity may be refused: its role is on the way.
	Propagation        time.Duration
	tokens             Tokens
	log                *slog.Logger
	http               *http.Client
	metadataOnLoopback bool
	made               time.Time
	known              map[[2]string]string // tokens by identity and resource
}

// NewClient tries five times, and for ten minutes while an identity is refused, the longest that Azure names for a new
// role. A client is for one round of questions and not for several goroutines.
func NewClient(log *slog.Logger, metadataAddress string, tokens Tokens) *Client {
	metadata, err := url.Parse(metadataAddress)
	return &Client{
		Attempts: 5, FirstPause: time.Second, Propagation: 10 * time.Minute,
		tokens: tokens, log: log, metadataOnLoopback: err == nil && isLoopback(metadata.Hostname()),
		made: time.Now(), known: map[[2]string]string{},
		http: &http.Client{
			Timeout: 30 * time.Second,
			// A token is for the named vault alone, wherever its answer points to.
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
	}
}

// Get is the newest version of a secret, or the version that its address names. An [UnavailableError] may pass.
func (c *Client) Get(ctx context.Context, address, clientID string) (Secret, error) {
	secret, err := c.get(ctx, address, clientID)
	if err != nil && ctx.Err() != nil {
		return Secret{}, fmt.Errorf("interrupted while reading %s: %w", address, context.Cause(ctx))
	}
	if err != nil {
		return Secret{}, fmt.Errorf("%s: %w", address, err)
	}
	return secret, nil
}

func (c *Client) get(ctx context.Context, address, clientID string) (Secret, error) {
	target, err := url.Parse(address)
	if err != nil || target.User != nil || target.RawQuery != "" {
		return Secret{}, errors.New("the address of the secret can't be used")
	}
	resource, err := c.resourceOf(target)
	if err != nil {
		return Secret{}, err
	}
	target.RawQuery = "api-version=" + apiVersion
	pause := c.FirstPause
	for attempt := 1; ; attempt++ {
		secret, err := c.attempt(ctx, target.String(), clientID, resource)
		if err == nil {
			return secret, nil
		}
		var passing UnavailableError
		if ctx.Err() != nil || !errors.As(err, &passing) {
			return Secret{}, err
		}
		wait := max(pause, passing.after)
		pause = min(2*pause, longestPause)
		again := attempt < c.Attempts
		if passing.refused {
			again = time.Since(c.made)+wait < c.Propagation
		}
		if !again {
			return Secret{}, fmt.Errorf("after %d attempts: %w", attempt, err)
		}
		c.log.Warn("the vault gives no secret yet, trying again", "url", address, "attempt", attempt, "pause", wait.String(), "error", err.Error())
		select {
		case <-ctx.Done():
		case <-time.After(wait):
		}
	}
}

func (c *Client) attempt(ctx context.Context, address, clientID, resource string) (Secret, error) {
	token, err := c.token(ctx, clientID, resource)
	if err != nil {
		return Secret{}, err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return Secret{}, errors.New("the address of the secret can't be used")
	}
	request.Header.Set("Authorization", "Bearer "+token)
	response, err := c.http.Do(request)
	if err != nil {
		return Secret{}, UnavailableError{err: fmt.Errorf("the vault didn't answer: %w", withoutAddress(err))}
	}
	defer response.Body.Close()
	body, err := io.ReadAll(io.LimitReader(response.Body, longestAnswer))
	if err != nil {
		return Secret{}, UnavailableError{err: fmt.Errorf("the vault's answer broke off: %w", err)}
	}
	if response.StatusCode != http.StatusOK {
		return Secret{}, refusal(response, body)
	}
	return parse(body)
}

func (c *Client) token(ctx context.Context, clientID, resource string) (string, error) {
	key := [2]string{clientID, resource}
	if token := c.known[key]; token != "" {
		return token, nil
	}
	token, err := c.tokens(ctx, clientID, resource)
	var unavailable identity.UnavailableError
	if errors.As(err, &unavailable) {
		return "", UnavailableError{err: err, refused: true} // an identity is on its way to a new machine like its roles
	}
	if err != nil {
		return "", err
	}
	c.known[key] = token
	return token, nil
}

// parse says nothing of the text that it can't read: that may be the value.
func parse(body []byte) (Secret, error) {
	var answer struct {
		ID          string
		Value       *string
		ContentType string
		Attributes  struct {
			Enabled  *bool
			Exp, Nbf int64
		}
	}
	if json.Unmarshal(body, &answer) != nil || answer.Value == nil {
		return Secret{}, errors.New("the vault's answer holds no value")
	}
	if enabled := answer.Attributes.Enabled; enabled != nil && !*enabled {
		return Secret{}, errDisabled
	}
	return Secret{answer.ID, *answer.Value, answer.ContentType, moment(answer.Attributes.Exp), moment(answer.Attributes.Nbf)}, nil
}

func moment(seconds int64) time.Time {
	if seconds == 0 {
		return time.Time{}
	}
	return time.Unix(seconds, 0).UTC()
}
