package pools

import (
	"fmt"
	"strings"

	"reeve/models"
	"reeve/models/routing"
	"reeve/models/routing/county"
)

// Place names where a finding points: "Franklin County, Ohio".
func Place(f *models.Finding) string {
	return routing.Place{Country: f.Country, State: f.State, FIPS: f.FIPS, County: f.County, City: f.City}.Label()
}

// read turns what was typed into a finding. A place within a state is a county, a
// city or a ZIP code; what is none of them is refused with what comes near.
func read(in Found) (models.Finding, error) {
	f := models.Finding{Whose: in.Whose, Country: strings.ToUpper(strings.TrimSpace(in.Country)), How: strings.TrimSpace(in.How)}
	wrong := map[string]string{}
	switch f.Whose {
	case "subject", "victim", "unknown":
	default:
		wrong["whose"] = "Say whose place it is."
	}
	if !routing.KnownCountry(f.Country) {
		wrong["country"] = "Choose the country."
	}
	if f.How == "" || len([]rune(f.How)) > HowLimit {
		wrong["how"] = fmt.Sprintf("Say how it was established, in %d characters or less. The agency will read it.", HowLimit)
	}
	where, state := strings.TrimSpace(in.Where), strings.TrimSpace(in.State)
	switch {
	case f.Country != "US" && (state != "" || where != ""):
		wrong["state"] = "Outside the United States the country decides. Leave state and place empty, and write the place into how it was established."
	case f.Country == "US" && state != "":
		if f.State = routing.StateCode(state); f.State == "" {
			wrong["state"] = fmt.Sprintf("“%s” is no state. Give its name or two letters, such as Ohio or OH.", state)
		}
	case f.Country == "US" && where != "":
		wrong["state"] = "Give the state too: many counties and cities share a name."
	}
	if f.Country == "US" && f.State != "" && where != "" {
		if message := within(&f, where); message != "" {
			wrong["where"] = message
		}
	}
	if len(wrong) > 0 {
		return f, &models.Error{Kind: models.Invalid, Message: "Something is missing or cannot be read. Nothing was saved yet.", Fields: wrong}
	}
	return f, nil
}

// within reads a county, a city or a ZIP code of the finding's state.
func within(f *models.Finding, where string) (wrong string) {
	if c, ok := county.Named(f.State, where); ok {
		f.FIPS, f.County = c.FIPS, c.Label()
		return ""
	}
	shares := county.ByCity(f.State, where)
	city := where
	if z, ok := county.ByZIP(where); ok {
		if z.State != f.State {
			return fmt.Sprintf("ZIP code %s lies in %s, not in %s.", where, routing.StateName(z.State), routing.StateName(f.State))
		}
		shares, city = z.Shares, z.City
	}
	switch {
	case len(shares) == 0:
		return fmt.Sprintf("%s has no county, city or ZIP code “%s” here.%s", routing.StateName(f.State), where, similar(f.State, where))
	case len(shares) > 1 && shares[0].Share < 0.9:
		var names []string
		for _, s := range shares {
			names = append(names, s.Label())
		}
		return fmt.Sprintf("“%s” lies in %s. Give the county.", where, strings.Join(names, " and "))
	}
	f.FIPS, f.County, f.City = shares[0].FIPS, shares[0].Label(), city
	return ""
}

// similar names the counties whose names begin most nearly as what was typed does.
func similar(state, typed string) string {
	typed = strings.ToLower(typed)
	best, names := 3, []string(nil)
	for _, c := range county.Of(state) {
		name, n := strings.ToLower(c.Name), 0
		for n < len(name) && n < len(typed) && name[n] == typed[n] {
			n++
		}
		if n > best {
			best, names = n, nil
		}
		if n == best && len(names) < 5 {
			names = append(names, c.Label())
		}
	}
	if len(names) == 0 {
		return ""
	}
	return " Did you mean " + strings.Join(names, " or ") + "?"
}
