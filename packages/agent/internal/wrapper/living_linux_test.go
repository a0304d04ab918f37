package wrapper

import "syscall"

func living(pid int) bool { return syscall.Kill(pid, 0) == nil }
