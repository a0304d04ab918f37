// Package scheduledevents speaks with Azure's Scheduled Events: it learns that this machine will be restarted, moved or
// deleted, prepares its services, and lets Azure begin.
package scheduledevents

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"
)

const (
	// The protocol's version with DurationInSeconds and EventSource.
	// https://learn.microsoft.com/azure/virtual-machines/windows/scheduled-events
	apiVersion      = "2020-07-01"
	instanceVersion = "2021-02-01"
	// firstAnswer is how long the first question may take: Azure switches the events on with it.
	firstAnswer   = 2 * time.Minute
	answerTimeout = 10 * time.Second
	longestAnswer = 1 << 20
)

// Event is one event as Azure announces it.
type Event struct {
	EventID           string   `json:"EventId"`
	EventType         string   `json:"EventType"`
	Resources         []string `json:"Resources"`
	EventStatus       string   `json:"EventStatus"`
	NotBefore         string   `json:"NotBefore"`
	Description       string   `json:"Description"`
	DurationInSeconds int      `json:"DurationInSeconds"`
}

// Begins is when Azure begins without being allowed to; zero when the event has begun.
func (e Event) Begins() time.Time {
	at, _ := http.ParseTime(e.NotBefore)
	return at
}

// names tells whether a machine is one of the event's.
func (e Event) names(machine string) bool {
	for _, resource := range e.Resources {
		if strings.EqualFold(resource, machine) {
			return true
		}
	}
	return false
}

// Document is everything that is announced. Incarnation changes with the events.
type Document struct {
	Incarnation int     `json:"DocumentIncarnation"`
	Events      []Event `json:"Events"`
}

// Client asks the metadata service. Use [NewClient].
type Client struct {
	address  string
	http     *http.Client
	answered bool
}

// NewClient asks at an address such as http://169.254.169.254.
func NewClient(address string) *Client {
	// The metadata service refuses whoever comes through a proxy.
	return &Client{address: address, http: &http.Client{Transport: &http.Transport{MaxIdleConns: 1, IdleConnTimeout: time.Minute}}}
}

// Events are the events that are announced now.
func (c *Client) Events(ctx context.Context) (Document, error) {
	limit := answerTimeout
	if !c.answered {
		limit = firstAnswer
	}
	var document Document
	err := c.ask(ctx, limit, http.MethodGet, "/metadata/scheduledevents", apiVersion, nil, &document)
	c.answered = c.answered || err == nil
	return document, err
}

// Approve lets Azure begin an event before its time. An event that has gone meanwhile is none to approve.
func (c *Client) Approve(ctx context.Context, id string) error {
	type start struct {
		EventID string `json:"EventId"`
	}
	body, err := json.Marshal(struct{ StartRequests []start }{[]start{{id}}})
	if err != nil {
		return err
	}
	return c.ask(ctx, answerTimeout, http.MethodPost, "/metadata/scheduledevents", apiVersion, body, nil)
}

// MachineName is what events call this machine: the name of the virtual machine in Azure, which isn't always its
// computer name.
func (c *Client) MachineName(ctx context.Context) (string, error) {
	var compute struct {
		Name string `json:"name"`
	}
	if err := c.ask(ctx, answerTimeout, http.MethodGet, "/metadata/instance/compute", instanceVersion, nil, &compute); err != nil {
		return "", err
	}
	if compute.Name == "" {
		return "", errors.New("the metadata service gives the machine no name")
	}
	return compute.Name, nil
}

func (c *Client) ask(ctx context.Context, limit time.Duration, method, path, version string, body []byte, answer any) error {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, method, c.address+path+"?api-version="+version, bytes.NewReader(body))
	if err != nil {
		return err
	}
	request.Header.Set("Metadata", "true")
	if body != nil {
		request.Header.Set("Content-Type", "application/json")
	}
	response, err := c.http.Do(request)
	if err != nil {
		var failed *url.Error
		if errors.As(err, &failed) {
			err = failed.Err
		}
		return fmt.Errorf("the metadata service didn't answer %s %s: %w", method, path, err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(io.LimitReader(response.Body, longestAnswer))
	if err != nil {
		return fmt.Errorf("the metadata service's answer to %s %s broke off: %w", method, path, err)
	}
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("the metadata service answered %s %s with %s", method, path, response.Status)
	}
	if answer == nil {
		return nil
	}
	if err := json.Unmarshal(text, answer); err != nil {
		return fmt.Errorf("the metadata service's answer to %s %s can't be read: %w", method, path, err)
	}
	return nil
}
