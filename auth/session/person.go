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
}

// Actor is the person as the store and the use cases know them.
func (p Person) Actor(requestID, ip string) auth.Actor {
	side := auth.SideAgency
	if p.Agency.Kind == models.KindClearinghouse {
		side = auth.SideClearinghouse
	}
	return auth.Actor{Side: side, UserID: p.UserID, AgencyID: p.Agency.ID, Roles: p.Roles, Name: p.Name, RequestID: requestID, IP: ip}
}

// current is what is known of one request's session. The middleware puts it in
// the context; the store beneath scs fills it.
type current struct {
	hash   []byte // of the token that was found; nil if none was
	userID uuid.UUID
	person *Person
	ended  bool // a token was sent and no session answers to it
	saved  bool
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
