package handlers

import (
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"reeve/auth/session"
	"reeve/models"
	"reeve/models/territory"
	"reeve/views/components"
	"reeve/views/pages"
)

// TerritoryFileBytes is how large a file of territory may be.
const TerritoryFileBytes = 16 << 20

// changeWords say each kind of change; give, end, amend and lead are deeds of
// models/territory, import is a file of them.
var changeWords = map[string]struct {
	label, submit, lead string
	icon                components.Icon
}{
	"give":   {"Give an area", "Add to the draft", "An agency or a pool gets an area from a day.", components.IconPlus},
	"end":    {"End an area", "Add to the draft", "An area stops being its holder's after a day.", components.IconCross},
	"amend":  {"Change certainty or source", "Add to the draft", "The holder stays; how sure the row is, and where it comes from, changes from a day.", components.IconNote},
	"lead":   {"Change who leads", "Add to the draft", "A task force changes hands: its areas stay, and another agency leads it from a day.", components.IconAgency},
	"import": {"Import a file", "Import into the draft", "The file is the whole truth about the agencies that it names. Those that it does not name keep what they have.", components.IconUpload},
}

const territoryColumns = "code, name, kind, country, state, county, valid_from, valid_to, certainty, source; parent, lead, basis and certainty_note may be left out"

// AskAdd is the form of a change.
func (h *Territory) AskAdd(c echo.Context) error {
	id, err := draftOf(c)
	if err != nil {
		return err
	}
	q := c.QueryParams()
	typed := url.Values{"row": {q.Get("row")}}
	if c.Param("deed") == "give" {
		typed.Set("end_others", "yes")
	}
	return h.addPage(c, http.StatusOK, id, typed, nil)
}

// addPage shows the form with what was typed and what is wrong with it.
func (h *Territory) addPage(c echo.Context, status int, id uuid.UUID, typed url.Values, refused error) error {
	deed := c.Param("deed")
	words, known := changeWords[deed]
	if !known {
		return models.NotFoundf("There is no such change.")
	}
	search := c.QueryParam("q")
	ch, err := h.Keeper.Choose(c.Request().Context(), h.Actor(c), id, search, typed.Get("row"))
	if err != nil {
		return err
	}
	at, fields := draftURL(id), models.FieldsOf(refused)
	v := pages.TerritoryFormView{Frame: h.Frame(c, words.label), Title: words.label, Kicker: ch.Draft.Name, Lead: words.lead, Deed: deed, Action: at + "/add/" + deed, Back: at, Submit: words.submit,
		Hidden: []components.Pair{versionPair(ch.Draft.Version)}, Values: map[string]string{}, Errors: fields, Findings: findingsView(territory.FileFindings(refused)),
		Problems: problems(fields, "agency", "row", "state", "county", "country", "first_day", "last_day", "certainty", "note", "source", "lead", "past_why", "file"),
		States:   usStates(), Columns: territoryColumns, Limit: fmt.Sprintf("at most %d MiB", TerritoryFileBytes>>20)}
	v.Frame.Width = "form"
	v.Frame.Breadcrumbs = []components.Crumb{crumb("Territory", territoryURL), crumb(ch.Draft.Name, at), crumb(words.label, "")}
	if models.KindOf(refused) == models.Conflict {
		v.Conflict = models.MessageOf(refused)
	}
	for name := range typed {
		v.Values[name] = typed.Get(name)
	}
	if v.Values["certainty"] == "" && ch.Row != nil {
		v.Values["certainty"], v.Values["source"], v.Values["note"] = ch.Row.Certainty, ch.Row.Source, ch.Row.CertaintyNote
	}
	if v.Values["past_why"] == "" {
		v.Values["past_why"] = ch.Draft.PastWhy
	}
	for _, a := range ch.Agencies {
		o := components.Option{Value: a.Code, Label: a.Name + " (" + a.Code + ")"}
		switch {
		case a.Kind == models.KindPool && deed == "lead":
			continue
		case a.Kind == models.KindPool:
			o.Group = "Pools"
		default:
			o.Group = "Agencies"
		}
		v.Agencies = append(v.Agencies, o)
	}
	v.Agencies = grouped(v.Agencies, "Agencies", "Pools")
	if deed == "end" || deed == "amend" {
		v.SearchAt, v.Search = at+"/add/"+deed, search
		v.Rows, v.More = rowOptions(ch)
	}
	return h.Render(c, status, pages.TerritoryForm(v))
}

// grouped puts options of one group after the other.
func grouped(list []components.Option, order ...string) []components.Option {
	var out []components.Option
	for _, g := range order {
		for _, o := range list {
			if o.Group == g {
				out = append(out, o)
			}
		}
	}
	return out
}

