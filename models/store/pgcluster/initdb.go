package pgcluster

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
)

// majorOfData answers the version that made a data directory, 0 if there is
// none.
func majorOfData(data string) int {
	b, err := os.ReadFile(filepath.Join(data, "PG_VERSION"))
	if err != nil {
		return 0
	}
	major, _ := strconv.Atoi(strings.TrimSpace(string(b)))
	return major
}

// initialise makes the cluster's files under another name and renames them when
// they are whole, so that an interrupted first start leaves nothing that looks
// like a database.
func initialise(ctx context.Context, bin Binaries, a account, p place, password string, fast bool) error {
	fresh := p.data() + ".new"
	secret := filepath.Join(p.home, "initdb.password")
	for _, path := range []string{fresh, secret} {
		if err := os.RemoveAll(path); err != nil {
			return err
		}
	}
	defer os.Remove(secret)
	defer os.RemoveAll(fresh)
	if err := os.WriteFile(secret, []byte(password+"\n"), 0o600); err != nil {
		return err
	}
	if err := a.own(secret); err != nil {
		return err
	}
	var out []byte
	var err error
	for _, ctype := range letterRules() {
		if err = os.RemoveAll(fresh); err != nil {
			return err
		}
		if err = os.Mkdir(fresh, 0o700); err != nil {
			return err
		}
		if err = a.own(fresh); err != nil {
			return err
		}
		out, err = initdb(ctx, bin, a, p.home, fresh, secret, ctype, fast)
		if err == nil || !bytes.Contains(out, []byte("locale")) {
			break
		}
	}
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	if err != nil {
		return fmt.Errorf("initdb: %w\n%s", err, bytes.TrimSpace(out))
	}
	return os.Rename(fresh, p.data())
}

// letterRules are the locales that know upper and lower case beyond ASCII, best
// first; C, which does not, is always there. Sorting is by code point always:
// the same on every machine, and its indexes serve prefix searches.
func letterRules() []string {
	if runtime.GOOS == "darwin" {
		return []string{"en_US.UTF-8", "C"}
	}
	return []string{"C.UTF-8", "en_US.UTF-8", "C"}
}

func initdb(ctx context.Context, bin Binaries, a account, dir, data, secret, ctype string, fast bool) ([]byte, error) {
	args := []string{"-D", data, "-U", RoleSuper, "--pwfile", secret, "-A", "scram-sha-256",
		"-E", "UTF8", "--locale=C", "--lc-ctype=" + ctype, "--no-instructions"}
	if fast {
		args = append(args, "--no-sync")
	} else {
		args = append(args, "--data-checksums")
	}
	cmd := a.command(ctx, dir, bin.path("initdb"), args...)
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	err := run(cmd)
	return out.Bytes(), err
}
