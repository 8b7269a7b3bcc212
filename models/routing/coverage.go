package routing

import (
	"slices"
	"strings"
	"sync"
	"time"
)

// Coverage answers who holds a place on a day. The zero value covers nothing.
// It is not changed after it is made and may be shared.
type Coverage struct {
	byCountry map[string][]Territory // country -> rows
	byState   map[string][]Territory // US state -> rows for the whole or rest of it
	byCounty  map[string][]Territory // county FIPS -> rows
	inState   map[string][]Territory // US state -> every row with an area in it
	names     map[string]string      // code -> name
}

// NewCoverage makes a coverage of rows, which may come from ParseTerritory or
// from the database. Rows without a known area add only their names.
func NewCoverage(rows []Territory) Coverage {
	c := Coverage{map[string][]Territory{}, map[string][]Territory{}, map[string][]Territory{}, map[string][]Territory{}, map[string]string{}}
	for _, t := range rows {
		c.names[t.Code] = t.Name
		if t.Covers() && t.Country == "US" {
			c.inState[t.State] = append(c.inState[t.State], t)
		}
		switch {
		case !t.Covers():
		case t.Country != "US":
			c.byCountry[t.Country] = append(c.byCountry[t.Country], t)
		case t.County == "*":
			c.byState[t.State] = append(c.byState[t.State], t)
		default:
			key := areaKey(t.State, t.County)
			c.byCounty[key] = append(c.byCounty[key], t)
		}
	}
	return c
}

var defaultCoverage = sync.OnceValue(func() Coverage { return NewCoverage(defaultTerritory()) })

// DefaultCoverage is the coverage of DefaultTerritory, made once.
func DefaultCoverage() Coverage { return defaultCoverage() }

// Name gives the name of an agency or pool, or its code when it has none here.
func (c Coverage) Name(code string) string {
	if n := c.names[code]; n != "" {
		return n
	}
	return code
}

// Holder finds who holds a place at a time. A place in the United States
// without a state has no holder, nor has one without a county in a state that
// is divided; another country has its contact point, or the holder of "--".
func (c Coverage) Holder(p Place, at time.Time) (Territory, bool) {
	if p.Country != "US" {
		if p.Country == "" {
			return Territory{}, false
		}
		if t, ok := valid(c.byCountry[p.Country], at); ok {
			return t, true
		}
		return valid(c.byCountry["--"], at)
	}
	if p.State == "" {
		return Territory{}, false
	}
	if p.FIPS != "" {
		if t, ok := valid(c.byCounty[p.FIPS], at); ok {
			return t, true
		}
	} else if c.Divided(p.State, at) {
		return Territory{}, false
	}
	return valid(c.byState[p.State], at)
}

// Divided reports whether a state has more than one holder at a time.
func (c Coverage) Divided(state string, at time.Time) bool { return len(c.HoldersIn(state, at)) > 1 }

// HoldersIn lists, by code, who holds any part of a state at a time, each with
// one of its rows.
func (c Coverage) HoldersIn(state string, at time.Time) []Territory {
	var out []Territory
	rows := c.inState[state]
	for i := range rows {
		t := &rows[i]
		// A holder's rows mostly stand together, so the last one is asked first.
		if n := len(out); n > 0 && out[n-1].Code == t.Code || !t.ValidAt(at) {
			continue
		}
		if !slices.ContainsFunc(out, func(o Territory) bool { return o.Code == t.Code }) {
			out = append(out, *t)
		}
	}
	slices.SortFunc(out, func(a, b Territory) int { return strings.Compare(a.Code, b.Code) })
	return out
}

func valid(rows []Territory, at time.Time) (Territory, bool) {
	for _, t := range rows {
		if t.ValidAt(at) {
			return t, true
		}
	}
	return Territory{}, false
}
