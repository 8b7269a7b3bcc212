package handlers

import (
	"net/http"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"reeve/auth/session"
	"reeve/models"
	"reeve/models/deconflict"
	"reeve/models/selector"
	"reeve/views/pages"
)

// Deconfliction is what an agency's reports share with another's.
type Deconfliction struct {
	*Pages
	Deconflict *deconflict.Service
}

const hitsURL = "/deconfliction"

// Show is the agency's hits, newest first.
func (h *Deconfliction) Show(c echo.Context) error {
	cursor := c.QueryParam("cursor")
	p, err := h.Deconflict.Hits(c.Request().Context(), h.Actor(c), cursor)
	if err != nil {
		return h.damaged(c, err, hitsURL)
	}
	own := h.Person(c).Agency
	v := pages.DeconflictionView{
		Frame: h.Frame(c, "Deconfliction"), Own: pages.Contact{Name: own.ContactName, Email: own.ContactEmail, Phone: own.ContactPhone},
		Cursor: cursor, Next: further(hitsURL, p.Next), First: earlier(hitsURL, cursor), CanMark: true,
	}
	for _, hit := range p.Hits {
		row := pages.DeconflictionHit{
			ID: hit.ID.String(), Kind: kindWords(hit.Kind), Value: hit.Value, Number: number(hit.Number), ReportURL: reportAddress(hit.Number),
			At: h.Local(c, hit.At), New: hit.New, SeenAction: hitsURL + "/" + hit.ID.String() + "/seen",
		}
		for _, o := range hit.Holders {
			row.Holders = append(row.Holders, pages.DeconflictionHolder{
				Agency: o.Agency, Contact: pages.Contact{Name: o.Contact, Email: o.Email, Phone: o.Phone},
				Since: h.Local(c, o.Since), Reports: o.Reports, More: o.More,
			})
		}
		v.Hits = append(v.Hits, row)
	}
	return h.Render(c, http.StatusOK, pages.Deconfliction(v))
}

// SeenForm is the form of one hit.
type SeenForm struct {
	Cursor string `form:"cursor"` // of the page to return to
}

// Seen marks a hit as seen by the agency.
func (h *Deconfliction) Seen(c echo.Context) error {
	f, err := BindForm[SeenForm](c)
	if err != nil {
		return err
	}
	id, err := uuid.Parse(c.Param("id"))
	if err != nil {
		return models.NotFoundf("This hit does not exist, or not for you.")
	}
	if err := h.Deconflict.Seen(c.Request().Context(), h.Actor(c), id); err != nil {
		return err
	}
	h.Flash(c, session.Done, "Marked as seen for your whole agency.")
	to := hitsURL
	if f.Cursor != "" {
		to = further(hitsURL, f.Cursor)
	}
	return h.Redirect(c, to)
}

// kindWords names a kind of identifier for a reader.
func kindWords(kind string) string {
	k, _ := selector.ParseKind(kind) // an unknown one reads "Identifier"
	return k.Words()
}
