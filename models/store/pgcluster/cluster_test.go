package pgcluster

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// long is a name that leaves a socket's path no room.
var long = strings.Repeat("long", 25)

// openDir makes a directory that every user may pass through, unlike t.TempDir.
func openDir(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp(testDir(), "pgct-")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		for _, sub := range []string{"pg", "one", "two", long} {
			_ = Erase(filepath.Join(dir, sub))
		}
		os.RemoveAll(dir)
	})
	return dir
}

func mustStart(t *testing.T, o Options) *Cluster {
	t.Helper()
	c, err := Start(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Stop)
	return c
}

func ask[T any](t *testing.T, address, sql string) (v T) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), address)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	if err := conn.QueryRow(t.Context(), sql).Scan(&v); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	return v
}

func try(t *testing.T, address, sql string) error {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), address)
	if err != nil {
		return err
	}
	defer conn.Close(t.Context())
	_, err = conn.Exec(t.Context(), sql)
	return err
}

func TestAClusterFromColdStartToWarmStart(t *testing.T) {
	t.Setenv("PGHOST", "192.0.2.1") // the caller's own settings must not matter
	t.Setenv("PGDATA", "/nonexistent")
	dir := filepath.Join(openDir(t), "pg")
	var said bytes.Buffer
	c := mustStart(t, Options{Dir: dir, Log: &said})
	if !strings.Contains(said.String(), "making a database") {
		t.Errorf("the first start said %q", said.String())
	}

	t.Run("the four roles sign in, and only reeve_super is a superuser", func(t *testing.T) {
		for role, address := range map[string]string{
			RoleSuper: c.SuperURL("reeve"), RoleOwner: c.OwnerURL("reeve"), RoleWeb: c.WebURL("reeve"), RoleWork: c.WorkURL("reeve"),
		} {
			got := ask[string](t, address, "select current_user || ' ' || rolsuper || ' ' || rolbypassrls from pg_roles where rolname = current_user")
			want := role + " false false"
			if role == RoleSuper {
				want = role + " true true"
			}
			if got != want {
				t.Errorf("got %q, want %q", got, want)
			}
		}
	})
	t.Run("the owner makes databases and the others cannot", func(t *testing.T) {
		if err := try(t, c.OwnerURL("reeve"), "create database another"); err != nil {
			t.Error(err)
		}
		for _, address := range []string{c.WebURL("reeve"), c.WorkURL("reeve")} {
			for _, sql := range []string{"create database stolen", "create table t ()", "create temp table t ()", "create role r", "set role reeve_owner"} {
				if err := try(t, address, sql); err == nil {
					t.Errorf("%s: not refused for %s", sql, address)
				}
			}
		}
	})
	t.Run("no role is a member of another", func(t *testing.T) {
		if n := ask[int](t, c.SuperURL("reeve"), "select count(*) from pg_auth_members where member::regrole::text like 'reeve%'"); n != 0 {
			t.Errorf("%d memberships", n)
		}
	})
	t.Run("a wrong password is refused, on the socket too", func(t *testing.T) {
		u, _ := url.Parse(c.WebURL("reeve"))
		u.User = url.UserPassword(RoleWeb, "wrong")
		if err := try(t, u.String(), "select 1"); err == nil {
			t.Error("signed in with a wrong password")
		}
		_, port, _ := strings.Cut(c.host, ":")
		local := fmt.Sprintf("host=%s port=%s user=%s dbname=reeve password=", c.Socket(), port, RoleWeb)
		if err := try(t, local+"wrong", "select 1"); err == nil {
			t.Error("signed in on the socket with a wrong password")
		}
		if os.Geteuid() == 0 { // the socket is closed to other users; root may pass
			if err := try(t, local+c.passwords[RoleWeb], "select 1"); err != nil {
				t.Error(err)
			}
		}
	})
	t.Run("letters beyond ASCII have upper and lower case; order is by code point", func(t *testing.T) {
		if got := ask[string](t, c.WebURL("reeve"), "select lower('ÄÉ') || ('B' < 'a')::text"); got != "äétrue" {
			t.Errorf("got %q", got)
		}
	})
	t.Run("a power cut loses nothing that was committed", func(t *testing.T) {
		if got := ask[string](t, c.WebURL("reeve"), "select current_setting('fsync') || current_setting('data_checksums')"); got != "onon" {
			t.Errorf("fsync and checksums: got %q", got)
		}
	})
	t.Run("files are private", func(t *testing.T) {
		for name, want := range map[string]os.FileMode{"passwords.json": 0o600, "postgres.log": 0o600, "data": 0o700} {
			info, err := os.Stat(filepath.Join(dir, name))
			if err != nil || info.Mode().Perm() != want {
				t.Errorf("%s: %v %v, want %v", name, info.Mode().Perm(), err, want)
			}
		}
	})
	t.Run("a second start on the directory is refused and names the holder", func(t *testing.T) {
		_, err := Start(t.Context(), Options{Dir: dir})
		if !errors.Is(err, ErrInUse) || !strings.Contains(fmt.Sprint(err), fmt.Sprintf("process %d", os.Getpid())) {
			t.Errorf("got %v", err)
		}
		if err := Erase(dir); !errors.Is(err, ErrInUse) {
			t.Errorf("erasing while it runs: %v", err)
		}
	})

	t.Run("another process joins it, by a link too, and cannot stop it", func(t *testing.T) {
		link := filepath.Join(filepath.Dir(dir), "link")
		if err := os.Symlink(dir, link); err != nil {
			t.Fatal(err)
		}
		for _, d := range []string{dir, link} {
			joined, err := Running(d)
			if err != nil {
				t.Fatal(err)
			}
			joined.Stop()
			if joined.WebURL("reeve") != c.WebURL("reeve") || ask[int](t, joined.WebURL("reeve"), "select 1") != 1 {
				t.Errorf("got %s, want %s", joined.WebURL("reeve"), c.WebURL("reeve"))
			}
		}
	})

	if err := try(t, c.OwnerURL("reeve"), "create table kept as select 42 as n"); err != nil {
		t.Fatal(err)
	}
	before, pid := c.passwords, c.server.pid
	began := time.Now()
	c.Stop()
	c.Stop()
	t.Logf("stopped in %v", time.Since(began))
	wantGone(t, pid)
	if _, err := Running(dir); !errors.Is(err, ErrNotRunning) {
		t.Errorf("joining after Stop: %v", err)
	}
	select {
	case <-c.Done():
	default:
		t.Error("Done is not closed after Stop")
	}

	began = time.Now()
	c = mustStart(t, Options{Dir: dir})
	t.Logf("warm start in %v", time.Since(began))
	if got := ask[int](t, c.OwnerURL("reeve"), "select n from kept"); got != 42 {
		t.Errorf("after a warm start: got %d, want 42", got)
	}
	if c.passwords[RoleWeb] != before[RoleWeb] {
		t.Error("a warm start changed the passwords")
	}
	c.Stop()

	if err := os.Rename(filepath.Join(dir, "passwords.json"), filepath.Join(dir, "mislaid")); err != nil {
		t.Fatal(err)
	}
	if _, err := Start(t.Context(), Options{Dir: dir}); err == nil || !strings.Contains(err.Error(), "passwords.json is missing") {
		t.Errorf("without its passwords: %v", err)
	}
	if err := Erase(dir); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(dir); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("after Erase: %v", err)
	}
}

