package orders

import (
	"crypto/rand"
	"errors"
	"sync"
	"time"
)

// ErrFull says that the store took as many orders as it may hold. It refuses rather than forget an older order: an
// order that was acknowledged stays for as long as the process lives.
var ErrFull = errors.New("the store is full")

// Store holds orders in the memory of this process.
type Store struct {
	mu     sync.RWMutex
	limits Limits
	byID   map[string]Order
	sorted []Order // oldest first
}

// Limits of a store.
type Limits struct {
	// Capacity is how many orders it holds.
	Capacity int
	// Items is how many lines an order may have.
	Items int
}

// NewStore makes an empty store for at most capacity orders.
func NewStore(capacity int) *Store {
	return &Store{limits: Limits{Capacity: capacity, Items: DefaultItems}, byID: map[string]Order{}}
}

// Limit changes the limits. What is there already stays, even where it is more than that.
func (s *Store) Limit(limits Limits) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.limits = limits
}

// Limits are the ones in force.
func (s *Store) Limits() Limits {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.limits
}

// Add gives the draft an id and keeps it.
func (s *Store) Add(draft Draft) (Order, error) {
	order := Order{ID: rand.Text(), CreatedAt: time.Now().UTC(), Draft: draft}
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.sorted) >= s.limits.Capacity {
		return Order{}, ErrFull
	}
	s.byID[order.ID] = order
	s.sorted = append(s.sorted, order)
	return order, nil
}

// Get finds one order.
func (s *Store) Get(id string) (Order, bool) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	order, found := s.byID[id]
	return order, found
}

// Newest returns up to limit orders, the newest first, and how many there are in all.
func (s *Store) Newest(limit int) (newest []Order, total int) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	total = len(s.sorted)
	newest = make([]Order, 0, min(limit, total))
	for index := total - 1; index >= 0 && len(newest) < limit; index-- {
		newest = append(newest, s.sorted[index])
	}
	return newest, total
}
