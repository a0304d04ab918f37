package leadership

import (
	"net/http"

	"github.com/windows-ha/windows-ha/examples/services/orders/internal/web"
)

// Handler tells who leads. Readiness has nothing to do with it: a follower serves like the leader.
func Handler(elector *Elector, journal *Journal) http.Handler {
	type answer struct {
		State
		Written uint64 `json:"written"`
		Refused uint64 `json:"refused"`
		web.Identity
	}
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		written, refused := journal.Counts()
		web.JSON(w, http.StatusOK, answer{State: elector.State(), Written: written, Refused: refused,
			Identity: web.Identity{Service: "orders", Machine: elector.Machine}})
	})
}
