// Package configuration is what can be changed while the service runs. It comes in layers, each of which wins over the
// ones before: what is built in, the file of the release, the store, the environment. A layer counts as a whole or not
// at all: the service never runs with half of a change.
package configuration

import (
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/windows-ha/windows-ha/examples/services/orders/internal/orders"
)

// Keys of the configuration.
const (
	Capacity = "capacity"
	Items    = "order/max-items"
	LogLevel = "log/level"
)

// Values are a valid configuration.
type Values struct {
	Limits   orders.Limits
	LogLevel slog.Level
}

// setting is one key: what it is without any layer, and how its text becomes a value.
type setting struct {
	usual string
	read  func(text string, into *Values) error
}

var settings = map[string]setting{
	Capacity: {"10000", func(text string, v *Values) (err error) {
		v.Limits.Capacity, err = number(text, 1, 1_000_000)
		return err
	}},
	Items: {strconv.Itoa(orders.DefaultItems), func(text string, v *Values) (err error) {
		v.Limits.Items, err = number(text, 1, 1000)
		return err
	}},
	LogLevel: {"info", func(text string, v *Values) (err error) {
		v.LogLevel, err = level(text)
		return err
	}},
}

func number(text string, least, most int) (int, error) {
	value, err := strconv.Atoi(text)
	if err != nil || value < least || value > most {
		return 0, fmt.Errorf("it must be a number from %d to %d", least, most)
	}
	return value, nil
}

func level(text string) (slog.Level, error) {
	levels := map[string]slog.Level{"debug": slog.LevelDebug, "info": slog.LevelInfo, "warn": slog.LevelWarn, "error": slog.LevelError}
	value, known := levels[strings.ToLower(text)]
	if !known {
		return 0, fmt.Errorf("it must be debug, info, warn or error")
	}
	return value, nil
}

// Layer is one source of texts by key.
type Layer struct {
	Name  string
	Texts map[string]string
}

// Effective is a configuration with where each value comes from.
type Effective struct {
	Values
	Settings []Setting
	// Unknown keys are nobody's: a typing error, or meant for another release.
	Unknown []string
}

// Setting is one value in force.
type Setting struct {
	Key    string `json:"key"`
	Value  string `json:"value"`
	Source string `json:"source"`
}

// Invalid lists every value that can't be used, one per line.
type Invalid struct{ Problems []string }

func (e *Invalid) Error() string { return strings.Join(e.Problems, "; ") }

const (
	builtIn = "built in"
	// mostShown of a wrong value go into a message.
	mostShown = 60
)

// Merge makes one configuration of the layers, the last one the highest. Its error is an *Invalid.
func Merge(layers ...Layer) (Effective, error) {
	var effective Effective
	var problems []string
	for _, key := range slices.Sorted(maps.Keys(settings)) {
		found := Setting{Key: key, Value: settings[key].usual, Source: builtIn}
		for _, layer := range layers {
			if text, said := layer.Texts[key]; said {
				found.Value, found.Source = text, layer.Name
			}
		}
		if err := settings[key].read(found.Value, &effective.Values); err != nil {
			problems = append(problems, fmt.Sprintf("%s is %q, by the %s; %v", key, shortened(found.Value), found.Source, err))
		}
		effective.Settings = append(effective.Settings, found)
	}
	unknown := map[string]bool{}
	for _, layer := range layers {
		for key := range layer.Texts {
			if _, known := settings[key]; !known {
				unknown[key] = true
			}
		}
	}
	effective.Unknown = slices.Sorted(maps.Keys(unknown))
	if len(problems) > 0 {
		return Effective{}, &Invalid{problems}
	}
	return effective, nil
}

func shortened(text string) string {
	if runes := []rune(text); len(runes) > mostShown {
		return string(runes[:mostShown]) + "…"
	}
	return text
}
