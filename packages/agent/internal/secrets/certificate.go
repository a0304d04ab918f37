package secrets

import (
	"bytes"
	"crypto"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"fmt"
	"strings"

	"software.sslmate.com/src/go-pkcs12"
)

// pair is a certificate with its key, both in PEM.
type pair struct {
	certificates, key []byte
	leaf              *x509.Certificate
}

const pkcs12ContentType = "application/x-pkcs12"

// readPair takes what Key Vault gives for a certificate: a PEM bundle, or PKCS#12 without a password in base64. The
// errors say nothing of the text itself.
func readPair(value, contentType string) (pair, error) {
	var certificates []*x509.Certificate
	var key any
	var err error
	if contentType != pkcs12ContentType && strings.Contains(value, "-----BEGIN ") {
		certificates, key, err = readPEM([]byte(value))
	} else {
		certificates, key, err = readPKCS12(value)
	}
	if err != nil {
		return pair{}, err
	}
	signer, ok := key.(crypto.Signer)
	if !ok {
		return pair{}, errors.New("its key is of a kind that TLS doesn't use")
	}
	leaf, err := leafOf(certificates, signer)
	if err != nil {
		return pair{}, err
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return pair{}, errors.New("its key can't be written as PKCS#8")
	}
	result := pair{leaf: leaf, key: pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})}
	// Servers want the service's own certificate first.
	chain := []*x509.Certificate{leaf}
	for _, certificate := range certificates {
		if !certificate.Equal(leaf) {
			chain = append(chain, certificate)
		}
	}
	for _, certificate := range chain {
		result.certificates = append(result.certificates, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: certificate.Raw})...)
	}
	return result, nil
}

func readPEM(text []byte) (certificates []*x509.Certificate, key any, err error) {
	for {
		var block *pem.Block
		if block, text = pem.Decode(text); block == nil {
			break
		}
		switch {
		case block.Type == "CERTIFICATE":
			certificate, err := x509.ParseCertificate(block.Bytes)
			if err != nil {
				return nil, nil, fmt.Errorf("certificate %d in it can't be read: %w", len(certificates)+1, err)
			}
			certificates = append(certificates, certificate)
		case strings.HasSuffix(block.Type, "PRIVATE KEY") && key == nil:
			if key = readKey(block.Bytes); key == nil {
				return nil, nil, fmt.Errorf("the key in it (%s) can't be read; allowed: RSA, ECDSA on P-256, P-384 or P-521, Ed25519, without a password", block.Type)
			}
		}
	}
	if len(certificates) == 0 || key == nil {
		return nil, nil, fmt.Errorf("it holds %d certificates and a key: %t; needed: at least one certificate and its key; a certificate without an exportable key can't be delivered", len(certificates), key != nil)
	}
	return certificates, key, nil
}

func readKey(der []byte) any {
	if key, err := x509.ParsePKCS8PrivateKey(der); err == nil {
		return key
	}
	if key, err := x509.ParsePKCS1PrivateKey(der); err == nil {
		return key
	}
	if key, err := x509.ParseECPrivateKey(der); err == nil {
		return key
	}
	return nil
}

func readPKCS12(value string) ([]*x509.Certificate, any, error) {
	der, err := base64.StdEncoding.DecodeString(strings.TrimSpace(value))
	if err != nil {
		return nil, nil, errors.New("it is neither PEM nor PKCS#12 in base64")
	}
	key, leaf, others, err := pkcs12.DecodeChain(der, "")
	if err != nil {
		return nil, nil, fmt.Errorf("its PKCS#12 can't be read: %w", err)
	}
	return append([]*x509.Certificate{leaf}, others...), key, nil
}

// leafOf is the certificate that the key belongs to.
func leafOf(certificates []*x509.Certificate, key crypto.Signer) (*x509.Certificate, error) {
	public, err := x509.MarshalPKIXPublicKey(key.Public())
	if err != nil {
		return nil, errors.New("its key is of a kind that TLS doesn't use")
	}
	for _, certificate := range certificates {
		if bytes.Equal(certificate.RawSubjectPublicKeyInfo, public) {
			return certificate, nil
		}
	}
	return nil, errors.New("its key doesn't belong to any certificate in it")
}

// ReadPair is what [Stage] makes of a certificate: the chain with the leaf first, and its key, both in PEM.
func ReadPair(value, contentType string) (certificates, key []byte, err error) {
	p, err := readPair(value, contentType)
	return p.certificates, p.key, err
}
