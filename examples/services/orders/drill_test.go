package main

import (
	"context"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/windows-ha/windows-ha/examples/services/orders/internal/settings"
)

func TestUnhealthyFailsHealthOnly(t *testing.T) {
	service := begin(t, settings.Settings{Fault: settings.FaultUnhealthy})
	for path, code := range map[string]int{"/health": http.StatusServiceUnavailable, "/ready": http.StatusOK, "/orders": http.StatusOK} {
		if response, body := service.get(t, path); response.StatusCode != code {
			t.Errorf("%s: %d %s, want %d", path, response.StatusCode, body, code)
		}
	}
}

func TestFaultsBeforeTheServiceListens(t *testing.T) {
	tests := []struct {
		fault   settings.Fault
		fails   bool
		takes   time.Duration
		stopped bool // whether a stop request still arrives
	}{
		{settings.FaultNone, false, 0, true},
		{settings.FaultUnhealthy, false, 0, true},
		{settings.FaultExit, true, 0, true},
		{settings.FaultSlowStart, false, slowStart, true},
		{settings.FaultIgnoreStop, false, 0, false},
	}
	for _, test := range tests {
		t.Run(string(test.fault), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx, stop := context.WithCancel(t.Context())
				began := time.Now()
				under, err := applyFaultAtStart(ctx, test.fault, quiet)
				if (err != nil) != test.fails || time.Since(began) != test.takes {
					t.Errorf("error %v after %v", err, time.Since(began))
				}
				stop()
				if stopped := under.Err() != nil; stopped != test.stopped {
					t.Errorf("a stop request arrives: %v, want %v", stopped, test.stopped)
				}
			})
		})
	}
}

func TestAStopDuringASlowStartEndsIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, stop := context.WithCancel(t.Context())
		began := time.Now()
		time.AfterFunc(time.Second, stop)
		if _, err := applyFaultAtStart(ctx, settings.FaultSlowStart, quiet); err != nil || time.Since(began) != time.Second {
			t.Errorf("%v after %v", err, time.Since(began))
		}
	})
}
