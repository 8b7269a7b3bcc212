package pgcluster

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// endLeftover ends a server that runs on a data directory although nobody
// holds its lock: its owner was killed.
func endLeftover(data string, log func(string, ...any)) error {
	for try := 0; ; try++ {
		pid := pidOf(data)
		if pid == 0 {
			return nil
		}
		switch {
		case try == 0:
			log("ending the Postgres (process %d) that an earlier run left behind", pid)
			_ = syscall.Kill(pid, syscall.SIGINT)
		case try == 2000:
			_ = syscall.Kill(pid, syscall.SIGQUIT)
		case try == 3000:
			return fmt.Errorf("an earlier Postgres (process %d) still runs on %s and does not end", pid, data)
		}
		time.Sleep(10 * time.Millisecond)
	}
}

// pidOf answers the number of the server that runs on a data directory, 0 if
// none. The number in the file may long belong to another program, hence the
// look at its arguments.
func pidOf(data string) int {
	b, err := os.ReadFile(filepath.Join(data, "postmaster.pid"))
	if err != nil {
		return 0
	}
	first, _, _ := strings.Cut(string(b), "\n")
	pid, err := strconv.Atoi(strings.TrimSpace(first))
	if err != nil || pid <= 1 {
		return 0
	}
	if !strings.Contains(commandLine(pid)+" ", " -D "+data+" ") {
		return 0
	}
	return pid
}
