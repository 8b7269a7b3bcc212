package handlers

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"reeve/auth"
	"reeve/models"
	"reeve/models/casefile"
	"reeve/models/triage"
	"reeve/views/components"
	"reeve/views/pages"
)

// deskEvents is how many events the short timeline shows.
const deskEvents = 6

// Show is one report at the desk, the queue beside it.
func (h *DeskWork) Show(c echo.Context) error {
	number, err := reportOf(c)
	if err != nil {
		return err
	}
	k, err := h.asked(c, c.QueryParam)
	if err != nil {
		return err
	}
	return h.show(c, http.StatusOK, number, k, nil)
}

// show draws a report at the desk. again fills in what was typed and what was wrong.
func (h *DeskWork) show(c echo.Context, status int, number int64, k deskAsked, again func(*pages.DeskReviewView)) error {
	ctx, a := c.Request().Context(), h.Actor(c)
	state, err := h.Holds.Review(ctx, a, number, k.query)
	if err != nil {
		return err
	}
	r, err := h.Report.Read.Open(ctx, a, number)
	if err != nil {
		return err
	}
	v, err := h.review(c, k, state, r)
	if err != nil {
		return err
	}
	if again != nil {
		again(v)
	}
	return h.Render(c, status, pages.DeskReview(*v))
}

func (h *DeskWork) review(c echo.Context, k deskAsked, s *triage.Review, r *casefile.ReportView) (*pages.DeskReviewView, error) {
	body, err := h.Report.view(c, r, forms{})
	if err != nil {
		return nil, err
	}
	if body.Labels != nil && body.Labels.Form != nil {
		body.Labels.Form.Back = k.filter.report(s.Report.Number) + "#labels" // who labels here goes on here
	}
	f := k.filter.narrowed()
	body.Frame.Breadcrumbs = []components.Crumb{crumb("Desk", f.list()), crumb(strconv.FormatInt(s.Report.Number, 10), "")}
	rep, p := &s.Report, &s.Proposal
	v := &pages.DeskReviewView{Body: *body, Figures: h.deskFigures(c, s.Beside.Counts, f), ListURL: f.list(), Hidden: f.pairs(),
		CanTake: h.Actor(c).Can(auth.RouteReport), Free: s.Beside.Counts.Waiting > 0, Waiting: rep.Desk == models.DeskWaiting, DeskWhy: rep.DeskWhy,
		Class: classesInWords[rep.Class], PriorityRules: "none", RoutingRules: p.Version, Pool: p.PoolName, PoolWhy: p.PoolWhy, Elsewhere: p.Elsewhere, Mine: s.Mine}
	v.Decided = pages.DeskDecided{By: rep.DecidedByName, Why: rep.DecidedWhy, At: h.local(c, rep.DecidedAt)}
	if s.Hold != nil {
		v.Holder, v.Note, v.HandedBy, v.HeldUntil = s.Hold.HeldByName, s.Hold.Note, s.Hold.HandedByName, h.Local(c, s.Hold.Until())
	}
	for _, skip := range s.Skips {
		v.Skips = append(v.Skips, pages.DeskSkip{Who: skip.UserName, Why: skip.Why, Times: skip.Times})
	}
	if s.Assessed != nil {
		v.ClassWhy, v.Points, v.PriorityRules = s.Assessed.ClassWhy, s.Assessed.Points, s.Assessed.Version
	}
	if rep.RulesVersion != "" {
		v.PriorityRules = rep.RulesVersion
	}
	v.Beside = h.deskRows(c, f, s.Beside.Rows)
	for i := range v.Beside {
		v.Beside[i].Current = v.Beside[i].Number == number(rep.Number)
	}
	v.Form = deskForm(s)
	for _, u := range s.People {
		v.Hand.People = append(v.Hand.People, components.Option{Value: u.ID.String(), Label: u.Name})
	}
	h.deskFiles(v, r)
	shortTimeline(v)
	return v, nil
}

var classesInWords = map[string]string{"referral": "Referral", "informational": "Informational"}

