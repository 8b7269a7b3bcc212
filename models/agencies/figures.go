package agencies

import (
	"fmt"
	"time"

	"github.com/google/uuid"

	"reeve/models"
	"reeve/models/store"
)

// How far figures are counted. A page says "100+" past the first, "1000+" past the
// second; nothing needs to be known more exactly.
const (
	MostCounted = 100
	MostOpen    = 1000
)

// SignIn is how an agency's sign-in stands.
type SignIn string

// The states of a sign-in.
const (
	SignInNone    SignIn = "none"    // no identity provider yet
	SignInDraft   SignIn = "draft"   // being set up
	SignInOff     SignIn = "off"     // set up and switched off
	SignInOn      SignIn = "on"      // people sign in
	SignInFailing SignIn = "failing" // switched on, and its last answer was a failure
)

// Figures are what an admin above learns of an agency: numbers and states, nothing
// of any report.
type Figures struct {
	ID           uuid.UUID
	Active       int // at most MostCounted+1, as the next three
	Waiting      int // for a commander's approval
	Invited      int
	Due          int // for the yearly review
	Open         int // open referrals, at most MostOpen+1
	Children     int // agencies directly below that are open, at most MostCounted+1
	Admin        bool
	AdminInvited bool // somebody is on the way to becoming the first admin
	LastSignIn   *time.Time
	SignIn       SignIn
	AskedDomains bool // an e-mail domain waits for the clearinghouse
}

// figuresQuery counts for the agencies of one page in one statement. Every count
// stops; every sub-select is a short stretch of an index.
const figuresQuery = `
select a.id, w.open, p.children, d.asked_domains,
       u.active, u.waiting, u.invited, u.due, u.last_sign_in, u.admin, u.admin_invited,
       case when i.failing then 'failing' when i.enabled then 'on' when i.n > 0 then 'off' when i.drafts then 'draft' else 'none' end as sign_in
  from agencies a
  join agencies_open_work(@ids) w on w.agency_id = a.id
 cross join lateral (select
       (select count(*) from (select 1 from users x where x.agency_id = a.id and x.state = 'active' limit @most) c) as active,
       (select count(*) from (select 1 from users x where x.agency_id = a.id and x.state = 'waiting' limit @most) c) as waiting,
       (select count(*) from (select 1 from users x where x.agency_id = a.id and x.state = 'invited' limit @most) c) as invited,
       (select count(*) from (select 1 from users x where x.agency_id = a.id and x.state <> 'removed' and coalesce(x.recertified_at, x.created_at) <= @due limit @most) c) as due,
       (select max(x.last_sign_in_at) from users x where x.agency_id = a.id and x.last_sign_in_at is not null) as last_sign_in,
       exists (select 1 from users x where x.agency_id = a.id and x.state = 'active' and x.roles && @admins) as admin,
       exists (select 1 from users x where x.agency_id = a.id and x.state in ('invited', 'waiting') and x.roles && @admins) as admin_invited) u
 cross join lateral (select count(*) as n, coalesce(bool_or(s.enabled), false) as enabled,
       coalesce(bool_or(s.enabled and s.last_failure_at > coalesce(s.last_success_at, '-infinity')), false) as failing,
       exists (select 1 from issuer_drafts t where t.agency_id = a.id) as drafts
         from issuers s where s.agency_id = a.id) i
 cross join lateral (select count(*) as children from (select 1 from agencies c where c.parent_id = a.id and c.closed_at is null limit @most) c) p
 cross join lateral (select exists (select 1 from agency_domains d where d.agency_id = a.id and d.approved is null) as asked_domains) d
 where a.id = any(@ids)`

var adminRoles = models.TextList{"agency-admin", "clearinghouse-admin"}

// figures counts for the agencies, by id. One that the actor does not manage is left out.
func figures(tx *store.Tx, ids []uuid.UUID) (map[uuid.UUID]Figures, error) {
	out := map[uuid.UUID]Figures{}
	if len(ids) == 0 {
		return out, nil
	}
	var rows []Figures
	err := tx.Raw(figuresQuery, map[string]any{"ids": models.IDList(ids), "most": MostCounted + 1, "due": tx.Now.Add(-models.RecertifyAfter), "admins": adminRoles}).Scan(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("counting for agencies: %w", err)
	}
	for _, r := range rows {
		out[r.ID] = r
	}
	return out, nil
}
