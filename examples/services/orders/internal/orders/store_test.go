package orders

import (
	"errors"
	"sync"
	"testing"
)

func TestManyWritersNeverPassTheCapacity(t *testing.T) {
	const capacity, writers, each = 100, 8, 50
	store := NewStore(capacity)
	var wait sync.WaitGroup
	var mu sync.Mutex
	accepted := map[string]bool{}
	for range writers {
		wait.Go(func() {
			for range each {
				order, err := store.Add(Draft{Customer: "Ada"})
				store.Newest(10)
				if errors.Is(err, ErrFull) {
					continue
				}
				mu.Lock()
				accepted[order.ID] = true
				mu.Unlock()
			}
		})
	}
	wait.Wait()
	if _, total := store.Newest(1); total != capacity || len(accepted) != capacity {
		t.Errorf("%d kept, %d accepted with different ids, want %d", total, len(accepted), capacity)
	}
	for id := range accepted {
		if _, found := store.Get(id); !found {
			t.Errorf("accepted order %s is missing", id)
		}
	}
}
