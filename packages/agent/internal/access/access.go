// Package access makes folders that one service and administrators alone may enter.
package access

// Rights are what the service may do in its folder.
type Rights string

// The rights as access lists write them.
const (
	// Read lets the service read files and list the folder.
	Read Rights = "0x1200a9"
	// Modify also lets it write, rename and delete files.
	Modify Rights = "0x1301bf"
)
