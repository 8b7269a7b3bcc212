package session

import (
	"context"
	"sync"
	"time"

	"github.com/google/uuid"

	"reeve/auth"
	"reeve/models"
)

// Person is who is signed in, as the frame of a page shows them.
type Person struct {
	UserID uuid.UUID
	Name   string
	Email  string
	Roles  []auth.Role
	Agency Agency
}

// Agency is the signed-in person's agency.
type Agency struct {
	ID            uuid.UUID
	Code          string
	Name          string
	Kind          models.AgencyKind
	Zone          *time.Location // in which its people read times; never nil
	Band          string
	ContactName   string
	ContactEmail  string
	ContactPhone  string
	Demonstration bool
	// How long its people's sessions last: without a request, and at the most.
	Idle, Absolute time.Duration
}

// Actor is the person as the store and the use cases know them.
func (p Person) Actor(requestID, ip string) auth.Actor {
	side := auth.SideAgency
	if p.Agency.Kind == models.KindClearinghouse {
		side = auth.SideClearinghouse
	}
	return auth.Actor{Side: side, UserID: p.UserID, AgencyID: p.Agency.ID, Roles: p.Roles, Name: p.Name, RequestID: requestID, IP: ip}
}

// Proof is how and when the signed-in person last proved who they are.
type Proof struct {
	At       time.Time // as the provider says (auth_time)
	Strong   bool      // it met what the provider must give (acr, amr)
	Demanded bool      // the provider must give a strong proof
}

// FreshFor is how long after a proof of who they are a person may manage people,
// sign-in and the like without another one.
const FreshFor = 10 * time.Minute

// Fresh reports whether the proof serves for a deed that asks for a fresh and
// strong one. Where the provider need not say how its people sign in, freshness is
// all that can be asked.
func (p Proof) Fresh(now time.Time) bool {
	return !p.At.IsZero() && now.Sub(p.At) <= FreshFor && (p.Strong || !p.Demanded)
}

// current is what is known of one request's session. The middleware puts it in
// the context; the store beneath scs fills it.
type current struct {
	token  string // as the browser sent it, if it is or was one of ours
	hash   []byte // of the token that was found live; nil if none was
	userID uuid.UUID
	person *Person

	sessionID    uuid.UUID
	proof        Proof
	limits       limits
	since, until time.Time  // sign-in; when it ends if nothing more is heard
	was          *uuid.UUID // nobody is signed in: whose session ended by itself in this browser

	origin Origin // of a sign-in or step-up on its way
	renews []byte // hash of the session whose secret a step-up changes

	ip, agent string
	unseen    bool // the request is no sign of life
	ended     bool // a token was sent and no session answers to it
	saved     bool
}

type currentKey struct{}

func currentFrom(ctx context.Context) *current {
	c, _ := ctx.Value(currentKey{}).(*current)
	return c
}

// PersonFrom answers who is signed in, if anybody is.
func PersonFrom(ctx context.Context) (Person, bool) {
	if c := currentFrom(ctx); c != nil && c.person != nil {
		return *c.person, true
	}
	return Person{}, false
}

// Ended reports whether the request carried the cookie of a session that is no
// more: the person was signed in and is not any longer.
func Ended(ctx context.Context) bool {
	c := currentFrom(ctx)
	return c != nil && c.ended
}

// ProofFrom answers the signed-in person's last proof of who they are.
func ProofFrom(ctx context.Context) Proof {
	if c := currentFrom(ctx); c != nil && c.person != nil {
		return c.proof
	}
	return Proof{}
}

// Until answers when the request's session ends if nothing more is heard of its
// person, and whether anybody is signed in.
func Until(ctx context.Context) (time.Time, bool) {
	if c := currentFrom(ctx); c != nil && c.person != nil {
		return c.until, true
	}
	return time.Time{}, false
}

// WasFrom answers whose session ended by itself in this browser, while nobody is
// signed in.
func WasFrom(ctx context.Context) (uuid.UUID, bool) {
	if c := currentFrom(ctx); c != nil && c.person == nil && c.was != nil {
		return *c.was, true
	}
	return uuid.Nil, false
}

var zones sync.Map // name -> *time.Location

// zone loads a time zone once; one that this machine does not know is UTC, which
// every page names beside the time.
func zone(name string) *time.Location {
	if z, ok := zones.Load(name); ok {
		return z.(*time.Location)
	}
	z, err := time.LoadLocation(name)
	if err != nil {
		z = time.UTC
	}
	zones.Store(name, z)
	return z
}