func rowOptions(ch *territory.Choices) ([]components.Option, string) {
	var list []components.Option
	there := false
	add := func(r territory.Row) {
		o := components.Option{Value: r.ID.String(), Label: r.Area() + " · " + r.Name, Group: "Abroad"}
		if r.Country == "US" {
			o.Group = r.State
		}
		x := holdingView(r)
		if r.ValidFrom != nil {
			o.Label += ", " + x.From
		}
		if r.ValidTo != nil {
			o.Label += ", " + x.Until
		}
		there = there || ch.Row != nil && ch.Row.ID == r.ID
		list = append(list, o)
	}
	for _, r := range ch.Rows {
		add(r)
	}
	if ch.Row != nil && !there {
		add(*ch.Row)
	}
	if ch.More {
		return list, fmt.Sprintf("The first %d rows are offered; narrow the list above to find another.", territory.MostChoices)
	}
	return list, ""
}

// Add adds a change, or a file of changes, to a draft.
func (h *Territory) Add(c echo.Context) error {
	id, err := draftOf(c)
	if err != nil {
		return err
	}
	deed := c.Param("deed")
	if deed == "import" {
		return h.load(c, id)
	}
	if err := c.Request().ParseForm(); err != nil {
		return err
	}
	typed := c.Request().PostForm
	err = h.Keeper.Add(c.Request().Context(), h.Actor(c), id, territory.Deed(deed), changeInput(typed))
	switch models.KindOf(err) {
	case models.Invalid:
		return h.addPage(c, http.StatusUnprocessableEntity, id, typed, err)
	case models.Conflict:
		return h.conflicted(c, id, typed, err)
	}
	if err != nil {
		return err
	}
	h.Flash(c, session.Done, "Added to the draft. It is not in force until it is published.")
	return h.Redirect(c, draftURL(id))
}

// conflicted shows the form again when somebody changed the draft meanwhile; a draft
// that is none any more has no form, and the conflict itself is shown.
func (h *Territory) conflicted(c echo.Context, id uuid.UUID, typed url.Values, err error) error {
	if again := h.addPage(c, http.StatusConflict, id, typed, err); models.KindOf(again) != models.Conflict {
		return again
	}
	return err
}

func changeInput(f url.Values) territory.Input {
	in := territory.Input{Row: f.Get("row"), AgencyCode: f.Get("agency"), Country: strings.TrimSpace(f.Get("country")), State: f.Get("state"), County: f.Get("county"),
		FirstDay: f.Get("first_day"), LastDay: f.Get("last_day"), Lead: f.Get("lead"), Certainty: f.Get("certainty"), Note: f.Get("note"), Source: f.Get("source"),
		EndOthers: f.Get("end_others") != "", PastWhy: f.Get("past_why"), Version: versionOf(f.Get("version"))}
	if in.State != "" && in.Country == "" {
		in.Country = "US"
	}
	return in
}

// load reads the form part by part, so that the file is a stream: its fields stand
// before it.
func (h *Territory) load(c echo.Context, id uuid.UUID) error {
	parts, err := c.Request().MultipartReader()
	if err != nil {
		return &models.Error{Kind: models.Invalid, Message: "The form cannot be read. Go back and choose the file again.", Err: err}
	}
	typed := url.Values{}
	for {
		p, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			return h.addPage(c, http.StatusUnprocessableEntity, id, typed, models.InvalidField("file", "Choose a file."))
		}
		if err != nil {
			return unreadable(err)
		}
		if p.FormName() == "file" {
			return h.loadFile(c, id, typed, p)
		}
		text, err := io.ReadAll(io.LimitReader(p, 8<<10))
		if err != nil {
			return unreadable(err)
		}
		typed.Set(p.FormName(), string(text))
	}
}

func (h *Territory) loadFile(c echo.Context, id uuid.UUID, typed url.Values, p *multipart.Part) error {
	if p.FileName() == "" {
		return h.addPage(c, http.StatusUnprocessableEntity, id, typed, models.InvalidField("file", "Choose a file."))
	}
	n, err := h.Keeper.Load(c.Request().Context(), h.Actor(c), id, p, changeInput(typed))
	switch models.KindOf(err) {
	case models.Invalid:
		return h.addPage(c, http.StatusUnprocessableEntity, id, typed, err)
	case models.Conflict:
		return h.conflicted(c, id, typed, err)
	}
	if err != nil {
		return unreadable(err)
	}
	h.Flash(c, session.Done, "Imported: "+plainCount(n, "change", "changes")+" added to the draft. Nothing is in force until it is published.")
	return h.Redirect(c, draftURL(id))
}

// unreadable says of a form that broke off what can be done; a form that is too large,
// and everything that is no form's fault, passes.
func unreadable(err error) error {
	if large := (*http.MaxBytesError)(nil); errors.As(err, &large) || models.KindOf(err) != models.Internal || !errors.Is(err, io.ErrUnexpectedEOF) {
		return err
	}
	return &models.Error{Kind: models.Invalid, Message: "The form broke off on its way. Go back and choose the file again.", Err: err}
}
