package models

import (
	"encoding/json"
	"time"

	"github.com/google/uuid"
)

// Outcome is one thing that became of a referral. A referral has a dated list of
// them; recording one is not closing, though some codes close.
type Outcome struct {
	ID             uuid.UUID `gorm:"primaryKey"`
	ReferralID     uuid.UUID
	ReportID       uuid.UUID
	AgencyID       uuid.UUID
	Code           string
	Usefulness     *int16   // 0 none, 1 some, 2 key
	Missing        TextList `gorm:"type:text[]"`
	Count          *int     // arrests, victims: for codes that count
	HappenedOn     *time.Time
	Note           string
	RecordedBy     uuid.UUID
	RecordedByName string
	RecordedAt     time.Time
	UndoneAt       *time.Time
	UndoneByName   string
	Before         json.RawMessage // the referral as it was
}

// OutcomeCode is a row of the taxonomy of outcomes.
type OutcomeCode struct {
	Code    string
	Words   string // on buttons and boards
	Group   string // heading under which it stands
	Closes  bool   // the referral is closed by it
	Counts  bool   // a number belongs to it (arrests, victims)
	Quality bool   // tells the provider, in aggregate, about its reports
}

// OutcomeCodes is the taxonomy, in the order in which a form offers it. Where the
// annual measures of 34 U.S.C. 21116(d) and provider aggregates come from is
// derived from these codes.
var OutcomeCodes = []OutcomeCode{
	{"open.legal_process", "Legal process served or pending", "In hand", false, false, false},
	{"open.investigating", "Under investigation", "In hand", false, false, false},
	{"open.forensics", "At forensics", "In hand", false, false, false},
	{"closed.arrest", "Arrest", "Offender", true, true, false},
	{"closed.charged", "Charged", "Offender", true, false, false},
	{"closed.convicted", "Convicted", "Offender", true, false, false},
	{"closed.acquitted_dismissed", "Acquitted or dismissed", "Offender", true, false, false},
	{"closed.declined_prosecution", "Prosecution declined", "Offender", true, false, false},
	{"closed.prevention", "Prevention: spoke with the person or a parent", "Offender", true, false, false},
	{"closed.deceased", "Subject deceased", "Offender", true, false, false},
	{"closed.foreign_subject", "Subject abroad", "Offender", true, false, false},
	{"closed.victim_identified", "Victim identified", "Victim", true, true, false},
	{"closed.victim_safeguarded", "Victim safeguarded", "Victim", true, true, false},
	{"link.existing_case", "Part of a case in hand", "Linked", true, false, false},
	{"link.duplicate", "Same incident already received", "Linked", true, false, true},
	{"ref.other_agency", "Passed to another agency", "Linked", true, false, false},
	{"closed.insufficient.no_ip", "Insufficient: no usable IP address", "Cannot go on", true, false, true},
	{"closed.insufficient.no_identity", "Insufficient: nobody identifiable", "Cannot go on", true, false, true},
	{"closed.insufficient.stale_data", "Insufficient: data too old", "Cannot go on", true, false, true},
	{"closed.insufficient.no_content", "Insufficient: no content", "Cannot go on", true, false, true},
	{"closed.insufficient.not_retained", "Insufficient: provider kept nothing", "Cannot go on", true, false, true},
	{"closed.no_resources", "Closed for lack of resources", "Cannot go on", true, false, false},
	{"closed.not_illegal.meme", "Not illegal: meme", "Not illegal", true, false, true},
	{"closed.not_illegal.adult", "Not illegal: adults", "Not illegal", true, false, true},
	{"closed.not_illegal.fiction", "Not illegal: fiction", "Not illegal", true, false, true},
	{"closed.not_illegal.context", "Not illegal: in its context", "Not illegal", true, false, true},
}

// OutcomeReturned is the code of a return as wrong jurisdiction. It is not on the
// list: only returning a referral records it.
const OutcomeReturned = "ret.wrong_jurisdiction"

// OutcomeByCode finds a code of the taxonomy, the return's included.
func OutcomeByCode(code string) (OutcomeCode, bool) {
	if code == OutcomeReturned {
		return OutcomeCode{Code: code, Words: "Returned: wrong jurisdiction", Group: "Returned", Closes: true, Quality: true}, true
	}
	for _, c := range OutcomeCodes {
		if c.Code == code {
			return c, true
		}
	}
	return OutcomeCode{}, false
}

// MissingItem is something an investigator lacked, told to providers in aggregate.
type MissingItem struct{ Code, Words string }

// MissingItems lists what can be named as missing, in the order of a form.
var MissingItems = []MissingItem{
	{"upload_ip", "Upload IP address"},
	{"chat", "Chat or message text"},
	{"port", "Port"},
	{"time", "Exact time"},
	{"identity", "Identity of the account holder"},
	{"victim", "Anything about the victim"},
	{"file_not_viewed", "File not viewed by the provider"},
}
