package identity

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"time"
)

const (
	// instanceVersion is one that every region knows.
	instanceVersion = "2021-02-01"
	// zoneTimeout is short: on a machine elsewhere than in Azure nobody answers.
	zoneTimeout = 3 * time.Second
)

// Zone is the machine's availability zone; empty in a region without zones, and for a machine in none.
func (s *Source) Zone(ctx context.Context) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, zoneTimeout)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, s.address+"/metadata/instance/compute?api-version="+instanceVersion, nil)
	if err != nil {
		return "", fmt.Errorf("the address of the metadata service can't be used: %w", err)
	}
	request.Header.Set("Metadata", "true")
	response, err := s.http.Do(request)
	if err != nil {
		return "", fmt.Errorf("the metadata service didn't answer: %w", withoutAddress(err))
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return "", fmt.Errorf("the metadata service answered %s", response.Status)
	}
	var compute struct {
		Zone string `json:"zone"`
	}
	if err := json.NewDecoder(io.LimitReader(response.Body, longestAnswer)).Decode(&compute); err != nil {
		return "", fmt.Errorf("the metadata service's answer can't be read: %w", err)
	}
	return compute.Zone, nil
}
