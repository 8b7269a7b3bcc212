package handlers

import (
	"fmt"
	"net/http"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"reeve/auth"
	"reeve/auth/session"
	"reeve/models"
	"reeve/models/escalation"
	"reeve/views/components"
	"reeve/views/pages"
)

// Own is an agency's page of the calls to it.
func (h *Urgent) Own(c echo.Context) error {
	own, err := h.Answers.Own(c.Request().Context(), h.Actor(c), c.QueryParam("cursor"))
	if err != nil {
		return err
	}
	v := pages.UrgentOwnView{Frame: h.Frame(c, "Urgent"), MayAnswer: h.Actor(c).Can(auth.WorkReferral), More: len(own.Open) >= 100}
	for i := range own.Open {
		v.Open = append(v.Open, h.ownLine(c, &own.Open[i]))
	}
	for i := range own.Past {
		v.Past = append(v.Past, h.ownLine(c, &own.Past[i]))
	}
	v.Pages = components.PaginationArgs{Shown: plural(len(v.Past), "earlier call", "earlier calls")}
	if own.Next != "" {
		v.Pages.OlderURL = urgentPath + "?cursor=" + own.Next
	}
	if c.QueryParam("cursor") != "" {
		v.Pages.NewerURL, v.Pages.Newer = urgentPath, "First page"
	}
	house, err := h.House(c.Request().Context())
	if err != nil {
		return err
	}
	v.Desk = reachDesk(house)
	return h.Render(c, http.StatusOK, pages.UrgentOwn(v))
}

// reachDesk says how to reach the clearinghouse's desk.
func reachDesk(house models.Agency) string {
	switch {
	case house.ContactPhone != "" && house.ContactEmail != "":
		return "The clearinghouse's desk tells you what this is about: " + house.ContactPhone + ", " + house.ContactEmail + "."
	case house.ContactPhone+house.ContactEmail != "":
		return "The clearinghouse's desk tells you what this is about: " + house.ContactPhone + house.ContactEmail + "."
	}
	return "The clearinghouse's desk tells you what this is about."
}

func (h *Urgent) ownLine(c echo.Context, l *escalation.OwnLine) pages.UrgentOwnLine {
	out := pages.UrgentOwnLine{UrgentLine: h.line(c, &l.Line), Since: h.Local(c, l.FirstCalledAt), AnswerURL: urgentPath + "/" + l.ID.String() + "/acknowledge"}
	out.Code = l.ID.String() // one agency, several calls: ids on the page differ by the call
	out.Who = out.Answer
	out.Title, out.Without = "The clearinghouse needs you", "The report is not your agency's, so nothing of it is shown."
	if l.Number != 0 {
		out.Title, out.URL, out.Without = fmt.Sprintf("Report %d", l.Number), reportPath(l.Number), ""
	}
	return out
}

// Acknowledge answers a call to the agency, from its list.
func (h *Urgent) Acknowledge(c echo.Context) error {
	id, err := uuid.Parse(c.Param("id"))
	if err != nil {
		return models.NotFoundf("There is no such call, or not for you.")
	}
	if err := h.Answers.Acknowledge(c.Request().Context(), h.Actor(c), id); err != nil {
		return err
	}
	h.Flash(c, session.Done, "Acknowledged. The clearinghouse sees it, and nobody else of your agency is called.")
	return h.Redirect(c, urgentPath)
}

// AcknowledgeReport answers the call about a report, from its page.
func (h *Urgent) AcknowledgeReport(c echo.Context) error {
	number, err := reportOf(c)
	if err != nil {
		return err
	}
	if err := h.Answers.AcknowledgeReport(c.Request().Context(), h.Actor(c), number); err != nil {
		return err
	}
	h.Flash(c, session.Done, "Acknowledged. The clearinghouse sees it, and nobody else of your agency is called.")
	return h.Redirect(c, reportPath(number))
}

// AskAnswer is the page behind the link in a mail. Looking at it answers nothing:
// programs that read mail follow links.
func (h *Urgent) AskAnswer(c echo.Context) error {
	if err := h.Answers.LinkWorks(c.Request().Context(), c.Param("secret")); err != nil {
		return err
	}
	return h.Render(c, http.StatusOK, pages.UrgentAnswer(pages.UrgentAnswerView{Public: h.Public(c, "Acknowledge the call"), Action: c.Request().URL.Path}))
}

// Answer answers the call in whose mail the link stood.
func (h *Urgent) Answer(c echo.Context) error {
	if err := h.Answers.AnswerLink(c.Request().Context(), c.Param("secret")); err != nil {
		return err
	}
	return h.Redirect(c, urgentPath+"/answered")
}

// Answered says that it is done, and nothing else.
func (h *Urgent) Answered(c echo.Context) error {
	return h.Render(c, http.StatusOK, pages.UrgentAnswer(pages.UrgentAnswerView{Public: h.Public(c, "Acknowledged")}))
}
