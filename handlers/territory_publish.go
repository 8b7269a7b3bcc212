package handlers

import (
	"fmt"
	"net/http"
	"strconv"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"reeve/auth/session"
	"reeve/models"
	"reeve/models/territory"
	"reeve/views/components"
	"reeve/views/pages"
)

// listedChanges is how many sentences a page shows of a long draft.
const listedChanges = 100

// AskPublish asks before a draft is published.
func (h *Territory) AskPublish(c echo.Context) error {
	id, err := draftOf(c)
	if err != nil {
		return err
	}
	return h.confirmPublish(c, http.StatusOK, id, DraftForm{}, nil)
}

func (h *Territory) confirmPublish(c echo.Context, status int, id uuid.UUID, f DraftForm, refused error) error {
	s, err := h.Keeper.Sheet(c.Request().Context(), h.Actor(c), id)
	if err != nil {
		return err
	}
	if s.Draft.State == territory.StatePublished {
		if refused != nil {
			return refused
		}
		return h.Redirect(c, versionURL(*s.Draft.Number))
	}
	at := draftURL(id)
	v := h.confirmView(c, s, "Publish this change of territory?")
	v.Action, v.Submit, v.Preview, v.AskNote, v.Note, v.NoteBad = at+"/publish", "Publish", at+"/preview", true, f.Note, models.FieldsOf(refused)["note"]
	v.Hidden = []components.Pair{versionPair(s.Draft.Version), {Name: "head", Value: strconv.Itoa(s.Head)}}
	v.Findings = findingsView(s.Findings)
	if words := models.FieldsOf(refused)["draft"]; words != "" && len(s.Findings) == 0 {
		v.Conflict = words
	}
	if models.KindOf(refused) == models.Conflict {
		v.Conflict = models.MessageOf(refused)
	}
	v.Points = []string{fmt.Sprintf("It becomes version %d: %s added, %s ended. All of it holds from %s.", s.Head+1, plainCount(s.Added, "row", "rows"), plainCount(s.Ended, "row", "rows"), s.From.Format("2006-01-02")),
		"Reports that are routed from then on follow it. Open reports stay where they are.", "Nothing is deleted: rows that end are kept, and old decisions are read beside them.",
		"It is not undone. What proves wrong is corrected by another draft."}
	if s.Draft.PastWhy != "" {
		v.Points = append(v.Points, "Reason for changing days that have passed: "+s.Draft.PastWhy)
	}
	return h.Render(c, status, pages.TerritoryConfirm(v))
}

func (h *Territory) confirmView(c echo.Context, s *territory.Sheet, title string) pages.TerritoryConfirmView {
	v := pages.TerritoryConfirmView{Frame: h.Frame(c, title), Title: title, Name: s.Draft.Name, Back: draftURL(s.Draft.ID)}
	v.Frame.Width = "reading"
	v.Frame.Breadcrumbs = []components.Crumb{crumb("Territory", territoryURL), crumb(s.Draft.Name, v.Back), crumb(title, "")}
	v.Changes, v.More = sentencesOf(s.Changes)
	return v
}

func sentencesOf(list []territory.Change) (words []string, more string) {
	for i, ch := range list {
		if i == listedChanges {
			return words, fmt.Sprintf("And %d more.", len(list)-i)
		}
		words = append(words, ch.Words)
	}
	return words, ""
}

// Publish publishes a draft.
func (h *Territory) Publish(c echo.Context) error {
	id, err := draftOf(c)
	if err != nil {
		return err
	}
	f, err := BindForm[DraftForm](c)
	if err != nil {
		return err
	}
	head, err := strconv.Atoi(f.Head)
	if err != nil {
		head = -1
	}
	n, err := h.Keeper.Publish(c.Request().Context(), h.Actor(c), id, territory.Publishing{Note: f.Note, Version: versionOf(f.Version), Head: head})
	switch models.KindOf(err) {
	case models.Invalid:
		return h.confirmPublish(c, http.StatusUnprocessableEntity, id, f, err)
	case models.Conflict:
		return h.confirmPublish(c, http.StatusConflict, id, f, err)
	}
	if err != nil {
		return err
	}
	h.Flash(c, session.Done, fmt.Sprintf("Published as version %d. Open reports stayed where they are.", n))
	return h.Redirect(c, versionURL(n))
}

