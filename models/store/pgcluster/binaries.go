package pgcluster

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"time"
)

// Oldest is the oldest major version of Postgres that Reeve runs on.
const Oldest = 15

// ErrNoBinaries is wrapped by every error that says no usable Postgres is
// installed; Install may help.
var ErrNoBinaries = errors.New("no usable PostgreSQL found")

// Binaries is one installed Postgres server.
type Binaries struct {
	Dir   string // holds postgres and initdb
	Major int    // 15, 16, ...
}

func (b Binaries) path(program string) string { return filepath.Join(b.Dir, program) }

// places are the directories in which packagers put the server's programs,
// besides PATH: Debian and Ubuntu, the PostgreSQL project's RPMs, Alpine, a
// build from source, Homebrew (Apple silicon, Intel, Linux), Postgres.app.
var places = []string{
	"/usr/lib/postgresql/*/bin",
	"/usr/pgsql-*/bin",
	"/usr/libexec/postgresql*",
	"/usr/local/pgsql/bin",
	"/opt/homebrew/opt/postgresql*/bin",
	"/usr/local/opt/postgresql*/bin",
	"/home/linuxbrew/.linuxbrew/opt/postgresql*/bin",
	"/Applications/Postgres.app/Contents/Versions/*/bin",
}

// FindBinaries answers the newest installed Postgres that is new enough, from
// PATH and the usual places. Its error wraps ErrNoBinaries and names what was
// found instead, if anything.
func FindBinaries() (Binaries, error) {
	found, tooOld := installed()
	if len(found) > 0 {
		return found[0], nil
	}
	return Binaries{}, noneFound(tooOld)
}

// binariesFor answers the binaries for a data directory made by a major
// version; 0 stands for a directory still to be made. Postgres opens only files
// of its own major version.
func binariesFor(major int, data string) (Binaries, error) {
	if major == 0 {
		return FindBinaries()
	}
	found, tooOld := installed()
	for _, b := range slices.Concat(found, tooOld) {
		if b.Major == major {
			return b, nil
		}
	}
	return Binaries{}, fmt.Errorf("%w: the database in %s was made by version %d, which is not installed; "+
		"install that version again, or start over with an empty directory", ErrNoBinaries, data, major)
}

func noneFound(tooOld []Binaries) error {
	if len(tooOld) > 0 {
		return fmt.Errorf("%w: %s has version %d, and version %d or newer is needed",
			ErrNoBinaries, tooOld[0].Dir, tooOld[0].Major, Oldest)
	}
	return fmt.Errorf("%w: version %d or newer is needed, in PATH or where its packages put it", ErrNoBinaries, Oldest)
}

// installed lists servers, newest first, apart from those too old.
func installed() (found, tooOld []Binaries) {
	seen := map[string]bool{}
	for _, dir := range candidates() {
		real, err := filepath.EvalSymlinks(filepath.Join(dir, "postgres"))
		if err != nil {
			continue
		}
		if dir = filepath.Dir(real); seen[dir] {
			continue
		}
		seen[dir] = true
		if _, err := os.Stat(filepath.Join(dir, "initdb")); err != nil {
			continue
		}
		b := Binaries{Dir: dir, Major: majorOf(real)}
		switch {
		case b.Major >= Oldest:
			found = append(found, b)
		case b.Major > 0:
			tooOld = append(tooOld, b)
		}
	}
	newest := func(a, b Binaries) int { return cmp.Compare(b.Major, a.Major) }
	slices.SortStableFunc(found, newest)
	slices.SortStableFunc(tooOld, newest)
	return found, tooOld
}

func candidates() []string {
	dirs := filepath.SplitList(os.Getenv("PATH"))
	for _, pattern := range places {
		matches, _ := filepath.Glob(pattern)
		dirs = append(dirs, matches...)
	}
	return dirs
}

// "postgres (PostgreSQL) 15.14 (Debian 15.14-0+deb12u1)", "postgres (PostgreSQL) 18beta1"
var versionLine = regexp.MustCompile(`\(PostgreSQL\) (\d+)`)

// majorOf asks a postgres program for its version; 0 if it does not answer.
func majorOf(postgres string) int {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	out, err := exec.CommandContext(ctx, postgres, "--version").Output()
	if err != nil {
		return 0
	}
	m := versionLine.FindSubmatch(out)
	if m == nil {
		return 0
	}
	major, _ := strconv.Atoi(string(m[1]))
	return major
}
