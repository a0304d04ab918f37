// Package orders takes and lists orders.
package orders

import (
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/windows-ha/windows-ha/examples/services/orders/internal/web"
)

const (
	maxCustomerCharacters = 128
	maxSKUCharacters      = 64
	maxQuantity           = 10_000
)

// DefaultItems is how many lines an order may have where no configuration says otherwise.
const DefaultItems = 100

// Item is one line of an order.
type Item struct {
	SKU      string `json:"sku"`
	Quantity int    `json:"quantity"`
}

// Draft is what a client sends.
type Draft struct {
	Customer string `json:"customer"`
	Items    []Item `json:"items"`
}

// Order is a draft that was accepted.
type Order struct {
	ID        string    `json:"id"`
	CreatedAt time.Time `json:"createdAt"`
	Draft
}

func (d Draft) violations(maxItems int) []web.Violation {
	var found []web.Violation
	expect := func(holds bool, path, reason string, values ...any) {
		if !holds {
			found = append(found, web.Violation{Path: path, Reason: fmt.Sprintf(reason, values...)})
		}
	}
	expect(hasLength(d.Customer, maxCustomerCharacters), "customer", "must have 1 to %d characters", maxCustomerCharacters)
	expect(len(d.Items) >= 1 && len(d.Items) <= maxItems, "items", "must have 1 to %d items, has %d", maxItems, len(d.Items))
	for index, item := range d.Items {
		if index == maxItems {
			break
		}
		path := fmt.Sprintf("items[%d]", index)
		expect(hasLength(item.SKU, maxSKUCharacters), path+".sku", "must have 1 to %d characters", maxSKUCharacters)
		expect(item.Quantity >= 1 && item.Quantity <= maxQuantity, path+".quantity", "must be 1 to %d, is %d", maxQuantity, item.Quantity)
	}
	return found
}

func hasLength(text string, most int) bool {
	return strings.TrimSpace(text) != "" && utf8.RuneCountInString(text) <= most
}
