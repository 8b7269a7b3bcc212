package people_test

import (
	"encoding/csv"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"reeve/auth"
	"reeve/models"
	"reeve/models/people"
)

// verdicts tries a file and answers what each line would do.
func (o *office) verdicts(t testing.TB, a auth.Actor, text string) map[int]string {
	t.Helper()
	s, err := o.people.Import(t.Context(), a, "", text, false, false)
	if err != nil {
		t.Fatalf("%.60q: %v", text, err)
	}
	out := map[int]string{}
	for _, l := range s.Lines {
		out[l.Line] = string(l.Verdict) + ": " + l.Words
	}
	return out
}

const threeLines = "email,name,title,sworn,roles\r\n" +
	"pat@bay.example,Pat Example,Detective,yes,investigator\r\n" +
	"dana@bay.example,Dana,,,investigator\r\n" +
	"sup@bay.example,Sup New,Sergeant,no,\"supervisor; investigator\"\r\n"

func TestAFileIsTriedAndThenApplied(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.exec(t, "update users set state = 'removed' where id = ?", o.dana.UserID)
	before := o.count(t, "select count(*) from users")
	got := o.verdicts(t, o.noor, threeLines)
	for line, want := range map[int]string{2: "invite: A new account, as investigator.", 3: "return: Left before; is invited again as investigator.",
		4: "change: Changes name from “Sup” to “Sup New”; title from nothing to “Sergeant”; sworn from nothing to “no”; roles from supervisor to supervisor and investigator."} {
		if got[line] != want {
			t.Errorf("line %d: %q, want %q", line, got[line], want)
		}
	}
	if n := o.count(t, "select count(*) from users"); n != before || o.user(t, o.sup.UserID).Version != 1 || o.user(t, o.dana.UserID).State != models.UserRemoved {
		t.Errorf("trying changed something: %d accounts", n)
	}
	if e := o.last(t); e.Action != "users.import-tried" || e.Words != "Tried a list of 3 people to import; nothing was changed." {
		t.Errorf("trying is written as %+v", e)
	}
	s, err := o.people.Import(t.Context(), o.noor, "bay", threeLines, true, true)
	if err != nil || !s.Applied {
		t.Fatalf("%+v, %v", s, err)
	}
	sup, dana := o.user(t, o.sup.UserID), o.user(t, o.dana.UserID)
	if sup.Name != "Sup New" || sup.Title != "Sergeant" || sup.Sworn == nil || *sup.Sworn || len(sup.Roles) != 2 || sup.State != models.UserActive || dana.State != models.UserInvited || dana.ApprovedAt == nil || dana.Source != models.ByFile {
		t.Errorf("applied as %+v and %+v", sup, dana)
	}
	e := o.last(t)
	if e.Action != "users.imported" || e.Words != "Imported a list of people: 1 invited, 1 invited again, 1 changed, 0 as they were." {
		t.Errorf("written as %+v", e)
	}
	if n := o.count(t, "select count(*) from audit_people where event_id = ?", e.ID); n != 3 {
		t.Errorf("it stands in %d histories, want 3", n)
	}
	for line, v := range o.verdicts(t, o.noor, threeLines) {
		if !strings.HasPrefix(v, "keep: ") {
			t.Errorf("the same file again, line %d: %s", line, v)
		}
	}
}

func TestWhatSpreadsheetsWriteIsRead(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	for name, text := range map[string]string{
		"a byte order mark":        "\ufeffemail,name,roles\npat@bay.example,Pat,investigator\n",
		"Windows line ends":        "email,name,roles\r\npat@bay.example,Pat,investigator\r\n",
		"no line end at the end":   "email,name,roles\npat@bay.example,Pat,investigator",
		"semicolons":               "email;name;roles\npat@bay.example;Pat;supervisor,investigator\n",
		"tabs":                     "email\tname\troles\npat@bay.example\tPat\tinvestigator\n",
		"other order, capitals":    "Roles,NAME, Email \nInvestigator,Pat,PAT@BAY.example\n",
		"further columns":          "state,email,name,roles,phone\nactive,pat@bay.example,Pat,agency admin,12\n",
		"empty lines between":      "email,name,roles\n\n,,\npat@bay.example,Pat,investigator\n\n",
		"quotation marks and more": "email,name,roles\npat@bay.example,\"Example, Pat \"\"P\"\"\",\"investigator|read-only\"\n",
		"an escaped cell":          "email,name,title,roles\npat@bay.example,Pat,'=not a title,investigator\n",
	} {
		got := o.verdicts(t, o.noor, text)
		if name == "an escaped cell" { // the apostrophe of our own export is taken off, and what is left is refused
			if !strings.Contains(got[2], "Do not begin with =") {
				t.Errorf("%s: %v", name, got)
			}
			continue
		}
		if len(got) != 1 {
			t.Errorf("%s: %v", name, got)
		}
		for _, v := range got {
			if !strings.HasPrefix(v, "invite: ") {
				t.Errorf("%s: %q", name, v)
			}
		}
	}
	s, err := o.people.Import(t.Context(), o.noor, "", "state,email,name,roles,phone\nactive,pat@bay.example,Pat,investigator,12\n", false, false)
	if err != nil || strings.Join(s.Ignored, ",") != "state,phone" {
		t.Errorf("ignored columns: %+v, %v", s, err)
	}
}

