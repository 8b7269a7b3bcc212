package issuers_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"reeve/auth"
	"reeve/models"
	"reeve/models/store"
)

func (s *scene) domain(t testing.TB, a models.Agency, name string) *models.AgencyDomain {
	t.Helper()
	var list []models.AgencyDomain
	s.Setup(t, func(tx *store.Tx) error {
		list = nil
		return tx.Where("agency_id = ? and domain = ?", a.ID, name).Find(&list).Error
	})
	if len(list) == 0 {
		return nil
	}
	return &list[0]
}

func TestADomainIsAskedForDecidedAndOnlyThenUsed(t *testing.T) {
	t.Parallel()
	s := setUp(t)
	ctx := t.Context()
	name, err := s.svc.Ask(ctx, s.noor, "", " @Lab.Example ", "It is on our web page.")
	noError(t, "asking", err)
	d := s.domain(t, s.bay, "lab.example")
	if name != "lab.example" || d == nil || d.Approved != nil || d.AskedByName != "Noor" {
		t.Fatalf("asked for is %+v", d)
	}
	_, err = s.svc.Create(ctx, s.noor, "", nil, settings("lab.example"))
	wantKind(t, "using it undecided", err, models.Invalid)
	_, err = s.svc.Ask(ctx, s.ines, "", "lab.example", "Again.")
	says(t, "asking twice", err, "has not decided yet")

	u, err := s.svc.Undecided(ctx, s.admin, "")
	noError(t, "listing", err)
	if len(u.Rows) != 1 || u.Rows[0].AgencyCode != "bay" || u.Rows[0].Holder != "" || u.Rows[0].Note != "It is on our web page." {
		t.Fatalf("to decide is %+v", u.Rows)
	}
	asked := u.Rows[0].AskedAt.UnixMicro()
	wantKind(t, "refusing without a word", s.svc.Decide(ctx, s.admin, "bay", "lab.example", asked, false, " "), models.Invalid)
	wantKind(t, "deciding about another request", s.svc.Decide(ctx, s.admin, "bay", "lab.example", asked+1, true, ""), models.Conflict)
	wantKind(t, "deciding about none", s.svc.Decide(ctx, s.admin, "boroughs", "lab.example", asked, true, ""), models.NotFound)
	noError(t, "refusing", s.svc.Decide(ctx, s.admin, "bay", "lab.example", asked, false, "The page does not say so."))
	says(t, "deciding twice", s.svc.Decide(ctx, s.admin, "bay", "lab.example", asked, true, ""), "Sam refused lab.example already")
	_, err = s.svc.Create(ctx, s.noor, "", nil, settings("lab.example"))
	wantKind(t, "using a refused one", err, models.Invalid)

	// Refused may be asked for again; the older form no longer decides.
	s.Clock.Advance(time.Minute)
	_, err = s.svc.Ask(ctx, s.noor, "", "lab.example", "Now it does.")
	noError(t, "asking again", err)
	wantKind(t, "the older form", s.svc.Decide(ctx, s.admin, "bay", "lab.example", asked, true, ""), models.Conflict)
	asked = s.domain(t, s.bay, "lab.example").AskedAt.UnixMicro()
	noError(t, "approving", s.svc.Decide(ctx, s.admin, "bay", "lab.example", asked, true, ""))
	_, err = s.svc.Create(ctx, s.noor, "", nil, settings("lab.example"))
	noError(t, "using it", err)
	_, err = s.svc.Ask(ctx, s.noor, "", "lab.example", "Once more.")
	says(t, "asking for what one has", err, "approved for this agency already")
	u, err = s.svc.Undecided(ctx, s.admin, "")
	noError(t, "listing", err)
	if len(u.Rows) != 0 || len(u.Last) != 1 || u.Last[0].Domain != "lab.example" {
		t.Errorf("after deciding: %+v", u)
	}
	want := []string{"Noor: domain.asked", "Sam: domain.refused", "Noor: domain.asked", "Sam: domain.approved"}
	var got []string
	for _, l := range s.lines(t) {
		if strings.Contains(l, "domain.") && !strings.HasSuffix(l, "refused refused") && !strings.HasSuffix(l, "approved refused") {
			got = append(got, l)
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("the audit log has %v, want %v", got, want)
	}
}

func TestADomainHasOneHolder(t *testing.T) {
	t.Parallel()
	s := setUp(t)
	ctx := t.Context()
	for _, c := range []struct {
		who       auth.Actor
		code, dom string
	}{
		{s.kit, "", "bay.example"},           // a stranger's
		{s.noor, "", "boroughs.example"},     // a stranger's
		{s.noor, "", "paloalto.example"},     // the one's below
		{s.noor, "paloalto", "bay.example"},  // the one's above
		{s.admin, "boroughs", "bay.example"}, // asked by the clearinghouse itself
	} {
		_, err := s.svc.Ask(ctx, c.who, c.code, c.dom, "It is ours.")
		says(t, c.who.Name+" asks for "+c.dom, err, "Another agency signs in with this domain")
		for _, name := range []string{"Bay (", "Boroughs (", "Paloalto ("} {
			if strings.Contains(fmt.Sprint(err), name) {
				t.Errorf("the refusal names %s", name)
			}
		}
	}
	for _, host := range []string{"gmail.com", "proton.me"} {
		_, err := s.svc.Ask(ctx, s.noor, "", host, "It is ours.")
		says(t, "asking for "+host, err, "Anybody can have an address at")
	}
	_, err := s.svc.Ask(ctx, s.noor, "", "shared.example", "")
	says(t, "asking without a word", err, "Say how the clearinghouse can check")

	// Two may ask; one gets it, and the other is told, the clearinghouse by name.
	for _, a := range []auth.Actor{s.noor, s.kit} {
		_, err := s.svc.Ask(ctx, a, "", "shared.example", "It is ours.")
		noError(t, a.Name+" asks", err)
		_, err = s.svc.Ask(ctx, a, "", "people."+strings.ToLower(a.Name)+".bay.example", "A part of it.")
		noError(t, a.Name+" asks for a part", err)
	}
	at := func(a models.Agency) int64 { return s.domain(t, a, "shared.example").AskedAt.UnixMicro() }
	noError(t, "one gets it", s.svc.Decide(ctx, s.admin, "bay", "shared.example", at(s.bay), true, ""))
	err = s.svc.Decide(ctx, s.admin, "boroughs", "shared.example", at(s.boroughs), true, "")
	wantKind(t, "the other", err, models.Conflict)
	says(t, "the other", err, "Bay (test) has shared.example")
	u, err := s.svc.Undecided(ctx, s.admin, "")
	noError(t, "listing", err)
	notes := map[string]string{}
	for _, r := range u.Rows {
		notes[r.AgencyCode+" "+r.Domain] = r.Holder + "|" + strings.Join(r.Near, ";")
	}
	want := map[string]string{"boroughs shared.example": "Bay (test)|", "boroughs people.kit.bay.example": "|bay.example is Bay (test)'s", "bay people.noor.bay.example": "|"}
	if fmt.Sprint(notes) != fmt.Sprint(want) {
		t.Errorf("the list says %v, want %v", notes, want)
	}
	if d := s.domain(t, s.boroughs, "shared.example"); d.Approved != nil {
		t.Error("the other one was decided too")
	}
}

func TestADomainInUseIsNotTakenBack(t *testing.T) {
	t.Parallel()
	s := setUp(t)
	ctx := t.Context()
	wantKind(t, "one in use", s.svc.Withdraw(ctx, s.noor, "", "bay.example"), models.Conflict)
	wantKind(t, "another agency's", s.svc.Withdraw(ctx, s.noor, "", "boroughs.example"), models.NotFound)
	wantKind(t, "none", s.svc.Withdraw(ctx, s.noor, "", strings.Repeat("x", 5000)), models.NotFound)
	_, err := s.svc.Ask(ctx, s.noor, "", "lab.example", "Ours.")
	noError(t, "asking", err)
	noError(t, "taking the request back", s.svc.Withdraw(ctx, s.ines, "", "lab.example"))
	if s.domain(t, s.bay, "lab.example") != nil || s.domain(t, s.bay, "bay.example") == nil || s.domain(t, s.boroughs, "boroughs.example") == nil {
		t.Error("not exactly the request is gone")
	}
	// An approved one that a draft names can go; the draft then says so.
	s.approved(t, s.bay, "lab.example")
	id := s.tested(t, nil, settings("lab.example"))
	noError(t, "taking an unused one back", s.svc.Withdraw(ctx, s.noor, "", "lab.example"))
	_, err = s.svc.SwitchOn(ctx, s.noor, id, 1)
	says(t, "switching on without it", err, "no longer approved")
}

func TestALongListOfDomainsIsPaged(t *testing.T) {
	t.Parallel()
	s := setUp(t)
	s.Setup(t, func(tx *store.Tx) error {
		for i := range 120 {
			row := models.AgencyDomain{AgencyID: []models.Agency{s.bay, s.boroughs}[i%2].ID, Domain: fmt.Sprintf("d%03d.example", i), AskedAt: s.Clock.Now().Add(time.Duration(i) * time.Second), Note: "Ours."}
			if err := tx.Create(&row).Error; err != nil {
				return err
			}
		}
		return nil
	})
	var seen []string
	cursor := ""
	for range 10 {
		u, err := s.svc.Undecided(t.Context(), s.admin, cursor)
		noError(t, "a page", err)
		for _, r := range u.Rows {
			seen = append(seen, r.Domain)
		}
		if u.Next == nil {
			break
		}
		cursor = u.Next.String()
	}
	if len(seen) != 120 || !slices.IsSorted(seen) {
		t.Errorf("%d domains were listed, sorted %v", len(seen), slices.IsSorted(seen))
	}
	_, err := s.svc.Undecided(t.Context(), s.admin, "broken")
	wantKind(t, "a damaged cursor", err, models.Invalid)
	_, err = s.svc.Ask(t.Context(), s.noor, "", "one-more.example", "Ours.")
	says(t, "asking without end", err, "Take one back")
}