// wantGone fails unless the server and all its children have ended.
func wantGone(t *testing.T, pid int) {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); time.Now().Before(deadline); time.Sleep(10 * time.Millisecond) {
		if commandLine(pid) == "" && errors.Is(syscall.Kill(-pid, 0), syscall.ESRCH) {
			return
		}
	}
	out, _ := exec.Command("ps", "-o", "pid,ppid,stat,args", "-g", fmt.Sprint(pid)).CombinedOutput()
	t.Errorf("process %d or a child of it still runs:\n%s", pid, out)
}

func TestAClosedParentDirectoryMovesTheFilesElsewhere(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Log("not root: Postgres runs as the caller, who can enter its own directories; nothing to move")
		return
	}
	parent := openDir(t)
	if err := os.Chmod(parent, 0o700); err != nil {
		t.Fatal(err)
	}
	// Long too, so that only a short directory can hold the socket.
	dir := filepath.Join(parent, long)
	var said bytes.Buffer
	c := mustStart(t, Options{Dir: dir, Fast: true, Log: &said})
	elsewhere, ok := follow(dir, "elsewhere")
	if !ok || !strings.Contains(said.String(), elsewhere) {
		t.Fatalf("elsewhere %q %v; said %q", elsewhere, ok, said.String())
	}
	if err := try(t, c.OwnerURL("reeve"), "create table kept as select 42 as n"); err != nil {
		t.Fatal(err)
	}
	c.Stop()
	c = mustStart(t, Options{Dir: dir, Fast: true})
	if got := ask[int](t, c.OwnerURL("reeve"), "select n from kept"); got != 42 {
		t.Errorf("got %d, want 42", got)
	}
	c.Stop()
	if err := Erase(dir); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(elsewhere); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("Erase left %s: %v", elsewhere, err)
	}
}

