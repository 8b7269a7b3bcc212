package population

import (
	"math"

	"reeve/models/routing"
	"reeve/models/routing/county"
)

// shown is what a location database shows for an address.
type shown struct {
	spot      int
	stateOnly bool
	km        int
	carrier   bool
	city      string
}

func (s shown) same(o shown) bool {
	return s.spot == o.spot && s.stateOnly == o.stateOnly || s.stateOnly && o.stateOnly
}

// event is one event as a reader sees it, with how often such a one strays from
// the usual network.
type event struct {
	shown
	strays float64
}

// region is what a statement names: a country abroad, a state, or with parts
// the counties that a ZIP code or a city lies in.
type region struct {
	out   int // a spot abroad, or -1
	state string
	parts []part
}

// part is a county and how often somebody in it would name the region.
type part struct {
	spot int
	p    float64
}

type statement struct {
	region
	channel
}

// seen is what a reader of the report can know, in the model's terms.
type seen struct {
	bare, noIncident, compromised bool
	events                        []event
	ofOwner, ofSuspect            []statement
	domain                        string
}

func (w *World) ofCounty(at int) region {
	return region{out: -1, state: w.spots[at].state, parts: []part{{at, 1}}}
}

func (w *World) ofZIPs(state string, zips []county.ZIP) region {
	r := region{out: -1, state: state}
	for _, z := range zips {
		for _, s := range z.Shares {
			if i, ok := w.byFIPS[s.FIPS]; ok {
				r.parts = append(r.parts, part{i, s.Share / last(w.spots[i].zipSum)})
			}
		}
	}
	return r
}

func (w *World) ofCity(state, city string) region {
	var zips []county.ZIP
	for _, i := range w.cityZIPs[state+"/"+city] {
		zips = append(zips, w.zips[i])
	}
	return w.ofZIPs(state, zips)
}

// likelihood multiplies into out, for every spot, how likely a statement is
// there.
func (w *World) likelihood(s statement, out []float64) {
	if s.out >= 0 {
		v := w.spots[s.out].weight
		stray := (1 - s.right - s.channel.inState) / 2 * v
		for i := range w.us {
			out[i] *= s.channel.abroad * v
		}
		for i := w.us; i < len(out); i++ {
			p := stray
			if i == s.out {
				p += s.right + s.channel.inState
			}
			out[i] *= p
		}
		return
	}
	inState, inUS := 1.0, 0.0
	if s.parts != nil {
		inState = 0
		for _, p := range s.parts {
			inState += p.p * w.spots[p.spot].inState
			inUS += p.p * w.spots[p.spot].weight
		}
	} else {
		for _, i := range w.byState[s.state] {
			inUS += w.spots[i].weight
		}
	}
	v := make([]float64, len(out))
	for i := range v {
		switch {
		case i >= w.us:
			v[i] = (1 - s.right - s.channel.inState) / 2 * inUS
		default:
			v[i] = s.channel.inUS * inUS
		}
	}
	for _, i := range w.byState[s.state] {
		v[i] += s.channel.inState * inState
		if s.parts == nil {
			v[i] += s.right
		}
	}
	for _, p := range s.parts {
		v[p.spot] += s.right * p.p
	}
	for i := range out {
		out[i] *= v[i]
	}
}

// usual gives, for every spot, how likely its usual network is shown so.
func (w *World) usual(s shown) []float64 {
	out := make([]float64, len(w.spots))
	var right, next, far, ofCarrier float64
	for _, r := range radii {
		if r.km == s.km {
			right, next, far, ofCarrier = r.right, r.next, r.far, r.ofCarrier
		}
	}
	marked := 1 - carrierMarked
	if s.carrier {
		marked = carrierMarked
	}
	at := &w.spots[s.spot]
	fixed := 1 - carrier
	if s.carrier {
		fixed = 0
	}
	if !w.isUS(s.spot) {
		for i := range w.us {
			out[i] = at.weight * (fixed*relayAbroad*right + carrier*marked*carrierAbroad*ofCarrier)
		}
		for i := w.us; i < len(out); i++ {
			out[i] = at.weight * (fixed*foreignOther*right + carrier*marked*carrierAbroad*ofCarrier)
		}
		out[s.spot] += fixed*(1-foreignInUS-foreignOther)*right + carrier*marked*(1-carrierAbroad)*ofCarrier
		return out
	}
	// placed is how likely the database shows a network of spot i so.
	home := 1 - relayAbroad - relayInUS - relayInState
	ok := 1 - placedNowhere - placedInState - placedNext
	if s.stateOnly {
		inUS := 0.0
		for _, i := range w.byState[at.state] {
			inUS += w.spots[i].weight
		}
		for i := range w.us {
			out[i] = fixed * placedNowhere * relayInUS * inUS
		}
		for _, i := range w.byState[at.state] {
			out[i] += fixed * placedNowhere * (home + relayInState)
		}
		return out
	}
	placed := make(map[int]float64, 16) // for the spots near it; the rest of the state has inState
	placed[s.spot] += ok * right
	for _, i := range w.near[s.spot] {
		placed[i] += placedNext * next / float64(len(w.spots[i].next))
	}
	inState := placedInState * far * at.inState
	var byState, byUS float64 // placed, averaged over the state and the country
	stateWeight := 0.0
	for _, i := range w.byState[at.state] {
		stateWeight += w.spots[i].weight
	}
	byState, byUS = inState, inState*stateWeight
	for i, p := range placed {
		byUS += p * w.spots[i].weight
	}
	for i := range w.us {
		out[i] = fixed*relayInUS*byUS + carrier*marked*(1-carrierInState-carrierAbroad)*at.weight*ofCarrier
	}
	for i := w.us; i < len(out); i++ {
		out[i] = fixed * foreignInUS * at.weight * right
	}
	for i, p := range placed {
		out[i] += fixed * home * p
		if w.spots[i].state == at.state {
			byState += p * w.spots[i].inState
		}
	}
	for _, i := range w.byState[at.state] {
		out[i] += fixed*(relayInState*byState+home*inState) + carrier*marked*carrierInState*at.inState*ofCarrier
	}
	return out
}

