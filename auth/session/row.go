package session

import (
	"database/sql"
	"time"

	"github.com/google/uuid"

	"reeve/auth"
	"reeve/models"
)

// findQuery reads the session, its person, their agency with its limits, and what
// their provider must give, in one statement.
const findQuery = `
select s.id, s.data, s.user_id, s.was_user, s.created_at, s.expires_at, coalesce(s.seen_at, s.created_at) as seen_at, s.auth_at, s.strong,
       cardinality(i.required_acr) + cardinality(i.required_amr) > 0 as demands,
       u.name, u.email, u.roles, u.state,
       a.id as agency_id, a.code, a.name as agency_name, a.kind, a.zone, a.band,
       a.contact_name, a.contact_email, a.contact_phone, a.demonstration,
       a.idle_minutes, a.absolute_hours, a.closed_at
  from sessions s
  left join users u on u.id = s.user_id
  left join agencies a on a.id = u.agency_id
  left join issuers i on i.id = s.issuer_id
 where s.token_hash = ?`

// endedQuery says whose session ended by itself not long ago.
const endedQuery = `
select e.user_id from ended_sessions e join users u on u.id = e.user_id and u.state = 'active'
 where e.ended_at > ? and e.token_hash = ?`

type row struct {
	ID            uuid.UUID
	Data          []byte
	UserID        *uuid.UUID
	WasUser       *uuid.UUID
	CreatedAt     time.Time
	ExpiresAt     time.Time
	SeenAt        time.Time
	AuthAt        sql.NullTime
	Strong        bool
	Demands       sql.NullBool
	Name          sql.NullString
	Email         sql.NullString
	Roles         models.TextList
	State         sql.NullString
	AgencyID      *uuid.UUID
	Code          sql.NullString
	AgencyName    sql.NullString
	Kind          sql.NullString
	Zone          sql.NullString
	Band          sql.NullString
	ContactName   sql.NullString
	ContactEmail  sql.NullString
	ContactPhone  sql.NullString
	Demonstration sql.NullBool
	IdleMinutes   sql.NullInt64
	AbsoluteHours sql.NullInt64
	ClosedAt      sql.NullTime
}

// mayComeIn reports whether the session's person may go on: the account is active
// and the agency is not closed.
func (r row) mayComeIn() bool {
	return models.UserState(r.State.String) == models.UserActive && !r.ClosedAt.Valid
}

func (r row) proof() Proof {
	return Proof{At: r.AuthAt.Time, Strong: r.Strong, Demanded: r.Demands.Bool}
}

func (r row) person(l limits) *Person {
	p := &Person{
		UserID: *r.UserID, Name: r.Name.String, Email: r.Email.String,
		Agency: Agency{
			Code: r.Code.String, Name: r.AgencyName.String, Kind: models.AgencyKind(r.Kind.String), Zone: zone(r.Zone.String), Band: r.Band.String,
			ContactName: r.ContactName.String, ContactEmail: r.ContactEmail.String, ContactPhone: r.ContactPhone.String,
			Demonstration: r.Demonstration.Bool, Idle: l.idle, Absolute: l.absolute,
		},
	}
	if r.AgencyID != nil {
		p.Agency.ID = *r.AgencyID
	}
	for _, role := range r.Roles {
		p.Roles = append(p.Roles, auth.Role(role))
	}
	return p
}

// limits are how long a session lasts.
type limits struct{ idle, absolute time.Duration }

// limitsOf are the agency's own where it has set lower ones. It cannot raise them:
// the schema refuses that, and so does this.
func (t *table) limitsOf(r row) limits {
	l := limits{t.idle, t.absolute}
	if d := time.Duration(r.IdleMinutes.Int64) * time.Minute; d > 0 && d < l.idle {
		l.idle = d
	}
	if d := time.Duration(r.AbsoluteHours.Int64) * time.Hour; d > 0 && d < l.absolute {
		l.absolute = d
	}
	return l
}

// end is when a session made at since ends if nothing is heard of its person after
// seen.
func (l limits) end(since, seen time.Time) time.Time {
	return earlier(since.Add(l.absolute), seen.Add(l.idle))
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}
