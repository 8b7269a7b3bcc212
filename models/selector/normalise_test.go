package selector

import (
	"encoding/csv"
	"os"
	"strconv"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

// expected reads the table of cases. Backslash escapes in a reported value are Go's,
// so that invisible characters can be seen by a reviewer.
func expected(t testing.TB) []map[string]string {
	t.Helper()
	f, err := os.Open("testdata/expected.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var cases []map[string]string
	for _, row := range rows[1:] {
		c := map[string]string{}
		for i, name := range rows[0] {
			c[name] = row[i]
		}
		if strings.Contains(c["reported"], `\`) {
			s, err := strconv.Unquote(`"` + c["reported"] + `"`)
			if err != nil {
				t.Fatalf("%s: %v", c["case"], err)
			}
			c["reported"] = s
		}
		cases = append(cases, c)
	}
	return cases
}

func contextOf(c map[string]string) Context {
	return Context{ProviderKey: c["provider"], Service: c["service"], CallingCode: c["calling_code"], Region: c["region"], DeviceType: c["device_type"]}
}

func TestNormaliseFollowsTheTable(t *testing.T) {
	cases := expected(t)
	if len(cases) < 80 {
		t.Fatalf("the table has %d rows, want at least 80", len(cases))
	}
	for _, c := range cases {
		t.Run(c["case"], func(t *testing.T) {
			kind, err := ParseKind(c["kind"])
			if err != nil {
				t.Fatal(err)
			}
			got, ok, why := Normalise(kind, c["reported"], contextOf(c))
			if got != c["value"] || ok != (c["matchable"] == "yes") {
				t.Errorf("%s %q: got %q, %v (%s), want %q, %s", kind, c["reported"], got, ok, why, c["value"], c["matchable"])
			}
			if ok != (why == "") {
				t.Errorf("matchable is %v but the reason is %q", ok, why)
			}
			checkStable(t, kind, c["reported"], contextOf(c))
		})
	}
}

// checkStable holds for any input: the normal form is valid, printable text and is
// its own normal form.
func checkStable(t *testing.T, kind Kind, reported string, ctx Context) {
	t.Helper()
	once, ok, _ := Normalise(kind, reported, ctx)
	twice, okAgain, why := Normalise(kind, once, ctx)
	if twice != once {
		t.Errorf("%s %q: %q becomes %q on a second pass", kind, reported, once, twice)
	}
	if ok && !okAgain {
		t.Errorf("%s %q: %q is matchable, but not on a second pass (%s)", kind, reported, once, why)
	}
	if !utf8.ValidString(once) {
		t.Errorf("%s %q: %q is not valid UTF-8", kind, reported, once)
	}
	if i := strings.IndexFunc(once, unicode.IsControl); i >= 0 {
		t.Errorf("%s %q: %q holds a control character", kind, reported, once)
	}
}

func FuzzNormalise(f *testing.F) {
	for _, c := range expected(f) {
		kind, _ := ParseKind(c["kind"])
		f.Add(int16(kind), c["reported"], c["provider"], c["service"], c["calling_code"], c["region"], c["device_type"])
	}
	f.Add(int16(ScreenName), "\xff\xfe", "p", "", "", "", "")
	f.Add(int16(URL), "a.example\\@b.example", "", "", "", "", "")
	f.Add(int16(ProviderUser), "x @p @p", "p", "", "", "", "")
	f.Fuzz(func(t *testing.T, kind int16, reported, provider, service, code, region, device string) {
		checkStable(t, Kind(kind%12), reported, Context{ProviderKey: provider, Service: service, CallingCode: code, Region: region, DeviceType: device})
	})
}

func TestInvalidBytesAreReplacedNotDropped(t *testing.T) {
	got, ok, _ := Normalise(ScreenName, "her\xffon", Context{ProviderKey: "p"})
	if want := "her\uFFFDon @p"; got != want || !ok {
		t.Errorf("got %q, %v, want %q", got, ok, want)
	}
}

func TestWithoutScopeDividesAtTheLastMark(t *testing.T) {
	for value, want := range map[string][2]string{
		"heron @demo-esp":       {"heron", "demo-esp"},
		"heron @blue @demo-esp": {"heron @blue", "demo-esp"},
		"heron":                 {"heron", ""},
	} {
		if name, scope := WithoutScope(ScreenName, value); name != want[0] || scope != want[1] {
			t.Errorf("%q: got %q, %q, want %q", value, name, scope, want)
		}
	}
	if name, scope := WithoutScope(Email, "a @b"); name != "a @b" || scope != "" {
		t.Errorf("an e-mail address has no scope, got %q, %q", name, scope)
	}
}

func TestEveryKindHasANameAndWords(t *testing.T) {
	for _, k := range Kinds {
		b, _ := k.MarshalText()
		var back Kind
		if err := back.UnmarshalText(b); err != nil || back != k {
			t.Errorf("%s: got %v, %v", b, back, err)
		}
		if k.Words() == "Identifier" {
			t.Errorf("%s has no words", k)
		}
	}
	if len(Kinds) != len(kindNames) {
		t.Errorf("got %d kinds listed, want %d", len(Kinds), len(kindNames))
	}
}

func BenchmarkNormaliseEmail(b *testing.B) {
	for b.Loop() {
		Normalise(Email, "Ada.Park@Mail.example", Context{})
	}
}

func BenchmarkNormalisePhone(b *testing.B) {
	for b.Loop() {
		Normalise(Phone, "(415) 555-0123", Context{Region: "US"})
	}
}
