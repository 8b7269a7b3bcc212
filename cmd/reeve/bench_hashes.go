package main

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"io"
	"math/rand/v2"
	"os"
	"runtime"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"text/tabwriter"
	"time"

	"reeve/models/hashindex"
	"reeve/models/pdq"
)

// hashFigures is what one size of the index measured.
type hashFigures struct {
	Hashes        int     `json:"hashes"`
	BuildSeconds  float64 `json:"buildSeconds"`
	HeapMB        int     `json:"heapMB"`
	BytesPerHash  float64 `json:"bytesPerHash"`
	ResidentMB    int     `json:"residentMB"`
	P50           float64 `json:"p50ms"`
	P99           float64 `json:"p99ms"`
	Recall        float64 `json:"recall"`
	Looked        int     `json:"looked"`
	PerSecondOne  float64 `json:"perSecondOneCore"`
	PerSecondAll  float64 `json:"perSecondAllCores"`
	Cores         int     `json:"cores"`
	SnapshotWrite float64 `json:"snapshotWriteSeconds"`
	SnapshotLoad  float64 `json:"snapshotLoadSeconds"`
	SnapshotMB    int     `json:"snapshotMB"`
}

type hashResult struct {
	Machine   machine       `json:"machine"`
	Sizes     []hashFigures `json:"sizes"`
	PDQms     float64       `json:"pdqMs"` // decoding and hashing one drawn JPEG of 1600 by 1000
	PDQOnlyms float64       `json:"pdqOnlyMs"`
}

// benchHashes measures the near-duplicate index in memory: random hashes, of which
// some are looked up with up to 31 bits changed, so that recall can be counted.
func benchHashes(_ context.Context, args []string) error {
	flags := flag.NewFlagSet("reeve bench hashes", flag.ContinueOnError)
	sizes := flags.String("n", "1000000,10000000", "how many `hashes`, several sizes apart by commas")
	file := flags.String("json", "", "also write the figures to this `file`")
	if err := flags.Parse(args); err != nil {
		return err
	}
	r := hashResult{Machine: thisMachine()}
	r.PDQms, r.PDQOnlyms = benchPDQ()
	for _, text := range strings.Split(*sizes, ",") {
		n, err := strconv.Atoi(strings.TrimSpace(text))
		if err != nil || n < 1000 || n > 200_000_000 {
			return fmt.Errorf("bench hashes: %q is no number from 1,000 to 200,000,000", text)
		}
		f, err := benchIndex(n)
		if err != nil {
			return err
		}
		r.Sizes = append(r.Sizes, f)
	}
	r.Machine.LoadAfter = loadAverage()
	r.print(os.Stdout)
	if *file == "" {
		return nil
	}
	text, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(*file, append(text, '\n'), 0o644)
}

func benchIndex(n int) (hashFigures, error) {
	fmt.Fprintf(os.Stderr, "Building an index of %d hashes ...\n", n)
	f := hashFigures{Hashes: n, Cores: runtime.GOMAXPROCS(0)}
	rng := rand.New(rand.NewPCG(uint64(n), 1))
	some := func() hashindex.Hash {
		return hashindex.Hash{rng.Uint64(), rng.Uint64(), rng.Uint64(), rng.Uint64()}
	}
	before := heapInUse()
	x := new(hashindex.Index)
	const planted = 4000
	asked, ids := make([]hashindex.Hash, 0, planted), make([]uint64, 0, planted)
	batch := make([]hashindex.Entry, 0, 10_000)
	began := time.Now()
	for id := range n {
		h := some()
		if id%(max(1, n/planted)) == 0 && len(asked) < planted {
			asked, ids = append(asked, near(rng, h, len(asked)%(hashindex.MaxRadius+1))), append(ids, uint64(id)) //nolint:gosec // small
		}
		if batch = append(batch, hashindex.Entry{ID: uint64(id), Hash: h}); len(batch) == cap(batch) || id == n-1 { //nolint:gosec // small
			if err := x.Add(batch...); err != nil {
				return f, err
			}
			batch = batch[:0]
		}
	}
	x.Settle()
	f.BuildSeconds = time.Since(began).Seconds()
	heap := heapInUse() - before
	f.HeapMB, f.BytesPerHash, f.ResidentMB = int(heap>>20), float64(heap)/float64(n), residentMB()

	found := 0
	took := make([]time.Duration, len(asked))
	began = time.Now()
	for i, h := range asked {
		at := time.Now()
		matches, _ := x.Search(h, hashindex.MaxRadius, 64)
		took[i] = time.Since(at)
		if slices.ContainsFunc(matches, func(m hashindex.Match) bool { return m.ID == ids[i] }) {
			found++
		}
	}
	f.PerSecondOne = float64(len(asked)) / time.Since(began).Seconds()
	f.Looked, f.Recall = len(asked), float64(found)/float64(len(asked))
	slices.Sort(took)
	f.P50, f.P99 = milliseconds(took[len(took)/2]), milliseconds(took[len(took)*99/100])
	f.PerSecondAll = onAllCores(x, asked)

	var size writtenBytes
	began = time.Now()
	if err := x.Snapshot(&size); err != nil {
		return f, err
	}
	f.SnapshotWrite, f.SnapshotMB = time.Since(began).Seconds(), int(size>>20)
	temp, err := os.CreateTemp("", "reeve-bench-hashes-")
	if err != nil {
		return f, err
	}
	defer os.Remove(temp.Name())
	defer temp.Close()
	if err := x.Snapshot(temp); err != nil {
		return f, err
	}
	x = nil
	debug.FreeOSMemory()
	if _, err := temp.Seek(0, io.SeekStart); err != nil {
		return f, err
	}
	began = time.Now()
	y, err := hashindex.Load(temp)
	if err != nil {
		return f, err
	}
	f.SnapshotLoad = time.Since(began).Seconds()
	if y.Len() != n {
		return f, fmt.Errorf("bench hashes: %d of %d hashes came back from the snapshot", y.Len(), n)
	}
	return f, nil
}

func milliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

// near is the hash with so many bits changed, all different ones.
func near(rng *rand.Rand, h hashindex.Hash, bits int) hashindex.Hash {
	for _, b := range rng.Perm(256)[:bits] {
		h[b/64] ^= 1 << (b % 64)
	}
	return h
}

// onAllCores looks up for two seconds on as many threads as there are.
func onAllCores(x *hashindex.Index, asked []hashindex.Hash) float64 {
	var done atomic.Int64
	var wg sync.WaitGroup
	began := time.Now()
	for worker := range runtime.GOMAXPROCS(0) {
		wg.Go(func() {
			for i := worker; time.Since(began) < 2*time.Second; i++ {
				x.Search(asked[i%len(asked)], hashindex.MaxRadius, 64)
				done.Add(1)
			}
		})
	}
	wg.Wait()
	return float64(done.Load()) / time.Since(began).Seconds()
}

func heapInUse() uint64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

type writtenBytes int64

func (w *writtenBytes) Write(p []byte) (int, error) {
	*w += writtenBytes(len(p))
	return len(p), nil
}

// benchPDQ is how long one drawn photograph-sized JPEG takes: decoded and hashed, and
// hashed alone.
func benchPDQ() (both, hashOnly float64) {
	img := image.NewRGBA(image.Rect(0, 0, 1600, 1000))
	for y := range 1000 {
		for x := range 1600 {
			img.SetRGBA(x, y, color.RGBA{R: uint8(x * y >> 9), G: uint8(x >> 3), B: uint8((x/100 + y/100) % 2 * 200), A: 255}) //nolint:gosec // meant to wrap
		}
	}
	var file bytes.Buffer
	if err := jpeg.Encode(&file, img, &jpeg.Options{Quality: 85}); err != nil {
		return 0, 0
	}
	const times = 20
	began := time.Now()
	for range times {
		if decoded, err := pdq.Decode(bytes.NewReader(file.Bytes()), pdq.Usual); err == nil {
			pdq.Hash(decoded)
		}
	}
	both = milliseconds(time.Since(began)) / times
	began = time.Now()
	for range times {
		pdq.Hash(img)
	}
	return both, milliseconds(time.Since(began)) / times
}

func (r *hashResult) print(to io.Writer) {
	m := r.Machine
	fmt.Fprintf(to, "\n%s: %d processors (%s), %d MB, %s, %s; load average %s before, %s after.\n", m.At, m.Processors, m.Model, m.MemoryMB, m.System, m.Go, m.LoadBefore, m.LoadAfter)
	fmt.Fprintln(to, "Goals at 10,000,000: 1 ms, 4,000 look-ups a second on 2 cores, 1.3 GB, recall 1.")
	w := tabwriter.NewWriter(to, 0, 4, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "hashes\tbuild s\theap MB\tB/hash\tresident MB\tp50 ms\tp99 ms\trecall\t1 core /s\tall cores /s\tsnapshot s\tload s\tsnapshot MB\t")
	for _, f := range r.Sizes {
		fmt.Fprintf(w, "%d\t%.1f\t%d\t%.0f\t%d\t%.2f\t%.2f\t%.4f\t%.0f\t%.0f (%d)\t%.1f\t%.1f\t%d\t\n", f.Hashes, f.BuildSeconds, f.HeapMB, f.BytesPerHash, f.ResidentMB, f.P50, f.P99, f.Recall,
			f.PerSecondOne, f.PerSecondAll, f.Cores, f.SnapshotWrite, f.SnapshotLoad, f.SnapshotMB)
	}
	_ = w.Flush()
	fmt.Fprintf(to, "PDQ of a JPEG of 1600 by 1000: %.0f ms with decoding, %.0f ms without.\n", r.PDQms, r.PDQOnlyms)
}
