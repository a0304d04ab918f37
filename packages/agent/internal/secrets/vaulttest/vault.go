// Package vaulttest is a vault with its metadata service on loopback, and makes certificates, for tests.
package vaulttest

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"encoding/pem"
	"math/big"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"
)

// ClientID is the identity that may read everything.
const ClientID = "11111111-2222-3333-4444-555555555555"

// Secret is what the vault gives.
type Secret struct {
	Value, ContentType string
	Exp                int64
}

// Vault holds secrets by name. Statuses by name take precedence.
type Vault struct {
	// Address is both the vault's and the metadata service's.
	Address  string
	mutex    sync.Mutex
	secrets  map[string]Secret
	statuses map[string]int
}

// New starts a vault that ends with the test.
func New(t *testing.T) *Vault {
	v := &Vault{secrets: map[string]Secret{}, statuses: map[string]int{}}
	server := httptest.NewServer(v)
	t.Cleanup(server.Close)
	v.Address = server.URL
	return v
}

// URL is the address of a secret.
func (v *Vault) URL(name string) string { return v.Address + "/secrets/" + name }

// Set puts a secret into the vault.
func (v *Vault) Set(name string, secret Secret) {
	v.mutex.Lock()
	defer v.mutex.Unlock()
	v.secrets[name] = secret
}

// Refuse makes the vault answer with a status; 0 ends that.
func (v *Vault) Refuse(name string, status int) {
	v.mutex.Lock()
	defer v.mutex.Unlock()
	v.statuses[name] = status
}

func (v *Vault) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	v.mutex.Lock()
	defer v.mutex.Unlock()
	if r.URL.Path == "/metadata/identity/oauth2/token" {
		_ = json.NewEncoder(w).Encode(map[string]string{"access_token": "TOKEN-OF-" + r.URL.Query().Get("client_id")})
		return
	}
	name := strings.TrimPrefix(r.URL.Path, "/secrets/")
	secret, there := v.secrets[name]
	switch status := v.statuses[name]; {
	case r.Header.Get("Authorization") != "Bearer TOKEN-OF-"+ClientID:
		w.WriteHeader(http.StatusUnauthorized)
	case status != 0:
		w.WriteHeader(status)
	case !there:
		w.WriteHeader(http.StatusNotFound)
		_, _ = w.Write([]byte(`{"error":{"code":"SecretNotFound","message":"A secret with that name was not found."}}`))
	default:
		attributes := map[string]any{"enabled": true}
		if secret.Exp != 0 {
			attributes["exp"] = secret.Exp
		}
		_ = json.NewEncoder(w).Encode(map[string]any{
			"id": v.URL(name) + "/0123456789abcdef0123456789abcdef", "value": secret.Value, "contentType": secret.ContentType, "attributes": attributes,
		})
	}
}

// Issued is a certificate with its key and the chain up to its root.
type Issued struct {
	Leaf, CA *x509.Certificate
	Key      crypto.Signer
}

// Issue makes a certificate of a fresh root that is valid until a time.
func Issue(t *testing.T, name string, until time.Time) Issued {
	t.Helper()
	caKey, ca := sign(t, &x509.Certificate{Subject: pkix.Name{CommonName: "root"}, IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign}, until, nil, nil)
	key, leaf := sign(t, &x509.Certificate{Subject: pkix.Name{CommonName: name}, DNSNames: []string{name}, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}}, until, ca, caKey)
	return Issued{leaf, ca, key}
}

func sign(t *testing.T, template *x509.Certificate, until time.Time, parent *x509.Certificate, parentKey crypto.Signer) (crypto.Signer, *x509.Certificate) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	if parent == nil {
		parent, parentKey = template, key
	}
	template.SerialNumber, _ = rand.Int(rand.Reader, big.NewInt(1<<62))
	template.NotBefore, template.NotAfter = time.Now().Add(-48*time.Hour), until
	der, err := x509.CreateCertificate(rand.Reader, template, parent, key.Public(), parentKey)
	if err != nil {
		t.Fatal(err)
	}
	certificate, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return key, certificate
}

// PEM is the bundle that Key Vault gives for a certificate in PEM, with the root before the certificate.
func (i Issued) PEM(t *testing.T) string {
	t.Helper()
	der, err := x509.MarshalPKCS8PrivateKey(i.Key)
	if err != nil {
		t.Fatal(err)
	}
	var text bytes.Buffer
	for _, block := range []pem.Block{{Type: "PRIVATE KEY", Bytes: der}, {Type: "CERTIFICATE", Bytes: i.CA.Raw}, {Type: "CERTIFICATE", Bytes: i.Leaf.Raw}} {
		_ = pem.Encode(&text, &block)
	}
	return text.String()
}
