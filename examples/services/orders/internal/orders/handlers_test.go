package orders

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/windows-ha/windows-ha/examples/services/orders/internal/web"
)

const good = `{"customer":"Ada","items":[{"sku":"A-1","quantity":2}]}`

func newMux(capacity int) http.Handler {
	mux := http.NewServeMux()
	Register(mux, NewStore(capacity), web.Identity{Service: "orders", Machine: "vm-1", Version: "1.4.2"})
	return mux
}

func do(handler http.Handler, method, path, body string) *httptest.ResponseRecorder {
	request := httptest.NewRequest(method, path, strings.NewReader(body))
	request.Header.Set("Content-Type", "application/json")
	answer := httptest.NewRecorder()
	handler.ServeHTTP(answer, request)
	return answer
}

func decoded[T any](t *testing.T, answer *httptest.ResponseRecorder) T {
	t.Helper()
	var value T
	if err := json.Unmarshal(answer.Body.Bytes(), &value); err != nil {
		t.Fatalf("%q: %v", answer.Body, err)
	}
	return value
}

func TestACreatedOrderIsFoundWhereTheAnswerSays(t *testing.T) {
	mux := newMux(10)
	created := do(mux, http.MethodPost, "/orders", good)
	if created.Code != http.StatusCreated {
		t.Fatalf("%d %s", created.Code, created.Body)
	}
	order := decoded[single](t, created).Order
	location := created.Header().Get("Location")
	if order.ID == "" || location != "/orders/"+order.ID || order.CreatedAt.IsZero() {
		t.Errorf("Location %q for %+v", location, order)
	}
	found := do(mux, http.MethodGet, location, "")
	if got := decoded[single](t, found).Order; found.Code != http.StatusOK || got.ID != order.ID || got.Customer != "Ada" || got.Items[0] != (Item{"A-1", 2}) {
		t.Errorf("%d %+v", found.Code, got)
	}
}

func TestEveryAnswerNamesMachineAndVersion(t *testing.T) {
	mux := newMux(10)
	created := do(mux, http.MethodPost, "/orders", good)
	for path, answer := range map[string]*httptest.ResponseRecorder{
		"create": created,
		"list":   do(mux, http.MethodGet, "/orders", ""),
		"get":    do(mux, http.MethodGet, created.Header().Get("Location"), ""),
	} {
		if got := decoded[web.Identity](t, answer); got.Machine != "vm-1" || got.Version != "1.4.2" {
			t.Errorf("%s: %+v", path, got)
		}
	}
}

func TestTheListIsNewestFirstAndLimited(t *testing.T) {
	mux := newMux(100)
	for number := range 30 {
		do(mux, http.MethodPost, "/orders", fmt.Sprintf(`{"customer":"c%d","items":[{"sku":"A","quantity":1}]}`, number))
	}
	for query, want := range map[string]int{"": 20, "?limit=3": 3, "?limit=100": 30} {
		got := decoded[list](t, do(mux, http.MethodGet, "/orders"+query, ""))
		if got.Total != 30 || len(got.Orders) != want || got.Orders[0].Customer != "c29" {
			t.Errorf("%q: total %d, %d orders", query, got.Total, len(got.Orders))
		}
	}
	for _, limit := range []string{"0", "101", "-1", "x"} {
		if answer := do(mux, http.MethodGet, "/orders?limit="+limit, ""); answer.Code != http.StatusBadRequest {
			t.Errorf("limit=%s: %d", limit, answer.Code)
		}
	}
}

func TestAnEmptyListIsAList(t *testing.T) {
	if answer := do(newMux(1), http.MethodGet, "/orders", ""); !strings.Contains(answer.Body.String(), `"orders":[]`) {
		t.Errorf("%s", answer.Body)
	}
}

