package demodata

import (
	"fmt"
	"math/rand/v2"
	"time"
)

// Report is one report as a provider sends it.
type Report struct {
	Document string
	Uploads  []Upload
	Retract  bool // the provider takes it back instead of finishing it
}

// Upload is a file with what the provider says of it. Details is a <fileDetails>
// document with two %s for report and file, or empty when nothing is said.
type Upload struct {
	Name    string
	Body    []byte
	Details string
}

// Generator makes reports. Equal seeds make equal reports but for the times, which
// follow the clock given to Next.
type Generator struct {
	r    *rand.Rand
	n    int
	ring []party // subjects that come again, also elsewhere: the overlaps
}

// New makes a generator.
func New(seed uint64) *Generator {
	g := &Generator{r: rand.New(rand.NewPCG(seed, 0x52656576))}
	for i := range 22 {
		g.ring = append(g.ring, party{
			email: fmt.Sprintf("%s.%s%02d@mail.example", pick(g, words), pick(g, nouns), i), verified: "true",
			esp: fmt.Sprintf("u-%06d", 700000+i), screen: fmt.Sprintf("%s_%s_%d", pick(g, words), pick(g, nouns), i),
			phone: fmt.Sprintf("202555%04d", 100+i%100), device: fmt.Sprintf("dev-%08x", 0xa0000000+i),
		})
	}
	return g
}

func pick[T any](g *Generator, list []T) T { return list[g.r.IntN(len(list))] }

// chance is true n times in a hundred.
func (g *Generator) chance(n int) bool { return g.r.IntN(100) < n }

// Next makes the next report, sent at the given time.
func (g *Generator) Next(now time.Time) Report {
	g.n++
	switch {
	case g.n%67 == 5:
		return g.batch(now)
	case g.n%41 == 9:
		return Report{Document: g.ordinary(now, nowhere, false), Retract: true}
	}
	where := g.where()
	urgent := g.chance(7)
	rep := Report{Document: g.ordinary(now, where, urgent)}
	for i := range []int{0, 1, 1, 1, 2, 2, 3, 5, 8}[g.r.IntN(9)] {
		rep.Uploads = append(rep.Uploads, g.upload(i, now, where))
	}
	return rep
}

// where chooses a place: four in ten in the two best-known demonstration areas, so
// that their queues are worth working in.
func (g *Generator) where() place {
	switch n := g.r.IntN(100); {
	case n < 26:
		return pick(g, bay)
	case n < 44:
		return pick(g, boroughs)
	case n < 52:
		return pick(g, north)
	case n < 60:
		return nowhere
	case n < 66:
		return usOnly
	default:
		return pick(g, elsewhere)
	}
}

// subject makes a subject at a place. How much the provider knows varies: the full
// address, an estimate, only addresses of connections, or nothing.
func (g *Generator) subject(now, incident time.Time, at place) party {
	p := party{
		first: pick(g, firsts), last: pick(g, lasts), esp: fmt.Sprintf("u-%06d", g.r.IntN(600000)),
		email: fmt.Sprintf("%s.%s.%d@mail.example", pick(g, words), pick(g, nouns), g.r.IntN(9000)), verified: pick(g, []string{"true", "false", ""}),
		screen: fmt.Sprintf("%s_%s%d", pick(g, words), pick(g, nouns), g.r.IntN(900)),
	}
	if g.chance(32) {
		again := pick(g, g.ring)
		p.email, p.verified, p.esp, p.screen, p.device = again.email, again.verified, again.esp, again.screen, again.device
		if g.chance(50) {
			p.phone = again.phone
		}
	}
	if g.chance(40) {
		p.display = pick(g, displays)
	}
	know := g.r.IntN(10)
	if at.country == "" {
		know = 9
	}
	if know < 6 { // a full address
		p.street, p.city, p.zip, p.state, p.nonUSA, p.country = fmt.Sprintf("%d Example Street", 1+g.r.IntN(900)), at.city, at.zip, at.state, at.region, at.country
	}
	if know >= 4 && know < 8 && at.city != "" {
		p.estCity, p.estRegion, p.estCountry = at.city, at.state, at.country
		if at.country != "US" {
			p.estRegion = at.region
		}
	}
	if at.net != "" && know != 8 {
		last := incident.Add(time.Duration(g.r.IntN(20)-10) * time.Minute)
		p.ips = append(p.ips,
			capture{g.address(at.net), "Login", incident.Add(-time.Duration(1+g.r.IntN(300)) * time.Hour), 40000 + g.r.IntN(20000), false},
			capture{g.address(at.net), "Upload", last, 40000 + g.r.IntN(20000), g.chance(8)})
	}
	if g.chance(9) && at.net != "" { // another connection somewhere else: a conflict
		p.ips = append(p.ips, capture{g.address("198.51.100.128/26"), "Upload", incident.Add(-5 * time.Minute), 0, false})
	}
	if g.chance(4) {
		p.note = longNote
	}
	_ = now
	return p
}

