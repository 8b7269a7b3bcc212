package pgcluster

import (
	"bytes"
	"fmt"
	"os"
	"syscall"
)

// dieWithOwner asks the kernel to end the process when the thread that starts
// it ends: for the server SIGINT, Postgres's "fast shutdown", which rolls back
// what is open and leaves clean files.
func dieWithOwner(attr *syscall.SysProcAttr, sig syscall.Signal) { attr.Pdeathsig = sig }

// commandLine answers the arguments of a running process, empty if there is
// none or it has ended and only waits to be collected.
func commandLine(pid int) string {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", pid))
	if err != nil {
		return ""
	}
	return string(bytes.ReplaceAll(b, []byte{0}, []byte{' '}))
}
