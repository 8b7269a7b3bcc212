package handlers

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"reeve/auth"
	"reeve/auth/oidc"
	"reeve/auth/session"
	"reeve/models"
	"reeve/views/pages"
)

// SignIn is what the sign-in pages need of auth/oidc.
type SignIn interface {
	Begin(ctx context.Context, c oidc.Client, ask oidc.Ask) (oidc.Attempt, string, error)
	Open(a oidc.Attempt) bool
	Finish(ctx context.Context, c oidc.Client, a oidc.Attempt, answer url.Values) (oidc.SignedIn, error)
	SignedOut(ctx context.Context, a auth.Actor, words string) error
	BackChannel(ctx context.Context, c oidc.Client, logoutToken string) (ended int, err error)
	EndSessionURL(ctx context.Context, o session.Origin) string
}

// Tests is told what a test sign-in with settings in the making found.
type Tests interface {
	Tested(ctx context.Context, a auth.Actor, draft uuid.UUID, r models.SignInTest) error
}

// Session is signing in and out, and proving anew who one is.
type Session struct {
	*Pages
	SignIn   SignIn
	Tests    Tests               // nil: nobody keeps what test sign-ins find
	Accounts []pages.DemoAccount // of the demonstration; shown only there
	Password string
}

// keyAttempts is where the session keeps sign-ins on their way; a person may have
// several tabs, so a few are kept.
const (
	keyAttempts = "attempts"
	maxAttempts = 5
)

// Home sends a person to the first page that is theirs.
func (h *Session) Home(c echo.Context) error { return h.Redirect(c, h.Pages.Home(h.Actor(c))) }

// Ask is the sign-in page. Whoever is signed in already goes where they wanted.
func (h *Session) Ask(c echo.Context) error {
	to := safeReturn(c.QueryParam("return"))
	if h.Actor(c).Known() {
		if to == "" {
			to = "/"
		}
		return h.Redirect(c, to)
	}
	return h.ask(c, http.StatusOK, "", to, "")
}

func (h *Session) ask(c echo.Context, status int, email, to, problem string) error {
	v := pages.LoginView{
		Frame: h.Public(c, "Sign in"), Email: email, Error: problem, Return: to,
		Ended: session.Ended(c.Request().Context()) || c.QueryParam("ended") != "",
		Kept:  strings.HasPrefix(to, resumePrefix), PublicForm: h.Exists("/report"),
	}
	if h.Demo {
		v.Accounts, v.Password = h.Accounts, h.Password
	}
	return h.Render(c, status, pages.Login(v))
}

// LoginForm is the sign-in page's form.
type LoginForm struct {
	Email  string `form:"email"`
	Return string `form:"return"`
}

// Begin finds the identity provider by the address and sends the browser there.
func (h *Session) Begin(c echo.Context) error {
	f, err := BindForm[LoginForm](c)
	if err != nil {
		return err
	}
	f.Email, f.Return = strings.TrimSpace(f.Email), safeReturn(f.Return)
	if oidc.Domain(f.Email) == "" {
		return h.ask(c, http.StatusUnprocessableEntity, f.Email, f.Return, "Write your whole work e-mail address, like name@agency.example.")
	}
	ctx := c.Request().Context()
	a, to, err := h.SignIn.Begin(ctx, client(c), oidc.Ask{Email: f.Email, Return: f.Return})
	if err != nil {
		return h.refused(c, err, f.Email)
	}
	return h.Depart(c, a, to)
}

// Depart keeps the attempt for its answer and sends the browser to the provider.
func (h *Session) Depart(c echo.Context, a oidc.Attempt, to string) error {
	list := append(h.attempts(c), a)
	if len(list) > maxAttempts {
		list = list[len(list)-maxAttempts:]
	}
	h.keepAttempts(c, list)
	if err := h.Sessions.Save(c); err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, to)
}

