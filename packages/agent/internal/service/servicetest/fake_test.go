package servicetest

import "testing"

func TestFakeKeepsTheContract(t *testing.T) {
	Run(t, func(*testing.T) Subject {
		return Subject{Manager: &Fake{}, Name: "orders", Program: "/releases/1.0.0/orders"}
	})
}
