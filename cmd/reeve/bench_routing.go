package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"syscall"
	"time"

	"reeve/models/routing"
	"reeve/models/routing/population"
)

// benchRouting measures where routing sends made-up reports whose true place is
// known. It needs no database and no network.
func benchRouting(ctx context.Context, args []string) error {
	flags := flag.NewFlagSet("reeve bench routing", flag.ContinueOnError)
	n := flags.Int("n", 20000, "how many reports to make up")
	seed := flags.Uint64("seed", 1, "of the population; the weights were set on seed 4711")
	file := flags.String("json", "", "also write the figures to this `file`")
	plot := flags.String("plot", "", "also draw the calibration to this `file` as SVG")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if flags.NArg() > 0 {
		return fmt.Errorf("bench routing: %q is not understood; see reeve bench routing -h", flags.Arg(0))
	}
	if *n < 1000 {
		return errors.New("bench routing: fewer than 1000 reports say nothing about one wrong in fifty; say 1000 or more")
	}
	r := routingResult{Seed: *seed, Rules: routing.Version, Machine: thisMachine()}
	fmt.Fprintf(os.Stderr, "Making up and routing %d reports ...\n", *n)
	world := population.NewWorld(routing.DefaultCoverage(), routingDay)
	r.Result = world.Measure(*seed, *n, nil)
	if err := ctx.Err(); err != nil {
		return err
	}
	r.Precision, r.Reach, r.LeftShare, r.CalibrationError = r.Result.Precision(), r.Result.Reach(), r.Result.LeftShare(), r.Result.CalibrationError()
	r.time(world, *seed)
	r.Machine.LoadAfter = loadAverage()
	r.print(os.Stdout)
	if *plot != "" {
		if err := os.WriteFile(*plot, []byte(calibrationPlot(r)), 0o644); err != nil {
			return err
		}
	}
	if *file == "" {
		return nil
	}
	text, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(*file, append(text, '\n'), 0o644)
}

// routingDay is the day whose territory the benchmark uses; fixed, so that two
// runs are the same.
var routingDay = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// routingResult is what `reeve bench routing` found.
type routingResult struct {
	Seed    uint64  `json:"seed"`
	Rules   string  `json:"rules"`
	Machine machine `json:"machine"`

	Precision        float64 `json:"precision"`
	Reach            float64 `json:"reach"`
	LeftShare        float64 `json:"leftShare"`
	CalibrationError float64 `json:"calibrationError"`

	Signals        float64 `json:"signalsPerReport"`
	InferMicros    float64 `json:"inferMicros"`    // by the clock, on one processor
	WholeMicros    float64 `json:"wholeMicros"`    // Extract and Infer
	InferProcessor float64 `json:"inferCpuMicros"` // processor time of this process, garbage collection included
	WholeProcessor float64 `json:"wholeCpuMicros"`

	Result population.Result `json:"result"`
}

// time measures a decision with what it needs in memory: the same thousand
// reports over and over for two seconds, first Infer alone, then with Extract.
func (r *routingResult) time(world *population.World, seed uint64) {
	const cases = 1000
	var made []*population.Case
	var signals [][]routing.Signal
	total := 0
	for i := range uint64(cases) {
		c := world.Draw(seed, i)
		s := routing.Extract(c.Reported, c.Files, c.Lookup)
		made, signals, total = append(made, c), append(signals, s), total+len(s)
	}
	r.Signals = float64(total) / cases
	cov := routing.DefaultCoverage()
	r.InferMicros, r.InferProcessor = perRun(cases, func(i int) { routing.Infer(signals[i], cov, routingDay, routing.Options{}) })
	r.WholeMicros, r.WholeProcessor = perRun(cases, func(i int) {
		routing.Infer(routing.Extract(made[i].Reported, made[i].Files, made[i].Lookup), cov, routingDay, routing.Options{})
	})
}

