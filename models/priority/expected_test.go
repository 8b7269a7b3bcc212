package priority

import (
	"encoding/csv"
	"flag"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"reeve/models"
)

var update = flag.Bool("update", false, "write testdata/expected.csv anew from the facts in it; read the difference before it is committed")

var incident = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

var caseTypes = map[string]string{
	"possession": "Child Pornography (possession, manufacture, and distribution)", "trafficking": "Child Sex Trafficking",
	"sex tourism": "Child Sex Tourism", "molestation": "Child Sexual Molestation", "domain": "Misleading Domain Name",
	"misleading": "Misleading Words or Digital Images on the Internet", "enticement": "Online Enticement of Children for Sexual Acts",
	"unsolicited": "Unsolicited Obscene Material Sent to a Child", "molestation (older form)": "Child Sexual Molestation (not by family member)",
}

// caseInput reads facts as testdata/README.md explains them.
func caseInput(t *testing.T, facts string) Input {
	t.Helper()
	in := Input{Report: models.Reported{Incident: models.ReportedIncident{DateTime: models.Moment{At: incident}, DateTimeDescription: "time of upload"}}}
	subject := models.ReportedParty{}
	hasSubject := false
	for fact := range strings.SplitSeq(facts, ";") {
		what, value, _ := strings.Cut(strings.TrimSpace(fact), ":")
		value = strings.TrimSpace(value)
		switch what {
		case "type":
			if in.Report.Incident.Type = caseTypes[value]; in.Report.Incident.Type == "" {
				t.Fatalf("no incident type %q", value)
			}
		case "escalated":
			in.Report.Incident.Escalate = "Please look at this soon."
		case "mark":
			in.Report.Incident.Annotations = append(in.Report.Incident.Annotations, value)
		case "newer mark":
			in.Report.Newer = append(in.Report.Newer, models.NewerElement{Path: "report/incidentSummary/reportAnnotations/" + value})
		case "batch":
			in.Report.BatchReason = "VIRAL_POTENTIAL_MEME"
		case "victim":
			v := models.ReportedParty{}
			if value != "" {
				age, err := strconv.Atoi(value)
				if err != nil {
					t.Fatalf("victim's age %q", value)
				}
				v.Person.Age = &age
			}
			in.Report.Victims = append(in.Report.Victims, v)
		case "same address", "same connection":
			where := models.ReportedAddress{Street: "1 Example Street", City: "San Jose", ZIP: "95113", State: "CA", Country: "US"}
			victim := models.ReportedParty{}
			if what == "same address" {
				subject.Person.Addresses = append(subject.Person.Addresses, where)
				where.Street, where.City = "1  EXAMPLE street.", "san jose" // written otherwise
				victim.Person.Addresses = append(victim.Person.Addresses, where)
			} else {
				subject.IPs = append(subject.IPs, caseIP("log-in 1 days before, port"))
				victim.IPs = append(victim.IPs, caseIP("log-in 2 days before, port"))
			}
			hasSubject, in.Report.Victims = true, append(in.Report.Victims, victim)
		case "guardian of the victim":
			hasSubject, subject.ESPIdentifier = true, "4711"
			in.Report.Victims = append(in.Report.Victims, models.ReportedParty{
				Associated: []models.ReportedAssociated{{Type: "Parent/Guardian", ReportedParty: models.ReportedParty{ESPIdentifier: "4711"}}}})
		case "school":
			in.Report.Victims = append(in.Report.Victims, models.ReportedParty{SchoolName: "Example School"})
		case "recipient":
			age, err := strconv.Atoi(value)
			if err != nil {
				t.Fatalf("recipient's age %q", value)
			}
			in.Report.Recipients = append(in.Report.Recipients, models.ReportedParty{Person: models.ReportedPerson{Age: &age}})
		case "label":
			scheme, name, _ := strings.Cut(value, " ")
			in.Labels = append(in.Labels, Label{scheme, name})
		case "prior":
			n, err := strconv.Atoi(value)
			if err != nil {
				t.Fatalf("prior %q", value)
			}
			in.Prior = n
		case "time meaning":
			in.Report.Incident.DateTimeDescription = ""
		case "subject":
			hasSubject = true
			switch value {
			case "account":
				subject.ESPIdentifier = "4711"
			case "reported before":
				subject.PriorReports = []int64{123456789}
			case "taken over":
				subject.Compromised = models.Yes
			case "unnamed":
			default:
				t.Fatalf("subject %q", value)
			}
		case "address":
			hasSubject = true
			subject.IPs = append(subject.IPs, caseIP(value))
		case "uploaded":
			n, err := strconv.Atoi(strings.Fields(value)[0])
			if err != nil {
				t.Fatalf("uploaded %q", value)
			}
			in.Uploaded = n
		case "file":
			f := models.ReportedFile{FileID: fmt.Sprintf("f%d", len(in.Files)+1), Viewed: models.Yes}
			for w := range strings.SplitSeq(value, ",") {
				switch w = strings.TrimSpace(w); w {
				case "":
				case "A1", "A2", "B1", "B2":
					f.IndustryClass = w
				case "viewed not stated":
					f.Viewed = models.NotStated
				case "not viewed":
					f.Viewed = models.No
				case "supplemental":
					f.Relevance = "Supplemental Reported"
				case "exact", "near", "new", "unreadable":
					in.Marks = append(in.Marks, Mark{File: f.FileID, How: models.MarkHow(w)})
				case "category 1":
					in.Marks = append(in.Marks, Mark{File: f.FileID, How: models.MarkExact, Category: "1"})
				case "with address":
					f.IP = &models.ReportedIP{Address: "192.0.2.1", Port: 443, DateTime: models.Moment{At: incident}}
				default:
					f.Annotations = append(f.Annotations, w)
				}
			}
			in.Files = append(in.Files, f)
			in.Uploaded = max(in.Uploaded, len(in.Files))
		default:
			t.Fatalf("fact %q", fact)
		}
	}
	if hasSubject {
		in.Report.Subjects = []models.ReportedParty{subject}
	}
	return in
}

