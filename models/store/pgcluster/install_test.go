package pgcluster

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// pretend is a machine that has some programs, on which some commands fail, and
// that notes what it is told to do.
func pretend(goos string, root bool, has []string, fails func(nth int, command string) bool) (machine, *[]string) {
	var ran []string
	return machine{
		goos: goos, root: root,
		look: func(program string) (string, error) {
			if slices.Contains(has, program) {
				return "/bin/" + program, nil
			}
			return "", errors.New("not found")
		},
		run: func(_ context.Context, _ io.Writer, command ...string) error {
			line := strings.Join(command, " ")
			ran = append(ran, line)
			if fails != nil && fails(len(ran), line) {
				return fmt.Errorf("%s: failed", command[0])
			}
			return nil
		},
	}, &ran
}

func TestInstallDoesWhatTheSystemAllowsOrSaysWhatAPersonMustDo(t *testing.T) {
	const get = "env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends postgresql"
	const off, on = "sh -c echo 'create_main_cluster = false' > " + dropIn, "rm -f " + dropIn
	const mk = "mkdir -p /etc/postgresql-common/createcluster.d"
	sudo := func(commands ...string) (list []string) {
		for _, c := range commands {
			list = append(list, "sudo -n "+c)
		}
		return list
	}
	for _, c := range []struct {
		name  string
		goos  string
		root  bool
		has   []string
		fails func(int, string) bool
		want  []string
		err   string
	}{
		{"root on Debian", "linux", true, []string{"apt-get"}, nil, []string{mk, off, get, on}, ""},
		{"sudo without a password", "linux", false, []string{"apt-get", "sudo"}, nil,
			append([]string{"sudo -n true"}, sudo(mk, off, get, on)...), ""},
		{"package lists missing at first", "linux", true, []string{"apt-get"},
			func(n int, line string) bool { return n == 3 }, []string{mk, off, get, "apt-get update -q", get, on}, ""},
		{"nothing to be had: the system's settings are put back", "linux", true, []string{"apt-get"},
			func(_ int, line string) bool { return strings.Contains(line, "apt-get") },
			[]string{mk, off, get, "apt-get update -q", on}, "REEVE_DATABASE_URL"},
		{"sudo asks for a password", "linux", false, []string{"apt-get", "sudo"},
			func(int, string) bool { return true }, []string{"sudo -n true"}, "not root"},
		{"no sudo", "linux", false, []string{"apt-get"}, nil, nil, "not root"},
		{"Homebrew", "darwin", false, []string{"brew"}, nil, []string{"brew install postgresql@17"}, ""},
		{"macOS without Homebrew", "darwin", false, nil, nil, nil, "brew install postgresql@17"},
		{"another system", "freebsd", true, nil, nil, nil, "neither apt-get nor Homebrew"},
	} {
		t.Run(c.name, func(t *testing.T) {
			m, ran := pretend(c.goos, c.root, c.has, c.fails)
			var said bytes.Buffer
			_, err := installWith(t.Context(), &said, m, func() (Binaries, error) { return Binaries{Major: 17}, nil })
			if !slices.Equal(*ran, c.want) {
				t.Errorf("ran\n%s\nwant\n%s", strings.Join(*ran, "\n"), strings.Join(c.want, "\n"))
			}
			if (err == nil) != (c.err == "") || !strings.Contains(fmt.Sprint(err), c.err) {
				t.Errorf("got %v, want %q", err, c.err)
			}
			if err != nil && !errors.Is(err, ErrNoBinaries) {
				t.Errorf("%v does not wrap ErrNoBinaries", err)
			}
			if len(c.want) > 1 && said.Len() == 0 {
				t.Error("it said nothing of what it did")
			}
		})
	}
}

func TestASystemWhosePackageIsTooOldIsToldSo(t *testing.T) {
	m, _ := pretend("linux", true, []string{"apt-get"}, nil)
	_, err := installWith(t.Context(), nil, m, func() (Binaries, error) { return Binaries{}, noneFound([]Binaries{{Dir: "/old", Major: 14}}) })
	if !errors.Is(err, ErrNoBinaries) || !strings.Contains(err.Error(), "version 14") || !strings.Contains(err.Error(), "postgresql.org") {
		t.Errorf("got %v", err)
	}
}

// fakePostgres puts programs into a directory that claim to be a version.
func fakePostgres(t *testing.T, version string) string {
	t.Helper()
	dir := t.TempDir()
	for _, name := range []string{"postgres", "initdb"} {
		script := "#!/bin/sh\necho '" + name + " (PostgreSQL) " + version + "'\n"
		if err := os.WriteFile(filepath.Join(dir, name), []byte(script), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestTheNewestUsablePostgresIsFound(t *testing.T) {
	saved := places
	t.Cleanup(func() { places = saved })
	places = nil
	old, mid, beta := fakePostgres(t, "14.9"), fakePostgres(t, "16.3 (Debian 16.3-1)"), fakePostgres(t, "18beta1")

	t.Setenv("PATH", strings.Join([]string{old, mid, beta, "/bin"}, ":"))
	if b, err := FindBinaries(); err != nil || b != (Binaries{Dir: beta, Major: 18}) {
		t.Errorf("got %v %v", b, err)
	}
	if b, err := binariesFor(16, "/x"); err != nil || b.Dir != mid {
		t.Errorf("for files of version 16: %v %v", b, err)
	}
	if _, err := binariesFor(17, "/x"); !errors.Is(err, ErrNoBinaries) || !strings.Contains(err.Error(), "version 17") {
		t.Errorf("for files of version 17: %v", err)
	}
	t.Setenv("PATH", old+":/bin")
	if _, err := FindBinaries(); !errors.Is(err, ErrNoBinaries) || !strings.Contains(err.Error(), "version 14") {
		t.Errorf("with only version 14: %v", err)
	}
	t.Setenv("PATH", "/nonexistent")
	if _, err := FindBinaries(); !errors.Is(err, ErrNoBinaries) {
		t.Errorf("with none: %v", err)
	}
}
