package routing

import (
	"fmt"
	"slices"

	"reeve/models"
)

// notes says what a reader must know besides: doubt about territory, what
// could not be placed and why, what was not used.
func (r *reasoning) notes() {
	d := r.d
	note := func(format string, args ...any) {
		if n := fmt.Sprintf(format, args...); !slices.Contains(d.Notes, n) {
			d.Notes = append(d.Notes, n)
		}
	}
	for i, e := range d.Evidence {
		if e.Signal.Disagree != "" {
			capacity := CapacitySuspect
			if e.Signal.Whose == Victim {
				capacity = CapacityVictim
			}
			d.Conflicts = append(d.Conflicts, Conflict{Capacity: capacity, Level: "signal", Signals: []int{i}, Text: headline(&e.Signal) + ": " + e.Signal.Disagree})
		}
	}
	for _, c := range d.Candidates {
		switch c.Territory.Certainty {
		case Low:
			note("The territory of %s is uncertain here: %s.", c.Name, territoryDoubt(c.Territory))
		case Medium:
			note("The territory of %s is described, not listed, by its source.", c.Name)
		}
	}
	missing, recipients, taken := 0, 0, false
	for _, e := range d.Evidence {
		if e.Signal.Problem == ProblemNoDatabase {
			missing++
		}
		if e.Signal.Whose == Recipient && len(e.Signal.Places) > 0 {
			recipients++
		}
		taken = taken || e.Signal.Compromised == models.Yes
	}
	if missing > 0 {
		note("%s not placed: %s.", plural(missing, "IP address was", "IP addresses were"), ProblemNoDatabase)
	}
	if recipients > 0 {
		note("An intended recipient's place is shown and does not route by itself.")
	}
	if taken {
		note("The account is said to have been taken over: what it did may be another's doing.")
	}
	if d.Pool == PoolTexas {
		note("Task forces in Texas: the Attorney General (134 counties), Dallas and Houston police; which county belongs to which is not published.")
	}
	for _, code := range d.Excluded {
		note("%s returned this report and is no longer a candidate.", r.cov.Name(code))
	}
	slices.Sort(d.Notes)
}

func territoryDoubt(t Territory) string {
	switch t.Basis {
	case "elimination":
		return "the county is assigned by elimination, since no other force lists it"
	case "affiliates":
		return "the county is inferred from a list of affiliates"
	case "reading":
		return "the county is included by our reading of the source"
	default:
		return "the source is not confirmed"
	}
}
