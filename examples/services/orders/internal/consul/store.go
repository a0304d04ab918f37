package consul

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"time"
)

// Entry is a key of the store with its value.
type Entry struct {
	Key   string
	Value []byte
	// ModifyIndex grows with every change in the whole datacenter, and so with every new holder of a lock.
	ModifyIndex uint64
	// LockIndex counts how often the lock was taken.
	LockIndex uint64
	// Session holds the lock; empty when nobody does.
	Session string
}

// Query says which state a read is to answer with.
type Query struct {
	// Index makes the read wait until the state is newer; 0 for what it is now.
	Index uint64
	// Wait is how long at most.
	Wait time.Duration
	// Consistent has Consul's leader make sure first that it still is the leader.
	Consistent bool
}

func (q Query) values() url.Values {
	values := url.Values{}
	if q.Index > 0 {
		values.Set("index", strconv.FormatUint(q.Index, 10))
		values.Set("wait", fmt.Sprintf("%dms", q.Wait.Milliseconds()))
	}
	if q.Consistent {
		values.Set("consistent", "")
	}
	return values
}

// limit is when a read is given up: Consul adds up to a sixteenth to a wait, so that not all come back together.
func (q Query) limit() time.Duration {
	if q.Index == 0 {
		return requestTimeout
	}
	return q.Wait + q.Wait/16 + requestTimeout
}

// List reads everything below a prefix, with the index to wait from the next time. Nothing there is no error.
func (c *Client) List(ctx context.Context, prefix string, query Query) (entries []Entry, index uint64, err error) {
	values := query.values()
	values.Set("recurse", "")
	return c.read(ctx, prefix, values, query.limit())
}

// Get reads one key. A key that doesn't exist is nil.
func (c *Client) Get(ctx context.Context, key string, query Query) (entry *Entry, index uint64, err error) {
	entries, index, err := c.read(ctx, key, query.values(), query.limit())
	if err != nil || len(entries) == 0 {
		return nil, index, err
	}
	return &entries[0], index, nil
}

func (c *Client) read(ctx context.Context, path string, values url.Values, limit time.Duration) (entries []Entry, index uint64, err error) {
	got, err := c.do(ctx, http.MethodGet, "kv/"+path, values, nil, limit)
	if err != nil {
		return nil, 0, err
	}
	// A proxy's 404 has no index.
	if got.code == http.StatusNotFound && got.index > 0 {
		return nil, got.index, nil
	}
	err = got.decode(&entries)
	return entries, got.index, err
}

// PutIf writes a key unless it has changed since modifyIndex; 0 stands for a key that doesn't exist.
func (c *Client) PutIf(ctx context.Context, key string, value []byte, modifyIndex uint64) (written bool, err error) {
	return c.put(ctx, key, value, "cas", strconv.FormatUint(modifyIndex, 10))
}

// Acquire takes the key's lock for a session, and leaves the value there that says who has it.
func (c *Client) Acquire(ctx context.Context, key string, value []byte, session string) (acquired bool, err error) {
	return c.put(ctx, key, value, "acquire", session)
}

// Release gives the lock back. Unlike a lost session it keeps nobody waiting.
func (c *Client) Release(ctx context.Context, key string, value []byte, session string) (released bool, err error) {
	return c.put(ctx, key, value, "release", session)
}

func (c *Client) put(ctx context.Context, key string, value []byte, option, argument string) (done bool, err error) {
	got, err := c.do(ctx, http.MethodPut, "kv/"+key, url.Values{option: {argument}}, value, requestTimeout)
	if err != nil {
		return false, err
	}
	err = got.decode(&done)
	return done, err
}
