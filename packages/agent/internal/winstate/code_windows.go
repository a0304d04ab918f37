package winstate

import (
	"errors"
	"syscall"
)

func codeOf(err error) (Code, bool) {
	var code Code
	if errors.As(err, &code) {
		return code, true
	}
	var number syscall.Errno
	if errors.As(err, &number) {
		return Code(number), true
	}
	return 0, false
}
