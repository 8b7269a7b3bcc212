package pgcluster

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
)

var errPortTaken = errors.New("the port is taken")

// server is one running postgres.
type server struct {
	pid    int
	exited chan struct{} // closed when the process has ended and was collected
}

// settings are the server's, for real use and for tests. Its log holds neither
// statements nor details, because both can hold personal data.
func settings(p place, port int, fast bool) []string {
	set := []string{
		"listen_addresses=127.0.0.1",
		"port=" + strconv.Itoa(port),
		"unix_socket_directories=" + p.socket,
		"unix_socket_permissions=0700",
		"ssl=off",
		"timezone=UTC",
		"log_timezone=UTC",
		"log_checkpoints=off",
		"log_min_error_statement=panic",
		"log_error_verbosity=terse",
		"log_parameter_max_length_on_error=0",
		"jit=off",
		"max_connections=200",
		"wal_level=minimal",
		"max_wal_senders=0",
	}
	if fast {
		set = append(set, "fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=400",
			"min_wal_size=32MB", "max_wal_size=512MB")
	}
	return set
}

// launch starts the server and waits until it answers, ends, or ctx does.
func launch(ctx context.Context, bin Binaries, a account, p place, port int, fast bool, superURL string) (*server, error) {
	log, err := os.OpenFile(filepath.Join(p.dir, "postgres.log"), os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return nil, err
	}
	defer log.Close()
	args := []string{"-D", p.data()}
	for _, s := range settings(p, port, fast) {
		args = append(args, "-c", s)
	}
	// Not ctx: it bounds the start, and the server lives until it is stopped.
	cmd := a.command(context.Background(), p.home, bin.path("postgres"), args...)
	dieWithOwner(cmd.SysProcAttr, syscall.SIGINT)
	cmd.Stdout, cmd.Stderr = log, log

	s := &server{exited: make(chan struct{})}
	started := make(chan error, 1)
	go func() {
		// This thread must live as long as the server: see dieWithOwner.
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		defer close(s.exited)
		err := cmd.Start()
		started <- err
		if err == nil {
			_ = cmd.Wait()
		}
	}()
	if err := <-started; err != nil {
		return nil, fmt.Errorf("starting Postgres: %w", err)
	}
	s.pid = cmd.Process.Pid
	if err := s.await(ctx, superURL, p.data()); err != nil {
		s.stop()
		tail := tailOf(filepath.Join(p.dir, "postgres.log"))
		if strings.Contains(tail, "could not bind") {
			return nil, fmt.Errorf("%w: 127.0.0.1:%d", errPortTaken, port)
		}
		return nil, fmt.Errorf("%w\n%s", err, tail)
	}
	return s, nil
}

// await waits until the server of this data directory answers a connection.
func (s *server) await(ctx context.Context, url, data string) error {
	var last error
	for {
		if last = answers(ctx, url, data); last == nil {
			return nil
		}
		select {
		case <-s.exited:
			return errors.New("Postgres ended while starting")
		case <-ctx.Done():
			return fmt.Errorf("waiting for Postgres: %w (%v)", context.Cause(ctx), last)
		case <-time.After(10 * time.Millisecond):
		}
	}
}

// answers asks a server whose files it serves: on a taken port, a copy of our
// own directory would know our passwords too.
func answers(ctx context.Context, url, data string) error {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	serves := ""
	if err := conn.QueryRow(ctx, "show data_directory").Scan(&serves); err != nil {
		return err
	}
	if serves != data {
		return fmt.Errorf("the server there serves %s", serves)
	}
	return nil
}

// stop ends the server: fast shutdown, and if that takes too long, harder.
func (s *server) stop() {
	for _, step := range []struct {
		sig  syscall.Signal
		wait time.Duration
	}{{syscall.SIGINT, 20 * time.Second}, {syscall.SIGQUIT, 5 * time.Second}, {syscall.SIGKILL, 5 * time.Second}} {
		target := s.pid
		if step.sig == syscall.SIGKILL {
			target = -s.pid // the group: the server's children cannot be told any more
		}
		select {
		case <-s.exited: // its number may be someone else's by now
			return
		default:
			_ = syscall.Kill(target, step.sig)
		}
		select {
		case <-s.exited:
			return
		case <-time.After(step.wait):
		}
	}
}

func freePort() (int, error) {
	l, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port, nil
}

// tailOf answers the end of a log, for an error message.
func tailOf(path string) string {
	b, err := os.ReadFile(path)
	if err != nil {
		return ""
	}
	if len(b) > 2000 {
		b = b[len(b)-2000:]
	}
	return strings.TrimSpace(string(b))
}