func (g *Generator) ordinary(now time.Time, at place, urgent bool) string {
	kind := pick(g, incidents)
	incident := now.Add(-time.Duration(20+g.r.IntN(9*24*60)) * time.Minute)
	d := &doc{}
	d.WriteString(`<?xml version="1.0" encoding="UTF-8"?>` + "\n")
	d.tag("report")
	d.tag("incidentSummary")
	d.el("incidentType", kind)
	d.el("platform", pick(g, platforms))
	if urgent {
		d.el("escalateToHighPriority", pick(g, escalations))
	}
	if marks := g.annotations(kind); len(marks) > 0 {
		d.tag("reportAnnotations")
		for _, m := range marks {
			d.el(m, "true")
		}
		d.end("reportAnnotations")
	}
	d.el("incidentDateTime", stamp(incident))
	d.el("incidentDateTimeDescription", pick(g, []string{"Time of the upload.", "Time at which our systems detected it.", "Time of the last message.", ""}))
	d.end("incidentSummary")
	g.internet(d)
	g.reporter(d)
	d.party("personOrUserReported", "personOrUserReportedPerson", g.subject(now, incident, at))
	if kind != incidents[0] && g.chance(55) || g.chance(8) {
		v := party{first: pick(g, firsts), age: fmt.Sprint(10 + g.r.IntN(7)), esp: fmt.Sprintf("u-%06d", g.r.IntN(600000)), screen: fmt.Sprintf("%s%d", pick(g, nouns), g.r.IntN(900))}
		if g.chance(30) {
			home := g.where()
			v.city, v.zip, v.state, v.nonUSA, v.country = home.city, home.zip, home.state, home.region, home.country
			v.school = "Example Middle School"
		}
		d.party("victim", "victimPerson", v)
	}
	d.end("report")
	return d.String()
}

// batch makes a batched report of a viral picture: many accounts, one file.
func (g *Generator) batch(now time.Time) Report {
	d := &doc{}
	d.WriteString(`<?xml version="1.0" encoding="UTF-8"?>` + "\n")
	d.tag("report")
	d.WriteString(`<batchedReport reason="VIRAL_POTENTIAL_MEME"/>`)
	d.tag("incidentSummary")
	d.el("incidentType", incidents[0])
	d.el("platform", pick(g, platforms))
	d.el("incidentDateTime", stamp(now.Add(-3*time.Hour)))
	d.end("incidentSummary")
	g.reporter(d)
	for range 12 + g.r.IntN(30) {
		d.tag("personOrUserReported")
		d.el("espIdentifier", fmt.Sprintf("u-%06d", g.r.IntN(600000)))
		d.end("personOrUserReported")
	}
	d.end("report")
	return Report{Document: d.String(), Uploads: []Upload{{Name: "shared.png", Body: g.picture(),
		Details: "<fileDetails><reportId>%s</reportId><fileId>%s</fileId><fileViewedByEsp>true</fileViewedByEsp><fileAnnotations><potentialMeme/><viral/></fileAnnotations></fileDetails>"}}}
}

func (g *Generator) annotations(kind string) []string {
	var out []string
	if kind == "Online Enticement of Children for Sexual Acts" && g.chance(25) {
		out = append(out, "sextortion")
	}
	if g.chance(6) {
		out = append(out, "minorToMinorInteraction")
	}
	return out
}

func (g *Generator) internet(d *doc) {
	d.tag("internetDetails")
	switch g.r.IntN(3) {
	case 0:
		d.tag("chatImIncident")
		d.el("chatClient", "Example Chat")
		d.el("content", "A conversation was reported by a user. Its text is not part of this demonstration.")
		d.end("chatImIncident")
	case 1:
		d.tag("webPageIncident")
		d.el("url", fmt.Sprintf("https://share.example/item/%d", 1000+g.r.IntN(9000)))
		d.end("webPageIncident")
	default:
		d.tag("onlineGamingIncident")
		d.el("gameName", "Example Quest")
		d.end("onlineGamingIncident")
	}
	d.end("internetDetails")
}

func (g *Generator) reporter(d *doc) {
	d.tag("reporter")
	d.person("reportingPerson", party{first: "Trust", last: "Desk", email: "desk@esp.example"})
	d.el("companyTemplate", "Viewed means that a person at our company looked at the whole file when reporting.")
	d.end("reporter")
}