func TestOneBadLineHoldsBackTheWholeFile(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	const good = "pat@bay.example,Pat,Detective,,investigator\n"
	for name, c := range map[string]struct{ line, want string }{
		"another agency's domain":   {"eve@beside.example,Eve,,,investigator", "no sign-in for addresses ending in @beside.example"},
		"nobody's domain":           {"eve@mail.example,Eve,,,investigator", "no sign-in for addresses"},
		"no address":                {",Eve,,,investigator", "whole e-mail address"},
		"a header in the name":      {"eve@bay.example,\"Eve\nBcc: all@bay.example\",,,investigator", "one line without control characters"},
		"a header in the address":   {"\"eve@bay.example\nBcc: x@bay.example\",Eve,,,investigator", "whole e-mail address"},
		"a formula as name":         {"eve@bay.example,\"=HYPERLINK(\"\"http://mail.example\"\")\",,,investigator", "Do not begin with ="},
		"a formula as title":        {"eve@bay.example,Eve,@SUM(1),,investigator", "Do not begin with @"},
		"a turned name":             {"eve@bay.example,E\u202eve,,,investigator", "control characters"},
		"no name":                   {"eve@bay.example,,,,investigator", "Fill this in."},
		"no role":                   {"eve@bay.example,Eve,,,", "at least one role"},
		"a role of the other side":  {"eve@bay.example,Eve,,,clearinghouse-admin", "is no role that this agency's people can have"},
		"a role that is none":       {"eve@bay.example,Eve,,,king", "is no role"},
		"sworn that is none":        {"eve@bay.example,Eve,,perhaps,investigator", "yes, no or nothing"},
		"the same address":          {"PAT@bay.example,Pat,,,investigator", "stands in line 2"},
		"too many fields":           {"eve@bay.example,Eve,,,investigator,more", "has 6 fields and the first line 5"},
		"oneself, raised":           {"noor@bay.example,Noor,,,\"supervisor;agency-admin;investigator\"", "nobody changes their own"},
		"oneself, renamed":          {"noor@bay.example,Nora,,,\"supervisor;agency-admin\"", "nobody changes their own"},
		"a very long role":          {"eve@bay.example,Eve,,," + strings.Repeat("k", 9000), "is no role"},
		"a name beyond all measure": {"eve@bay.example," + strings.Repeat("E", 9000) + ",,,investigator", "At most 120 characters."},
	} {
		text := "email,name,title,sworn,roles\n" + good + c.line + "\n"
		before := o.count(t, "select count(*) from users")
		s, err := o.people.Import(t.Context(), o.noor, "", text, true, false)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		l := s.Lines[1]
		if s.Applied || s.Counts[people.IsWrong] != 1 || l.Verdict != people.IsWrong || l.Line != 3 || !strings.Contains(l.Words, c.want) || len(l.Words) > 300 || len(l.Name) > 200 {
			t.Errorf("%s: applied %v, %+v, want %q in line 3", name, s.Applied, l, c.want)
		}
		if s.Lines[0].Verdict != people.WillInvite {
			t.Errorf("%s: the good line is %+v", name, s.Lines[0])
		}
		if n := o.count(t, "select count(*) from users"); n != before || o.user(t, o.noor.UserID).Version != 1 {
			t.Errorf("%s: something was written", name)
		}
		if e := o.last(t); e.Action != "users.import-tried" {
			t.Errorf("%s: written as %+v", name, e)
		}
	}
	// The last admin loses no role by a file either.
	o.exec(t, "update users set state = 'suspended' where id = ?", o.ines.UserID)
	if s, err := o.people.Import(t.Context(), o.sam, "bay", "email,name,roles\nnoor@bay.example,Noor,supervisor\n", true, false); err != nil || s.Applied || !strings.Contains(s.Lines[0].Words, "last active admin") {
		t.Errorf("the last admin: %+v, %v", s, err)
	}
}

