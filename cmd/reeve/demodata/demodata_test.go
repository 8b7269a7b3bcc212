package demodata

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"reeve/handlers/ispws/wire"
)

func TestEveryMadeUpDocumentIsValid(t *testing.T) {
	now := time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
	g := New(1)
	batches, retracts, files := 0, 0, 0
	for i := range 600 {
		r := g.Next(now)
		rep, findings, err := wire.DecodeReport([]byte(r.Document), wire.Options{Now: now})
		if err != nil {
			t.Fatalf("report %d: %v\n%v\n%s", i, err, findings, r.Document)
		}
		if rep.BatchReason != "" {
			batches++
		}
		if r.Retract {
			retracts++
		}
		for _, u := range r.Uploads {
			files++
			if u.Details == "" {
				continue
			}
			text := fmt.Sprintf(u.Details, "123456789", "a"+strings.Repeat("0", 31))
			if _, findings, err := wire.DecodeFileDetails([]byte(text), wire.Options{Now: now, Batched: rep.BatchReason != ""}); err != nil {
				t.Fatalf("file of report %d: %v\n%v\n%s", i, err, findings, text)
			}
		}
	}
	if batches == 0 || retracts == 0 || files < 300 {
		t.Errorf("%d batches, %d retractions, %d files: not varied enough", batches, retracts, files)
	}
}

func TestEqualSeedsMakeEqualReports(t *testing.T) {
	now := time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
	a, b := New(7), New(7)
	for i := range 50 {
		if x, y := a.Next(now), b.Next(now); x.Document != y.Document || len(x.Uploads) != len(y.Uploads) {
			t.Fatalf("report %d differs", i)
		}
	}
}
