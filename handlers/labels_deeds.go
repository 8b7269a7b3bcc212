package handlers

import (
	"context"
	"fmt"
	"net/http"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"reeve/auth"
	"reeve/auth/session"
	"reeve/models"
	"reeve/models/labelling"
	"reeve/views/components"
	"reeve/views/pages"
)

// LabelDeedForm is what a deed on one label sends.
type LabelDeedForm struct {
	Why     string `form:"why"`
	Version string `form:"version"`
	Uphold  string `form:"uphold"`
	Back    string `form:"back"`
}

const labelsURL = "/desk/labels"

// One is the page of one label. Its from=desk says that it was reached from the worklist.
func (h *Labels) One(c echo.Context) error {
	back := ""
	if c.QueryParam("from") == "desk" && h.Actor(c).Can(auth.ReviewLabels) {
		back = labelsURL
	}
	return h.one(c, http.StatusOK, "", LabelDeedForm{Back: back}, nil, "")
}

func labelOf(c echo.Context) (int64, uuid.UUID, error) {
	number, err := reportOf(c)
	if err != nil {
		return 0, uuid.Nil, err
	}
	id, err := uuid.Parse(c.Param("id"))
	if err != nil {
		return 0, uuid.Nil, models.NotFoundf("There is no such label, or not for you. Look for it on the report's page.")
	}
	return number, id, nil
}

// one draws the page; failed is the deed that could not be done, with its errors.
func (h *Labels) one(c echo.Context, status int, failed string, f LabelDeedForm, wrong map[string]string, conflict string) error {
	number, id, err := labelOf(c)
	if err != nil {
		return err
	}
	ctx := c.Request().Context()
	o, err := h.Labelling.Read(ctx, h.Actor(c), number, id)
	if err != nil {
		return err
	}
	schemes, err := h.Labelling.Schemes(ctx, h.Actor(c))
	if err != nil {
		return err
	}
	row, err := h.row(c, schemes, number, &o.Label)
	if err != nil {
		return err
	}
	row.About = fmt.Sprintf("Of report %d", number)
	v := pages.LabelView{Frame: h.Frame(c, row.Scheme+": "+row.Words), ReportURL: reportPath(number) + "#labels", Label: row, Conflict: conflict, Back: f.Back}
	v.Frame.Width = "form"
	v.Frame.Breadcrumbs = []components.Crumb{crumb(fmt.Sprint(number), reportPath(number)), crumb("Labels", labelsPath(number)), crumb("Label", "")}
	v.Facts = h.labelFacts(c, o, row)
	if o.File != nil {
		v.Locked = lockedFile(o.File)
	}
	for _, ask := range o.Asks {
		a, _, err := h.Names.Agency(ctx, ask.AgencyID)
		if err != nil {
			return err
		}
		v.Asks = append(v.Asks, pages.LabelAskRow{Who: ask.AskedByName, Agency: a.Name, Why: ask.Why, At: h.Local(c, ask.AskedAt)})
	}
	v.Deeds, v.None = labelDeeds(h.Actor(c), o)
	for i := range v.Deeds {
		d := &v.Deeds[i]
		d.Version, d.Action = o.Label.Version, labelsPath(number)+"/"+id.String()+d.Action
		if d.ID == failed {
			d.Why, d.Error = f.Why, wrong["why"]
		}
	}
	return h.Render(c, status, pages.Label(v))
}

func (h *Labels) labelFacts(c echo.Context, o *labelling.One, row pages.LabelRow) []components.Term {
	l := &o.Label
	about := "The report"
	if o.File != nil {
		about = fileName(o.File)
	}
	facts := []components.Term{{Term: "About", Text: about}, {Term: "Said by", Text: row.Who, Note: components.ExactMinute(row.At)}, {Term: "Why", Text: l.Why, Missing: "no reason was given"}}
	if l.ReviewedAt != nil {
		said := "agreed"
		if l.Review == models.ReviewDisputed || l.SettledAt != nil {
			said = "disputed it"
		}
		facts = append(facts, components.Term{Term: "Second person", Text: l.ReviewedByName + " " + said, Note: withReason(components.ExactMinute(h.Local(c, *l.ReviewedAt)), l.ReviewWhy)})
	}
	if l.SettledAt != nil {
		said := "upheld it"
		if l.RemovedAt != nil && l.Review == models.ReviewDisputed {
			said = "withdrew it"
		}
		facts = append(facts, components.Term{Term: "Supervisor", Text: l.SettledByName + " " + said, Note: withReason(components.ExactMinute(h.Local(c, *l.SettledAt)), l.SettledWhy)})
	}
	if row.Gone != "" {
		facts = append(facts, components.Term{Term: "Withdrawn", Text: row.Gone})
	}
	return facts
}

func withReason(at, why string) string {
	if why == "" {
		return at
	}
	return at + ": " + why
}

