package pgcluster

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// place is where one cluster's files are.
type place struct {
	dir    string // as asked for: lock, passwords, log
	home   string // holds data and run: dir, or elsewhere
	socket string // directory of the unix socket
}

func (p place) data() string { return filepath.Join(p.home, "data") }

// The longest path of a socket that every system takes: macOS has 104 bytes
// with the closing zero, Linux 108.
const socketPathLimit = 103

// lockDir makes the directory and takes its lock, or says who has it.
func lockDir(dir string) (*os.File, error) {
	mode := os.FileMode(0o700)
	if os.Geteuid() == 0 {
		mode = 0o711 // the unprivileged user must pass through, not look around
	}
	if err := os.MkdirAll(dir, mode); err != nil {
		return nil, fmt.Errorf("making the database's directory: %w", err)
	}
	if owner := ownerOf(dir); owner != os.Geteuid() {
		return nil, fmt.Errorf("%s belongs to user %d and this process runs as user %d: run it as that user, or use another directory",
			dir, owner, os.Geteuid())
	}
	if err := os.Chmod(dir, mode); err != nil {
		return nil, err
	}
	f, err := os.OpenFile(filepath.Join(dir, "lock"), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		who, _ := io.ReadAll(f)
		f.Close()
		return nil, fmt.Errorf("%w: %s is held by process %s", ErrInUse, dir, strings.TrimSpace(string(who)))
	}
	if err := errors.Join(f.Truncate(0), writeAt(f, strconv.Itoa(os.Getpid()))); err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}

func writeAt(f *os.File, s string) error {
	_, err := f.WriteAt([]byte(s+"\n"), 0)
	return err
}

// settle decides where data and socket go and makes the socket's directory.
func settle(ctx context.Context, dir string, bin Binaries, a account, log func(string, ...any)) (place, error) {
	p := place{dir: dir, home: dir}
	home, ok := follow(dir, "elsewhere")
	if !ok && home != "" {
		log("the database's files were in %s and are gone", home)
	}
	if ok {
		p.home = home
	} else if _, err := os.Stat(filepath.Join(dir, "data")); err != nil && !a.canEnter(ctx, bin, dir) {
		home, err := shortDir(ctx, dir, "elsewhere", bin, a)
		if err != nil {
			return p, err
		}
		log("user %s, as whom Postgres runs, cannot enter %s: its files go to %s", a.name, dir, home)
		p.home = home
	}
	p.socket = filepath.Join(p.home, "run")
	if len(filepath.Join(p.socket, ".s.PGSQL.65535")) > socketPathLimit {
		short, ok := follow(dir, "socket")
		if !ok {
			var err error
			if short, err = shortDir(ctx, dir, "socket", bin, a); err != nil {
				return p, err
			}
		}
		p.socket = filepath.Join(short, "run")
	}
	if err := os.MkdirAll(p.socket, 0o700); err != nil {
		return p, err
	}
	return p, a.own(p.socket)
}

// follow reads a note about a directory outside dir. It counts only if what it
// names is still a directory of this user's: names below the temporary
// directory can be taken by others once they are free.
func follow(dir, note string) (string, bool) {
	b, err := os.ReadFile(filepath.Join(dir, note))
	if err != nil {
		return "", false
	}
	path := strings.TrimSpace(string(b))
	info, err := os.Lstat(path)
	return path, err == nil && info.IsDir() && ownerOf(path) == os.Geteuid()
}

// clearSockets removes what servers that were killed left in the socket's
// directory; each start has a new port and would otherwise leave one more.
func clearSockets(dir string) {
	old, _ := filepath.Glob(filepath.Join(dir, ".s.PGSQL.*"))
	for _, path := range old {
		_ = os.Remove(path)
	}
}

// shortDir makes a new directory with a short name that the account can enter
// and leaves a note of it in dir.
func shortDir(ctx context.Context, dir, note string, bin Binaries, a account) (string, error) {
	var tried error
	for _, below := range []string{os.TempDir(), "/tmp", "/var/tmp"} {
		made, err := os.MkdirTemp(below, "reeve-pg-")
		if err == nil {
			err = os.Chmod(made, 0o711)
		}
		if err == nil && (!a.canEnter(ctx, bin, made) || len(made) > socketPathLimit-len("/run/.s.PGSQL.65535")) {
			err = fmt.Errorf("%s cannot be used by %s", made, a.name)
		}
		if err == nil {
			return made, os.WriteFile(filepath.Join(dir, note), []byte(made+"\n"), 0o600)
		}
		if made != "" {
			os.Remove(made)
		}
		tried = errors.Join(tried, err)
	}
	return "", fmt.Errorf("no directory for Postgres: %w", tried)
}

// Erase removes a cluster's directory and whatever it keeps elsewhere. It
// refuses, with an error that wraps ErrInUse, while the cluster runs; a
// directory that does not exist is already erased.
func Erase(dir string) error {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return err
	}
	if _, err := os.Stat(dir); errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if dir, err = filepath.EvalSymlinks(dir); err != nil {
		return err
	}
	lock, err := lockDir(dir)
	if err != nil {
		return err
	}
	defer lock.Close()
	var errs error
	for _, note := range []string{"elsewhere", "socket"} {
		if path, ok := follow(dir, note); ok {
			errs = errors.Join(errs, endLeftover(filepath.Join(path, "data"), func(string, ...any) {}), os.RemoveAll(path))
		}
	}
	return errors.Join(errs, endLeftover(filepath.Join(dir, "data"), func(string, ...any) {}), os.RemoveAll(dir))
}
