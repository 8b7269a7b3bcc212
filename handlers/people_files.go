package handlers

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"mime"
	"mime/multipart"
	"net/http"
	"strconv"
	"strings"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"reeve/auth/session"
	"reeve/models"
	"reeve/models/people"
	"reeve/views/components"
	"reeve/views/pages"
)

// importForm is the form that takes a file: its text pasted, or the file itself.
type importForm struct {
	agency, text   string
	apply, approve bool
}

// AskImport is the form that takes a file of people.
func (h *People) AskImport(c echo.Context) error {
	return h.importPage(c, http.StatusOK, importForm{agency: c.QueryParam("agency")}, nil, nil)
}

// Import tries a file, or applies one that was tried.
func (h *People) Import(c echo.Context) error {
	f, err := readImport(c)
	if err != nil {
		return err
	}
	sheet, err := h.People.Import(c.Request().Context(), h.Actor(c), f.agency, f.text, f.apply, f.approve)
	switch {
	case models.KindOf(err) == models.Invalid:
		return h.importPage(c, http.StatusUnprocessableEntity, f, nil, models.FieldsOf(err))
	case err != nil:
		return err
	case sheet.Applied:
		n := sheet.Counts
		h.Flash(c, session.Done, fmt.Sprintf("Imported: %d invited, %d invited again, %d changed, %d as they were.", n[people.WillInvite], n[people.WillReturn], n[people.WillChange], n[people.WillKeep]))
		return h.Redirect(c, listPath(people.Filter{Agency: h.codeOf(c, sheet.Agency)}))
	}
	status := http.StatusOK
	if sheet.Counts[people.IsWrong] > 0 {
		status = http.StatusUnprocessableEntity
	}
	return h.importPage(c, status, f, sheet, nil)
}

// readImport reads the form. A file that was chosen goes before what was pasted; no
// more of it is read than may be in one.
func readImport(c echo.Context) (f importForm, err error) {
	r := c.Request()
	if kind, _, _ := mime.ParseMediaType(r.Header.Get(echo.HeaderContentType)); kind == echo.MIMEMultipartForm {
		err = r.ParseMultipartForm(1 << 20)
	} else {
		err = r.ParseForm()
	}
	if err != nil {
		if large := (*http.MaxBytesError)(nil); errors.As(err, &large) {
			return f, err
		}
		return f, &models.Error{Kind: models.Invalid, Message: "The form cannot be read. Go back and choose the file again.", Err: err}
	}
	get := func(name string) string { return r.PostForm.Get(name) }
	if r.MultipartForm != nil {
		defer func() { _ = r.MultipartForm.RemoveAll() }()
		get = func(name string) string {
			if v := r.MultipartForm.Value[name]; len(v) > 0 {
				return v[0]
			}
			return ""
		}
	}
	f = importForm{agency: get("agency"), text: get("text"), apply: get("apply") != "", approve: get("approve") != ""}
	if r.MultipartForm != nil {
		for _, file := range r.MultipartForm.File["file"] {
			if file.Size > 0 {
				f.text, err = readUpload(file)
			}
		}
	}
	return f, err
}

func readUpload(file *multipart.FileHeader) (string, error) {
	in, err := file.Open()
	if err != nil {
		return "", err
	}
	defer in.Close()
	b, err := io.ReadAll(io.LimitReader(in, people.FileBytes+1))
	return string(b), err
}

func (h *People) importPage(c echo.Context, status int, f importForm, sheet *people.Sheet, wrong map[string]string) error {
	form, err := h.People.InviteForm(c.Request().Context(), h.Actor(c), f.agency)
	if err != nil {
		return err
	}
	code := h.codeOf(c, form.Agency)
	v := pages.ImportView{Frame: h.Frame(c, "Import people"), Agency: form.Agency.Name, Other: h.otherAgency(c, form.Agency), Action: peoplePath + "/import", Code: code,
		Cancel: listPath(people.Filter{Agency: code}), Problems: problems(wrong, "file"), Error: wrong["file"], Text: strings.ToValidUTF8(f.text, "\ufffd"), MayApprove: form.MayApprove, Approve: f.approve,
		Limit: fmt.Sprintf("at most %d people and %d KiB", people.FileLines, people.FileBytes>>10)}
	if len(f.text) > people.FileBytes {
		v.Text = "" // too long to be of use in the form
	}
	v.Frame.Breadcrumbs = h.crumbs(c, form.Agency, crumb("Import", ""))
	if sheet != nil {
		showTried(&v, sheet)
	}
	return h.Render(c, status, pages.ImportPeople(v))
}

