package pgcluster

import (
	"bytes"
	"fmt"
	"os"
	"regexp"
	"strconv"
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

var memAvailable = regexp.MustCompile(`(?m)^MemAvailable:\s+(\d+) kB$`)

// memoryDir is the directory that Linux keeps in memory, if there is plenty of
// room in it and of memory besides; else empty.
func memoryDir() string {
	const dir, room, spare = "/dev/shm", 4 << 30, 6 << 30 // bytes
	var fs syscall.Statfs_t
	if err := syscall.Statfs(dir, &fs); err != nil || uint64(fs.Bavail)*uint64(fs.Bsize) < room {
		return ""
	}
	info, err := os.ReadFile("/proc/meminfo")
	if err != nil {
		return ""
	}
	m := memAvailable.FindSubmatch(info)
	if m == nil {
		return ""
	}
	if kilobytes, err := strconv.ParseUint(string(m[1]), 10, 64); err != nil || kilobytes*1024 < spare {
		return ""
	}
	return dir
}
