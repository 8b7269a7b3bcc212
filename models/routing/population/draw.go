package population

import (
	"fmt"
	"math"
	"math/rand/v2"
	"net/netip"
	"time"

	"reeve/models"
	"reeve/models/routing"
	"reeve/models/routing/county"
)

// Case is one made-up report with its truth.
type Case struct {
	Reported models.Reported
	Files    []models.ReportedFile
	At       time.Time // the day it came in

	// Place is where the suspect is, Agency whose it is: a code of the
	// coverage, a pool where no agency is known for the place, or "another"
	// where our territory is wrong about it.
	Place   routing.Place
	Agency  string
	Divided bool // the state has several holders
	Noise   []string

	places map[netip.Addr]routing.GeoPlace
	seen   seen
}

// Another is the agency of a place about which our territory is wrong.
const Another = "another"

// Lookup is the location database of the case.
func (c *Case) Lookup(a netip.Addr) (routing.GeoPlace, bool) {
	p, ok := c.places[a]
	return p, ok
}

func (c *Case) noise(what string) { c.Noise = append(c.Noise, what) }

// drawing is the making of one case.
type drawing struct {
	w        *World
	r        *rand.Rand
	c        *Case
	truth    int // where the suspect is
	owner    int // where the account's owner is: the same, unless it was taken over
	home     shown
	incident time.Time
}

// Draw makes the case with a number of a population with a seed. The same
// seed and number give the same case on every machine.
func (w *World) Draw(seed, number uint64) *Case {
	d := &drawing{w: w, r: rand.New(rand.NewPCG(seed, number)), c: &Case{At: w.at, places: map[netip.Addr]routing.GeoPlace{}}}
	d.truth = w.anywhere(d.r)
	d.owner = d.truth
	s := &w.spots[d.truth]
	d.c.Place, d.c.Agency = routing.Place{Country: s.country, State: s.state, FIPS: s.fips}, s.holder
	d.c.Divided = s.state != "" && w.cov.Divided(s.state, w.at)
	if !d.chance(s.sure) {
		d.c.Agency = Another
		d.c.noise("territory")
	}
	d.incident = w.at.Add(-time.Duration(1+d.r.IntN(72)) * time.Hour)
	if !d.chance(noIncident) {
		d.c.Reported.Incident.DateTime.At = d.incident
	} else {
		d.c.seen.noIncident = true
	}
	if d.chance(bare) {
		d.c.noise("nothing stated")
		d.c.seen.bare = true
		d.c.Reported.Subjects = []models.ReportedParty{{ESPIdentifier: "example-1"}}
		return d.c
	}
	party := models.ReportedParty{ESPIdentifier: "example-1"}
	d.takeover(&party)
	d.network()
	d.events(&party)
	d.address(&party)
	d.estimate(&party)
	d.contacts(&party)
	d.rest()
	d.c.Reported.Subjects = []models.ReportedParty{party}
	return d.c
}

func (d *drawing) chance(p float64) bool { return d.r.Float64() < p }

func (d *drawing) takeover(p *models.ReportedParty) {
	marked := d.chance(markedCompromise)
	taken := d.chance(takenOver)
	if marked {
		taken = d.chance(markedAndTrue)
		p.Compromised, d.c.seen.compromised = models.Yes, true
	}
	if taken {
		d.owner = d.w.anywhere(d.r)
		d.c.noise("account taken over")
	}
}

