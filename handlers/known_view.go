package handlers

import (
	"encoding/hex"
	"fmt"
	"strconv"

	"github.com/labstack/echo/v4"

	"reeve/models"
	hashset "reeve/models/known"
	"reeve/views/components"
	"reeve/views/pages"
)

var knownStates = map[models.KnownState]components.StateArgs{
	models.KnownImporting: {Label: "Importing", Tone: components.ToneInfo, Icon: components.IconUpload},
	models.KnownActive:    {Label: "Active", Tone: components.ToneGood},
	models.KnownWithdrawn: {Label: "Withdrawn", Icon: components.IconReturn},
	models.KnownFailed:    {Label: "Failed", Tone: components.ToneBad},
}

func (h *Known) row(c echo.Context, r *hashset.Row) pages.KnownRow {
	s := &r.KnownSet
	out := pages.KnownRow{Name: s.Name, URL: setURL(s), Source: s.Source, Scheme: s.Scheme, Entries: components.Group(s.Entries), By: s.MadeByName, At: h.Local(c, s.MadeAt),
		State: knownStates[s.State], Importing: s.State == models.KnownImporting, Hits: hits(r.Hits)}
	switch s.State {
	case models.KnownImporting:
		out.Note = progress(s)
	case models.KnownFailed:
		out.Note = s.Problem
	}
	return out
}

func hits(n int) string {
	if n > hashset.HitsLimit {
		return components.Group(hashset.HitsLimit) + "+"
	}
	return components.Group(n)
}

// progress says how far an import is. The announced size holds the form's few bytes
// too, so it never quite says 100.
func progress(s *models.KnownSet) string {
	words := plainCount(s.Entries, "entry", "entries")
	if s.FileSize > 0 {
		words += fmt.Sprintf(", %d %% of the file", min(99, s.Bytes*100/s.FileSize))
	}
	return words
}

func (h *Known) setView(c echo.Context, set *hashset.Set, cursor string) pages.KnownSetView {
	s := &set.KnownSet
	v := pages.KnownSetView{Frame: h.Frame(c, s.Name), Name: s.Name, State: knownStates[s.State], ListURL: knownURL, Hits: hits(set.Hits)}
	v.Frame.Breadcrumbs = []components.Crumb{{Label: "Known material", URL: knownURL}, {Label: s.Name}}
	at := setURL(s)
	file := s.FileName
	if file == "" {
		file = "without a name"
	}
	v.Facts = []components.Term{
		{Term: "Source", Text: s.Source}, {Term: "Scheme of its categories", Text: s.Scheme},
		{Term: "Entries", Text: components.Group(s.Entries), Note: components.Group(s.Pictures) + " with the hash of a picture (PDQ)"},
		{Term: "Imported by", Text: s.MadeByName, Note: components.Exact(h.Local(c, s.MadeAt))},
		{Term: "File", Text: file, Note: components.Group(int(s.Bytes)) + " bytes read, " + components.Group(int(s.Lines)) + " lines"},
	}
	if s.Note != "" {
		v.Facts = append(v.Facts, components.Term{Term: "Note", Text: s.Note})
	}
	if len(s.FileSHA256) > 0 {
		v.Facts = append(v.Facts, components.Term{Term: "SHA-256 of the file", Text: hex.EncodeToString(s.FileSHA256), Mono: true})
	}
	switch s.State {
	case models.KnownImporting:
		v.Alert = &components.AlertArgs{Tone: components.ToneInfo, Static: true, Title: "Its file is being read", Text: progress(s) + ". Nothing is compared with it before all of it is there."}
		v.AgainURL, v.CancelURL = at, at+"/cancel"
	case models.KnownActive:
		v.WithdrawURL = at + "/withdraw"
	case models.KnownFailed:
		v.Alert = &components.AlertArgs{Tone: components.ToneBad, Static: true, Title: "Nothing of its file is kept", Text: s.Problem}
	case models.KnownWithdrawn:
		v.Alert = &components.AlertArgs{Tone: components.ToneWarn, Static: true, Title: "Withdrawn by " + s.WithdrawnByName + ", " + components.Exact(h.Local(c, *s.WithdrawnAt)), Text: "The reason: " + s.WithdrawnWhy}
	}
	for i := range set.Found {
		f := &set.Found[i]
		row := pages.KnownHit{Number: strconv.FormatInt(f.Number, 10), URL: fmt.Sprintf("/reports/%d#files", f.Number), File: f.Name, FileID: f.PublicID, Category: f.Category, At: h.Local(c, f.MarkedAt),
			Mark: components.BadgeArgs{Label: "Same bytes", Icon: components.IconKnown, Title: f.Words}}
		if f.How == models.MarkNear && f.Distance != nil {
			row.Mark = components.BadgeArgs{Label: "Nearly the same picture", Icon: components.IconKnown, Title: "Their hashes differ in so many of 256 bits"}
			row.Distance = strconv.Itoa(int(*f.Distance)) + " bits"
		}
		v.Found = append(v.Found, row)
	}
	v.Pages = components.PaginationArgs{Newer: "First page", Older: "Next", Shown: plainCount(len(v.Found), "file", "files") + " shown"}
	if set.Next != "" {
		v.Pages.OlderURL = cursorURL(at, set.Next)
	}
	if cursor != "" {
		v.Pages.NewerURL = at
	}
	return v
}

func (h *Known) importView(c echo.Context, d hashset.Draft, wrong map[string]string) pages.KnownImportView {
	v := pages.KnownImportView{Frame: h.Frame(c, "Import a hash set"), Action: knownURL + "/import", Back: knownURL, Name: d.Name, Source: d.Source, Scheme: d.Scheme, Note: d.Note,
		Problems: problems(wrong, "name", "source", "scheme", "note", "file"), NameLimit: hashset.NameLimit, SourceLimit: hashset.SourceLimit, SchemeLimit: hashset.SchemeLimit, NoteLimit: hashset.NoteLimit}
	v.Frame.Width = "form"
	v.Frame.Breadcrumbs = []components.Crumb{{Label: "Known material", URL: knownURL}, {Label: "Import"}}
	return v
}

func (h *Known) withdrawView(c echo.Context, set *hashset.Set) pages.KnownWithdrawView {
	s := &set.KnownSet
	v := pages.KnownWithdrawView{Frame: h.Frame(c, "Withdraw a hash set"), Name: s.Name, Action: setURL(s) + "/withdraw", Back: setURL(s), Version: strconv.Itoa(s.Version),
		Entries: plainCount(s.Entries, "entry", "entries"), Hits: hits(set.Hits), WhyLimit: hashset.WhyLimit}
	if s.State != models.KnownActive {
		v.Not = "This set is not active, so there is nothing to withdraw."
	}
	v.Frame.Width = "form"
	v.Frame.Breadcrumbs = []components.Crumb{{Label: "Known material", URL: knownURL}, {Label: s.Name, URL: v.Back}, {Label: "Withdraw"}}
	return v
}