// strayed is how likely a stray event shows a place, for a suspect here and
// for one abroad.
func (w *World) strayed(s shown) (here, out float64) {
	right := 0.0
	for _, r := range radii {
		if r.km == s.km {
			right = r.right
		}
	}
	v := w.spots[s.spot].weight * right
	if s.stateOnly || s.carrier {
		return 1e-9, 1e-9 // only a usual network is shown so
	}
	if w.isUS(s.spot) {
		return v * (1 - strayAbroad(true)), v * (1 - strayAbroad(false))
	}
	return v * strayAbroad(true), v * strayAbroad(false)
}

// networks multiplies in what the events say: some place is that of the usual
// network, and the others strayed.
func (w *World) networks(events []event, out []float64) {
	if len(events) == 0 {
		return
	}
	var places []shown
	for _, e := range events {
		known := false
		for _, p := range places {
			known = known || p.same(e.shown)
		}
		if !known {
			places = append(places, e.shown)
		}
	}
	sum := make([]float64, len(out))
	named := make([]float64, len(out))
	for _, p := range places {
		here, abroad := 1.0, 1.0
		for _, e := range events {
			h, o := w.strayed(e.shown)
			h, o = h*e.strays, o*e.strays
			if e.same(p) {
				h, o = h+1-e.strays, o+1-e.strays
			}
			here, abroad = here*h, abroad*o
		}
		for i, v := range w.usual(p) {
			named[i] += v
			if w.isUS(i) {
				sum[i] += v * here
			} else {
				sum[i] += v * abroad
			}
		}
	}
	here, abroad := 1.0, 1.0
	for _, e := range events {
		h, o := w.strayed(e.shown)
		here, abroad = here*h*e.strays, abroad*o*e.strays
	}
	for i := range out {
		rest := math.Max(1-named[i], 0)
		if w.isUS(i) {
			out[i] *= sum[i] + rest*here
		} else {
			out[i] *= sum[i] + rest*abroad
		}
	}
}

func (w *World) mail(domain string, out []float64) {
	for i := range out {
		switch {
		case w.isUS(i) && domain == "":
			out[i] *= 1 - hasMailUS
		case w.isUS(i):
			out[i] *= hasMailUS * w.domains[domain]
		case domain == "":
			out[i] *= 1 - hasMail
		default:
			p := (1 - mailRight) * w.domains[domain]
			if countries[i-w.us].domain == domain {
				p += mailRight
			}
			out[i] *= hasMail * p
		}
	}
}

func (w *World) prior() []float64 {
	out := make([]float64, len(w.spots))
	for i := range out {
		out[i] = w.spots[i].weight * (1 - abroad)
		if !w.isUS(i) {
			out[i] = w.spots[i].weight * abroad
		}
	}
	return out
}

// Oracle gives the agency that Bayes' rule believes in most, knowing the rates
// of the noise, with its posterior. Pools are no agencies; empty when only
// pools are possible.
func (w *World) Oracle(c *Case) (agency string, posterior float64) {
	at := w.prior()
	if !c.seen.bare {
		owner := make([]float64, len(at))
		for i := range owner {
			owner[i] = 1
		}
		for _, s := range c.seen.ofOwner {
			w.likelihood(s, owner)
		}
		w.mail(c.seen.domain, owner)
		anyone := 0.0
		for i, p := range w.prior() {
			anyone += p * owner[i]
		}
		taken := takenOver
		if c.seen.compromised {
			taken = markedAndTrue
		}
		for i := range at {
			at[i] *= (1-taken)*owner[i] + taken*anyone
		}
		for _, s := range c.seen.ofSuspect {
			w.likelihood(s, at)
		}
		w.networks(c.seen.events, at)
	}
	total := 0.0
	byAgency := map[string]float64{}
	for i, p := range at {
		total += p
		byAgency[w.spots[i].holder] += p * w.spots[i].sure
	}
	for code, p := range byAgency {
		if !routing.IsPool(code) && (p > posterior || p == posterior && code < agency) {
			agency, posterior = code, p
		}
	}
	return agency, posterior / total
}
