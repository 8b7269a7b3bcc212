package auth

import (
	"context"
	"slices"

	"github.com/google/uuid"
)

// Side is the party for whom a piece of work is done. Row-level security
// policies are written against it.
type Side string

// The sides. SideNone is the zero value and may touch nothing.
const (
	SideNone          Side = ""
	SideAgency        Side = "agency"        // a person at an agency
	SideClearinghouse Side = "clearinghouse" // a person at the clearinghouse
	SideProvider      Side = "provider"      // a provider's machine
	SidePublic        Side = "public"        // the public's form, nobody signed in
	SideSystem        Side = "system"        // Reeve itself, under a named purpose
)

// Role is what a person is trusted to do. A person may hold several.
type Role string

// The roles of agencies and of the clearinghouse, and the three that no person holds.
const (
	Investigator       Role = "investigator"
	Supervisor         Role = "supervisor"
	AgencyAdmin        Role = "agency-admin"
	ReadOnly           Role = "read-only" // a prosecutor: reads, records nothing
	Analyst            Role = "analyst"
	DeskSupervisor     Role = "desk-supervisor"
	ClearinghouseAdmin Role = "clearinghouse-admin"
	Auditor            Role = "auditor"
	ProviderMachine    Role = "provider"
	Directory          Role = "directory" // an agency's directory of people, by SCIM
	Machine            Role = "system"
)

// Purpose names a system actor: the one thing that Reeve does on its own under
// that name. Each has its own row-level policies, none of them wider than its name.
type Purpose string

// The purposes. The first four run in the web process before anybody is known;
// the rest run in the worker.
const (
	ForLogin        Purpose = "login"          // find an issuer by e-mail domain, a user by (issuer, subject)
	ForSession      Purpose = "session"        // load, write and end sessions
	ForProviderAuth Purpose = "provider-auth"  // find a provider's credential by user name
	ForDirectory    Purpose = "directory-auth" // find an agency's directory token
	ForRouting      Purpose = "routing"        // decide where a report goes and refer it
	ForExamining    Purpose = "examining"      // compare files with known material
	ForLinking      Purpose = "linking"        // link reports about the same incident
	ForEscalation   Purpose = "escalation"     // call on-call contacts about urgent reports
	ForAnswering    Purpose = "answering"      // acknowledge a call by the link in its mail
	ForMail         Purpose = "mail"           // send what is in the outbox
	ForMatching     Purpose = "matching"       // tell agencies that they hold the same identifier
	ForUpkeep       Purpose = "upkeep"         // expire, fold counters, mark overdue
	ForSealing      Purpose = "sealing"        // seal the audit log
	ForSetup        Purpose = "setup"          // commands of an administrator at the console
)

// Actor is who acts: the second parameter of every use case and the only key
// to the database.
type Actor struct {
	Side       Side
	UserID     uuid.UUID // a person; nil otherwise
	AgencyID   uuid.UUID // the person's agency (the clearinghouse is one too); nil otherwise
	ProviderID uuid.UUID // a provider; nil otherwise
	Purpose    Purpose   // a system actor's purpose; empty otherwise
	Roles      []Role
	Name       string // shown in the audit log
	RequestID  string // ties audit lines to a request; may be empty
	IP         string // the client's address as we saw it; may be empty
}

// System is Reeve itself acting for one named purpose.
func System(p Purpose) Actor {
	return Actor{Side: SideSystem, Purpose: p, Roles: []Role{Machine}, Name: "Reeve (" + string(p) + ")"}
}

// Provider is a provider's machine, known by its credential.
func Provider(id uuid.UUID, name string) Actor {
	return Actor{Side: SideProvider, ProviderID: id, Roles: []Role{ProviderMachine}, Name: name}
}

// ByDirectory is an agency's directory, known by its token. It manages that
// agency's people and can do nothing else.
func ByDirectory(agency uuid.UUID, token string) Actor {
	return Actor{Side: SideAgency, AgencyID: agency, Roles: []Role{Directory}, Name: "Directory (" + token + ")"}
}

// ByPublic is whoever uses the public's form. Nothing of them is known or kept: no
// name and no address.
func ByPublic(requestID string) Actor {
	return Actor{Side: SidePublic, Name: "The public", RequestID: requestID}
}

// Has reports whether the actor holds the role.
func (a Actor) Has(r Role) bool { return slices.Contains(a.Roles, r) }

// Known reports whether anybody acts at all; the zero Actor is nobody.
func (a Actor) Known() bool { return a.Side != SideNone }

type actorKey struct{}

// WithActor carries the actor from middleware to handler. Nothing below a
// handler reads it: there the actor is a parameter.
func WithActor(ctx context.Context, a Actor) context.Context {
	return context.WithValue(ctx, actorKey{}, a)
}

// ActorFrom answers the actor that middleware found, or nobody.
func ActorFrom(ctx context.Context) Actor {
	a, _ := ctx.Value(actorKey{}).(Actor)
	return a
}
