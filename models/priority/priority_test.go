package priority

import (
	"encoding/json"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"

	"reeve/models"
)

func TestMissingThingsAreToldWithWhatIsNearest(t *testing.T) {
	for _, tc := range []struct{ name, facts, want string }{
		{"a log-in before", "address: log-in 9 days before, port", "No upload address. The nearest event is a log-in 9 days before."},
		{"a registration after", "address: registration 3 hours after, port", "No upload address. The nearest event is a registration 3 hours after."},
		{"the nearer of two", "address: log-in 5 days before, port; address: log-in 2 hours before, port", "No upload address. The nearest event is a log-in 2 hours before."},
		{"no time at all", "address: log-in, port", "No upload address."},
	} {
		t.Run(tc.name, func(t *testing.T) {
			for _, m := range Score(caseInput(t, "type: possession; subject: account; file:; "+tc.facts), nil).Completeness.Missing {
				if m.Key == "no-upload-ip" {
					if m.Text != tc.want {
						t.Errorf("got %q, want %q", m.Text, tc.want)
					}
					return
				}
			}
			t.Error("the missing upload address is not told")
		})
	}
}

func TestUrgencySortsByPriorityThenUrgent(t *testing.T) {
	var got []int16
	for _, p := range []Priority{Past, Near, Imminent} {
		got = append(got, UrgencyOf(p, false), UrgencyOf(p, true))
	}
	if want := []int16{2, 3, 4, 5, 6, 7}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestFreeTextIsNeverReadForMeaning(t *testing.T) {
	a := caseInput(t, "type: possession; subject: account; address: upload 5 minutes before, port; file:")
	b := a
	b.Report.AdditionalInfo = "urgent imminent child in danger"
	b.Report.Internet = []models.ReportedInternet{{Kind: "chatIm", Content: "very urgent"}}
	if got, want := Score(b, nil), Score(a, nil); !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

// TestOrderAndOmissionInvariants goes through all subsets of what may raise a
// report and checks what must hold for each.
func TestOrderAndOmissionInvariants(t *testing.T) {
	raising := []string{"escalated", "mark: sextortion", "mark: sadisticOnlineExploitation", "victim: 5", "victim", "file: infant", "file: A1", "file: liveStreaming", "subject: reported before", "same address", "prior: 7", "label: example child at risk"}
	r, rules := rand.New(rand.NewPCG(1, 2)), labelled(t)
	for mask := range 1 << len(raising) {
		facts := []string{"type: possession", "subject: account", "address: upload 5 minutes before, port"}
		for i, f := range raising {
			if mask&(1<<i) != 0 {
				facts = append(facts, f)
			}
		}
		in := caseInput(t, strings.Join(facts, ";"))
		res := Score(in, rules)
		if res.Urgency != UrgencyOf(res.Priority, res.Urgent) {
			t.Fatalf("%v: urgency %d does not follow from %v %v", facts, res.Urgency, res.Priority, res.Urgent)
		}
		if res.Urgent && res.Class != Referral {
			t.Fatalf("%v: urgent and %s", facts, res.Class)
		}
		if mask&1 != 0 && (!res.Urgent || res.Priority == Past) {
			t.Fatalf("%v: the provider's escalation did not raise it", facts)
		}
		for i, f := range raising {
			if mask&(1<<i) == 0 {
				more := Score(caseInput(t, strings.Join(append(slices.Clone(facts), f), ";")), rules)
				if more.Urgency < res.Urgency || more.Points < res.Points {
					t.Fatalf("%v: adding %q lowered it from %d to %d", facts, f, res.Urgency, more.Urgency)
				}
			}
		}
		shuffled := in
		shuffled.Files = slices.Clone(in.Files)
		r.Shuffle(len(shuffled.Files), func(i, j int) {
			shuffled.Files[i], shuffled.Files[j] = shuffled.Files[j], shuffled.Files[i]
		})
		if got := Score(shuffled, rules); !reflect.DeepEqual(got, res) {
			t.Fatalf("%v: the order of files changed the result", facts)
		}
	}
}

func TestAnEmptyReportHasAResult(t *testing.T) {
	res := Score(Input{}, nil)
	if res.Priority != Past || res.Class != Informational || res.Urgency != 2 {
		t.Errorf("got %+v", res)
	}
	b, err := json.Marshal(res)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(b), "null") {
		t.Errorf("lists are null in JSON: %s", b)
	}
}

func TestAnAddressAloneIsEnoughToActOn(t *testing.T) {
	in := Input{Report: models.Reported{Subjects: []models.ReportedParty{{Person: models.ReportedPerson{Addresses: []models.ReportedAddress{{City: "San Jose", State: "CA"}}}}}}}
	if got := Score(in, nil).Class; got != Referral {
		t.Errorf("got %s, want %s", got, Referral)
	}
}
