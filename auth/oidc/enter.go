package oidc

import (
	"errors"
	"strings"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"reeve/models"
	"reeve/models/audit"
	"reeve/models/store"
)

// enter writes a sign-in or a step-up that succeeded. An account that was found by
// its address is bound to the identity; one that no commander approved waits then,
// and is not let in.
func enter(tx *store.Tx, i issuer, a Attempt, who claims, found models.User, given models.TextList) (models.User, error) {
	var u models.User
	err := tx.Clauses(clause.Locking{Strength: "UPDATE"}).Where("id = ?", found.ID).Take(&u).Error
	if err != nil || u.State != found.State || u.IssuerID != i.ID || (u.Subject == nil) != (found.Subject == nil) || u.Subject != nil && *u.Subject != who.Subject {
		if err == nil || errors.Is(err, gorm.ErrRecordNotFound) {
			err = errMoved
		}
		return u, err
	}
	before, bind := u, u.Subject == nil
	u.Subject, u.LastACR, u.LastAMR = &who.Subject, who.ACR, models.TextList(who.AMR)
	if bind && u.State != models.UserActive {
		to := models.UserActive
		if u.ApprovedAt == nil {
			to = models.UserWaiting
		}
		if to != u.State {
			u.State, u.StateAt, u.StateWhy = to, &tx.Now, ""
		}
	}
	kept := false
	if given != nil {
		if u.Roles, kept, err = keepLastAdmin(tx, before, given); err != nil {
			return u, err
		}
	}
	if u.State == models.UserActive {
		u.LastSeenAt = &tx.Now
		if !a.Fresh {
			u.LastSignInAt = &tx.Now
		}
	}
	moved := u.State != before.State || bind || !sameRoles(u.Roles, before.Roles)
	if moved {
		u.Version++
	}
	err = tx.Model(&models.User{}).Where("id = ?", u.ID).Updates(map[string]any{"subject": u.Subject, "state": u.State, "state_at": u.StateAt, "state_why": u.StateWhy, "roles": u.Roles,
		"last_sign_in_at": u.LastSignInAt, "last_seen_at": u.LastSeenAt, "last_acr": u.LastACR, "last_amr": u.LastAMR, "version": u.Version}).Error
	if err != nil {
		return u, err
	}
	if err := tx.Exec("update issuers set last_success_at = ? where id = ? and (last_success_at is null or last_success_at < ?)", tx.Now, i.ID, tx.Now.Add(-stampEvery)).Error; err != nil {
		return u, err
	}
	if !sameRoles(u.Roles, before.Roles) || kept {
		if err := audit.Record(tx, rolesEvent(before, u, kept)); err != nil {
			return u, err
		}
	}
	return u, audit.Record(tx, enterEvent(i, a, who, before, u))
}

// enterEvent is the audit line of a sign-in, with what the provider said of how.
func enterEvent(i issuer, a Attempt, who claims, before, u models.User) audit.Event {
	e := audit.Event{Action: "session.signed-in", Subject: "sign-in at " + i.Host(), Words: "Signed in."}
	how := map[string]any{"strong": strong(i.Issuer, who.ACR, who.AMR)}
	if who.ACR != "" {
		how["acr"] = who.ACR
	}
	if len(who.AMR) > 0 {
		how["amr"] = who.AMR
	}
	if !who.AuthAt.IsZero() {
		how["auth_time"] = who.AuthAt.UTC().Format(time.RFC3339)
	}
	e.Detail = how
	switch {
	case u.State == models.UserWaiting:
		e.Action, e.Words = "session.bound", "Proved for the first time who they are; the account is now bound to this identity and waits for a commander's approval."
	case a.Fresh:
		e.Action, e.Words = "session.proved", "Proved anew who they are."
	case before.Subject == nil && before.State == models.UserActive:
		e.Words = "Signed in; the account is now bound to this identity, at the identity provider to which the agency moved."
	case before.Subject == nil:
		e.Words = "Signed in for the first time; the account is now bound to this identity."
	}
	return e
}

// rolesEvent is the audit line of roles that came with a sign-in.
func rolesEvent(before, u models.User, kept bool) audit.Event {
	from, to := strings.Join(before.Roles, ", "), strings.Join(u.Roles, ", ")
	e := audit.Event{Action: "user.roles", Subject: u.Email, Detail: map[string]any{"before": before.Roles, "after": u.Roles, "by": "identity provider"},
		Words: "The identity provider changed the roles from " + from + " to " + to + "."}
	if kept {
		e.Words = "The identity provider took the admin's role away from the agency's last active admin; it was kept. The roles are now " + to + "."
	}
	return e
}
