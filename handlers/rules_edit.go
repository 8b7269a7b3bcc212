package handlers

import (
	"encoding/csv"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"reeve/models"
	"reeve/models/priority"
	"reeve/models/triage"
	"reeve/views/components"
	"reeve/views/pages"
)

// freeRows are offered at the end of a table to which rows may be added.
const freeRows = 3

// rowsRead bounds how many rows of a table a form may send.
const rowsRead = 1000

// Edit is the form of a draft's tables.
func (h *Rules) Edit(c echo.Context) error {
	v, err := h.Book.Version(c.Request().Context(), h.Actor(c), c.Param("id"))
	if err != nil {
		return err
	}
	if v.State != models.RulesDraft {
		return h.Redirect(c, ruleURL(v.ID))
	}
	return h.Render(c, http.StatusOK, pages.RulesEdit(h.editView(c, v, v.Tables, strconv.Itoa(v.Version), nil)))
}

// Save keeps the form's tables as the draft. What is wrong stands beside its field,
// and what was typed stays.
func (h *Rules) Save(c echo.Context) error {
	ctx, id := c.Request().Context(), c.Param("id")
	v, err := h.Book.Version(ctx, h.Actor(c), id)
	if err != nil {
		return err
	}
	form, err := c.FormParams()
	if err != nil {
		return err
	}
	typed, texts := typedTables(v, form)
	changed, err := h.Book.EditRules(ctx, h.Actor(c), id, versionOf(form.Get("version")), texts)
	if err == nil {
		return h.saved(c, id, changed)
	}
	var wrong *triage.RulesError
	status := http.StatusUnprocessableEntity
	switch {
	case errors.As(err, &wrong):
	case models.KindOf(err) == models.Conflict:
		status = http.StatusConflict
	default:
		return err
	}
	view := h.editView(c, v, typed, form.Get("version"), wrong)
	if wrong == nil {
		view.Conflict = models.MessageOf(err)
	}
	return h.Render(c, status, pages.RulesEdit(view))
}

// typedTables reads the tables out of a form, and writes them as CSV. A row whose key
// is empty and that was added by hand is left out.
func typedTables(v *triage.RuleVersion, form url.Values) ([]triage.RuleTable, map[string]string) {
	var tables []triage.RuleTable
	texts := map[string]string{}
	for _, was := range v.Tables {
		t := triage.RuleTable{Name: was.Name, Columns: was.Columns}
		rows, _ := strconv.Atoi(form.Get(was.Name + ".rows")) // none: no row
		for i := range min(rows, rowsRead) {
			row := make([]string, len(was.Columns))
			for j, column := range was.Columns {
				// A table's field is one line; a browser sends none with more.
				row[j] = strings.NewReplacer("\r", " ", "\n", " ").Replace(strings.TrimSpace(form.Get(cellName(was.Name, i, column))))
			}
			if row[0] == "" {
				continue
			}
			t.Rows = append(t.Rows, row)
		}
		var b strings.Builder
		_ = csv.NewWriter(&b).WriteAll(append([][]string{t.Columns}, t.Rows...)) // a strings.Builder takes everything
		tables, texts[t.Name] = append(tables, t), b.String()
	}
	return tables, texts
}

func cellName(table string, row int, column string) string {
	return table + "." + strconv.Itoa(row) + "." + column
}

func (h *Rules) editView(c echo.Context, v *triage.RuleVersion, tables []triage.RuleTable, version string, wrong *triage.RulesError) pages.RulesEditView {
	view := pages.RulesEditView{Frame: h.Frame(c, "Edit "+v.Name), Title: "Edit " + v.Name, Lead: "A draft made from " + v.BasedOn + ". Nothing holds before it is published.",
		Action: ruleURL(v.ID) + "/edit", Back: ruleURL(v.ID), Hidden: []components.Pair{{Name: "version", Value: version}}}
	view.Frame.Breadcrumbs = rulesCrumbs(v.Kind, components.Crumb{Label: v.Name, URL: view.Back}, components.Crumb{Label: "Edit"})
	found := map[string]string{}
	if wrong != nil {
		for _, f := range wrong.Findings {
			t := slices.IndexFunc(tables, func(t triage.RuleTable) bool { return t.Name == f.Table })
			row := f.Line - 2
			if t < 0 || row < 0 || row >= len(tables[t].Rows) || f.Column == "" {
				view.Problems = append(view.Problems, components.FieldError{Message: findingWords(f)})
				continue
			}
			name := cellName(f.Table, row, f.Column)
			found[name] = f.Message
			view.Problems = append(view.Problems, components.FieldError{ID: "f-" + name, Message: tables[t].Rows[row][0] + ": " + f.Message})
		}
	}
	for _, t := range tables {
		view.Tables = append(view.Tables, editTable(t, found))
	}
	return view
}

// editTable is one table of the form.
func editTable(t triage.RuleTable, found map[string]string) pages.RulesEditTable {
	words := tableWords[t.Name]
	out := pages.RulesEditTable{ID: "table-" + t.Name, Name: t.Name, Title: words.title, Note: words.note}
	for _, column := range t.Columns {
		w := columnWords[column]
		out.Columns = append(out.Columns, components.Column{Label: w.label, Width: w.width, Share: editShare[column]})
	}
	rows := t.Rows
	if t.Name == priority.TableRules {
		for range freeRows {
			rows = append(rows[:len(rows):len(rows)], make([]string, len(t.Columns)))
		}
		for _, o := range priority.OpenKeys() {
			out.Open = append(out.Open, pages.RulesOpen{Begins: o.Begins, Example: o.Example, Means: o.Means})
		}
	}
	for i, row := range rows {
		var r pages.RulesEditRow
		for j, column := range t.Columns {
			name, w := cellName(t.Name, i, column), columnWords[column]
			cell := pages.RulesCell{Name: name, Kind: w.kind, Column: w.label, Label: w.label + ", " + orNew(row[0]), Value: row[j], Error: found[name], Head: j == 0}
			switch {
			case j == 0 && row[0] != "" && (t.Name != priority.TableRules || priority.IsBuiltIn(row[0])):
				cell.Kind = "fixed"
			case j == 0:
				cell.Kind = "text"
			case strings.HasPrefix(row[0], "threshold/") && (column == "urgent" || column == "short"):
				cell.Kind, cell.Value = "fixed", row[j] // it has neither
			}
			r.Cells = append(r.Cells, cell)
		}
		out.Rows = append(out.Rows, r)
	}
	out.Count = strconv.Itoa(len(rows))
	return out
}

// editShare is the columns' parts of the form, so that most texts can be read whole.
var editShare = map[string]int{"key": 20, "short": 20, "source": 15}

func orNew(key string) string {
	if key == "" {
		return "a new row"
	}
	return key
}