// network draws what a location database shows for the usual network.
func (d *drawing) network() {
	w, r := d.w, d.r
	s := &w.spots[d.truth]
	us := w.isUS(d.truth)
	if d.chance(carrier) {
		marked := d.chance(carrierMarked)
		d.c.noise("mobile carrier")
		at := d.truth
		switch u := r.Float64(); {
		case us && u < carrierInState:
			at = w.anyInState(s.state, r)
		case us && u < 1-carrierAbroad:
			at = w.anyUS(r)
		case us, u < carrierAbroad:
			at = w.anyAbroad(r)
		}
		d.home = d.show(at, marked, func(i int) float64 { return radii[i].ofCarrier })
		return
	}
	right := func(i int) float64 { return radii[i].right }
	u := r.Float64()
	if !us {
		switch {
		case u < foreignInUS:
			d.home = d.show(w.anyUS(r), false, right)
			d.c.noise("network elsewhere")
		case u < foreignInUS+foreignOther:
			d.home = d.show(w.anyAbroad(r), false, right)
			d.c.noise("network elsewhere")
		default:
			d.home = d.show(d.truth, false, right)
		}
		return
	}
	at := d.truth
	switch {
	case u < relayAbroad:
		d.home = d.show(w.anyAbroad(r), false, right)
		d.c.noise("network elsewhere")
		return
	case u < relayAbroad+relayInUS:
		at = w.anyUS(r)
		d.c.noise("network elsewhere")
	case u < relayAbroad+relayInUS+relayInState:
		at = w.anyInState(s.state, r)
		d.c.noise("network elsewhere")
	}
	switch u := r.Float64(); {
	case u < placedNowhere:
		d.home = shown{spot: at, stateOnly: true, km: 200}
	case u < placedNowhere+placedInState:
		d.home = d.show(w.anyInState(w.spots[at].state, r), false, func(i int) float64 { return radii[i].far })
		d.c.noise("database far off")
	case u < placedNowhere+placedInState+placedNext:
		next := w.spots[at].next
		d.home = d.show(next[r.IntN(len(next))], false, func(i int) float64 { return radii[i].next })
		d.c.noise("database a county off")
	default:
		d.home = d.show(at, false, right)
	}
}

// show draws how a database shows a place.
func (d *drawing) show(spot int, carrier bool, often func(int) float64) shown {
	out := shown{spot: spot, carrier: carrier}
	u := d.r.Float64()
	for i := range radii {
		out.km = radii[i].km
		if u -= often(i); u < 0 {
			break
		}
	}
	if d.w.isUS(spot) {
		out.city = d.w.spots[spot].zip(d.r).City
	}
	return out
}

// stray draws a place to which an event strays: a journey, a proxy, a former
// home.
func (d *drawing) stray() shown {
	right := func(i int) float64 { return radii[i].right }
	if d.chance(strayAbroad(d.w.isUS(d.truth))) {
		return d.show(d.w.anyAbroad(d.r), false, right)
	}
	return d.show(d.w.anyUS(d.r), false, right)
}

// strayAbroad is how often a stray place is abroad; a suspect abroad mostly
// strays there.
func strayAbroad(us bool) float64 {
	if us {
		return awayAbroad
	}
	return 0.85
}

func (d *drawing) events(p *models.ReportedParty) {
	if d.chance(hasUpload) {
		p.IPs = append(p.IPs, d.event("Upload", time.Duration(d.r.IntN(1800))*time.Second))
	}
	for n := 0; n < 8 && d.chance(moreLogIns); n++ {
		// From a minute to 400 days, as many in each step of ten.
		minutes := math.Pow(10, d.r.Float64()*math.Log10(400*24*60))
		p.IPs = append(p.IPs, d.event("Login", time.Duration(minutes*60)*time.Second))
	}
	if d.chance(hasRegister) {
		p.IPs = append(p.IPs, d.event("Registration", time.Duration(d.r.IntN(4*365*24))*time.Hour))
	}
	if d.chance(hasPurchase) {
		p.IPs = append(p.IPs, d.event("Purchase", time.Duration(d.r.IntN(90*24))*time.Hour))
	}
	if d.chance(hasOther) {
		p.IPs = append(p.IPs, d.event("Other", time.Duration(d.r.IntN(30*24))*time.Hour))
	}
	if d.chance(hasFileIP) {
		ip := d.event("Upload", time.Duration(d.r.IntN(1800))*time.Second)
		d.c.Files = append(d.c.Files, models.ReportedFile{FileID: "example-file", IP: &ip})
	}
	if d.chance(isPeer) {
		d.c.Reported.Internet = append(d.c.Reported.Internet, models.ReportedInternet{Kind: "peer2peer", IPs: []models.ReportedIP{d.event("", time.Duration(d.r.IntN(600))*time.Second)}})
	}
}

