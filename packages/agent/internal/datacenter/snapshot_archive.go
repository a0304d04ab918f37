package datacenter

import (
	"archive/tar"
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"

	"github.com/windows-ha/windows-ha/packages/agent/internal/consulapi"
)

// Save writes a snapshot of the whole state into a file, and checks that it is whole: an answer that breaks off looks like
// one that has ended.
func Save(ctx context.Context, client consulapi.Client, file *os.File) error {
	response, err := client.Do(ctx, http.MethodGet, "snapshot", nil, -1)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if _, err := io.Copy(file, response.Body); err != nil {
		return fmt.Errorf("the snapshot broke off: %w", err)
	}
	if err := file.Sync(); err != nil {
		return err
	}
	if _, err := file.Seek(0, io.SeekStart); err != nil {
		return err
	}
	if err := Check(file); err != nil {
		return err
	}
	_, err = file.Seek(0, io.SeekEnd)
	return err
}

// Check reads a snapshot to its end and compares its parts with the sums in it.
func Check(content io.Reader) error {
	unpacked, err := gzip.NewReader(content)
	if err != nil {
		return fmt.Errorf("this is no snapshot of Consul: %w", err)
	}
	sums, seen := "", map[string]string{}
	for archive := tar.NewReader(unpacked); ; {
		header, err := archive.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return fmt.Errorf("the snapshot isn't whole: %w", err)
		}
		hash, text := sha256.New(), new(bytes.Buffer)
		into := io.Writer(hash)
		if header.Name == sumsFile {
			into = io.MultiWriter(hash, text)
		}
		if _, err := io.Copy(into, archive); err != nil {
			return fmt.Errorf("the snapshot isn't whole: %w", err)
		}
		seen[header.Name] = hex.EncodeToString(hash.Sum(nil))
		if header.Name == sumsFile {
			sums = text.String()
		}
	}
	return sameSums(sums, seen)
}

const sumsFile = "SHA256SUMS"

func sameSums(sums string, seen map[string]string) error {
	count := 0
	for lines := bufio.NewScanner(strings.NewReader(sums)); lines.Scan(); {
		sum, name, _ := strings.Cut(lines.Text(), "  ")
		if name == "" {
			continue
		}
		if count++; seen[name] != sum {
			return fmt.Errorf("the snapshot isn't whole: its part %s has the SHA-256 %q, the snapshot says %s", name, seen[name], sum)
		}
	}
	if count == 0 {
		return errors.New("this is no snapshot of Consul: it has no sums")
	}
	return nil
}

// Restore makes a snapshot the state of the datacenter.
func Restore(ctx context.Context, client consulapi.Client, file *os.File) error {
	if err := Check(file); err != nil {
		return err
	}
	size, err := file.Seek(0, io.SeekEnd)
	if err == nil {
		_, err = file.Seek(0, io.SeekStart)
	}
	if err != nil {
		return err
	}
	response, err := client.Do(ctx, http.MethodPut, "snapshot", file, size)
	if err != nil {
		return err
	}
	return response.Body.Close()
}