// AskDrop asks before a draft is dropped.
func (h *Territory) AskDrop(c echo.Context) error {
	id, err := draftOf(c)
	if err != nil {
		return err
	}
	s, err := h.Keeper.Sheet(c.Request().Context(), h.Actor(c), id)
	if err != nil {
		return err
	}
	if s.Draft.State != territory.StateDraft {
		return h.Redirect(c, draftURL(id))
	}
	v := h.confirmView(c, s, "Drop this draft?")
	v.Action, v.Submit, v.Danger, v.Hidden = draftURL(id)+"/drop", "Drop the draft", true, []components.Pair{versionPair(s.Draft.Version)}
	v.Points = []string{"Its changes are never published. The territory stays as it is.", "The draft is kept to be read, and is no longer on the list."}
	return h.Render(c, http.StatusOK, pages.TerritoryConfirm(v))
}

// Drop ends a draft without publishing it.
func (h *Territory) Drop(c echo.Context) error {
	id, err := draftOf(c)
	if err != nil {
		return err
	}
	f, err := BindForm[DraftForm](c)
	if err != nil {
		return err
	}
	if err := h.Keeper.Drop(c.Request().Context(), h.Actor(c), id, versionOf(f.Version)); err != nil {
		return err
	}
	h.Flash(c, session.Done, "The draft is dropped. The territory stays as it is.")
	return h.Redirect(c, territoryURL)
}

// Version is a published version.
func (h *Territory) Version(c echo.Context) error {
	n, err := strconv.Atoi(c.Param("number"))
	if err != nil || n < 1 || n > 1<<30 {
		return models.NotFoundf("There is no such version of the territory. Choose one from the list.")
	}
	s, err := h.Keeper.Published(c.Request().Context(), h.Actor(c), n)
	if err != nil {
		return err
	}
	x := s.Version
	v := pages.TerritoryVersionView{Frame: h.Frame(c, fmt.Sprintf("Version %d", n)), Title: fmt.Sprintf("Version %d: %s", n, x.Name), Lead: countsOf(x) + ".", AllURL: elsewhereURL}
	v.Frame.Breadcrumbs = []components.Crumb{crumb("Territory", territoryURL), crumb(fmt.Sprintf("Version %d", n), "")}
	v.Facts = []components.Term{{Term: "Published", Text: h.Local(c, x.PublishedAt).Format("2006-01-02 15:04:05 MST"), Note: "by " + x.PublishedByName}, {Term: "Note", Text: x.Note, Missing: "none", Pre: true},
		{Term: "Reason for changing days that had passed", Text: x.PastWhy, Missing: "none: nothing of the past was changed"}}
	v.Changes, v.More = sentencesOf(s.Changes)
	for _, a := range s.Losing {
		v.Losing = append(v.Losing, pages.Link{Label: a.Name, URL: elsewhereURL + "?agency=" + a.Code})
	}
	return h.Render(c, http.StatusOK, pages.TerritoryVersion(v))
}

// Elsewhere lists open reports that would go elsewhere today.
func (h *Territory) Elsewhere(c echo.Context) error {
	code, cursor := c.QueryParam("agency"), c.QueryParam("cursor")
	list, title := elsewhereURL, "Open reports that would go elsewhere today"
	if code != "" {
		list += "?agency=" + code
	}
	e, err := h.Keeper.OpenElsewhere(c.Request().Context(), h.Actor(c), code, cursor)
	if err != nil {
		return h.damaged(c, err, elsewhereURL)
	}
	v := pages.TerritoryElsewhereView{Frame: h.Frame(c, title), Title: title, First: earlier(list, cursor)}
	if e.Agency != nil {
		v.Title = e.Agency.Name + ": " + "open reports that would go elsewhere today"
		list = elsewhereURL + "?agency=" + e.Agency.Code
	}
	v.Next = agencyPages(0, list, cursor, e.Next).OlderURL
	v.Frame.Breadcrumbs = []components.Crumb{crumb("Territory", territoryURL), crumb(title, "")}
	v.Looked = "Looked at " + plainCount(e.Looked, "open referral", "open referrals") + ", newest first."
	if e.Looked == 0 {
		v.Looked = "There is no open referral."
	}
	if e.ByHand > 0 {
		v.Looked += " " + plainCount(e.ByHand, "was referred by hand or erased and is", "were referred by hand or erased and are") + " not judged."
	}
	for _, r := range e.Rows {
		v.Rows = append(v.Rows, pages.TerritoryMisplaced{Number: number(r.Number), URL: reportAddress(r.Number), Priority: int(r.Priority), Urgent: r.Urgent, State: r.State.Words(),
			At: h.Local(c, r.ReceivedAt), Holder: homeView(r.Holder), Now: homeView(r.Now)})
	}
	return h.Render(c, http.StatusOK, pages.TerritoryElsewhere(v))
}