// event draws one event so long before the incident.
func (d *drawing) event(kind string, before time.Duration) models.ReportedIP {
	out := models.ReportedIP{Event: kind}
	days := before.Hours() / 24
	told := days // as far as a reader knows
	if d.chance(noEventTime) {
		told = -1
	} else {
		out.DateTime.At = d.incident.Add(-before)
	}
	if d.c.seen.noIncident {
		told = -1
	}
	place, network, e := d.home, "", event{strays: 1 - (1-away)*(1-moved(told))}
	switch u := d.r.Float64(); {
	case u < hosting:
		place, network, e.strays = d.stray(), "hosting", 1
		d.c.noise("hosting")
	case u < hosting+proxy:
		place, out.PossibleProxy = d.stray(), models.Yes
		e.strays = proxy / (proxy + proxyWrongly*(1-proxy))
		d.c.noise("proxy")
	case d.chance(away), d.chance(moved(days)):
		place = d.stray()
		d.c.noise("journey or former home")
	case d.chance(proxyWrongly):
		out.PossibleProxy = models.Yes
		e.strays = proxy / (proxy + proxyWrongly*(1-proxy))
	}
	n := len(d.c.places) + 1
	addr := netip.AddrFrom4([4]byte{192, 0, 2, byte(n)})
	out.Address = addr.String()
	if d.chance(notInBase) {
		out.Address = "203.0.113.1"
		return out
	}
	d.c.places[addr] = d.w.geoPlace(place, network)
	if network == "" {
		e.shown = place
		d.c.seen.events = append(d.c.seen.events, e)
	}
	return out
}

// geoPlace is what a location database answers.
func (w *World) geoPlace(p shown, network string) routing.GeoPlace {
	s := &w.spots[p.spot]
	g := routing.GeoPlace{Country: s.country, AccuracyKm: p.km, Network: network, Database: "made-up database"}
	if p.carrier {
		g.Network = "mobile"
	}
	if w.isUS(p.spot) {
		g.State = s.state
		if !p.stateOnly {
			lat, lon := s.lat, s.lon
			g.City, g.Latitude, g.Longitude = p.city, &lat, &lon
		}
	}
	return g
}

// through sends a statement through its noise.
func (d *drawing) through(from int, ch channel) int {
	w, r := d.w, d.r
	u := r.Float64() - ch.right
	if !w.isUS(from) {
		// Abroad a statement is right about the country as often as one here
		// is about the county or the state.
		switch {
		case u < ch.inState:
			return from
		case u < ch.inState+(1-ch.right-ch.inState)/2:
			return w.anyUS(r)
		default:
			return w.anyAbroad(r)
		}
	}
	switch {
	case u < 0:
		return from
	case u < ch.inState:
		return w.anyInState(w.spots[from].state, r)
	case u < ch.inState+ch.inUS:
		return w.anyUS(r)
	default:
		return w.anyAbroad(r)
	}
}

// postal draws how much of an address is stated.
func (d *drawing) postal(at int) (models.ReportedAddress, region) {
	w := d.w
	s := &w.spots[at]
	if !w.isUS(at) {
		return models.ReportedAddress{City: "Exampletown", Country: s.country}, region{out: at}
	}
	z := s.zip(d.r)
	switch u := d.r.Float64(); {
	case u < addressFull:
		a := models.ReportedAddress{City: z.City, State: s.state, ZIP: z.ZIP, Country: "US"}
		if d.chance(addressZIPOff) {
			other := w.spots[w.anyUS(d.r)].zip(d.r)
			a.ZIP = other.ZIP
			d.c.noise("ZIP code of elsewhere")
			if other.State != s.state || other.City != z.City {
				return a, w.ofCity(s.state, z.City)
			}
		}
		return a, w.ofZIPs(s.state, []county.ZIP{z})
	case u < addressFull+addressPart/2:
		return models.ReportedAddress{City: z.City, State: s.state}, w.ofCity(s.state, z.City)
	case u < addressFull+addressPart:
		return models.ReportedAddress{State: s.state, ZIP: z.ZIP}, w.ofZIPs(s.state, []county.ZIP{z})
	default:
		return models.ReportedAddress{State: s.state, Country: "US"}, region{out: -1, state: s.state}
	}
}

