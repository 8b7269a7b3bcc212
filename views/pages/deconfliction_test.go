package pages

import (
	"testing"
	"time"
)

func TestDeconfliction(t *testing.T) {
	t.Parallel()
	own := Contact{Name: "Bay front desk", Email: "desk@bay.example", Phone: "+1 202 555 0100"}
	other := DeconflictionHolder{Agency: "Five Boroughs (test)", Contact: Contact{Name: "Boroughs desk", Email: "desk@boroughs.example", Phone: "+1 202 555 0101"},
		Since: now.Add(-50 * time.Hour), Reports: 1}
	many := DeconflictionHolder{Agency: rightLeft, Contact: Contact{Email: "desk@north.example"}, Since: now.Add(-time.Hour), Reports: 12, More: true}
	nobody := DeconflictionHolder{Agency: "Agency without a desk", Since: now, Reports: 2}
	hits := []DeconflictionHit{
		{ID: "h1", Kind: "E-mail address", Value: "one@mail.example", Number: "482910377", ReportURL: "/reports/482910377", At: now.Add(-time.Hour), New: true,
			SeenAction: "/deconfliction/h1/seen", Holders: []DeconflictionHolder{other}},
		{ID: "h2", Kind: "Screen name", Value: rightLeft + " " + longWord, Number: "100000001", ReportURL: "/reports/100000001", At: now.Add(-49 * time.Hour),
			SeenAction: "/deconfliction/h2/seen", Holders: []DeconflictionHolder{other, many, nobody}},
	}
	v := DeconflictionView{Frame: testFrame("Deconfliction"), Own: own, CanMark: true}
	checkMain(t, "deconfliction-empty", Deconfliction(v))
	noDesk := v
	noDesk.Own = Contact{}
	checkMain(t, "deconfliction-no-desk-of-ours", Deconfliction(noDesk))
	v.Hits = hits[:1]
	checkMain(t, "deconfliction-one", Deconfliction(v))
	v.Hits, v.Cursor, v.First, v.Next = hits, "abc", "/deconfliction", "/deconfliction?cursor=def"
	checkMain(t, "deconfliction-many", Deconfliction(v))
	v.Hits, v.Next = nil, ""
	checkMain(t, "deconfliction-past-the-end", Deconfliction(v))
	v.Next = "/deconfliction?cursor=def"
	checkMain(t, "deconfliction-page-of-withdrawn", Deconfliction(v))
}

func TestATelephoneNumberBecomesAnAddress(t *testing.T) {
	t.Parallel()
	for phone, want := range map[string]string{"+1 202 555 0100": "+12025550100", "(202) 555-0100": "2025550100", "ask for + desk": "", "": ""} {
		if got := telDigits(phone); got != want {
			t.Errorf("%q: got %q, want %q", phone, got, want)
		}
	}
}
