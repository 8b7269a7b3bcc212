package priority

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"reeve/models"
)

// scoring carries one judgement.
type scoring struct {
	book    *Rules
	in      Input
	reasons []Reason
	seen    map[string]bool
	urgent  bool
}

// apply adds a rule once; a key without a rule adds nothing. detail follows the
// rule's sentence.
func (s *scoring) apply(key, detail string) { s.add(key, detail, false) }

// applyDesk is apply for what only the clearinghouse may read.
func (s *scoring) applyDesk(key, detail string) { s.add(key, detail, true) }

func (s *scoring) add(key, detail string, desk bool) {
	r, ok := s.book.rules[key]
	if !ok || s.seen[key] {
		return
	}
	s.seen[key] = true
	s.urgent = s.urgent || r.Urgent
	s.reasons = append(s.reasons, Reason{Key: key, Points: r.Points, Short: r.Short, Text: r.Text + detail + ".", Source: r.Source, Desk: desk})
}

func (s *scoring) report() {
	rep := s.in.Report
	if rep.BatchReason != "" {
		s.apply("batched", "")
	}
	if strings.TrimSpace(rep.Incident.Escalate) != "" {
		s.apply("escalated", "")
	}
	kind := rep.Incident.Type
	if strings.HasPrefix(kind, "Child Sexual Molestation") {
		kind = "Child Sexual Molestation" // an older form adds "(not by family member)"
	}
	s.apply("type/"+kind, "")
	for _, a := range rep.Incident.Annotations {
		s.apply("report/"+a, "")
	}
	// Marks newer than our schema are kept apart, by path.
	for _, n := range rep.Newer {
		if path, mark, ok := cutLast(n.Path, "/"); ok && strings.HasSuffix(path, "reportAnnotations") {
			s.apply("report/"+mark, "")
		}
	}
}

func cutLast(s, sep string) (before, after string, found bool) {
	i := strings.LastIndex(s, sep)
	if i < 0 {
		return "", s, false
	}
	return s[:i], s[i+len(sep):], true
}

// victimSteps are the ages of rules.csv, youngest first; only the first that
// fits counts.
var victimSteps = []int{7, 13, 18}

func (s *scoring) parties() {
	youngest := -1
	for _, v := range s.in.Report.Victims {
		s.apply("victim", "")
		if age := v.Person.Age; age != nil && *age >= 0 && (youngest < 0 || *age < youngest) {
			youngest = *age
		}
	}
	if youngest >= 0 {
		for _, step := range victimSteps {
			if youngest < step {
				s.apply("victim/under "+strconv.Itoa(step), "")
				break
			}
		}
	}
	for _, p := range s.in.Report.Subjects {
		if len(p.PriorReports) > 0 {
			s.apply("repeat", "")
		}
		if p.Compromised == models.Yes {
			s.apply("compromised", "")
		}
	}
}

func (s *scoring) files() {
	count := map[string]int{}
	reported, memes, drawn := 0, 0, 0
	classes := []string{}
	for _, f := range s.in.Files {
		if f.Relevance == "Supplemental Reported" {
			continue // sent for context, not as the thing reported
		}
		reported++
		marks := slices.Clone(f.Annotations)
		for _, n := range f.Newer {
			if path, mark, ok := cutLast(n.Path, "/"); ok && strings.HasSuffix(path, "fileAnnotations") {
				marks = append(marks, mark)
			}
		}
		slices.Sort(marks)
		for _, a := range slices.Compact(marks) {
			count[a]++
		}
		if slices.Contains(marks, "potentialMeme") || slices.Contains(marks, "viral") {
			memes++
		}
		if slices.Contains(marks, "animeDrawingVirtualHentai") {
			drawn++
		}
		if f.IndustryClass != "" {
			classes = append(classes, f.IndustryClass)
		}
	}
	for a, n := range count {
		detail := ""
		if reported > 1 {
			detail = fmt.Sprintf(" (%d of %d)", n, reported)
		}
		s.apply("file/"+a, detail)
	}
	// Files without details may be anything, so "every" needs details of all.
	all := reported > 0 && s.in.Uploaded <= len(s.in.Files)
	if all && memes == reported && s.aboutMaterial() {
		s.apply("files/meme", "")
	}
	if all && drawn == reported {
		s.apply("files/drawn", "")
	}
	if len(classes) > 0 {
		s.apply("class/"+slices.Min(classes), "") // A1 is the gravest and the first
	}
}

// aboutMaterial reports whether the incident is about material only. Where a
// child is approached or harmed, a meme among the files takes nothing away.
func (s *scoring) aboutMaterial() bool {
	t := s.in.Report.Incident.Type
	return strings.HasPrefix(t, "Child Pornography") || strings.HasPrefix(t, "Misleading") || t == ""
}

// class decides between referral and informational. What is urgent is never
// informational.
func (s *scoring) class(r Result) (Class, string) {
	informational := ""
	switch {
	case s.seen["batched"]:
		informational = "The provider sent it as a batch of a viral incident."
	case s.seen["report/informational"]:
		informational = "The provider marks it informational."
	case s.seen["report/spam"]:
		informational = "The provider marks it spam."
	case s.seen["label/flag/spam"]:
		informational = "The desk labelled it spam."
	case s.seen["files/meme"] && r.Priority == Past:
		informational = "Every reported file is marked as a potential meme or viral."
	case s.nothingToActOn():
		informational = "Nothing in it says who or where."
	}
	switch {
	case informational == "":
		return Referral, "It holds enough to act on."
	case r.Urgent:
		return Referral, "It is urgent, so it goes as a referral. Otherwise: " + informational
	default:
		return Informational, informational
	}
}

// nothingToActOn reports whether a report names no one, holds no IP address and
// gives no place, page or number of the incident.
func (s *scoring) nothingToActOn() bool {
	rep := s.in.Report
	for _, parties := range [][]models.ReportedParty{rep.Subjects, rep.Recipients, rep.Victims} {
		for _, p := range parties {
			if identified(p) || len(p.IPs) > 0 || p.EstimatedLocation != nil {
				return false
			}
		}
	}
	for _, in := range rep.Internet {
		if len(in.Addresses)+len(in.IPs)+len(in.URLs)+len(in.Emails) > 0 || in.Phone != nil || in.Latitude != nil {
			return false
		}
	}
	return !slices.ContainsFunc(s.in.Files, func(f models.ReportedFile) bool { return f.IP != nil || f.Location != "" })
}
