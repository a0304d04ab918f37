package configuration

import (
	"net/http"

	"github.com/windows-ha/windows-ha/examples/services/orders/internal/web"
)

// Handler shows what is in force and where it comes from. A configuration holds no secrets: those are files. watch is
// nil where no store is followed.
func Handler(live *Live, watch *Watch) http.Handler {
	type store struct {
		Prefix  string `json:"prefix"`
		Answers bool   `json:"answers"`
		Index   uint64 `json:"index"`
		// Refused says why the newest state isn't in force.
		Refused string `json:"refused,omitempty"`
	}
	type answer struct {
		Settings []Setting `json:"settings"`
		Unknown  []string  `json:"unknown,omitempty"`
		Store    *store    `json:"store,omitempty"`
	}
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		effective, rejected := live.Current()
		result := answer{Settings: effective.Settings, Unknown: effective.Unknown}
		if watch != nil {
			watch.mu.Lock()
			result.Store = &store{Prefix: watch.prefix, Answers: watch.failed == nil, Index: watch.index}
			watch.mu.Unlock()
		}
		if rejected != nil {
			result.Store.Refused = rejected.Error()
		}
		web.JSON(w, http.StatusOK, result)
	})
}
