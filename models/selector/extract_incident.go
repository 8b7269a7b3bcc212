package selector

import (
	"fmt"
	"slices"
	"strings"

	"reeve/models"
)

// internet reads one internetDetails element. An identifier there belongs to
// whoever has the same one elsewhere in the report; if that is nobody, or people
// of different roles, it stays unknown.
func (x *extraction) internet(source string, d models.ReportedInternet) {
	start := len(x.found)
	ctx := Context{ProviderKey: x.provider, Region: countryOf(d.Addresses)}
	for i, u := range d.URLs {
		x.add(Identifier{Kind: URL, Reported: u, Source: fmt.Sprintf("%s, web address %d", source, i+1)}, ctx)
	}
	x.contact(models.WhoseUnknown, source, d.Emails, nil, ctx)
	if d.Phone != nil {
		x.phone(models.WhoseUnknown, source+", telephone", *d.Phone, ctx)
	}
	for i, ip := range d.IPs {
		x.ip(models.WhoseUnknown, fmt.Sprintf("%s, IP event %d", source, i+1), ip)
	}
	for i := start; i < len(x.found); i++ {
		x.found[i].Whose = x.ownerOf(x.found[i], start)
	}
}

func (x *extraction) ownerOf(id Identifier, before int) models.Whose {
	owner := models.WhoseUnknown
	for _, other := range x.found[:before] {
		if other.Kind != id.Kind || other.Value != id.Value {
			continue
		}
		if owner != models.WhoseUnknown && owner != other.Whose {
			return models.WhoseUnknown
		}
		owner = other.Whose
	}
	return owner
}

// file reads the hashes of one file and the address and device of its upload. The
// report does not say who uploaded it, so they are nobody's.
func (x *extraction) file(source string, f FileFacts, whyNot string) {
	ctx := Context{ProviderKey: x.provider}
	for _, h := range []struct {
		kind  Kind
		value string
	}{{HashMD5, f.MD5}, {HashSHA1, f.SHA1}, {HashSHA256, f.SHA256}} {
		x.add(Identifier{Kind: h.kind, Reported: h.value, WhyNot: whyNot,
			Source: source + ", " + h.kind.Words() + " of the bytes received"}, ctx)
	}
	for i, h := range f.OriginalHashes {
		x.hash(h.Type, h.Value, fmt.Sprintf("%s, hash %d of the original", source, i+1), whyNot)
	}
	for _, d := range f.Details {
		if strings.EqualFold(d.Type, "HASH") {
			x.hash(d.Name, d.Value, source+", hash in the provider's details", whyNot)
		}
	}
	if f.Location != "" {
		x.add(Identifier{Kind: URL, Reported: f.Location, Source: source + ", location"}, ctx)
	}
	if f.IP != nil {
		x.ip(models.WhoseUnknown, source+", IP event", *f.IP)
	}
	for i, d := range f.Devices {
		x.device(models.WhoseUnknown, fmt.Sprintf("%s, device %d", source, i+1), d, ctx)
	}
}

// hash keeps a reported hash if its name says which sort it is.
func (x *extraction) hash(name, value, source, whyNot string) {
	if kind, ok := hashKind(name); ok {
		x.add(Identifier{Kind: kind, Reported: value, WhyNot: whyNot, Source: source}, Context{})
	}
}

// whyCommonFile tells why a file's hashes say nothing about who had it: files that
// went round widely are in the hands of very many people who do not know each other.
func whyCommonFile(rep models.Reported, f models.ReportedFile) string {
	switch {
	case rep.BatchReason != "":
		return "The report is a batch about one widely shared file, so its hash links people who have nothing to do with each other."
	case slices.Contains(f.Annotations, "potentialMeme"):
		return "The provider marked the file as a potential meme, so its hash links people who have nothing to do with each other."
	case slices.Contains(f.Annotations, "viral"):
		return "The provider marked the file as viral, so its hash links people who have nothing to do with each other."
	default:
		return ""
	}
}

// region is the country that a party's stated addresses or estimated location
// give, or "".
func region(p models.ReportedParty) string {
	if c := countryOf(p.Person.Addresses); c != "" {
		return c
	}
	if p.EstimatedLocation != nil {
		return country(p.EstimatedLocation.Country)
	}
	return ""
}

// countryOf is the one country of all addresses; "" if none or several are stated.
// A US state code states the country.
func countryOf(addresses []models.ReportedAddress) string {
	one := ""
	for _, a := range addresses {
		c := country(a.Country)
		if c == "" && a.Country == "" && a.State != "" {
			c = "US"
		}
		if c == "" || c == one {
			continue
		}
		if one != "" {
			return ""
		}
		one = c
	}
	return one
}

// country drops the API's codes that name no country.
func country(code string) string {
	switch code = strings.ToUpper(strings.TrimSpace(code)); code {
	case "A1", "A2", "O1", "AP", "EU", "FX":
		return ""
	default:
		return code
	}
}