// labelDeeds says what the reader may do with the label now, and who else acts on it.
func labelDeeds(a auth.Actor, o *labelling.One) ([]pages.LabelDeed, string) {
	l := &o.Label
	if l.RemovedAt != nil {
		return nil, "It was withdrawn. It stays here, since somebody may have relied on it."
	}
	mine := l.LabelledBy != nil && *l.LabelledBy == a.UserID
	var list []pages.LabelDeed
	switch {
	case l.Review == models.ReviewAsked && a.Can(auth.ReviewLabels) && !mine:
		list = append(list, pages.LabelDeed{ID: "agree", Title: "Agree", Text: "You looked and come to the same.", Action: "/agree", Submit: "Agree", Key: "a", Variant: components.Primary},
			pages.LabelDeed{ID: "dispute", Title: "Dispute", Text: "You looked and come to something else. A supervisor settles it.", Action: "/dispute", Submit: "Dispute", Key: "d", Needs: true})
	case l.Review == models.ReviewDisputed && a.Can(auth.ManageRules) && !mine && (l.ReviewedBy == nil || *l.ReviewedBy != a.UserID):
		list = append(list, pages.LabelDeed{ID: "uphold", Title: "Uphold it", Text: "The label stands; the dispute stays on record.", Action: "/uphold", Submit: "Uphold", Variant: components.Primary, Needs: true},
			pages.LabelDeed{ID: "overturn", Title: "Withdraw it", Text: "The dispute is right. The label is kept as withdrawn.", Action: "/overturn", Submit: "Withdraw", Variant: components.Danger, Needs: true})
	case (l.Review == models.ReviewNone || l.Review == models.ReviewAgreed) && a.Can(auth.LabelReport):
		list = append(list, pages.LabelDeed{ID: "ask", Title: "Ask for a second look", Text: "Another person at the clearinghouse looks at it. Other agencies do not learn who asked.", Action: "/ask", Submit: "Ask", Needs: true})
	}
	if l.Source == models.LabelByPerson && l.AgencyID != nil && *l.AgencyID == a.AgencyID && a.Can(auth.LabelReport) && l.Review != models.ReviewDisputed {
		list = append(list, pages.LabelDeed{ID: "withdraw", Title: "Withdraw it", Text: "It is kept, with your name. To correct it, set the right label instead.", Action: "/withdraw", Submit: "Withdraw"})
	}
	switch {
	case l.Review == models.ReviewAsked && mine:
		return list, "You set this label: another person takes the second look."
	case l.Review == models.ReviewAsked && !a.Can(auth.ReviewLabels):
		return list, "The clearinghouse's second person will look at it."
	case l.Review == models.ReviewDisputed && len(list) == 0:
		return nil, "A supervisor who neither set nor disputed it settles the dispute."
	}
	return list, ""
}

// do carries out a deed on one label. What breaks a rule is shown at its field; a
// change by somebody else is said on the label's page as it stands now.
func (h *Labels) do(c echo.Context, deed, done, usual string, act func(ctx context.Context, a auth.Actor, number int64, in labelling.Deed) error) error {
	number, id, err := labelOf(c)
	if err != nil {
		return err
	}
	f, err := BindForm[LabelDeedForm](c)
	if err != nil {
		return err
	}
	err = act(c.Request().Context(), h.Actor(c), number, labelling.Deed{Label: id, Why: f.Why, Version: versionOf(f.Version)})
	switch models.KindOf(err) {
	case models.Invalid:
		return h.one(c, http.StatusUnprocessableEntity, deed, f, models.FieldsOf(err), "")
	case models.Conflict:
		return h.one(c, http.StatusConflict, deed, f, nil, models.MessageOf(err))
	}
	if err != nil {
		return err
	}
	h.Flash(c, session.Done, done)
	return h.Redirect(c, backTo(f.Back, usual))
}

func (h *Labels) toReport(c echo.Context) string {
	number, err := reportOf(c)
	if err != nil {
		return "/"
	}
	return reportPath(number) + "#labels"
}

// Withdraw takes a label back.
func (h *Labels) Withdraw(c echo.Context) error {
	return h.do(c, "withdraw", "Withdrawn. The label is kept with your name on it.", h.toReport(c), h.Labelling.Withdraw)
}

// Ask asks for a second look.
func (h *Labels) Ask(c echo.Context) error {
	return h.do(c, "ask", "Asked. It is on the list of a second person now.", h.toReport(c), h.Labelling.Ask)
}

// Agree is the second person's yes.
func (h *Labels) Agree(c echo.Context) error {
	return h.do(c, "agree", "Agreed.", labelsURL, h.Labelling.Agree)
}

// Dispute is the second person's no.
func (h *Labels) Dispute(c echo.Context) error {
	return h.do(c, "dispute", "Disputed. A supervisor settles it.", labelsURL, h.Labelling.Dispute)
}

// Uphold settles a dispute for the label.
func (h *Labels) Uphold(c echo.Context) error {
	return h.do(c, "uphold", "Upheld.", labelsURL+"?show=disputed", func(ctx context.Context, a auth.Actor, number int64, in labelling.Deed) error {
		return h.Labelling.Settle(ctx, a, number, in, true)
	})
}

// Overturn settles a dispute against the label.
func (h *Labels) Overturn(c echo.Context) error {
	return h.do(c, "overturn", "Withdrawn. The label is kept with your name on it.", labelsURL+"?show=disputed", func(ctx context.Context, a auth.Actor, number int64, in labelling.Deed) error {
		return h.Labelling.Settle(ctx, a, number, in, false)
	})
}
