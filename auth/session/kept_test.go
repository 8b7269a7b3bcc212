package session_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/labstack/echo/v4"

	"reeve/auth"
	"reeve/auth/session"
	"reeve/models"
	"reeve/models/store"
	"reeve/models/storetest"
)

// typed is a form as a page might send it.
func typed(path string) session.Form {
	return session.Form{Path: path, Deed: "outcome.record", Fields: []session.Value{{Name: "note", Text: "typed\r\nfor long"}, {Name: "empty"}}, Files: []session.Value{{Name: "f", Text: "x.csv"}}, Parts: true}
}

func TestAKeptFormFollowsItsPersonThroughAStepUp(t *testing.T) {
	t.Parallel()
	p := newPortal(t)
	dana := p.db.Person(t, p.db.Agency(t, "bay"), "Dana", auth.Investigator)
	p.signIn(dana)
	want := typed("/a?x=1")
	p.visit(func(c echo.Context) (err error) { want.ID, err = p.m.Keep(c.Request().Context(), want); return err })
	p.visit(func(c echo.Context) error {
		p.m.AddFlash(c.Request().Context(), session.Flash{Text: "stays"})
		return nil
	})
	old := p.cookie
	p.visit(func(c echo.Context) error {
		ctx := c.Request().Context()
		if err := p.m.Renew(ctx, auth.ActorFrom(ctx), dana.UserID, session.Origin{Strong: true, URL: "https://login.bay.example"}); err != nil {
			t.Error(err)
		}
		return p.m.Save(c)
	})
	if p.cookie.Value == old.Value {
		t.Error("the secret did not change")
	}
	p.visit(func(c echo.Context) error {
		ctx := c.Request().Context()
		got, err := p.m.Form(ctx, want.ID)
		if err != nil || got.Path != want.Path || got.Deed != want.Deed || !got.Parts || !slices.Equal(got.Fields, want.Fields) || !slices.Equal(got.Files, want.Files) || !got.Until().Equal(storetest.Start.Add(session.KeptFor)) {
			t.Errorf("kept %+v, got %+v (%v)", want, got, err)
		}
		if f := p.m.Flashes(ctx); len(f) != 1 || !session.ProofFrom(ctx).Strong || p.m.Origin(ctx).URL != "https://login.bay.example" {
			t.Errorf("after the step-up: %v, %+v", f, session.ProofFrom(ctx))
		}
		if _, err := p.m.Take(ctx, want.ID, "/b"); models.KindOf(err) != models.NotFound {
			t.Errorf("taken for another address: %v", err)
		}
		if _, err := p.m.Take(ctx, want.ID, "/a"); err != nil {
			t.Error(err)
		}
		if _, err := p.m.Take(ctx, want.ID, "/a"); models.KindOf(err) != models.NotFound {
			t.Errorf("taken twice: %v", err)
		}
		return nil
	})
}

// Two requests that come at once: one gets the form.
func TestAKeptFormIsTakenOnce(t *testing.T) {
	t.Parallel()
	p := newPortal(t)
	p.signIn(p.db.Person(t, p.db.Agency(t, "bay"), "Dana", auth.Investigator))
	p.visit(func(c echo.Context) error {
		ctx := c.Request().Context()
		id, err := p.m.Keep(ctx, typed("/a"))
		if err != nil {
			return err
		}
		taken := make(chan bool, 8)
		for range cap(taken) {
			go func() { _, err := p.m.Take(ctx, id, "/a"); taken <- err == nil }()
		}
		n := 0
		for range cap(taken) {
			if <-taken {
				n++
			}
		}
		if n != 1 {
			t.Errorf("%d of %d requests took the form", n, cap(taken))
		}
		return nil
	})
}

func TestNothingIsKeptForNobody(t *testing.T) {
	t.Parallel()
	p := newPortal(t)
	p.visit(func(c echo.Context) error {
		ctx := c.Request().Context()
		if _, err := p.m.Keep(ctx, typed("/a")); models.KindOf(err) != models.Forbidden {
			t.Errorf("kept for nobody: %v", err)
		}
		if list, err := p.m.Forms(ctx); err != nil || list != nil {
			t.Errorf("nobody has %v (%v)", list, err)
		}
		if err := p.m.Extend(ctx); err == nil {
			t.Error("nobody stays signed in")
		}
		if err := p.m.Renew(ctx, auth.Actor{}, store.NewID(), session.Origin{}); err == nil {
			t.Error("nobody's proof was renewed")
		}
		if _, err := p.m.EndMany(ctx, auth.Actor{}, session.All); models.KindOf(err) != models.Forbidden {
			t.Errorf("nobody ended sessions: %v", err)
		}
		return nil
	})
	if _, err := p.m.Keep(t.Context(), typed("/a")); err == nil {
		t.Error("kept without a request")
	}
	dana := p.db.Person(t, p.db.Agency(t, "bay"), "Dana", auth.Investigator)
	p.signIn(dana)
	p.visit(func(c echo.Context) error {
		f := typed("/a")
		f.Fields[0].Text = strings.Repeat("x", session.KeptSize)
		if _, err := p.m.Keep(c.Request().Context(), f); models.KindOf(err) != models.Invalid {
			t.Errorf("too long a form: %v", err)
		}
		return nil
	})
}

// Another person's proof renews nothing, and the audit log has it.
func TestTheProofOfAnotherPersonRenewsNothing(t *testing.T) {
	t.Parallel()
	p := newPortal(t)
	bay := p.db.Agency(t, "bay")
	dana, noor := p.db.Person(t, bay, "Dana", auth.Investigator), p.db.Person(t, bay, "Noor", auth.Supervisor)
	p.signIn(dana)
	cookie := p.cookie.Value
	p.visit(func(c echo.Context) error {
		ctx := c.Request().Context()
		if err := p.m.Renew(ctx, auth.ActorFrom(ctx), noor.UserID, session.Origin{Strong: true}); models.KindOf(err) != models.Forbidden {
			t.Errorf("renewed by another person: %v", err)
		}
		return nil
	})
	if p.cookie.Value != cookie || p.actor().UserID != dana.UserID {
		t.Error("the session changed")
	}
	var n int
	p.db.Setup(t, func(tx *store.Tx) error {
		return tx.Raw("select count(*) from audit_events where action = 'session.proved' and refused and actor_id = ?", dana.UserID).Row().Scan(&n)
	})
	if n != 1 {
		t.Errorf("%d audit lines of the refusal, want 1", n)
	}
}

// A step-up of a session that was ended on the way does not bring it back.
func TestAStepUpOfAnEndedSessionStaysEnded(t *testing.T) {
	t.Parallel()
	p := newPortal(t)
	dana := p.db.Person(t, p.db.Agency(t, "bay"), "Dana", auth.Investigator)
	p.signIn(dana)
	p.visit(func(c echo.Context) error {
		ctx := c.Request().Context()
		if _, err := p.m.EndMany(t.Context(), dana, session.All); err != nil {
			t.Error(err)
		}
		if err := p.m.Renew(ctx, auth.ActorFrom(ctx), dana.UserID, session.Origin{}); err != nil {
			t.Error(err)
		}
		if err := p.m.Save(c); models.KindOf(err) != models.Conflict {
			t.Errorf("saving it: %v", err)
		}
		return nil
	})
	if p.actor().Known() {
		t.Error("the session came back to life")
	}
}
