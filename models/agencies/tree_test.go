package agencies_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"reeve/auth"
	"reeve/models"
	"reeve/models/agencies"
	"reeve/models/store"
)

func codes(nodes []agencies.Node) []string {
	var list []string
	for _, n := range nodes {
		list = append(list, strings.Repeat(" ", n.Depth)+n.Code)
	}
	return list
}

func TestTheTreeIsOnesOwnAndAllBelow(t *testing.T) {
	t.Parallel()
	s := setup(t)
	for who, want := range map[string][]string{
		"hub": {"hub", " sister", " unit", "  post"}, "unit": {"unit", " post"}, "post": {"post"}, "other": {"other"},
	} {
		tree, err := s.svc.Tree(t.Context(), s.who[who], "", "")
		noError(t, who, err)
		if got := codes(tree.Nodes); !slices.Equal(got, want) || tree.Next != "" {
			t.Errorf("%s sees %q, want %q", who, got, want)
		}
	}
	tree, err := s.svc.Tree(t.Context(), s.who["clearinghouse"], "unit", "")
	if err != nil || !slices.Equal(codes(tree.Nodes), []string{"unit", " post"}) {
		t.Errorf("the clearinghouse sees %q below unit (%v)", codes(tree.Nodes), err)
	}
}

func TestALongTreeComesInPagesWithoutAGapOrARepeat(t *testing.T) {
	t.Parallel()
	s := setup(t)
	for i := range 70 {
		code := fmt.Sprintf("post-%02d", i)
		g := s.db.Agency(t, code)
		above := s.by["unit"].ID
		if i%2 == 1 {
			above = s.read(t, fmt.Sprintf("post-%02d", i-1)).ID
		}
		s.under(t, code, g.ID, above)
	}
	var all []string
	cursor := ""
	for page := 0; ; page++ {
		tree, err := s.svc.Tree(t.Context(), s.who["hub"], "", cursor)
		noError(t, "page", err)
		if tree.First != (page == 0) {
			t.Errorf("page %d says first %v", page, tree.First)
		}
		all = append(all, codes(tree.Nodes)...)
		if cursor = tree.Next; cursor == "" {
			break
		}
	}
	if len(all) != 74 || len(slices.Compact(slices.Sorted(slices.Values(all)))) != 74 || all[0] != "hub" || all[len(all)-1] != "   post-69" {
		t.Errorf("%d rows: %q", len(all), all)
	}
	_, err := s.svc.Tree(t.Context(), s.who["hub"], "", "nonsense")
	wantKind(t, "a damaged cursor", err, models.Invalid)
	// Another tree's cursor shows nothing of that tree.
	other, err := s.svc.Tree(t.Context(), s.who["other"], "", firstCursor(t, s))
	if err != nil || len(other.Nodes) != 0 {
		t.Errorf("with a cursor of the hub's, the other sees %q (%v)", codes(other.Nodes), err)
	}
}

func firstCursor(t *testing.T, s *scene) string {
	t.Helper()
	tree, err := s.svc.Tree(t.Context(), s.who["hub"], "", "")
	noError(t, "first page", err)
	return tree.Next
}