// caseIP reads "log-in 9 days before, port".
func caseIP(value string) models.ReportedIP {
	ip := models.ReportedIP{Address: "192.0.2.1"}
	words := strings.Fields(strings.ReplaceAll(value, ",", " "))
	for i, w := range words {
		switch w {
		case "upload":
			ip.Event = "Upload"
		case "log-in":
			ip.Event = "Login"
		case "registration":
			ip.Event = "Registration"
		case "port":
			ip.Port = 50123
		case "v6":
			ip.Address = "2001:db8::1"
		case "minutes", "hours", "days":
			n, _ := strconv.Atoi(words[i-1])
			d := time.Duration(n) * map[string]time.Duration{"minutes": time.Minute, "hours": time.Hour, "days": 24 * time.Hour}[w]
			if i+1 < len(words) && words[i+1] == "after" {
				d = -d
			}
			ip.DateTime.At = incident.Add(-d)
		}
	}
	return ip
}

// labelled are the embedded rules and two rows as people may add them: a label of
// theirs that raises, and a category of known material.
func labelled(t *testing.T) *Rules {
	t.Helper()
	r, err := RulesOf("test-1", append(DefaultRules().Rows(),
		Row{Key: "label/example/child at risk", Points: 40, Urgent: true, Short: "child at risk: label", Text: "Somebody at the desk labelled it: child at risk", Source: "label"},
		Row{Key: "label/example/staged", Points: -15, Short: "staged: label", Text: "Somebody at the desk labelled it: staged", Source: "label"},
		Row{Key: "known/category/1", Points: 5, Short: "known, category 1", Text: "A file is known material of category 1", Source: "hash sets of the portal"},
	), DefaultRules().MissingRows())
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// inWords writes reasons so that they can be read beside the facts.
func inWords(reasons []Reason) string {
	var out []string
	for _, r := range reasons {
		out = append(out, fmt.Sprintf("%+d %s", r.Points, r.Short))
	}
	return strings.Join(out, "; ")
}

func TestExpected(t *testing.T) {
	raw, err := os.ReadFile("testdata/expected.csv")
	if err != nil {
		t.Fatal(err)
	}
	records, err := csv.NewReader(strings.NewReader(string(raw))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	head := []string{"facts", "priority", "urgent", "class", "points", "reasons", "short", "complete", "missing"}
	if !slices.Equal(records[0], head) {
		t.Fatalf("heading: got %v, want %v", records[0], head)
	}
	if len(records) < 91 {
		t.Errorf("got %d cases, want at least 90", len(records)-1)
	}
	for i, r := range records[1:] {
		t.Run(fmt.Sprintf("%d %s", i+2, r[0]), func(t *testing.T) {
			res := Score(caseInput(t, r[0]), labelled(t))
			var missing []string
			for _, m := range res.Completeness.Missing {
				missing = append(missing, m.Key)
			}
			urgent := ""
			if res.Urgent {
				urgent = "urgent"
			}
			got := []string{res.Priority.String(), urgent, string(res.Class), strconv.Itoa(res.Points), inWords(res.Reasons), res.Short(), strconv.Itoa(res.Completeness.Score), strings.Join(missing, " ")}
			if *update {
				records[i+1] = append([]string{r[0]}, got...)
				return
			}
			for j, g := range got {
				if want := r[j+1]; g != want {
					t.Errorf("%s: got %q, want %q", head[j+1], g, want)
				}
			}
		})
	}
	if *update {
		var b strings.Builder
		if err := csv.NewWriter(&b).WriteAll(records); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile("testdata/expected.csv", []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}
