package download

import (
	"io"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
)

// driveFirst is how a file address writes C:\folder: file:///C:/folder.
var driveFirst = regexp.MustCompile(`^/[A-Za-z]:/`)

// localPath is the file of this machine that an address names, for a program that was copied here. Without a slash
// first, as in file:orders.exe, it counts from the folder that the agent was started in.
func localPath(address string) (path string, local bool) {
	parsed, err := url.Parse(address)
	if err != nil || parsed.Scheme != "file" {
		return "", false
	}
	if path = parsed.Path; driveFirst.MatchString(path) {
		path = path[1:]
	}
	// A share: file://files.example.com/deploy/orders.exe is \\files.example.com\deploy\orders.exe.
	if parsed.Host != "" && parsed.Host != "localhost" {
		path = "//" + parsed.Host + path
	}
	if parsed.Opaque != "" {
		if path, err = url.PathUnescape(parsed.Opaque); err != nil {
			return "", false
		}
	}
	return filepath.FromSlash(path), true
}

// openLocal gives up at once: nobody brings the file while the agent waits.
func openLocal(path string) (io.ReadCloser, int64, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, 0, permanentError{err}
	}
	info, err := file.Stat()
	if err != nil {
		file.Close()
		return nil, 0, permanentError{err}
	}
	return file, info.Size(), nil
}
