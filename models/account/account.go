package account

import (
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm/clause"

	"reeve/auth"
	"reeve/models"
	"reeve/models/store"
)

// Deed is something done to an account.
type Deed string

// The deeds.
const (
	Approve    Deed = "approve"
	SetRoles   Deed = "roles"
	Recertify  Deed = "recertify"
	Suspend    Deed = "suspend"
	Reactivate Deed = "reactivate"
	Remove     Deed = "remove"
)

var from = map[Deed][]models.UserState{
	Approve:    {models.UserInvited, models.UserWaiting},
	SetRoles:   {models.UserInvited, models.UserWaiting, models.UserActive, models.UserSuspended},
	Recertify:  {models.UserInvited, models.UserWaiting, models.UserActive, models.UserSuspended},
	Suspend:    {models.UserInvited, models.UserWaiting, models.UserActive},
	Reactivate: {models.UserSuspended},
	Remove:     {models.UserInvited, models.UserWaiting, models.UserActive, models.UserSuspended},
}

// May reports whether the deed is allowed on the account as it stands, roles and
// agencies aside.
func May(d Deed, u models.User) bool {
	return slices.Contains(from[d], u.State) && !(d == Approve && u.ApprovedAt != nil)
}

// Lock reads an account for update. One that the actor's agency does not manage is
// NotFound. version, when not zero, must still be the row's. Whoever changes an
// account of an agency waits here for whoever is changing another of it, so that
// two admins who remove each other do so one after the other and the second is
// refused.
func Lock(tx *store.Tx, id uuid.UUID, version int) (*models.User, error) {
	var u models.User
	if err := tx.Select("agency_id").Where("id = ?", id).Take(&u).Error; err != nil {
		return nil, store.Translate(err, "This account")
	}
	if err := tx.Exec("select pg_advisory_xact_lock(hashtextextended(?, 0))", "accounts of "+u.AgencyID.String()).Error; err != nil {
		return nil, fmt.Errorf("waiting for other changes of accounts: %w", err)
	}
	u = models.User{}
	if err := tx.Clauses(clause.Locking{Strength: "UPDATE"}).Where("id = ?", id).Take(&u).Error; err != nil {
		return nil, store.Translate(err, "This account")
	}
	if version != 0 && u.Version != version {
		return nil, models.Conflictf("Somebody else changed the account of %s a moment ago. Look at it again before you change it.", u.Name)
	}
	return &u, nil
}

// ready refuses a deed that the state forbids or that a person would do to
// themselves.
func ready(tx *store.Tx, d Deed, u *models.User) error {
	if tx.Actor.UserID != uuid.Nil && tx.Actor.UserID == u.ID {
		return models.Forbiddenf("Nobody changes their own access. Ask another admin of your agency, or of the agency above it.")
	}
	if !slices.Contains(from[d], u.State) {
		return models.Conflictf("%s's account is %s, so this cannot be done.", u.Name, StateInWords(u.State))
	}
	return nil
}

// DoApprove gives a commander's yes. Approving twice is Conflict.
func DoApprove(tx *store.Tx, u *models.User) error {
	if err := ready(tx, Approve, u); err != nil {
		return err
	}
	if u.ApprovedAt != nil {
		return models.Conflictf("%s is approved already, by %s.", u.Name, u.ApprovedByName)
	}
	at := tx.Now
	u.ApprovedAt, u.ApprovedByName = &at, tx.Actor.Name
	if tx.Actor.UserID != uuid.Nil {
		id := tx.Actor.UserID
		u.ApprovedBy = &id
	}
	if u.State == models.UserWaiting {
		move(tx, u, models.UserActive, "")
	}
	return save(tx, u)
}

// DoSetRoles gives the account exactly these roles.
func DoSetRoles(tx *store.Tx, u *models.User, roles []auth.Role) error {
	if err := ready(tx, SetRoles, u); err != nil {
		return err
	}
	list, err := rolesFor(tx, u.AgencyID, roles)
	if err != nil {
		return err
	}
	admin := adminRole(list)
	if u.State == models.UserActive && !admin {
		if err := notLastAdmin(tx, u); err != nil {
			return err
		}
	}
	u.Roles = list
	return save(tx, u)
}

// DoRecertify notes that the person still needs the access.
func DoRecertify(tx *store.Tx, u *models.User) error {
	if err := ready(tx, Recertify, u); err != nil {
		return err
	}
	at := tx.Now
	u.RecertifiedAt, u.RecertifiedByName = &at, tx.Actor.Name
	return save(tx, u)
}

// DoSuspend shuts the person out at once and answers how many sessions ended.
func DoSuspend(tx *store.Tx, u *models.User, why string) (ended int, err error) {
	if err := ready(tx, Suspend, u); err != nil {
		return 0, err
	}
	if err := notLastAdmin(tx, u); err != nil {
		return 0, err
	}
	move(tx, u, models.UserSuspended, why)
	if err := save(tx, u); err != nil {
		return 0, err
	}
	return EndSessions(tx, u.ID)
}

// DoReactivate lets a suspended person back to where the account stood.
func DoReactivate(tx *store.Tx, u *models.User) error {
	if err := ready(tx, Reactivate, u); err != nil {
		return err
	}
	to := models.UserActive
	switch {
	case u.Subject == nil:
		to = models.UserInvited
	case u.ApprovedAt == nil:
		to = models.UserWaiting
	}
	move(tx, u, to, "")
	if err := save(tx, u); err != nil {
		return err
	}
	// A session that was being made while the person was suspended must not come to
	// life now.
	_, err := EndSessions(tx, u.ID)
	return err
}