var verdictLook = map[people.Verdict]components.StateArgs{
	people.WillInvite: {Label: "New", Tone: components.ToneGood, Icon: components.IconPlus}, people.WillReturn: {Label: "Comes back", Tone: components.ToneInfo, Icon: components.IconReturn},
	people.WillChange: {Label: "Changes", Tone: components.ToneWarn, Icon: components.IconNote}, people.WillKeep: {Label: "As it is", Icon: components.IconCheck},
	people.IsWrong: {Label: "Wrong", Tone: components.ToneBad, Icon: components.IconError},
}

// showTried puts what the file would do on the page.
func showTried(v *pages.ImportView, s *people.Sheet) {
	n := s.Counts
	v.Tried, v.Good = true, n[people.IsWrong] == 0
	v.Verdict = fmt.Sprintf("%d new, %d come back, %d change, %d as they are, %d wrong. Nothing was changed yet.", n[people.WillInvite], n[people.WillReturn], n[people.WillChange], n[people.WillKeep], n[people.IsWrong])
	if len(s.Ignored) > 0 {
		v.Ignored = "Columns that are not read: " + strings.Join(s.Ignored, ", ") + "."
	}
	for _, l := range s.Lines {
		v.Lines = append(v.Lines, pages.ImportLine{Line: strconv.Itoa(l.Line), Email: l.Email, Name: l.Name, Verdict: verdictLook[l.Verdict], Words: l.Words})
	}
}

// Export sends the list as a CSV file. The line in the audit log stands before the
// first byte leaves.
func (h *People) Export(c echo.Context) error {
	f, err := readPeopleFilter(c.QueryParams())
	if err != nil {
		return err
	}
	ctx := c.Request().Context()
	e, err := h.People.Export(ctx, h.Actor(c), f)
	if err != nil {
		return err
	}
	if err := h.Sessions.Save(c); err != nil {
		return err
	}
	head := c.Response().Header()
	head.Set(echo.HeaderContentType, "text/csv; charset=utf-8")
	head.Set(echo.HeaderContentDisposition, mime.FormatMediaType("attachment", map[string]string{"filename": e.Name}))
	c.Response().WriteHeader(http.StatusOK)
	if c.Request().Method == http.MethodHead {
		return nil
	}
	if err := e.Write(ctx, c.Response()); err != nil {
		// A list that breaks off must not pass as whole: the connection breaks too.
		slog.WarnContext(ctx, "an export of people broke off", "request", RequestID(c), "err", err)
		panic(http.ErrAbortHandler)
	}
	return nil
}

// ReviewForm is the worklist's bulk form: ids with the version that the list showed.
type ReviewForm struct {
	People []string `form:"person"`
	Return string   `form:"return"`
}

// RecertifyMany notes of all who are ticked that they still need their access.
func (h *People) RecertifyMany(c echo.Context) error {
	f, err := BindForm[ReviewForm](c)
	if err != nil {
		return err
	}
	back := peoplePath + "?view=" + string(people.ToReview)
	if strings.HasPrefix(f.Return, peoplePath) && SafeReturn(f.Return) {
		back = f.Return
	}
	var targets []people.Target
	for _, text := range f.People {
		id, version, _ := strings.Cut(text, ".")
		t := people.Target{Version: versionOf(version)}
		if t.ID, err = uuid.Parse(id); err != nil {
			return noPerson
		}
		targets = append(targets, t)
	}
	n, err := h.People.RecertifyMany(c.Request().Context(), h.Actor(c), targets)
	switch kind := models.KindOf(err); {
	case kind == models.Invalid || kind == models.Conflict:
		h.Flash(c, session.Problem, models.MessageOf(err))
		return h.Redirect(c, back)
	case err != nil:
		return err
	}
	h.Flash(c, session.Done, "Noted that "+plural(n, "person still needs", "people still need")+" the access. The next review is due in a year.")
	return h.Redirect(c, back)
}