// shortTimeline keeps the incident, uploads and what else there is, up to deskEvents,
// in the order of the whole.
func shortTimeline(v *pages.DeskReviewView) {
	events := v.Body.Timeline.Events
	keep := make([]bool, len(events))
	room := deskEvents
	for _, strong := range []bool{true, false} {
		for i, e := range events {
			if room > 0 && !keep[i] && (e.Incident || e.Strong) == strong {
				keep[i], room = true, room-1
			}
		}
	}
	for i, e := range events {
		if keep[i] {
			v.Events = append(v.Events, e)
		}
	}
	slices.SortStableFunc(v.Events, func(a, b components.TimelineEvent) int { return a.At.Compare(b.At) })
	v.More = len(events) - len(v.Events) + len(v.Body.Untimed)
}

// deskForm is the decision that accepts all that is proposed, with all there is to
// choose from.
func deskForm(s *triage.Review) pages.DeskForm {
	rep, p := &s.Report, &s.Proposal
	f := pages.DeskForm{Version: rep.Version, Class: rep.Class, Priority: fmt.Sprint(rep.Priority), Urgent: rep.Urgent}
	if s.Assessed != nil {
		f.ProposedClass, f.ProposedPriority, f.ProposedUrgent = string(s.Assessed.Class), strconv.Itoa(int(s.Assessed.Priority)), s.Assessed.Urgent
	}
	for _, o := range p.Options {
		f.Options = append(f.Options, pages.DeskOption{Code: o.Code, Name: o.Name, Capacity: capacityWords[o.Capacity], Confidence: percent(o.Confidence) + " sure",
			Why: o.Why, Place: o.Place, Has: o.Has, Uncertain: o.Uncertain, Checked: o.Proposed})
	}
	for _, a := range s.Agencies {
		f.Agencies = append(f.Agencies, components.Option{Value: a.Code, Label: a.Name})
	}
	if len(p.Elsewhere) > 0 || rep.Desk != models.DeskWaiting {
		f.Elses = append(f.Elses, components.Option{Value: string(triage.ToSame), Label: "It stays where it is"})
	}
	f.Elses = append(f.Elses, components.Option{Value: string(triage.ToNobody), Label: "Kept here as informational, referred to nobody"})
	for _, pool := range s.Pools {
		label := "Lies in the pool: " + pool.Name
		if pool.Code == p.Pool {
			label += ", as proposed"
		}
		f.Elses = append(f.Elses, components.Option{Value: poolChoice + pool.Code, Label: label, Group: "Pools"})
	}
	switch {
	case p.To == triage.ToSame:
		f.Else = string(triage.ToSame)
	case p.Pool != "":
		f.Else = poolChoice + p.Pool
	}
	return f
}

// poolChoice begins the choice of a pool where no agency is ticked.
const poolChoice = "pool:"

// deskFiles puts what is new on top and folds away what is known, with its labels.
func (h *DeskWork) deskFiles(v *pages.DeskReviewView, r *casefile.ReportView) {
	marks, labels := map[uuid.UUID][]string{}, map[uuid.UUID][]components.BadgeArgs{}
	for i := range r.Marks {
		if m := &r.Marks[i]; m.How == models.MarkExact || m.How == models.MarkNear {
			marks[m.FileID] = append(marks[m.FileID], pages.KnownInWords(*m))
		}
	}
	for i := range r.Labels {
		l := &r.Labels[i]
		badge := components.BadgeArgs{Label: l.Scheme + ": " + l.Value, Icon: components.IconLabel, Title: labelSaidBy(l)}
		if l.FileID == nil {
			v.Labels = append(v.Labels, badge)
			continue
		}
		labels[*l.FileID] = append(labels[*l.FileID], badge)
	}
	for i := range r.Files {
		id, file := r.Files[i].ID, v.Body.Files[i]
		if words := marks[id]; len(words) > 0 {
			known := pages.DeskKnownFile{Name: file.Name, Words: words[0], Labels: labels[id]}
			if len(words) > 1 {
				known.Words += fmt.Sprintf(", and in %d further lists", len(words)-1)
			}
			v.Known = append(v.Known, known)
			continue
		}
		file.Marks = append(slices.Clone(file.Marks), labels[id]...)
		v.New = append(v.New, file)
	}
}

func labelSaidBy(l *models.Label) string {
	switch l.Source {
	case models.LabelByKnown:
		return "Known material carries this label"
	case models.LabelByProvider:
		return "As the provider sent it"
	case models.LabelByRule:
		return "Set by a rule"
	}
	return "Said by " + l.LabelledByName
}
