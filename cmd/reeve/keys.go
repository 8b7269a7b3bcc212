package main

import (
	"context"
	"errors"
	"fmt"
	"net/netip"

	"golang.org/x/mod/sumdb/note"

	"reeve/models/evidence"
	"reeve/models/geo"
	"reeve/models/keyring"
	"reeve/models/publicform"
	"reeve/models/routing"
	"reeve/models/selector"
	"reeve/models/store"
)

// secrets are the keys that the processes work with.
type secrets struct {
	ring *keyring.Ring
	// matcher keys identifiers. Its version is the first ever given: match keys are
	// stored, so a new version would match nothing until everything is keyed again.
	matcher *selector.Keyer
}

// openKeys reads the master key; with create a missing one is made, as only the
// first `make run` does.
func openKeys(c config, create bool) (*secrets, error) {
	ring, err := keyring.Load(c.MasterKey, c.path("master.key"), create)
	if err != nil {
		return nil, err
	}
	version := ring.Versions()[0]
	for _, v := range ring.Versions() {
		version = min(version, v)
	}
	key, err := ring.Derive(keyring.Match, version)
	if err != nil {
		return nil, err
	}
	matcher, err := selector.NewKeyer(version, key)
	if err != nil {
		return nil, err
	}
	return &secrets{ring: ring, matcher: matcher}, nil
}

// keysCommand adds a version to the master key's file. New files and secrets use
// it; what older versions wrapped stays readable as long as they stay in the file.
func keysCommand(_ context.Context, c config, args []string) error {
	if len(args) != 1 || args[0] != "rotate" {
		return errUsage
	}
	if c.MasterKey != "" {
		return errors.New("the master key comes from REEVE_MASTER_KEY; put a new VERSION:KEY before the others there")
	}
	ring, err := keyring.Rotate(c.path("master.key"))
	if err != nil {
		return err
	}
	fmt.Printf("The master key now has version %d; %d versions are kept. Restart the portal and the worker.\n", ring.Current(), len(ring.Versions()))
	return nil
}

// sealIssuerSecret wraps an identity provider's client secret.
func (s *secrets) sealIssuerSecret(plain []byte) ([]byte, error) {
	return s.ring.Seal(keyring.Secret, []byte("issuer"), plain)
}

func (s *secrets) unsealIssuerSecret(sealed []byte) ([]byte, error) {
	return s.ring.Open(keyring.Secret, []byte("issuer"), sealed)
}

// publicForm makes the public form's use cases on a store. A code that was shown once
// cannot be hashed anew, so every version of its key stays in use.
func (s *secrets) publicForm(db *store.Store) (*publicform.Service, error) {
	keys, err := s.ring.DeriveAll(keyring.Public)
	if err != nil {
		return nil, err
	}
	return publicform.New(db, publicform.Options{Keyer: s.matcher, Keys: keys})
}

// openFiles opens the place of uploaded files.
func (s *secrets) openFiles(ctx context.Context, c config) (*evidence.Store, error) {
	keys, err := s.ring.DeriveAll(keyring.File)
	if err != nil {
		return nil, err
	}
	return evidence.Open(ctx, c.Files, evidence.Keys{Current: s.ring.Current(), ByVersion: keys})
}

// openSigner reads the audit log's signing key, made at the first start of the
// worker: it signs what this installation writes, so there is nothing to lose yet.
func openSigner(c config) (note.Signer, string, error) {
	return keyring.LoadSigner(c.path("audit.key"), true)
}

// openGeo opens the location database; nil and no error when none is configured.
func openGeo(c config) (routing.GeoLookup, func(), error) {
	if c.GeoIP == "" {
		return nil, func() {}, nil
	}
	db, err := geo.Open(c.GeoIP)
	if err != nil {
		return nil, nil, fmt.Errorf("REEVE_GEOIP: %w", err)
	}
	return func(a netip.Addr) (routing.GeoPlace, bool) { return db.Lookup(a) }, func() { _ = db.Close() }, nil
}
