package routing

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"reeve/models"
)

// checked judges what the rows do together: the name, the order of evidence,
// and whether a report can be placed at all.
func (r *Rules) checked() (*Rules, error) {
	var errs []error
	if err := r.checkVersion(); err != nil {
		errs = append(errs, err)
	}
	errs = append(errs, r.checkOrder()...)
	errs = append(errs, r.checkLevels()...)
	if len(errs) == 0 {
		errs = r.checkReach()
	}
	if len(errs) > 0 {
		return nil, errors.Join(errs[:min(len(errs), maxFindings)]...)
	}
	return r, nil
}

func (r *Rules) finding(table, key, column, format string, args ...any) error {
	return LineError{Line: r.lines[table+key], Column: column, Message: fmt.Sprintf(format, args...), Table: table}
}

// ordered are the pairs of weights of which the first may never be less than
// the second: what doc.go promises of the order of evidence.
var ordered = []struct{ more, less, why string }{
	{"estimated-location/verified", "estimated-location", "a verified estimate beats one that is only stated"},
	{"phone/verified", "phone", "a verified number beats one that is only stated"},
	{"phone", "phone/guessed", "a number with its calling code beats one without"},
	{"postal-address/full", "postal-address/part", "a complete address beats a part of one"},
	{"postal-address/part", "postal-address/state", "an address with a city beats one without"},
	{"incident-place/full", "incident-place/part", "a complete address beats a part of one"},
	{"incident-place/part", "incident-place/state", "an address with a city beats one without"},
	{"ip/Upload", "ip/Login", "an upload beats a log-in"},
	{"ip/Upload", "ip/Registration", "an upload beats a registration"},
	{"ip/file", "ip/Login", "the address of a file beats a log-in"},
}

// orderedFactors are the same for factors: near beats far, sure beats doubtful.
var orderedFactors = []struct{ more, less, why string }{
	{"distance/3600", "distance/86400", "an event near the incident beats one further away"},
	{"distance/86400", "distance/604800", "an event near the incident beats one further away"},
	{"distance/604800", "distance/2592000", "an event near the incident beats one further away"},
	{"distance/2592000", "distance/31536000", "an event near the incident beats one further away"},
	{"distance/31536000", "distance/beyond", "an event near the incident beats one further away"},
	{"certainty/high", "certainty/medium", "listed territory beats described territory"},
	{"certainty/medium", "certainty/low", "described territory beats inferred territory"},
}

func (r *Rules) checkOrder() (errs []error) {
	for _, o := range ordered {
		a, b := r.weights[o.more], r.weights[o.less]
		for _, level := range []struct {
			column     string
			more, less float64
		}{{"country", a.country, b.country}, {"state", a.state, b.state}, {"county", a.county, b.county}} {
			if level.more < level.less {
				errs = append(errs, r.finding(TableWeights, o.more, level.column, "%s of %s is less than %s of %s, but %s; for example %s",
					decimal(level.more), o.more, decimal(level.less), o.less, o.why, decimal(level.less)))
			}
		}
	}
	for _, o := range orderedFactors {
		if a, b := r.factors[o.more], r.factors[o.less]; a < b {
			errs = append(errs, r.finding(TableFactors, o.more, "factor", "%s of %s is less than %s of %s, but %s; for example %s",
				decimal(a), o.more, decimal(b), o.less, o.why, decimal(b)))
		}
	}
	return errs
}

// checkLevels compares the levels with each other: what a conflict leaves must
// be enough to be listed and to stay out of the pools, and a conflict that
// lowers anything must be shown.
func (r *Rules) checkLevels() (errs []error) {
	most := r.factors["conflict/cap"]
	for _, level := range []struct{ key, means string }{
		{"candidate/least", "no agency would be listed"},
		{"floor/country", "the country would count as unknown"},
		{"floor/state", "the state would count as unknown"},
		{"floor/county", "the county would count as unknown"},
	} {
		if f := r.factors[level.key]; f > most {
			errs = append(errs, r.finding(TableFactors, level.key, "factor", "%s of %s is above conflict/cap, %s: in every conflict %s; for example %s. %s",
				decimal(f), level.key, decimal(most), level.means, decimal(most/4), r.told(twoAddresses())))
		}
	}
	if show, rival := r.factors["conflict/show"], r.factors["conflict/rival"]; show > rival {
		errs = append(errs, r.finding(TableFactors, "conflict/show", "factor", "%s of conflict/show is above conflict/rival, %s: a conflict would lower the confidence without being shown; for example %s. %s",
			decimal(show), decimal(rival), decimal(rival/2), r.told(twoAddresses())))
	}
	return errs
}

