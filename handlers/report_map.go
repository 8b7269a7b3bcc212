package handlers

import (
	"cmp"
	"fmt"
	"slices"

	"reeve/models/routing"
	"reeve/models/routing/county"
	"reeve/views/pages"
)

// mapStates bounds how many states a decision is drawn in: its first home and what
// contradicts it.
const mapStates = 2

// pull is how strongly a decision's facts point to one county, by whose they are.
type pull struct{ subject, victim float64 }

// settle turns how strongly each county is pointed to into what is believed of it:
// they exclude each other, so each counts by the doubt that is left in all others
// (Dempster's rule, as routing itself combines them). What is claimed by none stays
// unclaimed.
func settle(counties map[string]pull, of func(*pull) *float64) {
	doubtInAll := 1.0
	for fips, p := range counties {
		if fips != "" {
			doubtInAll *= 1 - min(*of(&p), 0.999)
		}
	}
	claims := map[string]float64{}
	total := doubtInAll
	for fips, p := range counties {
		if v := min(*of(&p), 0.999); fips != "" && v > 0 {
			claims[fips] = v * doubtInAll / (1 - v)
			total += claims[fips]
		}
	}
	for fips, claim := range claims {
		p := counties[fips]
		*of(&p) = claim / total
		counties[fips] = p
	}
}

func (p pull) most() float64 { return max(p.subject, p.victim) }

// drawMaps shows on small maps where the facts point: each state with its counties,
// darker where more belief lies. A decision that points nowhere in the United States
// has no map; its words say where it points.
func drawMaps(d *routing.Decision) []pages.WhyMap {
	states := map[string]map[string]pull{} // state -> county's FIPS, "" for the state as a whole
	for _, e := range d.Evidence {
		if !e.Used {
			continue
		}
		for _, p := range e.Signal.Places {
			if p.Country != "US" || p.State == "" {
				continue
			}
			share := p.Share
			if share == 0 {
				share = 1
			}
			weight := e.County
			if p.FIPS == "" {
				weight = e.State
			}
			if states[p.State] == nil {
				states[p.State] = map[string]pull{}
			}
			now := states[p.State][p.FIPS]
			// Independent witnesses: the doubt that each leaves is multiplied.
			add := func(v *float64) { *v = 1 - (1-*v)*(1-weight*share) }
			if e.Signal.Whose == routing.Victim {
				add(&now.victim)
			} else {
				add(&now.subject)
			}
			states[p.State][p.FIPS] = now
		}
	}
	for _, counties := range states {
		settle(counties, func(p *pull) *float64 { return &p.subject })
		settle(counties, func(p *pull) *float64 { return &p.victim })
	}
	type ranked struct {
		state string
		most  float64
	}
	var order []ranked
	for state, counties := range states {
		r := ranked{state: state}
		for _, p := range counties {
			r.most = max(r.most, p.most())
		}
		order = append(order, r)
	}
	slices.SortFunc(order, func(a, b ranked) int {
		return cmp.Or(cmp.Compare(b.most, a.most), cmp.Compare(a.state, b.state))
	})
	var maps []pages.WhyMap
	for _, r := range order[:min(len(order), mapStates)] {
		if m, ok := drawMap(r.state, states[r.state]); ok {
			maps = append(maps, m)
		}
	}
	return maps
}

// shownLeast is the belief below which a county is not coloured: it would be a
// speck of colour without meaning.
const shownLeast = 0.02

func drawMap(state string, counties map[string]pull) (pages.WhyMap, bool) {
	o, ok := county.OutlineOf(state)
	if !ok {
		return pages.WhyMap{}, false
	}
	m := pages.WhyMap{State: routing.StateName(state), Width: o.Width, Height: o.Height, Lines: o.All}
	for fips, p := range counties {
		path, known := o.Counties[fips]
		if !known || p.most() < shownLeast {
			continue
		}
		c, _ := county.ByFIPS(fips)
		part := pages.WhyMapPart{Name: c.Label(), Path: path, Level: level(p.subject), Victim: p.victim >= shownLeast, Weight: percent(p.most()), Belief: p.most()}
		part.Whose = whoseWords(p)
		m.Parts = append(m.Parts, part)
	}
	slices.SortFunc(m.Parts, func(a, b pages.WhyMapPart) int {
		return cmp.Or(cmp.Compare(b.Belief, a.Belief), cmp.Compare(a.Name, b.Name))
	})
	if whole := counties[""]; whole.most() >= shownLeast {
		m.Whole = fmt.Sprintf("The state as a whole: %s (%s)", percent(whole.most()), whoseWords(whole))
		m.WholeOnly = len(m.Parts) == 0
	}
	return m, len(m.Parts) > 0 || m.Whole != ""
}

// whoseWords names whose facts point there.
func whoseWords(p pull) string {
	switch {
	case p.victim < shownLeast:
		return "subject or incident"
	case p.subject < shownLeast:
		return "victim"
	default:
		return "subject and victim"
	}
}

// level is one of four shades; 0 is none.
func level(belief float64) int {
	switch {
	case belief < shownLeast:
		return 0
	case belief < 0.25:
		return 1
	case belief < 0.5:
		return 2
	case belief < 0.75:
		return 3
	default:
		return 4
	}
}
