package priority

import (
	"fmt"
	"maps"
	"net/netip"
	"slices"
	"strings"

	"reeve/models"
)

// known counts what comparing files with known material said. Known material lowers
// a report only when every file is known and the report is about material alone:
// where a child is approached or named it takes nothing away. A new file raises it only when the provider
// says something of it, since a file nobody looked at may be anything.
func (s *scoring) known() {
	how := map[string]models.MarkHow{} // file -> its strongest mark
	categories := map[string]map[string]bool{}
	order := []models.MarkHow{models.MarkExact, models.MarkNear, models.MarkNew, models.MarkUnreadable, models.MarkRefused}
	for _, m := range s.in.Marks {
		if was, ok := how[m.File]; !ok || slices.Index(order, m.How) < slices.Index(order, was) {
			how[m.File] = m.How
		}
		if m.Category != "" && (m.How == models.MarkExact || m.How == models.MarkNear) {
			if categories[m.Category] == nil {
				categories[m.Category] = map[string]bool{}
			}
			categories[m.Category][m.File] = true
		}
	}
	count := map[models.MarkHow]int{}
	for _, h := range how {
		count[h]++
	}
	files := max(s.in.Uploaded, len(s.in.Files))
	for _, c := range slices.Sorted(maps.Keys(categories)) {
		s.apply("known/category/"+c, fmt.Sprintf(" (%d of %d)", len(categories[c]), max(files, len(how))))
	}
	if n := count[models.MarkExact] + count[models.MarkNear]; n > 0 && n >= files && s.aboutMaterial() && len(s.in.Report.Victims) == 0 {
		s.apply("known/all", fmt.Sprintf(" (%d exact, %d near)", count[models.MarkExact], count[models.MarkNear]))
	}
	described := 0
	for _, f := range s.in.Files {
		if how[f.FileID] == models.MarkNew && f.Relevance != "Supplemental Reported" &&
			(f.IndustryClass != "" || len(f.Annotations) > 0 || f.Viewed == models.Yes) {
			described++
		}
	}
	if described > 0 {
		detail := fmt.Sprintf(" (%d of %d", described, files)
		if rest := files - len(how) + count[models.MarkUnreadable] + count[models.MarkRefused]; rest > 0 {
			detail += fmt.Sprintf("; %d not compared", rest)
		}
		s.apply("known/new", detail+")")
	}
}

// labels counts what the clearinghouse's people called the report and its files. What
// the provider said already counts once, not twice; of several industry classes the
// gravest counts, as among the provider's.
func (s *scoring) labels() {
	count, gravest := map[Label]int{}, ""
	for _, l := range s.in.Labels {
		switch {
		case l.Scheme == "flag" && (s.seen["report/"+l.Value] || s.seen["file/"+l.Value]):
		case l.Scheme != "industry":
			count[l]++
		case gravest == "" || l.Value < gravest: // A1 is the gravest and the first
			gravest = l.Value
		}
	}
	if gravest != "" && !s.seen["class/"+gravest] {
		count[Label{"industry", gravest}] = 1
	}
	for l, n := range count {
		detail := ""
		if n > 1 {
			detail = fmt.Sprintf(" (%d times)", n)
		}
		s.apply("label/"+l.Scheme+"/"+l.Value, detail)
	}
}

// priorSteps are the numbers of earlier reports of rules.csv, greatest first; only
// the first that fits counts.
var priorSteps = []int{20, 5, 1}

func (s *scoring) prior() {
	for _, step := range priorSteps {
		if s.in.Prior < step {
			continue
		}
		detail := fmt.Sprintf(" (%d)", s.in.Prior)
		if s.in.Prior >= MaxPrior {
			detail = fmt.Sprintf(" (%d or more)", MaxPrior)
		}
		s.applyDesk(fmt.Sprintf("prior/%d", step), detail)
		return
	}
}

// access judges whether the subject may have a child at hand, by values that stand
// at the subject and at a victim alike. What was written freely is not read.
func (s *scoring) access() {
	subject, victim := gather(s.in.Report.Subjects), gather(s.in.Report.Victims)
	if shares(subject.addresses, victim.addresses) {
		s.apply("access/same address", "")
	}
	if shares(subject.ips, victim.ips) {
		s.apply("access/same connection", "")
	}
	for _, v := range s.in.Report.Victims {
		if strings.TrimSpace(v.SchoolName) != "" {
			s.apply("victim/school", "")
		}
		for _, a := range v.Associated {
			if a.Type == "Parent/Guardian" && shares(subject.accounts, gather([]models.ReportedParty{a.ReportedParty}).accounts) {
				s.apply("access/guardian", "")
			}
		}
	}
	for _, p := range s.in.Report.Recipients {
		if age := p.Person.Age; age != nil && *age >= 0 && *age < 18 {
			s.apply("recipient/under 18", "")
		}
	}
}

// values are what may be compared between parties, each written in one way.
type values struct{ addresses, ips, accounts map[string]bool }

func gather(parties []models.ReportedParty) values {
	v := values{map[string]bool{}, map[string]bool{}, map[string]bool{}}
	for _, p := range parties {
		for _, a := range p.Person.Addresses {
			// A street alone or a town alone is many people's.
			if street, town := plain(a.Street), plain(a.City+" "+a.ZIP); street != "" && town != "" {
				v.addresses[street+"\x00"+town+"\x00"+plain(a.Country)] = true
			}
		}
		for _, ip := range p.IPs {
			if at, err := netip.ParseAddr(strings.TrimSpace(ip.Address)); err == nil {
				v.ips[at.Unmap().String()] = true
			}
		}
		for _, e := range p.Person.Emails {
			v.accounts["email "+plain(e.Address)] = true
		}
		for _, n := range p.Person.Phones {
			v.accounts["phone "+n.CallingCode+digits(n.Number)] = true
		}
		if p.ESPIdentifier != "" {
			v.accounts["account "+p.ESPService+" "+p.ESPIdentifier] = true
		}
	}
	return v
}

// plain writes a text in small letters with single spaces and no punctuation.
func plain(s string) string {
	return strings.Join(strings.Fields(strings.Map(func(r rune) rune {
		if strings.ContainsRune(".,;#", r) {
			return ' '
		}
		return r
	}, strings.ToLower(s))), " ")
}

func digits(s string) string {
	return strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, s)
}

func shares(a, b map[string]bool) bool {
	for k := range a {
		if b[k] {
			return true
		}
	}
	return false
}