func TestABadOrderIsRefused(t *testing.T) {
	item := `{"sku":"A","quantity":1}`
	tests := []struct {
		name, body string
		code       int
		want       string
	}{
		{"empty body", "", 400, "not an order"},
		{"cut off", `{"customer":`, 400, "unexpected EOF"},
		{"unknown field", `{"customer":"Ada","price":1,"items":[` + item + `]}`, 400, "price"},
		{"wrong type", `{"customer":7,"items":[` + item + `]}`, 400, "customer"},
		{"two documents", good + good, 400, "follows after its end"},
		{"no customer", `{"customer":" ","items":[` + item + `]}`, 422, `"path":"customer"`},
		{"long customer", `{"customer":"` + strings.Repeat("ä", 129) + `","items":[` + item + `]}`, 422, `"path":"customer"`},
		{"no items", `{"customer":"Ada","items":[]}`, 422, `"path":"items"`},
		{"too many items", `{"customer":"Ada","items":[` + strings.Repeat(item+",", 100) + item + `]}`, 422, "has 101"},
		{"no sku", `{"customer":"Ada","items":[` + item + `,{"quantity":1}]}`, 422, `"path":"items[1].sku"`},
		{"quantity", `{"customer":"Ada","items":[{"sku":"A","quantity":10001}]}`, 422, `must be 1 to 10000, is 10001`},
		{"too large", `{"customer":"` + strings.Repeat("a", maxBodyBytes) + `","items":[]}`, 413, "65536 bytes"},
		{"too large after its end", good + strings.Repeat(" ", maxBodyBytes), 413, "65536 bytes"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			mux := newMux(10)
			answer := do(mux, http.MethodPost, "/orders", test.body)
			problem := decoded[web.Problem](t, answer)
			if answer.Code != test.code || problem.Status != test.code || !strings.Contains(answer.Body.String(), test.want) {
				t.Errorf("%d %s; want %d with %q", answer.Code, answer.Body, test.code, test.want)
			}
			if got := decoded[list](t, do(mux, http.MethodGet, "/orders", "")); got.Total != 0 {
				t.Errorf("a refused order was kept")
			}
		})
	}
}

func TestAllViolationsAreListedAtOnce(t *testing.T) {
	problem := decoded[web.Problem](t, do(newMux(1), http.MethodPost, "/orders", `{"items":[{"sku":"","quantity":0}]}`))
	if len(problem.Violations) != 3 {
		t.Errorf("%+v, want customer, sku and quantity", problem.Violations)
	}
}

func TestOtherContentTypesAreRefused(t *testing.T) {
	for contentType, want := range map[string]int{
		"application/json; charset=utf-8": 201, "text/plain": 415, "": 415, "application/x-www-form-urlencoded": 415,
	} {
		request := httptest.NewRequest(http.MethodPost, "/orders", strings.NewReader(good))
		request.Header.Set("Content-Type", contentType)
		answer := httptest.NewRecorder()
		newMux(1).ServeHTTP(answer, request)
		if answer.Code != want {
			t.Errorf("%q: %d, want %d", contentType, answer.Code, want)
		}
	}
}

func TestUnknownOrdersAndMethods(t *testing.T) {
	mux := newMux(1)
	if answer := do(mux, http.MethodGet, "/orders/NOPE", ""); answer.Code != http.StatusNotFound {
		t.Errorf("unknown id: %d", answer.Code)
	}
	if answer := do(mux, http.MethodDelete, "/orders", ""); answer.Code != http.StatusMethodNotAllowed {
		t.Errorf("DELETE: %d", answer.Code)
	}
}

func TestAFullStoreRefusesAndForgetsNothing(t *testing.T) {
	mux := newMux(1)
	first := do(mux, http.MethodPost, "/orders", good)
	if answer := do(mux, http.MethodPost, "/orders", good); answer.Code != http.StatusInsufficientStorage {
		t.Errorf("%d %s", answer.Code, answer.Body)
	}
	if answer := do(mux, http.MethodGet, first.Header().Get("Location"), ""); answer.Code != http.StatusOK {
		t.Errorf("the first order is gone: %d", answer.Code)
	}
}
