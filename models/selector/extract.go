package selector

import (
	"fmt"
	"time"

	"reeve/models"
)

// Identifier is one identifier of a report: what was written, our reading of it,
// whose it is and where it stood.
type Identifier struct {
	Kind      Kind
	Whose     models.Whose
	Reported  string       // verbatim
	Value     string       // normal form, or cleaned text if it cannot be read
	Matchable bool         // may be compared with other reports
	WhyNot    string       // in words; empty if Matchable
	Source    string       // where it stood, in words: "subject 1, e-mail 2"
	Verified  models.Truth // as the provider states it; e-mail and telephone only
	At        time.Time    // when it was captured; zero if not stated
	Event     string       // Login, Registration, Purchase, Upload, Other, Unknown
	Port      int          // IP only; 0 if not stated
	Proxy     models.Truth // IP only: the provider thinks that it may be a proxy
}

// FileFacts is what is known of one file without opening it: what the provider
// said, and the hashes of the bytes received.
type FileFacts struct {
	models.ReportedFile
	MD5    string
	SHA1   string
	SHA256 string
}

// Extract answers every identifier of a report in the order in which it stands
// there. providerKey is the stable key of the reporting provider, within whose
// name space screen names and user ids lie. Nothing is merged: the same value in
// two places is two identifiers, because each place says something of its own.
//
// Contact details of officers (lawEnforcement) are not identifiers and are left out.
func Extract(rep models.Reported, files []FileFacts, providerKey string) []Identifier {
	x := &extraction{provider: providerKey}
	for i, p := range rep.Subjects {
		x.party(models.WhoseSubject, fmt.Sprintf("subject %d", i+1), p)
	}
	for i, p := range rep.Recipients {
		x.party(models.WhoseRecipient, fmt.Sprintf("recipient %d", i+1), p)
	}
	for i, p := range rep.Victims {
		x.party(models.WhoseVictim, fmt.Sprintf("victim %d", i+1), p)
	}
	x.reporter(rep.Reporter)
	for i, d := range rep.Internet {
		x.internet(fmt.Sprintf("incident details %d", i+1), d)
	}
	for i, f := range files {
		x.file(fmt.Sprintf("file %d", i+1), f, whyCommonFile(rep, f.ReportedFile))
	}
	return x.found
}

type extraction struct {
	provider string
	found    []Identifier
}

// add normalises one identifier and keeps it unless it is blank.
func (x *extraction) add(id Identifier, ctx Context) {
	why := id.WhyNot
	value, ok, reason := Normalise(id.Kind, id.Reported, ctx)
	if value == "" {
		return
	}
	id.Value, id.Matchable, id.WhyNot = value, ok, reason
	switch {
	case !ok:
	case WellKnown(id.Kind, value):
		id.Matchable, id.WhyNot = false, whyWellKnown(id.Kind)
	case id.Kind == IP && id.At.IsZero():
		id.Matchable, id.WhyNot = false, "No time is stated with the address, and addresses change hands."
	case why != "":
		id.Matchable, id.WhyNot = false, why
	}
	x.found = append(x.found, id)
}

// party reads a subject, a recipient or a victim with all associated accounts.
func (x *extraction) party(whose models.Whose, source string, p models.ReportedParty) {
	ctx := Context{ProviderKey: x.provider, Service: p.ESPService, Region: region(p)}
	if p.ThirdPartyUser == models.Yes { // a user of somebody else's service
		ctx.ProviderKey = ""
	}
	x.account(whose, source, p, ctx)
	for i, a := range p.Associated {
		actx := Context{ProviderKey: x.provider, Service: a.ESPService, Region: region(a.ReportedParty)}
		if actx.Region == "" {
			actx.Region = ctx.Region
		}
		switch {
		case a.Platform != "" && slug(a.Platform) != slug(x.provider):
			actx.ProviderKey = a.Platform
		case a.ThirdPartyUser == models.Yes || a.ReportedParty.ThirdPartyUser == models.Yes:
			actx.ProviderKey = ""
		}
		x.account(whose, fmt.Sprintf("%s, associated account %d", source, i+1), a.ReportedParty, actx)
	}
}

func (x *extraction) account(whose models.Whose, source string, p models.ReportedParty, ctx Context) {
	x.person(whose, source, p.Person, ctx)
	x.add(Identifier{Kind: ProviderUser, Whose: whose, Reported: p.ESPIdentifier, Source: source + ", user id"}, ctx)
	x.add(Identifier{Kind: ScreenName, Whose: whose, Reported: p.ScreenName, Source: source + ", screen name"}, ctx)
	for i, u := range p.ProfileURLs {
		x.add(Identifier{Kind: URL, Whose: whose, Reported: u, Source: fmt.Sprintf("%s, profile address %d", source, i+1)}, ctx)
	}
	for i, ip := range p.IPs {
		x.ip(whose, fmt.Sprintf("%s, IP event %d", source, i+1), ip)
	}
	for i, d := range p.Devices {
		x.device(whose, fmt.Sprintf("%s, device %d", source, i+1), d, ctx)
	}
}

func (x *extraction) person(whose models.Whose, source string, p models.ReportedPerson, ctx Context) {
	x.contact(whose, source, p.Emails, p.Phones, ctx)
}

func (x *extraction) contact(whose models.Whose, source string, emails []models.ReportedEmail, phones []models.ReportedPhone, ctx Context) {
	for i, e := range emails {
		x.add(Identifier{Kind: Email, Whose: whose, Reported: e.Address, Verified: e.Verified,
			Source: fmt.Sprintf("%s, e-mail %d", source, i+1)}, ctx)
	}
	for i, p := range phones {
		x.phone(whose, fmt.Sprintf("%s, telephone %d", source, i+1), p, ctx)
	}
}

func (x *extraction) phone(whose models.Whose, source string, p models.ReportedPhone, ctx Context) {
	ctx.CallingCode = p.CallingCode
	x.add(Identifier{Kind: Phone, Whose: whose, Reported: p.Number, Verified: p.Verified, Source: source}, ctx)
}

func (x *extraction) ip(whose models.Whose, source string, ip models.ReportedIP) {
	x.add(Identifier{Kind: IP, Whose: whose, Reported: ip.Address, At: ip.DateTime.At, Event: ip.Event,
		Port: ip.Port, Proxy: ip.PossibleProxy, Source: source}, Context{})
}

func (x *extraction) device(whose models.Whose, source string, d models.ReportedDevice, ctx Context) {
	ctx.DeviceType = d.Type
	x.add(Identifier{Kind: Device, Whose: whose, Reported: d.Value, At: d.DateTime.At, Event: d.Event, Source: source}, ctx)
}

// reporter reads the contact details of who reports. They are kept as the
// reporter's own and never point at a target.
func (x *extraction) reporter(r models.ReportedReporter) {
	x.person(models.WhoseReporter, "reporting person", r.Person, Context{Region: countryOf(r.Person.Addresses)})
	if c := r.Contact; c != nil {
		x.contact(models.WhoseReporter, "provider's contact", c.Emails, c.Phones, Context{Region: countryOf(c.Addresses)})
	}
}
