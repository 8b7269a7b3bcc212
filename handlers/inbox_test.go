package handlers

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"reeve/models"
	"reeve/models/casefile"
)

func TestTheInboxesAddressIsItsWholeState(t *testing.T) {
	id := uuid.MustParse("0190aaaa-0000-7000-8000-000000000001")
	address := "/inbox?view=unassigned&sort=oldest&priority=2&urgent=1&type=a+%26+b&provider=" + id.String() + "&assignee=" + id.String() + "&state=taken&age=30&cursor=x"
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	f := readInboxFilter(u.Query())
	if got := f.url(); got != address {
		t.Errorf("got %s, want %s", got, address)
	}
	q, err := f.query()
	want := casefile.InboxQuery{View: casefile.ViewUnassigned, Sort: casefile.SortOldest, Priority: 2, Urgent: true, Type: "a & b", Provider: id, Assignee: id, State: models.ReferralTaken, MinAgeDays: 30, Cursor: "x"}
	if err != nil || q != want {
		t.Errorf("got %+v (%v), want %+v", q, err, want)
	}
	if chips := f.chips(known{}); len(chips) != 7 || strings.Contains(chips[0].RemoveURL, "priority=") || strings.Contains(chips[0].RemoveURL, "cursor=") {
		t.Errorf("chips %+v, want seven, the first leading to the first page without its filter", chips)
	}
	if got, want := f.cleared().url(), "/inbox?view=unassigned&sort=oldest"; got != want {
		t.Errorf("cleared: got %s, want %s", got, want)
	}
}

func TestAFilterThatCannotBeReadIsSaidInWords(t *testing.T) {
	for _, query := range []string{"priority=high", "priority=70000", "priority=-1", "age=old", "provider=everybody", "assignee=1"} {
		values, _ := url.ParseQuery(query)
		if _, err := readInboxFilter(values).query(); models.KindOf(err) != models.Invalid || len(models.FieldsOf(err)) != 1 {
			t.Errorf("%s: %v, want Invalid with its field", query, err)
		}
	}
}

func TestTakingManySaysWhatBecameOfEach(t *testing.T) {
	got := takenInWords(&casefile.Bulk{Taken: []int64{1, 2}, Already: []int64{3}, Held: []casefile.HeldByOther{{Number: 4, By: "Noor"}, {Number: 5, By: "Noor"}, {Number: 6, By: "Noor"}, {Number: 7, By: "Noor"}},
		Past: []int64{8, 9, 10, 11, 12, 13, 14}, Missing: []int64{15}})
	for _, want := range []string{"2 reports are yours now.", "You held 3 already.", "Noor holds 4;", "1 more are held", "8, 9, 10, 11, 12, 2 more", "Not there for you: 15."} {
		if !strings.Contains(got, want) {
			t.Errorf("%q does not say %q", got, want)
		}
	}
	if got, want := takenInWords(&casefile.Bulk{}), "Nothing was taken."; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestDaysOfPreservationAreWholeDays(t *testing.T) {
	now := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		until time.Duration
		want  int
	}{{24 * time.Hour, 1}, {24*time.Hour - 1, 0}, {0, 0}, {-1, -1}, {-24 * time.Hour, -2}, {-25 * time.Hour, -2}} {
		if got := daysLeft(now.Add(c.until), now); got != c.want {
			t.Errorf("%s: got %d, want %d", c.until, got, c.want)
		}
	}
}