// Callback is where the identity provider sends the browser back to.
func (h *Session) Callback(c echo.Context) error {
	ctx, query := c.Request().Context(), c.QueryParams()
	attempt := h.takeAttempt(c, query.Get("state"))
	in, err := h.SignIn.Finish(ctx, client(c), attempt, query)
	switch {
	case err != nil:
		return h.refused(c, err, "")
	case in.Draft != uuid.Nil:
		return h.tested(c, in)
	case in.Fresh:
		return h.confirmed(c, in)
	}
	if err := h.Sessions.SignIn(ctx, in.User.ID, in.Origin); err != nil {
		return err
	}
	if to := safeReturn(in.Return); to != "" {
		return h.Redirect(c, to)
	}
	return h.Redirect(c, "/")
}

// tested hands on what a test sign-in found. Nobody is signed in by one, and the
// tester's own session stays as it is.
func (h *Session) tested(c echo.Context, in oidc.SignedIn) error {
	actor := h.Actor(c)
	if !actor.Known() {
		return h.Redirect(c, "/login")
	}
	if h.Tests != nil && in.Test != nil {
		if err := h.Tests.Tested(c.Request().Context(), actor, in.Draft, *in.Test); err != nil {
			return err
		}
	}
	return h.Redirect(c, in.Return)
}

// takeAttempt answers the attempt with the state and forgets it: an answer is
// read once. With no such attempt the answer is the zero one, which fits nothing.
func (h *Session) takeAttempt(c echo.Context, state string) oidc.Attempt {
	list := h.attempts(c)
	for i, a := range list {
		if a.State == state {
			h.keepAttempts(c, append(list[:i:i], list[i+1:]...))
			return a
		}
	}
	return oidc.Attempt{}
}

func (h *Session) attempts(c echo.Context) []oidc.Attempt {
	var list, open []oidc.Attempt
	if json.Unmarshal([]byte(h.Sessions.Get(c.Request().Context(), keyAttempts)), &list) != nil {
		return nil
	}
	for _, a := range list {
		if h.SignIn.Open(a) {
			open = append(open, a)
		}
	}
	return open
}

func (h *Session) keepAttempts(c echo.Context, list []oidc.Attempt) {
	ctx := c.Request().Context()
	if len(list) == 0 {
		h.Sessions.Remove(ctx, keyAttempts)
		return
	}
	b, _ := json.Marshal(list) // texts, an id and a time cannot fail
	h.Sessions.Put(ctx, keyAttempts, string(b))
}

// refused shows why a sign-in did not succeed; an error of another kind passes.
func (h *Session) refused(c echo.Context, err error, email string) error {
	var r *oidc.Refusal
	if !errors.As(err, &r) {
		return err
	}
	to := safeReturn(r.Return)
	if r.Reason == oidc.UnknownDomain {
		return h.ask(c, http.StatusUnprocessableEntity, email, to,
			fmt.Sprintf("No agency signs in with addresses ending in @%s. Check the address; if it is right, ask your agency's administrator whether your agency uses Reeve.", oidc.Domain(email)))
	}
	v := pages.RefusedView{Frame: h.Public(c, "Not signed in"), Provider: r.Provider, Agency: r.Agency.Name, Return: to,
		Whom: pages.Contact{Name: r.Agency.ContactName, Email: r.Agency.ContactEmail, Phone: r.Agency.ContactPhone}}
	v.Title, v.Text = refusalWords(r.Reason)
	if h.Actor(c).Known() { // a step-up; the session is as it was
		v.Confirm = AgainPath(to, "")
	}
	status := http.StatusForbidden
	switch r.Reason {
	case oidc.Unreachable:
		status = http.StatusServiceUnavailable
	case oidc.Stale:
		status = http.StatusBadRequest
	case oidc.TooMany:
		status = http.StatusTooManyRequests
		c.Response().Header().Set(echo.HeaderRetryAfter, strconv.Itoa(max(1, int(r.RetryAfter/time.Second))))
	}
	return h.Render(c, status, pages.Refused(v))
}