func (d *drawing) address(p *models.ReportedParty) {
	if !d.chance(hasAddress) {
		return
	}
	u := d.r.Float64()
	kind := addressKinds[0]
	for _, kind = range addressKinds {
		if u -= kind.often; u < 0 {
			break
		}
	}
	at := d.through(d.owner, kind.channel)
	if at != d.owner {
		d.c.noise("false or old address")
	}
	a, where := d.postal(at)
	a.Type = kind.kind
	p.Person.Addresses = append(p.Person.Addresses, a)
	d.c.seen.ofOwner = append(d.c.seen.ofOwner, statement{where, kind.channel})
}

// estimate is mostly read off the usual network; a verified one is the
// device's or the payment's, and the suspect's own.
func (d *drawing) estimate(p *models.ReportedParty) {
	if !d.chance(hasEstimate) {
		return
	}
	if d.chance(estimateSure) {
		at := d.through(d.truth, verifiedPlace)
		s := &d.w.spots[at]
		l := models.ReportedLocation{Country: s.country, Region: s.state, Verified: models.Yes}
		where := region{out: at}
		if d.w.isUS(at) {
			l.City = s.zip(d.r).City
			where = d.w.ofCity(s.state, l.City)
		}
		p.EstimatedLocation = &l
		d.c.seen.ofSuspect = append(d.c.seen.ofSuspect, statement{where, verifiedPlace})
		return
	}
	place := d.home
	if d.chance(estimateStrays) {
		place = d.stray()
		d.c.noise("estimate astray")
	}
	s := &d.w.spots[place.spot]
	p.EstimatedLocation = &models.ReportedLocation{Country: s.country, Region: s.state, City: place.city}
	d.c.seen.events = append(d.c.seen.events, event{place, estimateStrays})
}

// rest draws what stands outside the account.
func (d *drawing) rest() {
	if d.chance(hasGeotag) {
		at := d.through(d.truth, geotagPlace)
		if d.w.isUS(at) {
			s := &d.w.spots[at]
			d.c.Files = append(d.c.Files, models.ReportedFile{Details: []models.ReportedDetail{
				{Type: "EXIF", Name: "GPSLatitude", Value: fmt.Sprintf("%.5f", s.lat)}, {Type: "EXIF", Name: "GPSLongitude", Value: fmt.Sprintf("%.5f", s.lon)}}})
			d.c.seen.ofSuspect = append(d.c.seen.ofSuspect, statement{d.w.ofCounty(at), geotagPlace})
		}
	}
	if d.chance(hasCoordinates) {
		if at := d.through(d.truth, coordinatePlace); d.w.isUS(at) {
			s := &d.w.spots[at]
			lat, lon := s.lat, s.lon
			d.c.Reported.Internet = append(d.c.Reported.Internet, models.ReportedInternet{Kind: "cellPhone", Latitude: &lat, Longitude: &lon})
			d.c.seen.ofSuspect = append(d.c.seen.ofSuspect, statement{d.w.ofCounty(at), coordinatePlace})
		}
	}
	if d.chance(hasIncident) {
		a, where := d.postal(d.through(d.truth, incidentPlace))
		d.c.Reported.Internet = append(d.c.Reported.Internet, models.ReportedInternet{Kind: "nonInternet", Addresses: []models.ReportedAddress{a}})
		d.c.seen.ofSuspect = append(d.c.seen.ofSuspect, statement{where, incidentPlace})
	}
	if d.chance(hasVictim) {
		at := d.truth
		if !d.chance(victimNear) {
			at = d.w.anywhere(d.r)
		}
		a, _ := d.postal(at)
		d.c.Reported.Victims = append(d.c.Reported.Victims, models.ReportedParty{Person: models.ReportedPerson{Addresses: []models.ReportedAddress{a}}})
	}
}
