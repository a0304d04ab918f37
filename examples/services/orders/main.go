// Command orders is the HTTP service that the examples deploy: a Windows service under the service control manager,
// a plain console program everywhere else.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"

	"github.com/windows-ha/windows-ha/examples/services/orders/internal/settings"
)

const serviceName = "orders"

// Set by build.mjs through -ldflags -X (S1-33).
var (
	version = "0.0.0-dev"
	commit  = "unknown"
	builtAt = "unknown"
)

const (
	exitStopped  = 0
	exitFailed   = 1
	exitBadInput = 2
)

func main() {
	os.Exit(run(os.Args[1:], os.Stdout, os.Stderr))
}

func run(args []string, stdout, stderr io.Writer) int {
	flags := flag.NewFlagSet(serviceName, flag.ContinueOnError)
	flags.SetOutput(stderr)
	listen := flags.String("listen", "", "`host:port` to listen on; wins over WINDOWS_HA_ADDRESS")
	showVersion := flags.Bool("version", false, "print the version and leave")
	switch err := flags.Parse(args); {
	case errors.Is(err, flag.ErrHelp):
		return exitStopped
	case err != nil:
		return exitBadInput
	case flags.NArg() > 0:
		fmt.Fprintf(stderr, "%s: unexpected argument %q; see --help\n", serviceName, flags.Arg(0))
		return exitBadInput
	}
	if *showVersion {
		fmt.Fprintf(stdout, "%s %s (commit %s, built at %s)\n", serviceName, version, commit, builtAt)
		return exitStopped
	}

	// Settings are read inside the supervised function: a service that dies before it talks to the service control
	// manager shows up as error 1053 (time-out) instead of as what is really wrong.
	err := supervise(func(ctx context.Context) error {
		return start(ctx, settings.Source{Getenv: os.Getenv, Hostname: os.Hostname, Listen: *listen}, stdout)
	})
	if err == nil {
		return exitStopped
	}
	fmt.Fprintf(stderr, "%s: %v\n", serviceName, err)
	if _, bad := errors.AsType[*settings.Invalid](err); bad {
		return exitBadInput
	}
	return exitFailed
}
