package wire

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// xmlDeclaration opens every document that we answer. Clients were seen to
// expect standalone="yes".
const xmlDeclaration = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n"

// Response is <reportResponse>: the answer to every call but a successful
// finish, and to every error. Clients read code and description before they
// look at the HTTP status, so both are always written.
type Response struct {
	Code        Code
	Description string // the code's meaning when empty
	ReportID    int64  // left out when 0: status and errors have none
	FileID      string // left out when empty
	Hash        string // MD5 of an upload in lower-case hex; left out when empty
}

// XML answers the document, in UTF-8, with its declaration.
func (r Response) XML() []byte {
	description := r.Description
	if description == "" {
		description = r.Code.Meaning()
	}
	w := newDocument("reportResponse")
	w.leaf("responseCode", strconv.Itoa(int(r.Code)))
	w.leaf("responseDescription", description)
	if r.ReportID != 0 {
		w.leaf("reportId", strconv.FormatInt(r.ReportID, 10))
	}
	if r.FileID != "" {
		w.leaf("fileId", r.FileID)
	}
	if r.Hash != "" {
		w.leaf("hash", r.Hash)
	}
	return w.close()
}

// Done is <reportDoneResponse>: the answer to a successful finish, and the
// provider's notice of receipt (18 U.S.C. 2258A(h)(1)). It has no description.
type Done struct {
	Code     Code
	ReportID int64
	Files    []string // ids of all files of the report, in the order of upload
}

// XML answers the document, in UTF-8, with its declaration.
func (d Done) XML() []byte {
	w := newDocument("reportDoneResponse")
	w.leaf("responseCode", strconv.Itoa(int(d.Code)))
	w.leaf("reportId", strconv.FormatInt(d.ReportID, 10))
	if len(d.Files) == 0 {
		w.WriteString("  <files/>\n")
		return w.close()
	}
	w.WriteString("  <files>\n")
	for _, id := range d.Files {
		w.WriteString("  ")
		w.leaf("fileId", id)
	}
	w.WriteString("  </files>\n")
	return w.close()
}

// document writes a flat XML document of ours.
type document struct {
	strings.Builder
	root string
}

func newDocument(root string) *document {
	w := &document{root: root}
	w.WriteString(xmlDeclaration + "<" + root + ">\n")
	return w
}

func (w *document) leaf(name, text string) {
	w.WriteString("  <" + name + ">")
	escapeTo(&w.Builder, text)
	w.WriteString("</" + name + ">\n")
}

func (w *document) close() []byte {
	w.WriteString("</" + w.root + ">\n")
	return []byte(w.String())
}

// escapeTo writes text as character data or as a double-quoted attribute
// value. Line feeds stay as they are, because descriptions have one line per
// finding and are read by people; characters that XML 1.0 cannot carry become
// U+FFFD.
func escapeTo(w *strings.Builder, text string) {
	for _, r := range text {
		switch {
		case r == '&':
			w.WriteString("&amp;")
		case r == '<':
			w.WriteString("&lt;")
		case r == '>':
			w.WriteString("&gt;")
		case r == '"':
			w.WriteString("&quot;")
		case !isXMLChar(r):
			w.WriteRune(utf8.RuneError)
		default:
			w.WriteRune(r)
		}
	}
}

// isXMLChar reports whether XML 1.0 allows the character in a document (its
// production 2, Char).
func isXMLChar(r rune) bool {
	switch {
	case r == '\t', r == '\n', r == '\r':
		return true
	case r < 0x20, r >= 0xD800 && r < 0xE000, r == 0xFFFE, r == 0xFFFF:
		return false
	default:
		return r <= utf8.MaxRune
	}
}