// DoRemove ends the account for good, hands the person's open referrals to heir
// unless that is nil, and answers how many sessions ended and referrals moved.
func DoRemove(tx *store.Tx, u *models.User, why string, heir *uuid.UUID) (ended, moved int, err error) {
	if err := ready(tx, Remove, u); err != nil {
		return 0, 0, err
	}
	if err := notLastAdmin(tx, u); err != nil {
		return 0, 0, err
	}
	if heir != nil {
		if moved, err = HandOver(tx, u.ID, *heir); err != nil {
			return 0, 0, err
		}
	}
	move(tx, u, models.UserRemoved, why)
	if err := save(tx, u); err != nil {
		return 0, 0, err
	}
	ended, err = EndSessions(tx, u.ID)
	return ended, moved, err
}

// HandOver gives a person's open referrals to an active investigator or supervisor
// of the same agency and answers how many there were.
func HandOver(tx *store.Tx, user, heir uuid.UUID) (n int, err error) {
	var fits bool
	err = tx.Raw(`select exists (select 1 from users h join users u on u.agency_id = h.agency_id and u.id = ?
		where h.id = ? and h.id <> u.id and h.state = 'active' and h.roles && array['investigator', 'supervisor'])`, user, heir).Row().Scan(&fits)
	if err != nil {
		return 0, fmt.Errorf("looking for the colleague: %w", err)
	}
	if !fits {
		return 0, models.InvalidField("heir", "Choose an active investigator or supervisor of the same agency.")
	}
	if err := tx.Raw("select people_hand_over(?, ?, ?, ?)", user, heir, tx.Now, tx.Actor.Name).Row().Scan(&n); err != nil {
		return 0, fmt.Errorf("handing over open work: %w", err)
	}
	return n, nil
}

// EndSessions ends every session of a person whose agency the actor manages, in
// the deed's own transaction, and answers how many were open. Those that had run
// out by themselves and wait to be swept are not counted.
func EndSessions(tx *store.Tx, user uuid.UUID) (open int, err error) {
	// One snapshot: the count does not see the deletion beside it.
	var ended int
	err = tx.Raw("select (select count(*) from people_sessions(?) where expires_at > ?), people_end_sessions(?)", user, tx.Now, user).Row().Scan(&open, &ended)
	if err != nil {
		return 0, fmt.Errorf("ending sessions: %w", err)
	}
	return open, nil
}

// StateInWords names a state for a reader.
func StateInWords(s models.UserState) string {
	return map[models.UserState]string{models.UserInvited: "invited", models.UserWaiting: "waiting for approval", models.UserActive: "active",
		models.UserSuspended: "suspended", models.UserRemoved: "removed"}[s]
}

func move(tx *store.Tx, u *models.User, to models.UserState, why string) {
	at := tx.Now
	u.State, u.StateAt, u.StateWhy = to, &at, why
}

// save writes what deeds change, and nothing else.
func save(tx *store.Tx, u *models.User) error {
	u.Version++
	res := tx.Model(&models.User{}).Where("id = ? and version = ?", u.ID, u.Version-1).Updates(map[string]any{
		"roles": u.Roles, "state": u.State, "state_at": u.StateAt, "state_why": u.StateWhy,
		"approved_at": u.ApprovedAt, "approved_by": u.ApprovedBy, "approved_by_name": u.ApprovedByName,
		"recertified_at": u.RecertifiedAt, "recertified_by_name": u.RecertifiedByName,
		"name": u.Name, "title": u.Title, "sworn": u.Sworn, "email": u.Email, "external_id": u.ExternalID, "version": u.Version,
	})
	if res.Error != nil {
		return fmt.Errorf("saving the account: %w", res.Error)
	}
	if res.RowsAffected == 0 {
		return models.Conflictf("Somebody else changed the account of %s a moment ago. Look at it again before you change it.", u.Name)
	}
	return nil
}

// Save writes an account whose name, title, sworn mark, e-mail or external id the
// caller changed.
func Save(tx *store.Tx, u *models.User) error { return save(tx, u) }

// adminRole reports whether the roles hold the one that manages an agency's people.
func adminRole(roles models.TextList) bool {
	return slices.Contains(roles, string(auth.AgencyAdmin)) || slices.Contains(roles, string(auth.ClearinghouseAdmin))
}

// notLastAdmin refuses to take an agency's last active admin. The admins' rows are
// locked, so that two admins cannot remove each other in the same moment.
func notLastAdmin(tx *store.Tx, u *models.User) error {
	if u.State != models.UserActive || !adminRole(u.Roles) {
		return nil
	}
	var others []uuid.UUID
	err := tx.Raw(`select id from users where agency_id = ? and state = 'active' and roles && array['agency-admin', 'clearinghouse-admin'] order by id for update`, u.AgencyID).Scan(&others).Error
	if err != nil {
		return fmt.Errorf("counting admins: %w", err)
	}
	if len(others) > 1 || len(others) == 1 && others[0] != u.ID {
		return nil
	}
	return models.Conflictf("%s is the last active admin of this agency. Make somebody else an admin first.", u.Name)
}

// Sleeping reports whether an active account has not signed in for so long that it
// is listed as idle.
func Sleeping(u models.User, now time.Time) bool {
	last := u.CreatedAt
	if u.LastSignInAt != nil {
		last = *u.LastSignInAt
	}
	return u.State == models.UserActive && now.Sub(last) >= models.IdleAfter
}
