package web

import (
	"crypto/tls"
	"fmt"
	"log/slog"

	"github.com/windows-ha/windows-ha/examples/services/orders/internal/reload"
)

// TLSConfig serves the newest certificate of two PEM files to every handshake. It fails unless the files can be read
// and fit together.
func TLSConfig(certFile, keyFile string, log *slog.Logger) (*tls.Config, error) {
	certificate, err := reload.New(log, func() (*tls.Certificate, error) {
		pair, err := tls.LoadX509KeyPair(certFile, keyFile)
		return &pair, err
	}, certFile, keyFile)
	if err != nil {
		return nil, fmt.Errorf("the certificate named by TLS_CERT_FILE and TLS_KEY_FILE can't be used: %w", err)
	}
	return &tls.Config{
		MinVersion:     tls.VersionTLS12,
		NextProtos:     []string{"h2", "http/1.1"},
		GetCertificate: func(*tls.ClientHelloInfo) (*tls.Certificate, error) { return certificate.Get(), nil },
	}, nil
}
