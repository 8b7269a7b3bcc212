package store

import (
	"strings"
	"testing"
	"time"

	"reeve/models"
)

func TestACursorComesBackAsItWent(t *testing.T) {
	for _, back := range []bool{false, true} {
		want := Cursor{Order: 'u', Back: back, Rank: -7, At: time.Date(2026, 3, 2, 15, 4, 5, 678000, time.UTC), ID: NewID()}
		got, err := ParseCursor(want.String(), 'u')
		if err != nil || *got != want {
			t.Errorf("got %+v (%v), want %+v", got, err, want)
		}
	}
	if got, err := ParseCursor("", 'u'); got != nil || err != nil {
		t.Errorf("no cursor: got %+v, %v; want the first page", got, err)
	}
}

func TestAHostileCursorIsInvalid(t *testing.T) {
	good := Cursor{Order: 'u', Rank: 7, At: time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC), ID: NewID()}
	farFuture, farPast := good, good
	farFuture.At, farPast.At = time.UnixMicro(1<<62), time.UnixMicro(-1)
	for name, text := range map[string]string{
		"of another order":   Cursor{Order: 'n', At: good.At, ID: good.ID}.String(),
		"cut short":          good.String()[:20],
		"too long":           good.String() + "AAAA",
		"not base64url":      strings.Repeat("'", len(good.String())),
		"a huge text":        strings.Repeat("A", 1<<20),
		"beyond all time":    farFuture.String(),
		"before all time":    farPast.String(),
		"of another form":    "AA" + good.String()[2:],
		"an SQL fragment":    "1' or '1'='1",
		"a null byte inside": good.String()[:10] + "\x00" + good.String()[11:],
	} {
		if got, err := ParseCursor(text, 'u'); models.KindOf(err) != models.Invalid {
			t.Errorf("a cursor %s: got %+v, %v; want Invalid", name, got, err)
		}
	}
}
