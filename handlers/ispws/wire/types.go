package wire

import "fmt"

// The simple types of the interface. Limits are in characters.
var (
	anyText  = &simple{}
	boolean  = &simple{kind: boolKind}
	flagType = &simple{kind: flagKind}
	long     = &simple{kind: longKind}
	// The pattern says again that an exponent has digits: libxml2 forgets it.
	latLong = &simple{name: "coordinate", kind: doubleKind, pattern: `[^eE]*|.*[0-9]`, must: mustBeFinite}

	// dateTime is a time that may lie in the future; pastTime may not. The
	// interface's text asks for a zone, which XSD cannot.
	dateTime = &simple{kind: dateTimeKind, must: mustHaveZone}
	pastTime = &simple{kind: dateTimeKind, must: mustBePast}
	pastDate = &simple{kind: dateKind, must: mustBePastDate}

	ageType  = &simple{name: "age", kind: intKind, min: 0, max: 150, doc: "Age in years."}
	portType = &simple{name: "port", kind: intKind, min: 1, max: 65535}

	incidentType = &simple{name: "incidentType", enum: incidentTypes}
	stateType    = &simple{name: "state", enum: states, expects: "the two-letter code of a US state"}
	countryType  = &simple{name: "country", enum: countries, expects: "a two-letter country code",
		doc: "ISO 3166-1 alpha-2, with a few special and retired codes."}
	addressType = &simple{name: "addressType", enum: []string{"Home", "Business", "Billing", "Shipping", "Technical"}}
	phoneType   = &simple{name: "phoneType", enum: []string{"Mobile", "Home", "Business", "Work", "Fax", "Internet", "Recovery"}}
	emailType   = &simple{name: "emailType", enum: []string{"Home", "Work", "Business", "Recovery"}}
	eventType   = &simple{name: "eventName", enum: []string{"Login", "Registration", "Purchase", "Upload", "Other", "Unknown"}}
	accountType = &simple{name: "accountType", enum: []string{"Billing", "Linked", "Business", "Creator", "Parent/Guardian", "Other"}}
	detailsType = &simple{name: "detailsType", enum: []string{"EXIF", "HASH"}}
	batchReason = &simple{name: "batchReason", enum: []string{"VIRAL_POTENTIAL_MEME"}}
	relevance   = &simple{name: "fileRelevance", enum: []string{"Reported", supplemental}}
	industry    = &simple{name: "industryClassification", enum: []string{"A1", "A2", "B1", "B2"},
		doc: "A prepubescent, B pubescent; 1 sex act, 2 lascivious exhibition."}

	callingCode = &simple{name: "countryCallingCode", pattern: `\+[0-9]{1,3}`, expects: "a plus sign and one to three digits",
		matches: func(s string) bool {
			return len(s) >= 2 && len(s) <= 4 && s[0] == '+' && allDigits(s[1:])
		}}
	extension = &simple{name: "extension", pattern: `[0-9]+`, maxChars: 10, expects: "digits only",
		matches: func(s string) bool { return s != "" && allDigits(s) }}
	escalation = &simple{name: "escalation", pattern: `[\s\S]*\S[\s\S]*`, maxChars: 3000, expects: "filled in, not blank",
		matches: func(s string) bool { return !isBlank(s) },
		doc:     "Why the report is urgent."}

	ipAddress = &simple{must: mustBeIP}
	url       = &simple{name: "url", maxChars: 2083, must: mustBeURL}
	emailText = &simple{name: "emailAddress", maxChars: 255, must: mustBeEmail}
	phoneText = upTo(50)
)

// supplemental is the relevance of a file that gives context only.
const supplemental = "Supplemental Reported"

// sized are the types that upTo has made, while the package is initialised.
var sized = map[int]*simple{}

// upTo answers the type of text of at most n characters; the same type for the
// same n.
func upTo(n int) *simple {
	if sized[n] == nil {
		sized[n] = &simple{name: fmt.Sprintf("textUpTo%d", n), maxChars: n}
	}
	return sized[n]
}

// text is the shape of text of at most n characters; 0 means no limit.
func text(n int) *shape {
	if n == 0 {
		return leaf(anyText)
	}
	return leaf(upTo(n))
}
