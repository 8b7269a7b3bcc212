package pgcluster

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"runtime"
	"strconv"
	"syscall"
	"time"
)

// account is the user that Postgres runs as. Only root may choose; everyone
// else is themselves.
type account struct {
	name     string
	uid, gid int
	drop     bool // the caller is root and becomes this user
}

// unprivileged are the users that root becomes, best first. _postgres is
// macOS's name.
var unprivileged = []string{"postgres", "_postgres", "nobody"}

// chooseAccount answers the caller's own account, or for root the first
// unprivileged one that can run these binaries. prefer is the user who owns
// the files already there (-1: none yet), since nobody else could open them.
func chooseAccount(ctx context.Context, bin Binaries, prefer int) (account, error) {
	if os.Geteuid() != 0 {
		self := account{name: "the current user", uid: os.Geteuid(), gid: os.Getegid()}
		if prefer >= 0 && prefer != self.uid {
			return account{}, fmt.Errorf("the database's files belong to user %d and this process runs as user %d: "+
				"run it as that user, or use another directory", prefer, self.uid)
		}
		return self, nil
	}
	var tried error
	for _, a := range accountsFor(prefer) {
		cmd := a.command(ctx, "/", bin.path("postgres"), "--version")
		err := run(cmd)
		if err == nil {
			return a, nil
		}
		tried = errors.Join(tried, fmt.Errorf("as %s: %w", a.name, err))
	}
	return account{}, fmt.Errorf("Postgres refuses to run as root and no unprivileged user could run it: %w", tried)
}

func accountsFor(prefer int) []account {
	if prefer > 0 {
		if u, err := user.LookupId(strconv.Itoa(prefer)); err == nil {
			return appendAccount(nil, u)
		}
	}
	var list []account
	for _, name := range unprivileged {
		if u, err := user.Lookup(name); err == nil {
			list = appendAccount(list, u)
		}
	}
	return list
}

func appendAccount(list []account, u *user.User) []account {
	uid, err1 := strconv.Atoi(u.Uid)
	gid, err2 := strconv.Atoi(u.Gid)
	if err1 != nil || err2 != nil || uid == 0 {
		return list
	}
	return append(list, account{name: u.Username, uid: uid, gid: gid, drop: true})
}

// command prepares a program to run as the account: in a process group of its
// own, so that a Ctrl-C in the terminal reaches only us and we end it in order;
// with an environment in which no PG* variable of the caller can speak.
func (a account) command(ctx context.Context, dir, program string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Dir = dir
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "LC_ALL=C", "TZ=UTC", "HOME=" + dir}
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	dieWithOwner(cmd.SysProcAttr, syscall.SIGTERM)
	if a.drop {
		cmd.SysProcAttr.Credential = &syscall.Credential{Uid: uint32(a.uid), Gid: uint32(a.gid)}
	}
	// Asked, not killed, and only itself: initdb then ends the server that it
	// has running by closing its input, which lets that give back its memory.
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	cmd.WaitDelay = 5 * time.Second
	return cmd
}

// canEnter says whether the account can reach a directory, by going there.
func (a account) canEnter(ctx context.Context, bin Binaries, dir string) bool {
	return !a.drop || run(a.command(ctx, dir, bin.path("postgres"), "--version")) == nil
}

// own gives a path to the account.
func (a account) own(path string) error {
	if !a.drop {
		return nil
	}
	return os.Lchown(path, a.uid, a.gid)
}

// run runs a command to its end from a thread that lives as long as it does:
// the kernel's death signal is tied to the starting thread, not the process.
func run(cmd *exec.Cmd) error {
	done := make(chan error, 1)
	go func() {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		done <- cmd.Run()
	}()
	return <-done
}

// ownerOf answers the owner's number, -1 if there is no such file.
func ownerOf(path string) int {
	info, err := os.Lstat(path)
	if err != nil {
		return -1
	}
	if st, ok := info.Sys().(*syscall.Stat_t); ok {
		return int(st.Uid)
	}
	return -1
}
