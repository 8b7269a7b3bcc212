package handlers

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"reeve/auth/session"
	"reeve/models"
	"reeve/models/agencies"
	"reeve/views/components"
	"reeve/views/pages"
)

// AgencySettingsForm is the settings' form. Numbers are texts here, so that what was
// typed can be shown again.
type AgencySettingsForm struct {
	Name         string `form:"name"`
	ContactName  string `form:"contact_name"`
	ContactEmail string `form:"contact_email"`
	ContactPhone string `form:"contact_phone"`
	Zone         string `form:"zone"`
	Band         string `form:"band"`
	ORI          string `form:"ori"`
	Idle         string `form:"idle_minutes"`
	Hours        string `form:"absolute_hours"`
	Version      string `form:"version"`
}

// Validate answers the form as the use case takes it. A limit that is no number is
// one that no agency may have, so that the use case names the bounds.
func (f AgencySettingsForm) Validate() agencies.Input {
	return agencies.Input{Name: f.Name, ContactName: f.ContactName, ContactEmail: f.ContactEmail, ContactPhone: f.ContactPhone, Zone: f.Zone, Band: f.Band, ORI: f.ORI,
		IdleMinutes: small(f.Idle), AbsoluteHours: small(f.Hours), Version: versionOf(f.Version)}
}

func small(text string) *int16 {
	if text = strings.TrimSpace(text); text == "" {
		return nil
	}
	n, err := strconv.ParseInt(text, 10, 16)
	if err != nil {
		n = -1
	}
	v := int16(n)
	return &v
}

func settingsForm(g *models.Agency) AgencySettingsForm {
	f := AgencySettingsForm{Name: g.Name, ContactName: g.ContactName, ContactEmail: g.ContactEmail, ContactPhone: g.ContactPhone, Zone: g.Zone, Band: g.Band, ORI: g.ORI}
	if g.IdleMinutes != nil {
		f.Idle = strconv.Itoa(int(*g.IdleMinutes))
	}
	if g.AbsoluteHours != nil {
		f.Hours = strconv.Itoa(int(*g.AbsoluteHours))
	}
	return f
}

// Settings is the form of one's own agency, or of one below.
func (h *Agencies) Settings(c echo.Context) error {
	s, err := h.Tree.Settings(c.Request().Context(), h.Actor(c), c.QueryParam("agency"))
	if err != nil {
		return err
	}
	return h.Render(c, http.StatusOK, pages.AgencySettings(h.settingsView(c, s, settingsForm(&s.Agency), nil)))
}

// Save saves the settings and goes back to them. What breaks a rule is shown at its
// field; somebody else's change is shown beside what was typed.
func (h *Agencies) Save(c echo.Context) error {
	f, err := BindForm[AgencySettingsForm](c)
	if err != nil {
		return err
	}
	ctx, a, code := c.Request().Context(), h.Actor(c), c.QueryParam("agency")
	done, err := h.Tree.Save(ctx, a, code, f.Validate())
	kind := models.KindOf(err)
	switch {
	case err == nil:
		h.Renamed()
		h.Flash(c, session.Done, savedWords(done))
		return h.Redirect(c, of(settingsPath, code))
	case kind != models.Invalid && kind != models.Conflict:
		return err
	}
	s, serr := h.Tree.Settings(ctx, a, code)
	if serr != nil {
		return serr
	}
	v := h.settingsView(c, s, f, models.FieldsOf(err))
	status := http.StatusUnprocessableEntity
	if kind == models.Conflict {
		status = http.StatusConflict
		v.Conflict = &pages.AgencyConflictView{Changes: f.against(settingsForm(&s.Agency))}
	}
	return h.Render(c, status, pages.AgencySettings(v))
}

func savedWords(done *agencies.Saved) string {
	switch {
	case len(done.Changed) == 0:
		return "Nothing was different, so nothing was changed."
	case done.Tighter == 1:
		return "Saved. The session limits of one agency below were tightened too." + inMinute
	case done.Tighter > 1:
		return fmt.Sprintf("Saved. The session limits of %d agencies below were tightened too.", done.Tighter) + inMinute
	}
	return "Saved." + inMinute
}

// against lists where the form differs from what is stored now.
func (f AgencySettingsForm) against(now AgencySettingsForm) []pages.Change {
	var list []pages.Change
	add := func(what, typed, stored string) {
		if typed != stored {
			list = append(list, pages.Change{What: what, Was: orWords(typed, "nothing"), Is: orWords(stored, "nothing")})
		}
	}
	if f.Name != "" {
		add("Name", f.Name, now.Name)
	}
	add("Desk or person", f.ContactName, now.ContactName)
	add("E-mail", f.ContactEmail, now.ContactEmail)
	add("Telephone", f.ContactPhone, now.ContactPhone)
	add("Time zone", f.Zone, now.Zone)
	if f.Band != "" {
		add("Colour", f.Band, now.Band)
	}
	add("ORI", f.ORI, now.ORI)
	add("Minutes", f.Idle, now.Idle)
	add("Hours", f.Hours, now.Hours)
	return list
}

func orWords(s, none string) string {
	if s == "" {
		return none
	}
	return s
}

func (h *Agencies) settingsView(c echo.Context, s *agencies.Settings, f AgencySettingsForm, wrong map[string]string) pages.AgencySettingsView {
	g, code := &s.Agency, c.QueryParam("agency")
	above := ""
	if s.Parent != nil {
		above = s.Parent.Name
	}
	v := pages.AgencySettingsView{Frame: h.Frame(c, "Settings of "+g.Name), Agency: h.place(c, g, above), Action: of(settingsPath, code), Own: s.Own, Name: g.Name,
		HasBand: g.Kind == models.KindAgency, Errors: wrong, Hidden: []components.Pair{{Name: "version", Value: strconv.Itoa(g.Version)}},
		Problems: problems(wrong, "contact_name", "contact_email", "contact_phone", "name", "ori", "zone", "band", "idle_minutes", "absolute_hours"),
		Values: pages.AgencySettingsValues{Name: f.Name, ContactName: f.ContactName, ContactEmail: f.ContactEmail, ContactPhone: f.ContactPhone, Zone: f.Zone, Band: f.Band,
			ORI: f.ORI, Idle: f.Idle, Hours: f.Hours},
		Zones: zoneOptions(g.Zone), MostIdle: s.MostIdle, MostHours: s.MostHours}
	if !s.MayRename {
		v.Values.Name = ""
	}
	if s.Own {
		v.Tabs = h.tabs(c, settingsPath)
	} else {
		v.Frame.Breadcrumbs = []components.Crumb{{Label: "Agencies", URL: h.home(c, "")}, {Label: g.Name}}
		if h.home(c, "") == allPath {
			v.Frame.Breadcrumbs = []components.Crumb{{Label: "Agencies", URL: allPath}, {Label: g.Name, URL: h.home(c, g.Code)}, {Label: "Settings"}}
		}
	}
	for _, b := range agencies.Bands {
		v.Bands = append(v.Bands, components.Option{Value: b, Label: upperFirst(b)})
	}
	if g.ClosedAt != nil {
		v.Closed = components.ExactMinute(h.Local(c, *g.ClosedAt))
	}
	return v
}
