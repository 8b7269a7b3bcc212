package pages

import (
	"strconv"
	"time"

	"reeve/views/components"
	"reeve/views/layout"
)

// KnownView is the list of hash sets.
type KnownView struct {
	Frame     layout.PageArgs
	ImportURL string
	Importing bool   // an import is under way
	AgainURL  string // where to look again how far it is
	Rows      []KnownRow
	Pages     components.PaginationArgs
}

// KnownRow is one hash set.
type KnownRow struct {
	Name, URL, Source, Scheme string
	Entries                   string
	By                        string
	At                        time.Time
	State                     components.StateArgs
	Note                      string // how far, or why it failed
	Importing                 bool
	Hits                      string
}

// KnownSetView is one hash set with what it marks.
type KnownSetView struct {
	Frame                            layout.PageArgs
	Name                             string
	State                            components.StateArgs
	ListURL                          string
	AgainURL, CancelURL, WithdrawURL string // empty: not now
	Alert                            *components.AlertArgs
	Facts                            []components.Term
	Hits                             string
	Found                            []KnownHit
	Pages                            components.PaginationArgs
}

// KnownHit is a file that the set marks.
type KnownHit struct {
	Number, URL  string // of the report
	File, FileID string
	Mark         components.BadgeArgs
	Distance     string
	Category     string
	At           time.Time
}

// KnownImportView is the form of a new set.
type KnownImportView struct {
	Frame                                          layout.PageArgs
	Action, Back                                   string
	Conflict                                       string
	Problems                                       []components.FieldError
	Name, Source, Scheme, Note                     string
	NameLimit, SourceLimit, SchemeLimit, NoteLimit int
}

func (v KnownImportView) problem(field string) string {
	for _, p := range v.Problems {
		if p.ID == "f-"+field {
			return p.Message
		}
	}
	return ""
}

// KnownWithdrawView asks before a set is withdrawn.
type KnownWithdrawView struct {
	Frame                       layout.PageArgs
	Name, Action, Back, Version string
	Entries, Hits               string
	Why, Problem                string
	WhyLimit                    int
	Conflict                    string
	Not                         string // why it cannot be withdrawn; then there is no form
}

// knownCSV and knownVICS are examples of what can be imported, with hashes of nothing.
const knownCSV = `md5,sha1,sha256,pdq,category,series
d41d8cd98f00b204e9800998ecf8427e,da39a3ee5e6b4b0d3255bfef95601890afd80709,,,1,
`

const knownVICS = `{"@odata.context": "…/DataModels/2.0.xml/US/$metadata#Media",
 "value": [
  {"MediaID": 1, "Category": 1, "MD5": "D41D8CD98F00B204E9800998ECF8427E",
   "VictimIdentified": "true", "Series": "",
   "AlternativeHashes": [{"HashName": "PDQ", "HashValue": "64 digits"}]}
 ]}`

// knownInWords heads the files that are folded away.
func knownInWords(n int) string {
	if n == 1 {
		return "1 file is known material; nobody needs to look at it again"
	}
	return strconv.Itoa(n) + " files are known material; nobody needs to look at them again"
}
