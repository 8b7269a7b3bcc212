package demodata

import (
	"fmt"
	"html"
	"strings"
	"time"
)

// doc writes a document of the provider API, element by element.
type doc struct{ strings.Builder }

// el writes an element with text, unless the text is empty. attrs are name, value.
func (d *doc) el(name, text string, attrs ...string) {
	if text == "" {
		return
	}
	d.tag(name, attrs...)
	d.WriteString(html.EscapeString(text))
	d.end(name)
}

func (d *doc) tag(name string, attrs ...string) {
	d.WriteString("<" + name)
	for i := 0; i+1 < len(attrs); i += 2 {
		if attrs[i+1] != "" {
			fmt.Fprintf(d, ` %s="%s"`, attrs[i], html.EscapeString(attrs[i+1]))
		}
	}
	d.WriteString(">")
}

func (d *doc) end(name string) { d.WriteString("</" + name + ">\n") }

func stamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05Z") }

// party is an account with what its provider knows.
type party struct {
	first, last, email, phone, esp, screen, display string
	verified                                        string // of the e-mail: "true", "false" or not said
	age                                             string
	street, city, zip, state, nonUSA, country       string
	school                                          string
	ips                                             []capture
	device                                          string
	estCity, estRegion, estCountry                  string
	note                                            string
}

type capture struct {
	address, event string
	at             time.Time
	port           int
	proxy          bool
}

func (d *doc) person(name string, p party) {
	d.tag(name)
	d.el("firstName", p.first)
	d.el("lastName", p.last)
	if p.phone != "" {
		d.el("phone", p.phone, "type", "Mobile", "countryCallingCode", "+1")
	}
	d.el("email", p.email, "type", "Home", "verified", p.verified)
	if p.country != "" {
		d.tag("address", "type", "Home")
		d.el("address", p.street)
		d.el("city", p.city)
		d.el("zipCode", p.zip)
		d.el("state", p.state)
		d.el("nonUsaState", p.nonUSA)
		d.el("country", p.country)
		d.end("address")
	}
	d.el("age", p.age)
	d.end(name)
}

func (d *doc) party(name, person string, p party) {
	d.tag(name)
	d.person(person, p)
	d.el("espIdentifier", p.esp)
	d.el("screenName", p.screen)
	d.el("displayName", p.display)
	for _, c := range p.ips {
		d.tag("ipCaptureEvent")
		d.el("ipAddress", c.address)
		d.el("eventName", c.event)
		d.el("dateTime", stamp(c.at))
		if c.proxy {
			d.el("possibleProxy", "true")
		}
		if c.port != 0 {
			d.el("port", fmt.Sprint(c.port))
		}
		d.end("ipCaptureEvent")
	}
	if p.device != "" {
		d.tag("deviceId")
		d.el("idType", "Device ID")
		d.el("idValue", p.device)
		d.end("deviceId")
	}
	d.el("schoolName", p.school)
	if p.estCountry != "" {
		d.tag("estimatedLocation", "verified", "true")
		d.el("city", p.estCity)
		d.el("region", p.estRegion)
		d.el("countryCode", p.estCountry)
		d.end("estimatedLocation")
	}
	d.el("additionalInfo", p.note)
	d.end(name)
}
