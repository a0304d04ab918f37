package orders

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strconv"

	"github.com/windows-ha/windows-ha/examples/services/orders/internal/web"
)

const (
	maxBodyBytes = 64 << 10
	defaultLimit = 20
	maxLimit     = 100
)

type handlers struct {
	store    *Store
	identity web.Identity
}

type list struct {
	web.Identity
	Total  int     `json:"total"`
	Orders []Order `json:"orders"`
}

type single struct {
	web.Identity
	Order Order `json:"order"`
}

// Register adds the routes under /orders. Every answer names the machine that gave it.
func Register(mux *http.ServeMux, store *Store, identity web.Identity) {
	h := handlers{store: store, identity: identity}
	mux.HandleFunc("GET /orders", h.list)
	mux.HandleFunc("POST /orders", h.create)
	mux.HandleFunc("GET /orders/{id}", h.get)
}

func (h handlers) list(w http.ResponseWriter, r *http.Request) {
	limit := defaultLimit
	if given := r.URL.Query().Get("limit"); given != "" {
		number, err := strconv.Atoi(given)
		if err != nil || number < 1 || number > maxLimit {
			web.Fail(w, http.StatusBadRequest, fmt.Sprintf("limit is %q; it must be 1 to %d", given, maxLimit))
			return
		}
		limit = number
	}
	orders, total := h.store.Newest(limit)
	web.JSON(w, http.StatusOK, list{Identity: h.identity, Total: total, Orders: orders})
}

func (h handlers) get(w http.ResponseWriter, r *http.Request) {
	order, found := h.store.Get(r.PathValue("id"))
	if !found {
		web.Fail(w, http.StatusNotFound, fmt.Sprintf("machine %s has no such order; each machine keeps its own", h.identity.Machine))
		return
	}
	web.JSON(w, http.StatusOK, single{Identity: h.identity, Order: order})
}

func (h handlers) create(w http.ResponseWriter, r *http.Request) {
	if mediaType, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")); mediaType != "application/json" {
		web.Fail(w, http.StatusUnsupportedMediaType, "send the order with Content-Type: application/json")
		return
	}
	draft, err := decode(http.MaxBytesReader(w, r.Body, maxBodyBytes))
	if _, tooLarge := errors.AsType[*http.MaxBytesError](err); tooLarge {
		w.Header().Set("Connection", "close") // else the server would read on, to keep the connection usable
		web.Fail(w, http.StatusRequestEntityTooLarge, fmt.Sprintf("the body must not be larger than %d bytes", maxBodyBytes))
		return
	}
	if err != nil {
		web.Fail(w, http.StatusBadRequest, "the body is not an order: "+err.Error())
		return
	}
	if violations := draft.violations(h.store.Limits().Items); len(violations) > 0 {
		web.Fail(w, http.StatusUnprocessableEntity, "the order can't be accepted", violations...)
		return
	}
	order, err := h.store.Add(draft)
	if err != nil {
		web.Fail(w, http.StatusInsufficientStorage, fmt.Sprintf("machine %s: %v", h.identity.Machine, err))
		return
	}
	w.Header().Set("Location", "/orders/"+order.ID)
	web.JSON(w, http.StatusCreated, single{Identity: h.identity, Order: order})
}

func decode(body io.Reader) (Draft, error) {
	decoder := json.NewDecoder(body)
	decoder.DisallowUnknownFields()
	var draft Draft
	if err := decoder.Decode(&draft); err != nil {
		return Draft{}, err
	}
	switch err := decoder.Decode(&struct{}{}); {
	case err == io.EOF:
		return draft, nil
	case errors.As(err, new(*http.MaxBytesError)):
		return Draft{}, err
	default:
		return Draft{}, errors.New("something follows after its end")
	}
}
