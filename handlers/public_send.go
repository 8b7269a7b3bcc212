package handlers

import (
	"errors"
	"net/http"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"reeve/models"
	"reeve/models/publicform"
	"reeve/views/components"
	"reeve/views/pages"
)

// Check shows everything before it is sent.
func (h *Public) Check(c echo.Context) error {
	d, err := h.draft(c)
	switch {
	case err != nil:
		return err
	case d != nil && d.Sent:
		return h.redirect(c, "/report/sent")
	case d == nil:
		return h.redirect(c, "/report/what")
	}
	return h.review(c, http.StatusOK, d, "", false)
}

func (h *Public) review(c echo.Context, status int, d *publicform.Draft, note string, bad bool) error {
	v := pages.PublicCheck{Frame: h.frame(c, h.say(c, "check.title")), Note: note, Bad: bad}
	for _, s := range publicform.Steps() {
		v.Parts = append(v.Parts, pages.PublicPart{Name: s.Name, Title: h.say(c, "step."+s.Name+".title"),
			Change: "/report/" + s.Name + "?change=1&lang=" + h.lang(c), Facts: h.facts(c, s, d.Answers)})
	}
	if d.Answers["contact"] == "yes" && d.Answers["you_mail"]+d.Answers["you_phone"] == "" {
		v.Soft = h.say(c, "check.unreachable")
	}
	return h.Render(c, status, pages.PublicReview(v))
}

// Send sends the report. Whatever stands in the way, the answers stay.
func (h *Public) Send(c echo.Context) error {
	ctx, who, secret := c.Request().Context(), h.who(c), h.secret(c)
	if wait := h.Wait("send", c.RealIP()); wait > 0 {
		d, err := h.draft(c)
		if err != nil {
			return err
		}
		if d != nil && !d.Sent {
			return h.review(c, http.StatusTooManyRequests, d, h.say(c, "note.wait", seconds(wait)), true)
		}
	}
	d, err := h.Reports.Send(ctx, who, secret, publicform.Sending{Language: h.lang(c), Trap: c.FormValue("website") != ""})
	switch {
	case errors.Is(err, publicform.ErrGone):
		return h.redirect(c, "/report/sent") // which says what became of it, as far as anybody knows
	case errors.Is(err, publicform.ErrHurried):
		return h.review(c, http.StatusConflict, d, h.say(c, "check.hurried"), false)
	case models.FieldsOf(err)["what"] != "":
		if d, err = h.draft(c); err != nil || d == nil {
			return errors.Join(err, publicform.ErrGone)
		}
		return h.review(c, http.StatusUnprocessableEntity, d, h.say(c, "check.nothing"), true)
	case err != nil:
		return err
	}
	return h.redirect(c, "/report/sent")
}

// Sent shows number and code, for as long as this browser holds the draft.
func (h *Public) Sent(c echo.Context) error {
	d, err := h.draft(c)
	if err != nil {
		return err
	}
	if d == nil || !d.Sent {
		title := h.say(c, "sent.gone.title")
		return h.Render(c, http.StatusOK, pages.PublicPlain(h.frame(c, title), title, h.say(c, "sent.gone"), h.say(c, "begin.more"), "/report/more?lang="+h.lang(c)))
	}
	return h.Render(c, http.StatusOK, pages.PublicDone(pages.PublicSent{Frame: h.frame(c, h.say(c, "sent.title")), Number: pages.PublicNumber(d.Number), Code: d.Code}))
}

// AskMore asks for number, code and what is to be added.
func (h *Public) AskMore(c echo.Context) error {
	return h.Render(c, http.StatusOK, pages.PublicAdd(h.more(c, publicform.More{}, nil)))
}

func (h *Public) more(c echo.Context, in publicform.More, problems map[string]string) pages.PublicMore {
	v := pages.PublicMore{Frame: h.frame(c, h.say(c, "more.title"))}
	for _, f := range []pages.PublicField{
		{Name: "number", Kind: "line", Value: in.Number, Mode: "numeric"}, {Name: "code", Kind: "line", Value: in.Code},
		{Name: "text", Kind: "area", Value: in.Text, Rows: 8}, {Name: "links", Kind: "area", Value: in.Links, Rows: 4},
	} {
		f.Label, f.Error = h.say(c, "more."+f.Name), problems[f.Name]
		v.Fields = append(v.Fields, f)
	}
	return v
}

// More adds to a report that was sent. A wrong number and a wrong code are one answer.
func (h *Public) More(c echo.Context) error {
	in := publicform.More{Number: publicform.Fit(c.FormValue("number"), false), Code: publicform.Fit(c.FormValue("code"), false),
		Text: publicform.Fit(c.FormValue("text"), true), Links: publicform.Fit(c.FormValue("links"), true)}
	problems := map[string]string{}
	if in.Text+in.Links == "" {
		problems["text"] = h.say(c, "error.empty.more")
	}
	if len([]rune(in.Text)) > publicform.MoreText {
		problems["text"] = h.say(c, "error.long", publicform.MoreText)
	}
	if len([]rune(in.Links)) > publicform.MoreLinks {
		problems["links"] = h.say(c, "error.long", publicform.MoreLinks)
	}
	if len(problems) > 0 {
		return h.Render(c, http.StatusUnprocessableEntity, pages.PublicAdd(h.more(c, in, problems)))
	}
	again := func(status int, note string) error {
		v := h.more(c, in, nil)
		v.Note, v.Bad = note, true
		return h.Render(c, status, pages.PublicAdd(v))
	}
	if wait := h.Wait("more", c.RealIP()); wait > 0 {
		return again(http.StatusTooManyRequests, h.say(c, "note.wait", seconds(wait)))
	}
	err := h.Reports.Add(c.Request().Context(), h.who(c), in)
	switch {
	case errors.Is(err, publicform.ErrNoFit):
		return again(http.StatusUnprocessableEntity, h.say(c, "more.wrong"))
	case err != nil:
		return err
	}
	return h.redirect(c, "/report/more/done")
}

// Added says that it was received, and nothing else.
func (h *Public) Added(c echo.Context) error {
	title := h.say(c, "more.done.title")
	return h.Render(c, http.StatusOK, pages.PublicPlain(h.frame(c, title), title, h.say(c, "more.done"), h.say(c, "more.again"), "/report/more?lang="+h.lang(c)))
}

// addInstead offers what was written in another window, after the report was sent, as
// an addition to it.
func (h *Public) addInstead(c echo.Context, d *publicform.Draft, step publicform.Step, a publicform.Answers) error {
	var lines []string
	for _, t := range h.facts(c, step, a) {
		lines = append(lines, t.Term+": "+t.Text)
	}
	v := h.more(c, publicform.More{Number: strconv.FormatInt(d.Number, 10), Code: d.Code, Text: strings.Join(lines, "\n")}, nil)
	v.Note = h.say(c, "note.sent")
	return h.Render(c, http.StatusConflict, pages.PublicAdd(v))
}

// states lists the states of the United States by name.
func states() []components.Option {
	var list []components.Option
	for a := 'A'; a <= 'Z'; a++ {
		for b := 'A'; b <= 'Z'; b++ {
			if name := stateName(string(a) + string(b)); name != "" {
				list = append(list, components.Option{Value: string(a) + string(b), Label: name})
			}
		}
	}
	sortOptions("en", list)
	return list
}
