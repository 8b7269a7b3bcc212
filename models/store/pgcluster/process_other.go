//go:build unix && !linux

package pgcluster

import (
	"os/exec"
	"strconv"
	"syscall"
)

// dieWithOwner does nothing here: there is no such request to these kernels.
// The next start ends a server that was left behind.
func dieWithOwner(*syscall.SysProcAttr, syscall.Signal) {}

// commandLine answers the arguments of a running process, empty if there is none.
func commandLine(pid int) string {
	out, err := exec.Command("ps", "-ww", "-o", "args=", "-p", strconv.Itoa(pid)).Output()
	if err != nil {
		return ""
	}
	return string(out)
}

// memoryDir is empty: these systems have no directory in memory to count on.
func memoryDir() string { return "" }