func TestFiguresCountPeopleWorkAndSignIn(t *testing.T) {
	t.Parallel()
	s := setup(t)
	post := s.by["post"]
	s.db.Person(t, post, "Active", auth.Investigator)
	for state, name := range map[models.UserState]string{models.UserWaiting: "Waiting", models.UserInvited: "Invited", models.UserSuspended: "Suspended", models.UserRemoved: "Removed"} {
		a := s.db.Person(t, post, name, auth.Investigator)
		s.db.Setup(t, func(tx *store.Tx) error {
			return tx.Exec("update users set state = ? where id = ?", state, a.UserID).Error
		})
	}
	p := s.db.Provider(t, "Example Chat")
	for i := range 3 {
		s.db.Refer(t, s.db.Report(t, p, fmt.Sprintf("p%d@mail.example", i), nil), post)
	}
	last := s.db.Clock.Now().Add(-time.Hour)
	old := s.db.Clock.Now().Add(-models.RecertifyAfter)
	s.db.Setup(t, func(tx *store.Tx) error {
		if err := tx.Exec("update users set last_sign_in_at = ? where agency_id = ? and name = 'Active'", last, post.ID).Error; err != nil {
			return err
		}
		if err := tx.Exec("update users set created_at = ? where agency_id = ? and name in ('Active', 'Removed')", old, post.ID).Error; err != nil {
			return err
		}
		return tx.Exec("insert into agency_domains (agency_id, domain, asked_at) values (?, 'post.example', ?)", post.ID, last).Error
	})
	want := agencies.Figures{ID: post.ID, Active: 2, Waiting: 1, Invited: 1, Due: 1, Open: 3, Admin: true, SignIn: agencies.SignInOn, AskedDomains: true}
	// A parent learns the number of open reports and reads none of them.
	for _, who := range []string{"hub", "unit", "post", "clearinghouse"} {
		tree, err := s.svc.Tree(t.Context(), s.who[who], "post", "")
		noError(t, who, err)
		got := tree.Nodes[0].Figures
		if got.LastSignIn == nil || !got.LastSignIn.Equal(last) {
			t.Errorf("%s: last sign-in %v, want %v", who, got.LastSignIn, last)
		}
		if got.LastSignIn = nil; got != want {
			t.Errorf("%s: %+v, want %+v", who, got, want)
		}
	}
	// The window itself asks whose agencies the caller manages.
	err := s.db.Web.As(t.Context(), s.who["other"], func(tx *store.Tx) error {
		var rows int
		if err := tx.Raw("select count(*) from agencies_open_work(?)", models.IDList{post.ID}).Row().Scan(&rows); err != nil || rows != 0 {
			t.Errorf("another agency counts %d rows of the post's work (%v)", rows, err)
		}
		return nil
	})
	noError(t, "window", err)
}

func TestTheStateOfTheSignInIsNamed(t *testing.T) {
	t.Parallel()
	s := setup(t)
	post := s.by["post"]
	state := func() agencies.SignIn {
		t.Helper()
		tree, err := s.svc.Tree(t.Context(), s.who["hub"], "post", "")
		noError(t, "tree", err)
		return tree.Nodes[0].Figures.SignIn
	}
	for _, step := range []struct {
		sql  string
		want agencies.SignIn
	}{
		{"update issuers set enabled = true where agency_id = ?", agencies.SignInOn},
		{"update issuers set last_failure_at = now() where agency_id = ?", agencies.SignInFailing},
		{"update issuers set last_success_at = now() + interval '1 second' where agency_id = ?", agencies.SignInOn},
		{"update issuers set enabled = false where agency_id = ?", agencies.SignInOff},
		{"insert into issuer_drafts (id, agency_id, url, client_id, auth_method, scopes, made_by, made_by_name, made_at) values (gen_random_uuid(), ?, 'https://a.example', 'reeve', 'none', '{openid}', gen_random_uuid(), 'Admin', now())", agencies.SignInOff},
	} {
		s.db.Setup(t, func(tx *store.Tx) error { return tx.Exec(step.sql, post.ID).Error })
		if got := state(); got != step.want {
			t.Errorf("after %q: %s, want %s", step.sql, got, step.want)
		}
	}
	fresh := s.db.Agency(t, "fresh")
	s.under(t, "fresh", fresh.ID, post.ID)
	tree, err := s.svc.Tree(t.Context(), s.who["hub"], "fresh", "")
	if err != nil || tree.Nodes[0].Figures.SignIn != agencies.SignInNone || tree.Nodes[0].Figures.Admin {
		t.Errorf("a new agency: %+v (%v)", tree.Nodes[0].Figures, err)
	}
}
