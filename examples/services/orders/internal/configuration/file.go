package configuration

import (
	"encoding/json"
	"fmt"
	"os"
)

// ReadFile reads texts by key, as the agent writes them into a release. No file is no texts.
func ReadFile(file string) (map[string]string, error) {
	if file == "" {
		return nil, nil
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("read the file named by WINDOWS_HA_CONFIG_FILE: %w", err)
	}
	texts := map[string]string{}
	if err := json.Unmarshal(text, &texts); err != nil {
		return nil, fmt.Errorf("the file named by WINDOWS_HA_CONFIG_FILE is no JSON object of texts: %w", err)
	}
	return texts, nil
}
