package population

import (
	"fmt"

	"github.com/nyaruka/phonenumbers"

	"reeve/models"
)

// areaCodes are one area code of each state. The numbers made with them are
// those set aside for fiction (555-01xx).
var areaCodes = map[string]int{
	"AL": 205, "AK": 907, "AZ": 602, "AR": 501, "CA": 408, "CO": 303, "CT": 203, "DE": 302, "DC": 202, "FL": 305, "GA": 404, "HI": 808,
	"ID": 208, "IL": 312, "IN": 317, "IA": 515, "KS": 316, "KY": 502, "LA": 504, "ME": 207, "MD": 410, "MA": 617, "MI": 313, "MN": 612,
	"MS": 601, "MO": 314, "MT": 406, "NE": 402, "NV": 702, "NH": 603, "NJ": 201, "NM": 505, "NY": 212, "NC": 704, "ND": 701, "OH": 614,
	"OK": 405, "OR": 503, "PA": 215, "RI": 401, "SC": 803, "SD": 605, "TN": 615, "TX": 214, "UT": 801, "VT": 802, "VA": 703, "WA": 206,
	"WV": 304, "WI": 414, "WY": 307, "PR": 787, "GU": 671, "VI": 340, "MP": 670,
}

// number makes a telephone number of a place: in the United States one set
// aside for fiction, abroad the library's example of a fixed line.
func (w *World) number(at int) models.ReportedPhone {
	s := &w.spots[at]
	if w.isUS(at) {
		return models.ReportedPhone{CallingCode: "+1", Number: fmt.Sprintf("%d555%04d", areaCodes[s.state], 100+at%100)}
	}
	return models.ReportedPhone{Number: phonenumbers.Format(phonenumbers.GetExampleNumberForType(s.country, phonenumbers.FIXED_LINE), phonenumbers.INTERNATIONAL)}
}

// contacts draws a telephone number and a mail address of the account's owner.
func (d *drawing) contacts(p *models.ReportedParty) {
	w := d.w
	if d.chance(hasPhone) {
		ch, verified := statedPhone, d.chance(phoneVerified)
		if verified {
			ch = verifiedPhone
		}
		at := d.through(d.owner, ch)
		n := w.number(at)
		if verified {
			n.Verified = models.Yes
		} else if w.isUS(at) && d.chance(phoneBare) {
			n.CallingCode = ""
		}
		where := region{out: at}
		if w.isUS(at) {
			where = region{out: -1, state: w.spots[at].state}
		}
		if at != d.owner && where.state != w.spots[d.owner].state {
			d.c.noise("number of elsewhere")
		}
		p.Person.Phones = append(p.Person.Phones, n)
		d.c.seen.ofOwner = append(d.c.seen.ofOwner, statement{where, ch})
	}
	domain := ""
	if w.isUS(d.owner) {
		if d.chance(hasMailUS) {
			domain = countries[w.anyAbroad(d.r)-w.us].domain
		}
	} else if d.chance(hasMail) {
		at := d.owner
		if !d.chance(mailRight) {
			at = w.anyAbroad(d.r)
		}
		domain = countries[at-w.us].domain
	}
	if domain != "" {
		p.Person.Emails = append(p.Person.Emails, models.ReportedEmail{Address: "person@mail.example." + domain})
	}
	d.c.seen.domain = domain
}