func TestALongPathKeepsTheFilesAndMovesTheSocket(t *testing.T) {
	dir := copyOfCluster(t, filepath.Join(openDir(t), long))
	c := mustStart(t, Options{Dir: dir, Fast: true})
	if _, err := os.Stat(filepath.Join(dir, "data", "PG_VERSION")); err != nil {
		t.Error(err)
	}
	if strings.HasPrefix(c.Socket(), dir) {
		t.Errorf("socket in %s", c.Socket())
	}
	c.Stop()
	if err := Erase(dir); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Dir(c.Socket())); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("Erase left %s: %v", c.Socket(), err)
	}
}

func TestPostgresEndsWhenItsOwnerIsKilled(t *testing.T) {
	dir := copyOfCluster(t, filepath.Join(openDir(t), "pg"))
	owner := exec.Command(os.Args[0])
	owner.Env = append(os.Environ(), "PGCLUSTER_TEST_OWN="+dir)
	out, err := owner.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := owner.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(line, err)
	}
	var pid int
	var address string
	if _, err := fmt.Sscan(line, &pid, &address); err != nil {
		t.Fatal(line, err)
	}
	if err := try(t, address, "create table kept as select 42 as n"); err != nil {
		t.Fatal(err)
	}
	if err := owner.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = owner.Wait()
	if runtime.GOOS == "linux" {
		wantGone(t, pid)
	}
	c := mustStart(t, Options{Dir: dir, Fast: true})
	wantGone(t, pid)
	if got := ask[int](t, c.SuperURL("postgres"), "select n from kept"); got != 42 {
		t.Errorf("got %d, want 42", got)
	}
}

func TestAServerLeftBehindIsEndedByTheNextStart(t *testing.T) {
	dir := copyOfCluster(t, filepath.Join(openDir(t), "pg"))
	c := mustStart(t, Options{Dir: dir, Fast: true})
	c.lock.Close() // as if the owner had died and the kernel had not ended the server
	var said bytes.Buffer
	next := mustStart(t, Options{Dir: dir, Fast: true, Log: &said})
	wantGone(t, c.server.pid)
	if !strings.Contains(said.String(), "left behind") {
		t.Errorf("said %q", said.String())
	}
	if got := ask[int](t, next.SuperURL("reeve"), "select 1"); got != 1 {
		t.Error(got)
	}
}

func TestATakenPortIsSaid(t *testing.T) {
	dir := openDir(t)
	c := mustStart(t, Options{Dir: copyOfCluster(t, filepath.Join(dir, "one")), Fast: true})
	var port int
	if _, err := fmt.Sscanf(c.host, "127.0.0.1:%d", &port); err != nil {
		t.Fatal(err)
	}
	_, err := Start(t.Context(), Options{Dir: copyOfCluster(t, filepath.Join(dir, "two")), Fast: true, Port: port})
	if err == nil || !strings.Contains(err.Error(), "the port is taken") {
		t.Errorf("got %v", err)
	}
	two := mustStart(t, Options{Dir: filepath.Join(dir, "two"), Fast: true})
	if got := ask[int](t, two.WebURL("reeve"), "select 1"); got != 1 {
		t.Error(got)
	}
}

func TestACancelledStartLeavesNothingRunning(t *testing.T) {
	dir := filepath.Join(openDir(t), "pg")
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	if c, err := Start(ctx, Options{Dir: dir, Fast: true}); err == nil {
		c.Stop()
		t.Log("this machine starts a cluster in less than 300 ms")
	}
	// Erase needs the lock.
	if err := Erase(dir); err != nil {
		t.Error(err)
	}
	out, err := exec.Command("ps", "-e", "-ww", "-o", "args=").Output()
	if err != nil || bytes.Contains(out, []byte(dir)) {
		t.Errorf("a process still runs on %s: %v\n%s", dir, err, out)
	}
}

// When the suite runs as root, this runs the main test as an ordinary user too.
func TestAnOrdinaryUserCanRunACluster(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Log("this user is ordinary already")
		return
	}
	dir := openDir(t)
	if err := os.Chmod(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	binary := filepath.Join(dir, "copy.test")
	copyFile(t, os.Args[0], binary)
	cmd := exec.Command(binary, "-test.run=^TestAClusterFromColdStartToWarmStart$", "-test.v")
	cmd.Dir = dir
	cmd.Env = []string{"TMPDIR=" + dir, "PATH=" + os.Getenv("PATH")}
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
	out, err := cmd.CombinedOutput()
	if err != nil || !bytes.Contains(out, []byte("--- PASS: TestAClusterFromColdStartToWarmStart")) {
		t.Errorf("as an ordinary user: %v\n%s", err, out)
	}
}

func copyFile(t *testing.T, from, to string) {
	t.Helper()
	in, err := os.Open(from)
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE, 0o755)
	if err != nil {
		t.Fatal(err)
	}
	_, err = io.Copy(out, in)
	if err := errors.Join(err, out.Close()); err != nil {
		t.Fatal(err)
	}
}
