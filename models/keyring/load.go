package keyring

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// EnvName is the environment variable that holds the master key.
const EnvName = "REEVE_MASTER_KEY"

// Load takes the master key from env, the value of REEVE_MASTER_KEY, or, if that is
// empty, from the file. With create, a missing file is made (mode 0600) with a new
// key; without it, a missing key is ErrMissing. A file that others may read is
// refused. Two processes that start at one time agree on one key.
func Load(env, file string, create bool) (*Ring, error) {
	if strings.TrimSpace(env) != "" {
		r, err := Parse(env)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", EnvName, err)
		}
		return r, nil
	}
	text, err := readOrCreate(file, create, func() (string, error) { return "1:" + Generate(), nil })
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%w: set %s, or put the key into %s", ErrMissing, EnvName, file)
	}
	if err != nil {
		return nil, err
	}
	r, err := Parse(text)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	return r, nil
}

// Rotate adds a new version of the master key to the file and answers the ring with
// it. The older ones stay, in the same file, as long as anything needs them.
func Rotate(file string) (*Ring, error) {
	r, err := Load("", file, false)
	if err != nil {
		return nil, err
	}
	if r.current == 255 {
		return nil, errors.New("keyring: 255 versions is as far as they go")
	}
	old, err := readPrivate(file)
	if err != nil {
		return nil, err
	}
	if !strings.Contains(old, ":") {
		old = "1:" + strings.TrimSpace(old)
	}
	text := fmt.Sprintf("%d:%s\n%s", r.current+1, Generate(), old)
	rotated, err := Parse(text)
	if err != nil {
		return nil, err
	}
	temp, err := writeTemp(file, text)
	if err != nil {
		return nil, err
	}
	defer os.Remove(temp)
	if err := errors.Join(os.Rename(temp, file), syncDir(filepath.Dir(file))); err != nil {
		return nil, fmt.Errorf("keyring: %w", err)
	}
	return rotated, nil
}

// readOrCreate reads a private file, or makes it with what fresh answers. Of several
// processes that make it at one time, all read what the first one wrote.
func readOrCreate(file string, create bool, fresh func() (string, error)) (string, error) {
	text, err := readPrivate(file)
	if err == nil || !create || !errors.Is(err, fs.ErrNotExist) {
		return text, err
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		return "", fmt.Errorf("keyring: %w", err)
	}
	if text, err = fresh(); err != nil {
		return "", err
	}
	temp, err := writeTemp(file, text+"\n")
	if err != nil {
		return "", err
	}
	defer os.Remove(temp)
	// A link, unlike a rename, fails if the name is taken.
	if err := os.Link(temp, file); err != nil && !errors.Is(err, fs.ErrExist) {
		return "", fmt.Errorf("keyring: %w", err)
	}
	if err := syncDir(filepath.Dir(file)); err != nil {
		return "", fmt.Errorf("keyring: %w", err)
	}
	return readPrivate(file)
}

func readPrivate(file string) (string, error) {
	f, err := os.Open(file)
	if err != nil {
		return "", fmt.Errorf("keyring: %w", err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return "", fmt.Errorf("keyring: %w", err)
	}
	if !info.Mode().IsRegular() {
		return "", fmt.Errorf("keyring: %s is not a file", file)
	}
	if info.Mode().Perm()&0o077 != 0 {
		return "", fmt.Errorf("keyring: %s may be read by others (mode %04o); run: chmod 600 %s", file, info.Mode().Perm(), file)
	}
	b, err := io.ReadAll(io.LimitReader(f, 64<<10))
	if err != nil {
		return "", fmt.Errorf("keyring: %w", err)
	}
	return string(b), nil
}

// writeTemp writes a private file beside the one that it is to become, synced.
func writeTemp(file, text string) (string, error) {
	f, err := os.CreateTemp(filepath.Dir(file), ".new-*") // mode 0600
	if err != nil {
		return "", fmt.Errorf("keyring: %w", err)
	}
	_, err = f.WriteString(text)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		os.Remove(f.Name())
		return "", fmt.Errorf("keyring: %w", err)
	}
	return f.Name(), nil
}

func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