// checkReach reasons about reports in which everything agrees. Each must reach
// its agency; if the strongest evidence there is does not, nothing ever will.
func (r *Rules) checkReach() (errs []error) {
	for _, e := range []struct {
		home, key, never string
		signals          []Signal
	}{
		{"example-abroad", "floor/country", "no report could ever go to a country", strongest(Place{Country: "CA"})},
		{"example-state", "floor/state", "no report could ever go to a state", strongest(Place{Country: "US", State: "WA"})},
		{"example-county", "floor/county", "no report could ever go to an agency of a divided state", strongest(santaClara)},
	} {
		d := Infer(e.signals, exampleCoverage(), exampleDay, Options{Rules: r})
		if _, listed := d.Candidate(e.home); d.Pool == "" && listed {
			continue
		}
		key := e.key
		if d.Pool == "" {
			key = "candidate/least"
		}
		errs = append(errs, r.finding(TableFactors, key, "factor", "with %s of %s %s: nothing can reach it. %s", decimal(r.factors[key]), key, e.never, r.told(e.signals)))
	}
	return errs
}

// told says an example: the signal, and where these rules would send it.
func (r *Rules) told(signals []Signal) string {
	d := Infer(signals, exampleCoverage(), exampleDay, Options{Rules: r})
	text := "Example: " + strings.TrimSuffix(d.Evidence[0].Text, ".")
	if n := len(signals) - 1; n == 1 {
		text += "; " + lowerFirst(strings.TrimSuffix(d.Evidence[1].Text, "."))
	} else if n > 1 {
		text += fmt.Sprintf(", with %d more that agree", n)
	}
	switch {
	case d.Pool != "":
		return fmt.Sprintf("%s; goes to %s: %s.", text, d.Pool, lowerFirst(d.PoolReason))
	case len(d.Candidates) == 0:
		return text + "; no agency is listed."
	default:
		return fmt.Sprintf("%s; %s is listed with %s.", text, d.Candidates[0].Code, decimal(d.Candidates[0].Confidence))
	}
}

var (
	santaClara = Place{Country: "US", State: "CA", FIPS: "06085", County: "Santa Clara County", City: "San Jose"}
	exampleDay = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
)

// exampleCoverage has one holder of each sort: a country, a whole state, a
// county and the rest of its state.
func exampleCoverage() Coverage {
	return NewCoverage([]Territory{
		{Code: "example-abroad", Name: "Example contact point", Kind: KindNationalContact, Country: "CA", Certainty: High},
		{Code: "example-state", Name: "Example state force", Kind: KindTaskForce, Country: "US", State: "WA", County: "*", Certainty: High},
		{Code: "example-county", Name: "Example county force", Kind: KindTaskForce, Country: "US", State: "CA", County: "Santa Clara", Certainty: High},
		{Code: "example-rest", Name: "Example force of the rest", Kind: KindTaskForce, Country: "US", State: "CA", County: "*", Basis: "complement", Certainty: High},
	})
}

// strongest is what a report can hold at best: every strong kind of signal,
// and all for one place.
func strongest(p Place) []Signal {
	p.Share = 1
	near, places := int64(60), []Place{p}
	return []Signal{
		{Kind: PostalAddress, Whose: Subject, Type: "Home", Detail: "full", Value: p.Short(), Places: places},
		{Kind: AgencyFinding, Whose: Subject, Value: p.Short(), Places: places},
		{Kind: EstimatedLocation, Whose: Subject, Verified: models.Yes, Value: p.Short(), Places: places},
		{Kind: IPAddress, Whose: Subject, Event: "Upload", Distance: &near, Value: "192.0.2.1", Places: places},
		{Kind: IncidentPlace, Whose: WhoseUnknown, Detail: "full", Value: p.Short(), Places: places},
		{Kind: Phone, Whose: Subject, Verified: models.Yes, Value: "+1 206 555 0123", Places: places},
	}
}

// twoAddresses is the plainest conflict: two complete home addresses.
func twoAddresses() []Signal {
	there := Place{Country: "US", State: "WA", FIPS: "53033", County: "King County", City: "Seattle"}
	return []Signal{strongest(santaClara)[0], strongest(there)[0]}
}
