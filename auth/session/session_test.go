package session_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/google/uuid"
	"reeve/auth"

	"reeve/auth/session"
	"reeve/models"
	"reeve/models/store"
	"reeve/models/storetest"
)

// portal is a manager with a handler behind it, and the cookie of one browser.
type portal struct {
	t      *testing.T
	db     *storetest.DB
	m      *session.Manager
	cookie *http.Cookie
}

func newPortal(t *testing.T) *portal {
	t.Helper()
	db := storetest.New(t)
	m, err := session.New(session.Options{Store: db.Web, BaseURL: &url.URL{Scheme: "http", Host: "127.0.0.1:1"}})
	if err != nil {
		t.Fatal(err)
	}
	return &portal{t: t, db: db, m: m}
}

// visit runs fn as one request with the browser's cookie and keeps the new one.
func (p *portal) visit(fn func(echo.Context) error) *httptest.ResponseRecorder {
	p.t.Helper()
	e := echo.New()
	r := httptest.NewRequestWithContext(p.t.Context(), http.MethodGet, "/", nil)
	if p.cookie != nil {
		r.AddCookie(p.cookie)
	}
	rec := httptest.NewRecorder()
	h := p.m.Middleware(func(echo.Context) string { return "request-1" })(func(c echo.Context) error {
		if err := fn(c); err != nil {
			return err
		}
		return c.String(http.StatusOK, "done")
	})
	if err := h(e.NewContext(r, rec)); err != nil {
		p.t.Fatal(err)
	}
	for _, c := range rec.Result().Cookies() {
		p.cookie = c
		if c.MaxAge < 0 {
			p.cookie = nil
		}
	}
	return rec
}

func (p *portal) signIn(who auth.Actor) {
	p.t.Helper()
	p.visit(func(c echo.Context) error { return p.m.SignIn(c.Request().Context(), who.UserID, session.Origin{}) })
}

func (p *portal) actor() (a auth.Actor) {
	p.t.Helper()
	p.visit(func(c echo.Context) error { a = auth.ActorFrom(c.Request().Context()); return nil })
	return a
}

func TestTheSessionSaysWhoActs(t *testing.T) {
	t.Parallel()
	p := newPortal(t)
	if a := p.actor(); a.Known() || p.cookie != nil {
		t.Fatalf("without a session the actor is %+v and the cookie %v", a, p.cookie)
	}
	dana := p.db.Person(t, p.db.Agency(t, "bay"), "Dana", auth.Investigator, auth.Supervisor)
	sam := p.db.Person(t, p.db.Clearinghouse(t), "Sam", auth.Analyst)
	for _, want := range []auth.Actor{dana, sam} {
		p.signIn(want)
		got := p.actor()
		if got.Side != want.Side || got.UserID != want.UserID || got.AgencyID != want.AgencyID || got.Name != want.Name || len(got.Roles) != len(want.Roles) ||
			got.RequestID != "request-1" || got.IP == "" {
			t.Errorf("got %+v, want %+v", got, want)
		}
	}
	p.visit(func(c echo.Context) error {
		person, ok := session.PersonFrom(c.Request().Context())
		if !ok || person.Agency.Zone.String() != "America/Los_Angeles" || person.Agency.Kind != models.KindClearinghouse || person.Agency.ContactPhone == "" {
			t.Errorf("the person is %+v", person)
		}
		return nil
	})
}

// A request that was under way while its session was ended must not bring the
// session back when it writes.
func TestASessionEndedMeanwhileStaysEnded(t *testing.T) {
	t.Parallel()
	p := newPortal(t)
	dana := p.db.Person(t, p.db.Agency(t, "bay"), "Dana", auth.Investigator)
	p.signIn(dana)
	p.visit(func(c echo.Context) error {
		n, err := p.m.EndMany(t.Context(), dana, session.All)
		if err != nil || n != 1 {
			t.Errorf("ended %d (%v), want 1", n, err)
		}
		p.m.AddFlash(c.Request().Context(), session.Flash{Tone: session.Done, Text: "Saved."})
		return p.m.Save(c)
	})
	if p.actor().Known() {
		t.Error("the session came back to life")
	}
}

