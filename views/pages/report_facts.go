package pages

import (
	"net/url"
	"strconv"
	"time"

	"reeve/models"
	"reeve/views/components"
)

// ReportIdentifier is one identifier of a report.
type ReportIdentifier struct {
	Kind, Value string
	Icon        components.Icon
	Reported    string // as the provider wrote it, if that differs
	Whose       string
	Source      string
	Verified    string // in words; empty where it has no meaning
	Seen        int    // other reports here with it
	SeenMore    bool
	Elsewhere   int    // other agencies that hold it
	WhyNot      string // why it cannot be matched; empty: it can
}

func (i ReportIdentifier) searchURL() string {
	if i.WhyNot != "" {
		return ""
	}
	return "/search?" + url.Values{"q": {i.Value}}.Encode()
}

func (i ReportIdentifier) args() components.IdentifierArgs {
	a := components.IdentifierArgs{Kind: i.Kind, Value: i.Value, Icon: i.Icon, Copy: true}
	if i.Reported != i.Value {
		a.Note = "as sent: " + i.Reported
	}
	return a
}

func (i ReportIdentifier) seen() string {
	switch {
	case i.SeenMore:
		return strconv.Itoa(i.Seen) + "+"
	case i.Seen == 0:
		return ""
	}
	return strconv.Itoa(i.Seen)
}

// apart says that a match on it never points at a target.
func (i ReportIdentifier) apart() bool { return i.Whose == "victim" || i.Whose == "reporter" }

// ReportAlsoAt is another agency that was sent this very report.
type ReportAlsoAt struct {
	Agency  string
	Contact Contact
	Since   time.Time
}

// ReportPointer says that another agency holds one of the identifiers, and whom
// to call there.
type ReportPointer struct {
	Kind, Value, Whose string
	Agency             string
	Contact            Contact
	Reports            int
	More               bool
	Since              time.Time
}

func (p ReportPointer) reports() string {
	if p.More {
		return strconv.Itoa(p.Reports) + "+"
	}
	return strconv.Itoa(p.Reports)
}

// ReportRelated is another report here with an identifier of the subject.
type ReportRelated struct {
	Number         int64
	Type, Provider string
	Received       time.Time
	State          components.StateArgs
	Outcome        string
	By             []string
}

// ReportFile is one uploaded file. Nothing of its content is here.
type ReportFile struct {
	Name, Original string
	Size           int64
	Gate           components.GateArgs
	Source         string // the law or document behind the gate
	Viewed         models.Truth
	EXIFViewed     models.Truth
	Public         models.Truth
	Class          string // the provider's industry class
	Marks          []components.BadgeArgs
	MD5, SHA1      string
	SHA256         string
	Received       time.Time
	Said           SentPart // everything the provider said of it
	PublicID       string
	Undescribed    bool                   // no details were sent
	Compared       []components.BadgeArgs // what comparing it with known material came to
	ComparedNote   string                 // why not all of it could be compared
	Known          bool                   // it is listed
}

func (f ReportFile) size() string { return bytesInWords(f.Size) }

// bytesInWords writes a size: "512 bytes", "1.4 MB".
func bytesInWords(n int64) string {
	switch {
	case n < 1000:
		return strconv.FormatInt(n, 10) + " bytes"
	case n < 1_000_000:
		return strconv.FormatFloat(float64(n)/1000, 'f', 1, 64) + " kB"
	case n < 1_000_000_000:
		return strconv.FormatFloat(float64(n)/1_000_000, 'f', 1, 64) + " MB"
	}
	return strconv.FormatFloat(float64(n)/1_000_000_000, 'f', 2, 64) + " GB"
}

// said is the provider's three answers about a file, in one line each.
func (f ReportFile) said() []components.Term {
	return []components.Term{
		{Term: "Viewed by a person", Text: f.Viewed.String()},
		{Term: "EXIF viewed", Text: f.EXIFViewed.String()},
		{Term: "Publicly available", Text: f.Public.String()},
	}
}

// ReportDocument is a document as it was received.
type ReportDocument struct {
	Title    string // "Report", "Details of file.jpg"
	URL      string // empty once erased
	Size     int64
	SHA256   string
	Received time.Time
}

// ReportOutcome is one recorded outcome.
type ReportOutcome struct {
	Words, Agency, By string
	At                time.Time
	Happened          time.Time // the day on which it happened; zero: not said
	Count             int
	Counted           bool
	Usefulness        string
	Missing           []string
	Note              string
	Undone            string // who took it back; empty: it stands
	Waiting           bool   // a return that can still be taken back
	UndoURL           string // where it is taken back until UndoUntil; empty: not now
	UndoUntil         time.Time
}
