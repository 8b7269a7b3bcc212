package pgcluster

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
)

// Install makes sure that a usable Postgres is installed and answers it. It
// does nothing if there is one. Otherwise it installs the system's package and
// says so on log first: by apt-get where that exists and this process is root
// or may use sudo without a password, by Homebrew on macOS. Where neither is
// possible, the error says in one message what a person must do.
//
// The macOS part was written from Homebrew's documentation and never run.
func Install(ctx context.Context, log io.Writer) (Binaries, error) {
	bin, err := FindBinaries()
	if err == nil {
		return bin, nil
	}
	return installWith(ctx, log, machine{look: exec.LookPath, run: execute, root: os.Geteuid() == 0, goos: runtime.GOOS}, FindBinaries)
}

// machine is what Install needs to know of the system and do to it.
type machine struct {
	look func(program string) (string, error)
	run  func(ctx context.Context, out io.Writer, command ...string) error
	root bool
	goos string
}

func installWith(ctx context.Context, log io.Writer, m machine, find func() (Binaries, error)) (Binaries, error) {
	if log == nil {
		log = io.Discard
	}
	err := m.install(ctx, log)
	if err != nil {
		return Binaries{}, fmt.Errorf("%w, and it could not be installed: %w.\n%s", ErrNoBinaries, err, advice)
	}
	bin, err := find()
	if err != nil {
		return Binaries{}, fmt.Errorf("the system's package was installed and does not serve: %w.\n%s", err, advice)
	}
	return bin, nil
}

const advice = "Install PostgreSQL 15 or newer (Debian and Ubuntu: apt-get install postgresql; macOS: brew install postgresql@17; " +
	"older systems: the packages of postgresql.org), or set REEVE_DATABASE_URL to a Postgres that you have."

func (m machine) install(ctx context.Context, log io.Writer) error {
	if _, err := m.look("apt-get"); err == nil {
		var prefix []string
		if !m.root {
			if _, err := m.look("sudo"); err != nil || m.run(ctx, io.Discard, "sudo", "-n", "true") != nil {
				return errors.New("this user is not root and may not use sudo without a password")
			}
			prefix = []string{"sudo", "-n"}
		}
		return m.apt(ctx, log, prefix)
	}
	if m.goos == "darwin" {
		if _, err := m.look("brew"); err != nil {
			return errors.New("Homebrew is not installed")
		}
		fmt.Fprintln(log, "No PostgreSQL found: installing it with `brew install postgresql@17`. No service is started.")
		return m.run(ctx, log, "brew", "install", "postgresql@17")
	}
	return errors.New("this system has neither apt-get nor Homebrew")
}

// dropIn keeps Debian's package from making and starting a cluster of its own:
// we want the programs, not a server on port 5432 that nobody asked for.
const dropIn = "/etc/postgresql-common/createcluster.d/reeve-install.conf"

// apt installs the package, fetching the package lists only if they are missing
// or too old to install from.
func (m machine) apt(ctx context.Context, log io.Writer, prefix []string) (err error) {
	sudo := func(command ...string) error {
		return m.run(ctx, log, append(prefix[:len(prefix):len(prefix)], command...)...)
	}
	fmt.Fprintf(log, "No PostgreSQL found: installing it with `%s`. No service is started.\n",
		strings.Join(append(prefix, "apt-get", "install", "postgresql"), " "))
	if err := sudo("mkdir", "-p", filepath.Dir(dropIn)); err != nil {
		return err
	}
	if err := sudo("sh", "-c", "echo 'create_main_cluster = false' > "+dropIn); err != nil {
		return err
	}
	defer func() {
		// Gone again, so that whoever wants Debian's own cluster later gets it.
		ctx = context.WithoutCancel(ctx)
		err = errors.Join(err, sudo("rm", "-f", dropIn))
	}()
	install := []string{"env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "install", "-y", "-q", "--no-install-recommends", "postgresql"}
	if err := sudo(install...); err == nil {
		return nil
	}
	fmt.Fprintln(log, "Fetching the lists of packages first.")
	if err := sudo("apt-get", "update", "-q"); err != nil {
		return err
	}
	return sudo(install...)
}

// execute runs a command with its output going to out.
func execute(ctx context.Context, out io.Writer, command ...string) error {
	cmd := exec.CommandContext(ctx, command[0], command[1:]...)
	cmd.Stdout, cmd.Stderr = out, out
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("%s: %w", strings.Join(command, " "), err)
	}
	return nil
}