// perRun gives the microseconds of one run by the clock and by the processor.
func perRun(cases int, run func(int)) (clock, processor float64) {
	for i := range cases { // once for the caches
		run(i)
	}
	began, used, runs := time.Now(), processorTime(), 0
	for time.Since(began) < 2*time.Second {
		for i := range cases {
			run(i)
		}
		runs += cases
	}
	per := func(d time.Duration) float64 { return float64(d.Nanoseconds()) / 1e3 / float64(runs) }
	return per(time.Since(began)), per(processorTime() - used)
}

func processorTime() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func (r *routingResult) print(w io.Writer) {
	p, met := r.Result, map[bool]string{true: "met", false: "not met"}
	line := func(format string, args ...any) { fmt.Fprintf(w, format+"\n", args...) }
	line("Routing of %d made-up reports, seed %d, rules %s. Precision is on our own noise model.", p.Cases, r.Seed, r.Rules)
	line("")
	line("%-62s %7s   goal", "", "")
	line("%-62s %7.4f   >= 0.98: %s", "Right agency, of what is routed (confidence 0.90 and more)", r.Precision, met[r.Precision >= 0.98])
	line("%-62s %7.4f   >= 0.97: %s", "Routed, of what can be placed (an oracle is 0.90 sure)", r.Reach, met[r.Reach >= 0.97])
	line("%-62s %7.4f", "  the oracle itself is right about these in", ratioOf(p.OracleRight, p.Placeable))
	for _, o := range p.Surer {
		line("%-62s %7.4f", fmt.Sprintf("  routed, of the %d of which the oracle is 0.%d sure", o.Placeable, o.Percent), o.Share())
	}
	line("%-62s %7.4f", "  waiting for a person because strong evidence conflicts", ratioOf(p.Conflicted, p.Placeable))
	line("%-62s %7.4f", "Left to a pool or a person, of what cannot be placed", r.LeftShare)
	line("%-62s %7.4f   <= 0.03: %s", "Expected calibration error, ten bins", r.CalibrationError, met[r.CalibrationError <= 0.03])
	line("%-62s %7.1f   <= 50: %s", "Microseconds of one processor for Infer", r.InferMicros, met[r.InferMicros <= 50])
	line("%-62s %7.1f   <= 50: %s", "Microseconds of one processor for Extract and Infer", r.WholeMicros, met[r.WholeMicros <= 50])
	line("%-62s %7.1f", "  processor time, Infer", r.InferProcessor)
	line("%-62s %7.1f", "  processor time, Extract and Infer", r.WholeProcessor)
	line("%-62s %7.1f", "Signals in a report", r.Signals)
	line("%-62s %7d", "Reports", p.Cases)
	line("%-62s %7d", "  routed", p.Routed)
	line("%-62s %7d", "  that can be placed", p.Placeable)
	line("")
	line("Calibration: the best candidate of every report that has one")
	line("  confidence   reports   mean confidence   right")
	for i, b := range p.Bins {
		line("  %.1f to %.1f  %8d            %6.3f  %6.3f", float64(i)/10, float64(i+1)/10, b.Cases, b.Mean(), b.Share())
	}
	line("")
	line("  %-34s %8s %10s %8s %8s %10s", "part of the population", "reports", "placeable", "placed", "routed", "precision")
	for _, name := range slices.Sorted(maps.Keys(p.Groups)) {
		g := p.Groups[name]
		line("  %-34s %8d %10d %8d %8d %10s", name, g.Cases, g.Placeable, g.Placed, g.Routed, shareOrDash(g.RoutedRight, g.Routed))
	}
	line("")
	m := r.Machine
	line("Machine: %s, %d processors, %d MB, %s, %s; load before %s, after %s", m.Model, m.Processors, m.MemoryMB, m.System, m.Go, m.LoadBefore, m.LoadAfter)
}

func ratioOf(a, b int) float64 {
	if b == 0 {
		return 0
	}
	return float64(a) / float64(b)
}

func shareOrDash(a, b int) string {
	if b == 0 {
		return "-"
	}
	return fmt.Sprintf("%.3f", ratioOf(a, b))
}