func TestMessagesWaitForTheNextPageOnce(t *testing.T) {
	t.Parallel()
	p := newPortal(t)
	p.visit(func(c echo.Context) error {
		for range 12 {
			p.m.AddFlash(c.Request().Context(), session.Flash{Tone: session.Note, Text: "Look."})
		}
		return nil
	})
	dana := p.db.Person(t, p.db.Agency(t, "bay"), "Dana", auth.Investigator)
	p.visit(func(c echo.Context) error {
		p.m.Put(c.Request().Context(), "attempt", "x")
		return p.m.SignIn(c.Request().Context(), dana.UserID, session.Origin{URL: "https://login.bay.example"})
	})
	for _, want := range []int{8, 0} {
		p.visit(func(c echo.Context) error {
			ctx := c.Request().Context()
			if got := p.m.Flashes(ctx); len(got) != want {
				t.Errorf("%d messages, want %d", len(got), want)
			}
			if p.m.Get(ctx, "attempt") != "" || p.m.Origin(ctx).URL != "https://login.bay.example" {
				t.Error("what belonged to the sign-in is still there, or its origin is not")
			}
			return nil
		})
	}
}

// Errors before the session is read, and doors without sessions, may ask too.
func TestWithoutASessionReadNothingIsKept(t *testing.T) {
	t.Parallel()
	p := newPortal(t)
	ctx := t.Context()
	p.m.Put(ctx, "a", "b")
	p.m.Remove(ctx, "a")
	p.m.AddFlash(ctx, session.Flash{Text: "x"})
	if p.m.Get(ctx, "a") != "" || p.m.Flashes(ctx) != nil || p.m.Origin(ctx).IssuerID != uuid.Nil || session.Ended(ctx) {
		t.Error("something was kept nowhere")
	}
	if p.m.SignOut(ctx) == nil || p.m.SignIn(ctx, store.NewID(), session.Origin{}) == nil {
		t.Error("signing in or out without a session was no error")
	}
}

func TestACookieThatIsNoneOfOursIsTakenAway(t *testing.T) {
	t.Parallel()
	p := newPortal(t)
	p.cookie = &http.Cookie{Name: session.CookieName(&url.URL{Scheme: "http", Host: "127.0.0.1:1"}), Value: "made-up"}
	rec := p.visit(func(c echo.Context) error {
		if !session.Ended(c.Request().Context()) {
			t.Error("nobody noticed that a session is no more")
		}
		return nil
	})
	if c := rec.Header().Get("Set-Cookie"); !strings.Contains(c, "Max-Age=0") {
		t.Errorf("the cookie is %q", c)
	}
}

// One person's sessions cannot be read by anybody but the session's own actor.
func TestSessionsAreClosedToEverybodyElse(t *testing.T) {
	t.Parallel()
	p := newPortal(t)
	dana := p.db.Person(t, p.db.Agency(t, "bay"), "Dana", auth.Investigator)
	p.signIn(dana)
	for _, who := range []auth.Actor{dana, auth.System(auth.ForLogin), auth.System(auth.ForProviderAuth)} {
		var n int64
		err := p.db.Web.As(t.Context(), who, func(tx *store.Tx) error { return tx.Raw("select count(*) from sessions").Row().Scan(&n) })
		if err != nil || n != 0 {
			t.Errorf("%s sees %d sessions (%v)", who.Name, n, err)
		}
	}
	list, err := p.m.List(t.Context(), dana.UserID)
	if err != nil || len(list) != 1 || !list[0].Until.Equal(storetest.Start.Add(30*time.Minute)) {
		t.Errorf("the person's own list is %+v (%v)", list, err)
	}
}
