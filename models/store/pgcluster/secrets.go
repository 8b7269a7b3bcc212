package pgcluster

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// The four roles that can sign in.
const (
	RoleSuper = "reeve_super" // the cluster's superuser: creates the others, and extensions
	RoleOwner = "reeve_owner" // owns the databases and migrates them; may create more
	RoleWeb   = "reeve_web"   // the portal: owns nothing, bypasses nothing
	RoleWork  = "reeve_work"  // the job worker: owns nothing, bypasses nothing
)

var roles = []string{RoleSuper, RoleOwner, RoleWeb, RoleWork}

// passwords are by role. All are letters and digits.
type passwords map[string]string

// loadPasswords reads the directory's passwords, or makes them if there is no
// database yet that was made with others.
func loadPasswords(dir string, databaseExists bool) (passwords, error) {
	path := filepath.Join(dir, "passwords.json")
	b, err := os.ReadFile(path)
	switch {
	case err == nil:
		var p passwords
		if err := json.Unmarshal(b, &p); err != nil || p[RoleSuper] == "" {
			return nil, fmt.Errorf("%s cannot be read as the database's passwords: %w", path, err)
		}
		return p, nil
	case !errors.Is(err, os.ErrNotExist):
		return nil, err
	case databaseExists:
		return nil, fmt.Errorf("%s is missing, and without it the database there cannot be opened: put it back, or start over with an empty directory", path)
	}
	p := passwords{}
	for _, role := range roles {
		p[role] = rand.Text()
	}
	b, err = json.MarshalIndent(p, "", "  ")
	if err != nil {
		return nil, err
	}
	return p, writeWhole(path, append(b, '\n'))
}

// writeWhole writes a private file so that a crash leaves the old one or the
// new one, never half of one.
func writeWhole(path string, content []byte) error {
	f, err := os.OpenFile(path+".new", os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(content)
	err = errors.Join(err, f.Sync(), f.Close())
	if err != nil {
		return err
	}
	return os.Rename(path+".new", path)
}