// refusalWords name a reason in general words and what to do next, never more.
func refusalWords(r oidc.Reason) (title, text string) {
	switch r {
	case oidc.Unreachable:
		return "Your agency's sign-in does not answer", "Nothing is wrong with your account here. Try again in a minute; if it lasts, tell your agency's administrator."
	case oidc.Stale:
		return "This sign-in is no longer open", "It was used already, took too long, or began in another browser. Sign in again."
	case oidc.ProviderSaid:
		return "Your agency's sign-in did not let you in", "It ended the sign-in, or you turned back. Sign in again, or ask your agency's administrator."
	case oidc.Unverified:
		return "Your e-mail address is not verified", "Your agency's sign-in has not verified your address yet. Ask your agency's administrator to have that done, then sign in again."
	case oidc.Suspended:
		return "Your access is suspended", "Your agency has suspended or removed this account. Ask your agency's administrator."
	case oidc.Waiting:
		return "Your account waits for approval", "We know now that you are you. A supervisor of your agency must approve the account before you can come in. Ask them to; then sign in again."
	case oidc.Closed:
		return "Your agency no longer uses Reeve", "Its access has been closed. If that is wrong, ask the clearinghouse."
	case oidc.TooWeak:
		return "A second factor is needed", "Your agency's sign-in did not show that you gave a second factor, such as a code or a security key. Set one up there, or choose it when you sign in. If you did give one, tell your agency's administrator: the sign-in has to say so."
	case oidc.NotFresh:
		return "A new sign-in is needed", "Your agency's sign-in remembered you instead of asking you again. Sign in again and give your password or key there; if it does not ask for it, tell your agency's administrator."
	case oidc.OtherPerson:
		return "Somebody else signed in", "This had to be confirmed by the person who is signed in here. Go back and sign in with your own account, or sign out first."
	case oidc.NoRole:
		return "Your agency has given you no role here", "Your agency's sign-in says what its people may do in Reeve, and says nothing of you. Ask your agency's administrator to add you to the right group, then sign in again."
	case oidc.TooMany:
		return "Too many sign-ins under this address", "Somebody has begun to sign in with it very often. Nothing is wrong with the account. Wait a minute, then sign in again."
	case oidc.NoAccount:
		return "No account has been prepared for you", "Your agency's sign-in knows you, but nobody has invited you to Reeve under this identity. Ask your agency's administrator to invite you."
	}
	return "We could not confirm who you are", "The answer of your agency's sign-in did not prove it. Sign in again; if it happens twice, tell your agency's administrator."
}

// End signs out here at once, and then at the identity provider.
func (h *Session) End(c echo.Context) error {
	ctx, actor := c.Request().Context(), h.Actor(c)
	if !actor.Known() {
		return h.Redirect(c, "/login")
	}
	origin := h.Sessions.Origin(ctx)
	if err := h.SignIn.SignedOut(ctx, actor, "Signed out."); err != nil {
		return err
	}
	if err := h.Sessions.SignOut(ctx); err != nil {
		return err
	}
	if err := h.Sessions.Save(c); err != nil {
		return err
	}
	if to := h.SignIn.EndSessionURL(ctx, origin); to != "" {
		return c.Redirect(http.StatusSeeOther, to)
	}
	return c.Redirect(http.StatusSeeOther, "/login")
}

// client is from where a request came, for audit lines.
func client(c echo.Context) oidc.Client { return oidc.Client{RequestID: RequestID(c), IP: c.RealIP()} }

// safeReturn answers an address to return to after sign-in, or an empty text if
// it is none of ours or leads back to signing in or out.
func safeReturn(to string) string {
	if !SafeReturn(to) || to == "/" || strings.HasPrefix(to, "/login") || strings.HasPrefix(to, "/logout") {
		return ""
	}
	return to
}
