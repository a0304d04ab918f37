package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"math/big"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/windows-ha/windows-ha/examples/services/orders/internal/settings"
)

// issue writes a fresh certificate with its key, each file by a rename, as a deployment does, and returns its number.
func issue(t *testing.T, folder string) *big.Int {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	serial, _ := rand.Int(rand.Reader, big.NewInt(1<<62))
	template := &x509.Certificate{
		SerialNumber: serial, Subject: pkix.Name{CommonName: "orders"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	keyDER, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range []struct{ name, kind string }{{"tls.crt", "CERTIFICATE"}, {"tls.key", "PRIVATE KEY"}} {
		content := map[string][]byte{"CERTIFICATE": der, "PRIVATE KEY": keyDER}[file.kind]
		path := filepath.Join(folder, file.name)
		if err := os.WriteFile(path+".new", pem.EncodeToMemory(&pem.Block{Type: file.kind, Bytes: content}), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Rename(path+".new", path); err != nil {
			t.Fatal(err)
		}
		time.Sleep(5 * time.Millisecond) // long enough for a handshake to see one new file and one old one
	}
	return serial
}

func withTLS(t *testing.T) (folder string, config settings.Settings) {
	folder = t.TempDir()
	return folder, settings.Settings{CertFile: filepath.Join(folder, "tls.crt"), KeyFile: filepath.Join(folder, "tls.key")}
}

// handshake makes a new connection and returns the number of the certificate that the service shows.
func handshake(address string) (*big.Int, error) {
	connection, err := tls.Dial("tcp", address, &tls.Config{InsecureSkipVerify: true})
	if err != nil {
		return nil, err
	}
	defer connection.Close()
	return connection.ConnectionState().PeerCertificates[0].SerialNumber, nil
}

func TestARenewedCertificateIsServedWithoutARestartAndNoHandshakeFails(t *testing.T) {
	folder, config := withTLS(t)
	issue(t, folder)
	address := strings.TrimPrefix(begin(t, config).url, "http://")
	var handshakes, failures atomic.Int64
	stop := make(chan struct{})
	var clients sync.WaitGroup
	for range 4 {
		clients.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				handshakes.Add(1)
				if _, err := handshake(address); err != nil {
					failures.Add(1)
				}
			}
		})
	}
	for range 3 {
		want := issue(t, folder)
		waitFor(t, "the renewed certificate", func() bool {
			seen, err := handshake(address)
			return err == nil && seen.Cmp(want) == 0
		})
	}
	if err := os.WriteFile(config.KeyFile, []byte("half a key"), 0o600); err != nil {
		t.Fatal(err)
	}
	time.Sleep(1500 * time.Millisecond)
	close(stop)
	clients.Wait()
	if failures.Load() > 0 || handshakes.Load() < 100 {
		t.Errorf("%d of %d handshakes failed", failures.Load(), handshakes.Load())
	}
}

func TestHTTPSServesHTTP2AndRefusesOldTLS(t *testing.T) {
	folder, config := withTLS(t)
	issue(t, folder)
	address := strings.TrimPrefix(begin(t, config).url, "http://")
	client := &http.Client{Transport: &http.Transport{ForceAttemptHTTP2: true, TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}}
	defer client.CloseIdleConnections()
	response, err := client.Get("https://" + address + "/health")
	if err != nil {
		t.Fatal(err)
	}
	response.Body.Close()
	if response.StatusCode != http.StatusOK || response.ProtoMajor != 2 {
		t.Errorf("%d by %s", response.StatusCode, response.Proto)
	}
	if _, err := tls.Dial("tcp", address, &tls.Config{InsecureSkipVerify: true, MaxVersion: tls.VersionTLS11}); err == nil {
		t.Error("TLS 1.1 was accepted")
	}
}

func TestFilesThatCannotBeUsedStopTheStartAndAreNamed(t *testing.T) {
	folder, config := withTLS(t)
	for _, prepare := range []func(){func() {}, func() { issue(t, folder); os.WriteFile(config.KeyFile, nil, 0o600) }} {
		prepare()
		config.Address = "127.0.0.1:0"
		err := serve(t.Context(), config, quiet, func(net.Addr) { t.Error("listens") })
		if err == nil || !strings.Contains(err.Error(), "TLS_CERT_FILE") {
			t.Errorf("got %v", err)
		}
	}
	err := serve(t.Context(), settings.Settings{Address: "127.0.0.1:0", APIKeyFile: filepath.Join(folder, "none")}, quiet, func(net.Addr) { t.Error("listens") })
	if !errors.Is(err, os.ErrNotExist) || !strings.Contains(err.Error(), "ORDERS_API_KEY_FILE") {
		t.Errorf("got %v", err)
	}
}

func TestOrdersWantTheKeyThatTheFileHoldsNow(t *testing.T) {
	file := filepath.Join(t.TempDir(), "key")
	if err := os.WriteFile(file, []byte("first\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	service := begin(t, settings.Settings{APIKeyFile: file})
	ask := func(path, key string) int {
		request, err := http.NewRequest(http.MethodGet, service.url+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		if key != "" {
			request.Header.Set("Authorization", "Bearer "+key)
		}
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		response.Body.Close()
		return response.StatusCode
	}
	for _, row := range []struct {
		path, key string
		code      int
	}{{"/orders", "first", 200}, {"/orders", "", 401}, {"/orders", "firs", 401}, {"/orders/x", "", 401}, {"/health", "", 200}, {"/ready", "", 200}} {
		if code := ask(row.path, row.key); code != row.code {
			t.Errorf("%s with %q: %d, want %d", row.path, row.key, code, row.code)
		}
	}
	if err := os.WriteFile(file, []byte("second one"), 0o600); err != nil {
		t.Fatal(err)
	}
	waitFor(t, "the new key", func() bool { return ask("/orders", "second one") == 200 && ask("/orders", "first") == 401 })
}
