//go:build !windows

package main

import "context"

func supervise(serve func(context.Context) error) error {
	return console(serve)
}
