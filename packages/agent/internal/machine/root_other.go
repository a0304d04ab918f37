//go:build !windows

package machine

import "os"

func defaultRoot() string { return "/var/lib/windows-ha" }

func protectRoot(root string) error { return os.MkdirAll(root, 0o755) }
