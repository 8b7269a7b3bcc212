package deconflict

import (
	"strings"
	"testing"

	"reeve/models/store"
)

// A page of hits reads its own stretch of an index, however many hits the agency has
// behind it, and however the planner looks at it.
func TestAPageOfHitsReadsItsOwnHitsOnly(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.Setup(t, func(tx *store.Tx) error {
		// Many other agencies with a few hits each, as in life: from them the planner
		// concludes that a row policy lets hardly any row through.
		return tx.Exec(`
			insert into agencies (id, code, name, kind, zone, created_at) select gen_random_uuid(), 'other-' || i, 'Other ' || i, 'agency', 'UTC', now() from generate_series(1, 300) i;
			insert into deconfliction_notices (id, agency_id, prefix, mac, kind, value, report_id, number, noticed_at)
			select gen_random_uuid(), a.id, i, decode(md5(i::text) || md5((-i)::text), 'hex'), 'email', 'person' || i || '@mail.example', gen_random_uuid(), i, timestamptz '2026-01-01' + i * interval '1 minute'
			  from agencies a cross join lateral generate_series(1, case a.code when 'bay' then 5000 else 10 end) i
			 order by md5(a.id::text || i)`).Error
	})
	s.Setup(t, func(tx *store.Tx) error { return tx.Exec("analyze deconfliction_notices").Error })
	cursor := ""
	for _, page := range []string{"the first page", "the second page"} {
		var next string
		read := 0
		for _, st := range s.Statements(t, func() {
			p, err := New(s.Web).Hits(t.Context(), s.dana, cursor)
			if err != nil {
				t.Fatal(err)
			}
			next = p.Next
		}) {
			if !strings.Contains(st.SQL, "deconfliction_notices") {
				continue
			}
			read++
			most := 60 // the notices of a page, each perhaps on a page of the table of its own
			if strings.Contains(st.SQL, "deconfliction_look") {
				most = 250 // and who else holds each
			}
			for _, generic := range []bool{false, true} {
				if plan := s.Explain(t, s.dana, st, generic); plan.Buffers > most {
					t.Errorf("%s (generic plan %v): %d pages for\n%s\n%s", page, generic, plan.Buffers, st.SQL, plan.Text)
				}
			}
		}
		if read != 2 || next == "" {
			t.Fatalf("%s: %d statements read notices, and the next page is %q", page, read, next)
		}
		cursor = next
	}
}
