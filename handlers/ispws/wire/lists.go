package wire

import (
	"slices"
	"strings"
)

// incidentTypes are the kinds of incident, word for word: providers send them
// so, and every later reader of a report knows them so.
var incidentTypes = []string{
	"Child Pornography (possession, manufacture, and distribution)",
	"Child Sex Trafficking",
	"Child Sex Tourism",
	"Child Sexual Molestation",
	"Misleading Domain Name",
	"Misleading Words or Digital Images on the Internet",
	"Online Enticement of Children for Sexual Acts",
	"Unsolicited Obscene Material Sent to a Child",
}

// IncidentTypes lists the kinds of incident that a report may have, verbatim, in
// the order of the interface. The list is the caller's.
func IncidentTypes() []string { return slices.Clone(incidentTypes) }

// states are the postal codes of the United States that the interface knows.
// American Samoa, the Northern Mariana Islands and the military codes are not
// among them; the empty text is.
var states = append([]string{""}, strings.Fields(`
	AK AL AR AZ CA CO CT DC DE FL GA GU HI IA ID IL IN KS KY LA MA MD ME MI MN MO MS MT
	NC ND NE NH NJ NM NV NY OH OK OR PA PR RI SC SD TN TX UT VA VI VT WA WI WV WY`)...)

// countries are the 249 codes of ISO 3166-1 alpha-2 and eight special or
// retired ones: A1 (anonymous proxy), A2 (satellite provider), O1 (other), AN,
// AP, EU, FX and XK. The empty text is valid as well.
var countries = append([]string{""}, strings.Fields(`
	A1 A2 O1 AN AP EU FX XK
	AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ
	BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ
	CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ
	DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR
	GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY
	HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP
	KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY
	MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ
	NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY
	QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ
	TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ
	VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW`)...)
