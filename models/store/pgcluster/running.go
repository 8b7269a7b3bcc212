package pgcluster

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// ErrNotRunning is wrapped by the error of Running on a directory whose cluster
// is not running.
var ErrNotRunning = errors.New("the private database is not running")

// Running joins the cluster that another process runs in the directory, so that
// an administrator's command works beside a running portal. Stop does nothing to
// it. The error wraps ErrNotRunning when there is none.
func Running(dir string) (*Cluster, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	if real, err := filepath.EvalSymlinks(dir); err == nil {
		dir = real // as Start spells it
	}
	home := dir
	if elsewhere, ok := follow(dir, "elsewhere"); ok {
		home = elsewhere
	}
	data := filepath.Join(home, "data")
	// postmaster.pid holds the process, the directory, the start and the port, a line each.
	b, err := os.ReadFile(filepath.Join(data, "postmaster.pid"))
	lines := strings.Split(string(b), "\n")
	if err != nil || pidOf(data) == 0 || len(lines) < 4 {
		return nil, fmt.Errorf("%s: %w", dir, ErrNotRunning)
	}
	pw, err := loadPasswords(dir, true)
	if err != nil {
		return nil, err
	}
	return &Cluster{passwords: pw, super: RoleSuper, version: majorOfData(data), query: "sslmode=disable",
		host: "127.0.0.1:" + strings.TrimSpace(lines[3])}, nil
}
