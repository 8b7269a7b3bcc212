package web_test

import (
	"fmt"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"
	"testing"

	"reeve/auth"
	"reeve/web"
)

// object is whose thing a route is asked about. own is of the agency at which the
// agency's people of the walk are; the clearinghouse's people meet the same five.
type object int

const (
	own object = iota
	parent
	child
	other
	none // there is no such thing
	objects
)

// The verdicts, as letters of the golden file.
const (
	letIn  = 'Y' // let in: also a form that is refused because it is empty, or a state that forbids the deed
	role   = 'n' // the role may not: 403
	hidden = '.' // as if it did not exist: 404
	signIn = 's' // sign in first
	absent = '-' // there is no such case
)

// Every route as every role: each alone and nobody, for an object of one's own
// agency, of the one above, of one below, of another, and for none at all. The
// golden file is the answer to "who may open what" that a lawyer can read; a change
// to it is a visible difference.
func TestMatrixOfEveryRouteAsEveryRole(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var b strings.Builder
	b.WriteString(matrixHead)
	area := ""
	for _, r := range w.routes() {
		if a := areaOf(r); a != area {
			area = a
			head := fmt.Sprintf("%-64s", "")
			for _, c := range w.columns {
				head += fmt.Sprintf(" %-6s", c.short)
			}
			b.WriteString("\n" + strings.ToUpper(a) + "\n" + strings.TrimRight(head, " ") + "\n")
		}
		e, known := matrix[r.Name]
		if !known {
			t.Errorf("%s %s (%s) has no line in web/matrix_routes_test.go: say there how its object is made", r.Method, r.Path, r.Name)
			continue
		}
		line := fmt.Sprintf("%-6s %-57s", r.Method, r.Path+e.shown())
		for _, c := range w.columns {
			cell := w.cell(r, e, c)
			w.compare(r, c, cell)
			line += fmt.Sprintf(" %-6s", short(cell))
		}
		b.WriteString(strings.TrimRight(line, " ") + "\n")
	}
	b.WriteString(w.notes())
	for name := range matrix {
		if !slices.ContainsFunc(w.site.Server.Routes(), func(r web.Route) bool { return r.Name == name }) {
			t.Errorf("web/matrix_routes_test.go has a line for %s, which is no route", name)
		}
	}
	const file = "testdata/matrix.golden"
	if *update {
		if err := os.WriteFile(file, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil || b.String() != string(want) {
		t.Errorf("who may open what changed (%v); if that is meant, run go test ./web -run Matrix -update and read the difference\n%s", err, difference(string(want), b.String()))
	}
}

const matrixHead = `Who may open what, address by address. A test asks each address as each role and
writes down the answer: go test ./web -run Matrix -update

Each column is a person (or machine) with that one role and no other:
  nobody  not signed in
  inv     investigator              ana  clearinghouse: analyst
  sup     supervisor                dsk  clearinghouse: desk supervisor
  adm     agency admin              cla  clearinghouse: admin
  rdr     reader (a prosecutor)     aud  clearinghouse: auditor
  esp     a provider's machine, by its password
  dir     an agency's directory, by its token

The answers:
  Y   let in. A form that was sent empty is then refused in words, which also is "let in".
  n   the role may not do this; the page says whom to ask (403)
  .   there is nothing here for this person, as if it did not exist (404)
  s   sign in first
  -   there is no such case

Where an address names a thing (a report, a person, an agency; in its path, its query
?..., or its form [...]), five answers stand side by side, or one where all are the same:
  1. a thing of one's own agency      3. of an agency below      5. no such thing
  2. of the agency above              4. of any other agency
For the clearinghouse's people and machines these are the same five agencies; a
person's own session, form or notice stands as the first.
`

// short is a cell as the file shows it: one letter where all are the same.
func short(cell string) string {
	first := strings.Trim(cell, string(absent))[:1]
	if strings.Trim(cell, first+string(absent)) == "" {
		return first
	}
	return cell
}

// cell asks the route as the column's person for each object.
func (w *world) cell(r web.Route, e entry, c column) string {
	if !e.varies() {
		path, form := w.request(r, e, c, own)
		return string(w.verdict(r, c, path, form))
	}
	cell := ""
	for o := own; o < objects; o++ {
		if !e.has(o) {
			cell += string(absent)
			continue
		}
		path, form := w.request(r, e, c, o)
		cell += string(w.verdict(r, c, path, form))
	}
	return cell
}

// request fills the route's pattern, query and form for one object.
func (w *world) request(r web.Route, e entry, c column, o object) (path string, form url.Values) {
	path, form = r.Path, url.Values{}
	query := url.Values{}
	for key, k := range e {
		value := k.of(w, at{route: r.Name, column: c, object: o})
		switch key[0] {
		case 'b':
			form.Set(key, value)
		case '?':
			query.Set(key[1:], value)
		case '=':
			form.Set(key[1:], value)
		default:
			if key != "*" {
				value = url.PathEscape(value)
			}
			path = strings.Replace(path, key, value, 1)
		}
	}
	for _, part := range strings.Split(r.Path, "/") {
		if _, filled := e[part]; !filled && strings.HasPrefix(part, ":") {
			w.t.Errorf("%s: %s is not filled in; its line in web/matrix_routes_test.go lacks it", r.Name, part)
		}
	}
	if len(query) > 0 {
		path += "?" + query.Encode()
	}
	return path, form
}

// verdict asks and reads the answer.
func (w *world) verdict(r web.Route, c column, path string, form url.Values) rune {
	p := w.ask(r, c, path, form)
	to := p.Header.Get("Location")
	switch {
	case p.Status >= 500, p.Status == http.StatusTooManyRequests:
		w.t.Errorf("%s %s as %s: %d: %.300s", r.Method, path, c.short, p.Status, p.Text())
		return '!'
	case strings.HasPrefix(to, "/login/again"):
		w.t.Errorf("%s %s as %s asks for a new proof; the walk's sessions are fresh", r.Method, path, c.short)
		return '!'
	case leaves[r.Name] && !c.nobodyAt(r) && p.Status == http.StatusSeeOther:
		return letIn
	case r.Needs != auth.Public && (p.Status == http.StatusUnauthorized || to == "/login" || strings.HasPrefix(to, "/login?")):
		return signIn
	case p.Status == http.StatusForbidden:
		return role
	case p.Status == http.StatusNotFound:
		return hidden
	}
	return letIn
}

// compare holds the verdicts against the table of auth: what is granted, and how far
// it reaches. Where a route is narrower than that, exceptions says why.
func (w *world) compare(r web.Route, c column, cell string) {
	for o := own; int(o) < len(cell); o++ {
		got, want := rune(cell[o]), expected(r, c, o)
		for _, x := range exceptions[r.Name] {
			if x.column == c.short && x.object == o {
				want = x.verdict
			}
		}
		if got != absent && got != want && got != '!' {
			w.t.Errorf("%s %s as %s, %s: %c, but auth/policy_words.go says %c", r.Method, r.Path, c.short, [...]string{"own", "the parent's", "a child's", "another's", "none"}[o], got, want)
		}
	}
}

func expected(r web.Route, c column, o object) rune {
	a := auth.Actor{Roles: c.roles}
	switch {
	case r.Needs == auth.Public && o == none:
		return hidden
	case r.Needs == auth.Public:
		return letIn
	case c.nobodyAt(r):
		return signIn
	case !a.Can(r.Needs):
		return role
	case o == none:
		return hidden
	}
	reach := auth.ReachOf(c.roles[0], r.Needs)
	if o == own || reach == auth.Everything || reach == auth.AndBelow && o == child {
		return letIn
	}
	return hidden
}

// shown is what an address names besides its path: in its query, or in its form.
func (e entry) shown() string {
	var list []string
	for key, k := range e {
		switch {
		case k.cases == nil:
		case key[0] == '?':
			list = append(list, "?"+key[1:]+"=")
		case key[0] == '=':
			list = append(list, " ["+key[1:]+"]")
		}
	}
	slices.Sort(list)
	return strings.Join(list, "")
}

// notes are the exceptions with their reasons, each reason once.
func (w *world) notes() string {
	out := "\nNOTES\n"
	var reasons []string
	for _, r := range w.routes() {
		for _, x := range exceptions[r.Name] {
			if !slices.Contains(reasons, x.why) {
				reasons = append(reasons, x.why)
				out += "* " + x.why + "\n"
			}
		}
	}
	return out
}

// difference lists the lines that differ.
func difference(want, got string) string {
	was, is := strings.Split(want, "\n"), strings.Split(got, "\n")
	var b strings.Builder
	for _, l := range was {
		if !slices.Contains(is, l) {
			b.WriteString("- " + l + "\n")
		}
	}
	for _, l := range is {
		if !slices.Contains(was, l) {
			b.WriteString("+ " + l + "\n")
		}
	}
	return b.String()
}
