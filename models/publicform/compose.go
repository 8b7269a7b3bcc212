package publicform

import (
	"regexp"
	"strconv"
	"strings"
	"time"

	"reeve/models"
)

// NotStated is the incident type of a report whose writer chose none.
const NotStated = "Not stated"

// kinds are the provider API's incident types by what the form offers.
var kinds = map[string]struct{ incident, mark, words string }{
	"talk":     {"Online Enticement of Children for Sexual Acts", "", "Somebody talks to a child in a sexual way or asks for pictures"},
	"threat":   {"Online Enticement of Children for Sexual Acts", "sextortion", "Somebody threatens a child, or threatens to share pictures"},
	"pictures": {"Child Pornography (possession, manufacture, and distribution)", "", "Somebody has or shares sexual pictures of a child"},
	"sent":     {"Unsolicited Obscene Material Sent to a Child", "", "Somebody sent sexual things to a child"},
	"touch":    {"Child Sexual Molestation", "", "Somebody touches or hurts a child sexually"},
	"money":    {"Child Sex Trafficking", "", "A child is made to do sexual things for money, things or a place to stay"},
	"travel":   {"Child Sex Tourism", "", "Somebody travels to do this to children"},
	"other":    {NotStated, "", "Something else, or not sure"},
}

var roles = map[string]string{
	"me": "It happened to the person who reports", "parent": "A parent or carer of the child", "knows": "Somebody who knows the child",
	"saw": "Somebody who saw or heard of it", "silent": "Does not want to say",
}

var dangers = map[string]string{"yes": "Yes", "no": "No", "unsure": "Not sure"}

var times = map[string]string{
	"now": "It is going on now", "today": "Today or yesterday", "week": "In the last week", "month": "In the last month", "longer": "Longer ago", "unsure": "Not sure when",
}

var places = map[string]string{"online": "Online or by phone", "person": "In person", "both": "Both online and in person", "unsure": "Not sure where"}

// compose makes the report of the answers. Nothing is guessed: what has no place in
// the provider API's document stands as text, in the writer's own words.
func compose(a Answers, language string, suspicion []string) *models.Reported {
	r := &models.Reported{AdditionalInfo: a["what"], Public: &models.ReportedPublic{Role: roles[a["role"]], Danger: dangers[a["danger"]], When: times[a["when"]],
		SafeWay: a["you_safe"], Language: language, Suspicion: suspicion}}
	r.Incident.Type = NotStated
	if k, ok := kinds[a["kind"]]; ok {
		r.Incident.Type, r.Public.Kind = k.incident, k.words
		if k.mark != "" {
			r.Incident.Annotations = []string{k.mark}
		}
	}
	if a["danger"] == "yes" {
		r.Incident.Escalate = "Whoever reports says that a child is in danger now."
	}
	when(r, a)
	who(r, a)
	child(r, a)
	r.Internet = append(r.Internet, where(a)...)
	r.Internet = append(r.Internet, sortLines(a["links"])...)
	you(r, a)
	return r
}

func when(r *models.Reported, a Answers) {
	if day, err := time.Parse(time.DateOnly, a["when_day"]); err == nil {
		r.Incident.DateTime = models.Moment{Text: a["when_day"], At: day.Add(12 * time.Hour)}
		r.Incident.DateTimeDescription = "The day as the person who reports gave it; the hour is not known and stands at noon."
	}
	if a["when_more"] != "" {
		r.Public.When = strings.TrimPrefix(r.Public.When+". "+a["when_more"], ". ")
	}
}

// who is reported: one party, if anything at all is known of it.
func who(r *models.Reported, a Answers) {
	p := models.ReportedParty{ScreenName: a["who_user"], ESPService: a["who_app"]}
	if a["who_name"] != "" {
		p.DisplayNames = []string{a["who_name"]}
	}
	if a["who_link"] != "" {
		p.ProfileURLs = []string{a["who_link"]}
	}
	p.Person.Phones, p.Person.Emails = phones(a["who_phone"]), emails(a["who_mail"])
	if a["who_more"] != "" {
		p.AdditionalInfo = []string{a["who_more"]}
	}
	if a["place_of"] == "home" {
		p.Person.Addresses = addresses(a, "place", "Home")
	}
	if known := a["who_user"] + a["who_name"] + a["who_link"] + a["who_phone"] + a["who_mail"] + a["who_more"]; known != "" || len(p.Person.Addresses) > 0 {
		r.Subjects = []models.ReportedParty{p}
	}
}

// age reads a number of years out of what was written, if there is exactly one.
var age = regexp.MustCompile(`\d+`)

func child(r *models.Reported, a Answers) {
	p := models.ReportedParty{ScreenName: a["child_user"], Person: models.ReportedPerson{FirstName: a["child_name"], Addresses: addresses(a, "child", "Home")}}
	if all := age.FindAllString(a["child_age"], -1); len(all) == 1 {
		if n, err := strconv.Atoi(all[0]); err == nil && n < 120 {
			p.Person.Age = &n
		}
	}
	if a["child_age"] != "" && (p.Person.Age == nil || a["child_age"] != strconv.Itoa(*p.Person.Age)) {
		p.AdditionalInfo = append(p.AdditionalInfo, "Age, as written: "+a["child_age"])
	}
	if a["child_more"] != "" {
		p.AdditionalInfo = append(p.AdditionalInfo, a["child_more"])
	}
	if a["role"] == "me" {
		p.AdditionalInfo = append(p.AdditionalInfo, "The person who reports says that it happened to them.")
	}
	if a["child_user"]+a["child_name"]+a["child_age"]+a["child_more"] != "" || len(p.Person.Addresses) > 0 || a["role"] == "me" {
		r.Victims = []models.ReportedParty{p}
	}
}

// where it happened, when that is not where somebody lives.
func where(a Answers) (list []models.ReportedInternet) {
	var at []models.ReportedAddress
	if a["place_of"] != "home" {
		at = addresses(a, "place", "")
	}
	if (a["where"] == "online" || a["where"] == "both") && a["who_app"] != "" {
		list = append(list, models.ReportedInternet{Kind: "chatIm", Name: a["who_app"]})
	}
	if a["where"] != "" || len(at) > 0 {
		list = append(list, models.ReportedInternet{Kind: "nonInternet", Addresses: at, AdditionalInfo: places[a["where"]]})
	}
	return list
}

func you(r *models.Reported, a Answers) {
	r.Reporter.Person = models.ReportedPerson{FirstName: a["you_name"], Phones: phones(a["you_phone"]), Emails: emails(a["you_mail"])}
	switch a["contact"] {
	case "yes":
		r.Public.MayContact = models.Yes
	case "no":
		r.Public.MayContact = models.No
	}
}

func phones(s string) []models.ReportedPhone {
	if s == "" {
		return nil
	}
	return []models.ReportedPhone{{Number: s}}
}

func emails(s string) []models.ReportedEmail {
	if s == "" {
		return nil
	}
	return []models.ReportedEmail{{Address: s}}
}

func addresses(a Answers, of, kind string) []models.ReportedAddress {
	at := models.ReportedAddress{Type: kind, City: a[of+"_city"], ZIP: a[of+"_zip"], State: a[of+"_state"], Country: a[of+"_country"]}
	if at == (models.ReportedAddress{Type: kind}) {
		return nil
	}
	return []models.ReportedAddress{at}
}
