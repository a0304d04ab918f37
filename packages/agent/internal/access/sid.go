package access

import (
	"crypto/sha1"
	"encoding/binary"
	"fmt"
	"strings"
	"unicode/utf16"
)

// ServiceSID is the identity that Windows gives to a service, computed as `sc.exe showsid` does: access lists can name
// a service before it is registered.
func ServiceSID(service string) string {
	var text []byte
	for _, unit := range utf16.Encode([]rune(strings.ToUpper(service))) {
		text = binary.LittleEndian.AppendUint16(text, unit)
	}
	sum := sha1.Sum(text)
	sid := "S-1-5-80"
	for part := 0; part < len(sum); part += 4 {
		sid += fmt.Sprintf("-%d", binary.LittleEndian.Uint32(sum[part:]))
	}
	return sid
}
