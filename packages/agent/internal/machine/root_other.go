//go:build !windows

package machine

import "os"

// DefaultRoot is where the agent's files lie unless the environment says otherwise.
func DefaultRoot() string { return "/var/lib/windows-ha" }

func protectRoot(root string) error { return os.MkdirAll(root, 0o755) }
