//go:build !windows

package winstate

import "errors"

// codeOf: elsewhere than on Windows only tests name these codes.
func codeOf(err error) (Code, bool) {
	var code Code
	return code, errors.As(err, &code)
}
