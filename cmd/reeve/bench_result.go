package main

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"runtime"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"
)

// benchResult is what a run measured. Times are milliseconds, memory megabytes.
type benchResult struct {
	Reports     int           `json:"reports"`
	Machine     machine       `json:"machine"`
	LoadSeconds float64       `json:"loadSeconds"` // filling the database
	Figures     []benchFigure `json:"figures"`
	MemoryIdle  int           `json:"memoryIdleMB"` // of portal, worker and this benchmark together, without Postgres
	MemoryPeak  int           `json:"memoryPeakMB"`
}

type benchFigure struct {
	Name      string  `json:"name"`
	Runs      int     `json:"runs"`
	P50       float64 `json:"p50ms"`
	P95       float64 `json:"p95ms"`
	P99       float64 `json:"p99ms"`
	PerSecond float64 `json:"perSecond"`
	Goal      string  `json:"goal,omitempty"`
}

// machine is where it was measured. The load averages say how quiet it was.
type machine struct {
	At         string `json:"at"`
	Processors int    `json:"processors"`
	Model      string `json:"model"`
	MemoryMB   int    `json:"memoryMB"`
	System     string `json:"system"`
	Go         string `json:"go"`
	LoadBefore string `json:"loadBefore"`
	LoadAfter  string `json:"loadAfter"`
}

func thisMachine() machine {
	return machine{At: time.Now().UTC().Format(time.RFC3339), Processors: runtime.NumCPU(), Model: valueIn("/proc/cpuinfo", "model name"),
		MemoryMB: kilobytes("/proc/meminfo", "MemTotal") / 1024, System: runtime.GOOS + "/" + runtime.GOARCH, Go: runtime.Version(), LoadBefore: loadAverage()}
}

func residentMB() int { return kilobytes("/proc/self/status", "VmRSS") / 1024 }
func peakMB() int     { return kilobytes("/proc/self/status", "VmHWM") / 1024 }

// loadAverage is empty where the system does not tell.
func loadAverage() string {
	b, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return ""
	}
	f := strings.Fields(string(b))
	return strings.Join(f[:min(3, len(f))], " ")
}

func kilobytes(file, name string) int {
	n, _ := strconv.Atoi(strings.TrimSuffix(valueIn(file, name), " kB"))
	return n
}

// valueIn answers the value of "name: value" in a file of /proc; empty where there
// is none.
func valueIn(file, name string) string {
	f, err := os.Open(file)
	if err != nil {
		return ""
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		if key, value, ok := strings.Cut(lines.Text(), ":"); ok && strings.TrimSpace(key) == name {
			return strings.TrimSpace(value)
		}
	}
	return ""
}

func (r *benchResult) print(to io.Writer) {
	m := r.Machine
	fmt.Fprintf(to, "\n%d reports, filled in %.0f s. %s: %d processors (%s), %d MB, %s, %s; load average %s before, %s after.\n", r.Reports, r.LoadSeconds,
		m.At, m.Processors, m.Model, m.MemoryMB, m.System, m.Go, m.LoadBefore, m.LoadAfter)
	fmt.Fprintln(to, "Database, portal, worker and the clients shared this machine. Times in milliseconds.")
	w := tabwriter.NewWriter(to, 0, 4, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "operation\truns\tp50\tp95\tp99\tper second\tgoal\t")
	for _, f := range r.Figures {
		fmt.Fprintf(w, "%s\t%d\t%.1f\t%.1f\t%.1f\t%.0f\t%s\t\n", f.Name, f.Runs, f.P50, f.P95, f.P99, f.PerSecond, f.Goal)
	}
	_ = w.Flush()
	fmt.Fprintf(to, "Memory of portal, worker and clients in one process, without Postgres: %d MB idle (goal 150), %d MB at most (goal 500).\n", r.MemoryIdle, r.MemoryPeak)
}