func TestAFileThatIsNoneIsRefusedInWords(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	for name, c := range map[string]struct{ text, want string }{
		"empty":                {"", "The file is empty"},
		"only a mark":          {"\ufeff \n", "The file is empty"},
		"huge":                 {"email,name,roles\n" + strings.Repeat("x", people.FileBytes), "larger than 256 KiB"},
		"too many people":      {"email,name,roles\n" + strings.Repeat("a@bay.example,A,investigator\n", people.FileLines+1), "more than 1000 people"},
		"binary":               {"\x89PNG\r\n\x1a\n\x00\x00", "no CSV file in UTF-8"},
		"null bytes":           {"email,name,roles\n\x00", "no CSV file in UTF-8"},
		"UTF-16":               {"\xff\xfee\x00m\x00", "no CSV file in UTF-8"},
		"an old code page":     {"email,name,roles\na@bay.example,Jos\xe9,investigator\n", "no CSV file in UTF-8"},
		"no column names":      {"a@bay.example,A,investigator\n", "must name the columns"},
		"a column missing":     {"email,name\na@bay.example,A\n", `"roles" is missing`},
		"a column twice":       {"email,name,roles,Email\n", `"email" is there twice`},
		"nobody":               {"email,name,roles\n\n", "nobody below them"},
		"an open quotation":    {"email,name,roles\na@bay.example,\"A,investigator\n", "cannot be read: a quotation mark"},
		"a stray quotation":    {"email,name,roles\na@bay.example,A\"B,investigator\n", "Line 2 cannot be read"},
		"a quotation at once":  {"\"", "cannot be read"},
		"a thousand columns":   {strings.Repeat("x,", 1000), "must name the columns"},
		"commas and line ends": {strings.Repeat(",\n", 1000), "must name the columns"},
	} {
		_, err := o.people.Import(t.Context(), o.noor, "", c.text, true, false)
		if kind(err) != models.Invalid || !strings.Contains(models.FieldsOf(err)["file"], c.want) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
}

func TestWhoMayImportAndExport(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	const text = "email,name,roles\nx@bay.example,X,investigator\n"
	for _, c := range []struct {
		who     auth.Actor
		code    string
		approve bool
		want    models.Kind
	}{
		{o.noor, "", true, 0}, {o.ines, "", false, 0}, {o.ines, "", true, models.Forbidden}, {o.sup, "", false, models.Forbidden}, {o.dana, "", false, models.Forbidden}, {o.robin, "bay", false, models.NotFound},
		{o.kit, "bay", false, models.NotFound}, {o.noor, "beside", false, models.NotFound}, {o.noor, "nowhere", false, models.NotFound}, {o.sam, "bay", true, 0}, {auth.Actor{}, "bay", false, models.Forbidden},
	} {
		_, err := o.people.Import(t.Context(), c.who, c.code, text, false, c.approve)
		if (c.want == 0) != (err == nil) || err != nil && kind(err) != c.want {
			t.Errorf("%s imports for %q: %v, want kind %v", c.who.Name, c.code, err, c.want)
		}
		if c.who.Name == "Ines" && c.approve {
			continue
		}
		e, err := o.people.Export(t.Context(), c.who, people.Filter{Agency: c.code})
		if (c.want == 0) != (err == nil) || err != nil && kind(err) != c.want {
			t.Errorf("%s exports %q: %v, want kind %v", c.who.Name, c.code, err, c.want)
		}
		if err == nil && e.Agency.Code != "bay" {
			t.Errorf("%s exports %s", c.who.Name, e.Agency.Code)
		}
	}
}

func TestAnExportIsReadBackAsItIs(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.crowd(t, o.bay, 1300) // several batches
	o.exec(t, `update users set name = 'Ann "A", b' where id = ?`, o.dana.UserID)
	// An address may begin with what a formula begins with, an old name too.
	o.exec(t, "update users set email = '=cmd@bay.example', name = '-1+1|x', title = '@SUM(1)', state_why = '+1' where id = ?", o.sup.UserID)
	o.working(t, o.bay, o.dana, 2, models.ReferralTaken)
	o.exec(t, "update agencies set demonstration = true where id = ?", o.bay.ID)
	e, err := o.people.Export(t.Context(), o.noor, people.Filter{})
	if err != nil {
		t.Fatal(err)
	}
	if line := o.last(t); line.Action != "users.exported" || line.Refused {
		t.Errorf("before the first byte the newest line is %+v", line)
	}
	if e.Name != "demonstration-people-bay-2026-03-02.csv" {
		t.Errorf("the file is named %s", e.Name)
	}
	var b strings.Builder
	if err := e.Write(t.Context(), &b); err != nil {
		t.Fatal(err)
	}
	text, marked := strings.CutPrefix(b.String(), "\ufeff")
	rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil || !marked {
		t.Fatalf("byte order mark %v, %v", marked, err)
	}
	if want := o.count(t, "select count(*) from users where agency_id = ? and state <> 'removed'", o.bay.ID); len(rows) != want+1 {
		t.Errorf("%d people, want %d", len(rows)-1, want)
	}
	at := map[string]int{}
	for i, name := range rows[0] {
		at[name] = i
	}
	seen := map[string]bool{}
	for _, r := range rows[1:] {
		for i, cell := range r {
			if cell != "" && strings.ContainsRune("=+-@\t\r", rune(cell[0])) {
				t.Errorf("the cell %s of %s begins a formula: %q", rows[0][i], r[0], cell)
			}
		}
		if r[at["demonstration"]] != "yes, nothing here is real" {
			t.Fatalf("%s is not marked as demonstration", r[0])
		}
		seen[r[at["email"]]] = true
		if r[at["email"]] == "dana@bay.example" && (r[at["name"]] != `Ann "A", b` || r[at["open_reports"]] != "2" || r[at["roles"]] != "investigator") {
			t.Errorf("dana: %q", r)
		}
	}
	if !seen["'=cmd@bay.example"] {
		t.Error("an address that begins a formula is not escaped")
	}
	// What was exported changes nothing when it comes back, but for old names that no form would take.
	o.exec(t, "update users set email = 'sup@bay.example', name = 'Sup', title = '', state_why = '' where id = ?", o.sup.UserID)
	o.exec(t, "update users set state = 'removed' where email like 'person%' and agency_id = ?", o.bay.ID)
	b.Reset()
	if e, err = o.people.Export(t.Context(), o.noor, people.Filter{}); err != nil || e.Write(t.Context(), &b) != nil {
		t.Fatal(err)
	}
	for line, v := range o.verdicts(t, o.noor, b.String()) {
		if !strings.HasPrefix(v, "keep: ") {
			t.Errorf("line %d of the export: %s", line, v)
		}
	}
}

// failing breaks off after some bytes, as a browser that goes away does.
type failing struct{ left int }

func (f *failing) Write(p []byte) (int, error) {
	if f.left -= len(p); f.left < 0 {
		return 0, errors.New("gone")
	}
	return len(p), nil
}

func TestAnExportThatIsBrokenOffIsWrittenDown(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.crowd(t, o.bay, 1300)
	o.Clock.Advance(time.Second)
	e, err := o.people.Export(t.Context(), o.noor, people.Filter{View: people.Suspended, After: uuid.New()})
	if err != nil {
		t.Fatal(err)
	}
	if err := e.Write(t.Context(), &failing{left: 600}); err == nil {
		t.Error("nobody noticed")
	}
	if n := o.count(t, "select count(*) from audit_events where action = 'users.exported'"); n != 1 {
		t.Errorf("%d lines say that it was exported, want one", n)
	}
}

func TestCellsGoOutAndComeBack(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{"": "", "Ann": "Ann", "=1": "'=1", "+1": "'+1", "-1": "'-1", "@a": "'@a", "\tx": "'\tx", "\r": "'\r", "'t Hooft": "'t Hooft", "a=b": "a=b"} {
		if got := people.ForSheet(text); got != want || people.FromSheet(got) != text {
			t.Errorf("%q goes out as %q and comes back as %q", text, got, people.FromSheet(got))
		}
	}
}

// FuzzAFileOfPeople: whatever is sent, reading ends, within the limits, and what is
// refused is refused in words on the field.
func FuzzAFileOfPeople(f *testing.F) {
	for _, s := range []string{threeLines, "", "\ufeff", "email;name;roles\n\"", "email,name,roles\n,,\n", "\"email\",\"name\",\"roles\"\n\"a\"\"\",b,c", "roles\temail\tname\n\r\n\r", "email,name,roles\n" + strings.Repeat("a,b,c\n", 30)} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		n, err := people.ReadFile(text)
		switch {
		case err == nil && (n < 1 || n > people.FileLines):
			t.Errorf("%d people and no error", n)
		case err != nil && (models.KindOf(err) != models.Invalid || models.FieldsOf(err)["file"] == ""):
			t.Errorf("refused with %v", err)
		}
	})
}
