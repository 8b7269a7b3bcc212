package people

import (
	"fmt"
	"slices"
	"strings"

	"github.com/google/uuid"

	"reeve/auth"
	"reeve/models"
	"reeve/models/account"
	"reeve/models/store"
)

// run does what each entry says, each behind a savepoint, so that one that is wrong
// leaves nothing and the next are still tried.
func (s *Sheet) run(tx *store.Tx, entries []entry) error {
	for _, e := range entries {
		l := SheetLine{Line: e.line, Email: clip(e.email, 100), Name: clip(e.name, 100), Roles: e.roles}
		if e.wrong != "" {
			s.add(l, uuid.Nil, IsWrong, e.wrong)
			continue
		}
		if err := tx.Exec("savepoint entry").Error; err != nil {
			return fmt.Errorf("beginning line %d: %w", e.line, err)
		}
		id, verdict, words, err := s.apply(tx, e)
		after := "release savepoint entry"
		if err != nil {
			if k := models.KindOf(err); k == models.Internal || k == models.Unavailable {
				return err
			}
			id, verdict, words, after = uuid.Nil, IsWrong, models.MessageOf(err), "rollback to savepoint entry; release savepoint entry"
		}
		for _, step := range strings.Split(after, "; ") {
			if err := tx.Exec(step).Error; err != nil {
				return fmt.Errorf("ending line %d: %w", e.line, err)
			}
		}
		s.add(l, id, verdict, words)
	}
	return nil
}

func (s *Sheet) add(l SheetLine, id uuid.UUID, v Verdict, words string) {
	l.Verdict, l.Words, l.id = v, words, id
	s.Lines = append(s.Lines, l)
	s.Counts[v]++
}

// touched are the accounts that were made or changed.
func (s *Sheet) touched() (ids []uuid.UUID) {
	for _, l := range s.Lines {
		if l.id != uuid.Nil && l.Verdict != WillKeep {
			ids = append(ids, l.id)
		}
	}
	return ids
}

// apply does what one entry says.
func (s *Sheet) apply(tx *store.Tx, e entry) (id uuid.UUID, v Verdict, words string, err error) {
	email, err := account.Email(e.email)
	if err != nil {
		return id, v, "", err
	}
	var there []uuid.UUID
	if err := tx.Raw("select id from users where agency_id = ? and email = ? and state <> 'removed' limit 1", s.Agency.ID, email).Scan(&there).Error; err != nil {
		return id, v, "", fmt.Errorf("looking for the account: %w", err)
	}
	if len(there) == 1 {
		u, err := account.Lock(tx, there[0], 0)
		if err != nil {
			return id, v, "", err
		}
		v, words, err = e.change(tx, u)
		return u.ID, v, words, err
	}
	n := account.New{AgencyID: s.Agency.ID, Email: email, Name: e.name, Roles: e.roles, Source: models.ByFile, Approved: s.Approved}
	if e.title != nil {
		n.Title = *e.title
	}
	if e.sworn != nil {
		n.Sworn, _ = swornOf(*e.sworn)
	}
	u, err := account.Invite(tx, n)
	if err != nil {
		return id, v, "", err
	}
	if u.Version > 1 {
		return u.ID, WillReturn, "Left before; is invited again as " + rolesInWords(u.Roles) + ".", nil
	}
	return u.ID, WillInvite, "A new account, as " + rolesInWords(u.Roles) + ".", nil
}

// change brings an account to what the entry says; columns that the file lacks stay.
func (e entry) change(tx *store.Tx, u *models.User) (v Verdict, words string, err error) {
	var changes []string
	differs := func(what, was, is string) {
		if was != is {
			changes = append(changes, fmt.Sprintf("%s from %s to %s", what, orNone(was), orNone(is)))
		}
	}
	name, err := account.Name(e.name)
	if err != nil {
		return v, "", err
	}
	differs("name", u.Name, name)
	u.Name = name
	if e.title != nil {
		title, err := account.Title(*e.title)
		if err != nil {
			return v, "", err
		}
		differs("title", u.Title, title)
		u.Title = title
	}
	if e.sworn != nil {
		sworn, _ := swornOf(*e.sworn)
		differs("sworn", swornText(u.Sworn), swornText(sworn))
		u.Sworn = sworn
	}
	raises := !sameRoles(u.Roles, e.roles)
	if raises {
		changes = append(changes, "roles from "+rolesInWords(u.Roles)+" to "+rolesInWords(texts(e.roles)))
	}
	switch {
	case len(changes) == 0:
		return WillKeep, "As it is already.", nil
	case u.ID == tx.Actor.UserID:
		return v, "", models.Forbiddenf("This is your own account, and nobody changes their own. Leave the line out.")
	case raises:
		err = account.DoSetRoles(tx, u, e.roles)
	default:
		err = account.Save(tx, u)
	}
	return WillChange, "Changes " + strings.Join(changes, "; ") + ".", err
}

func sameRoles(have models.TextList, want []auth.Role) bool {
	for _, r := range want {
		if !slices.Contains(have, string(r)) {
			return false
		}
	}
	for _, h := range have {
		if !slices.Contains(want, auth.Role(h)) {
			return false
		}
	}
	return true
}

func texts(roles []auth.Role) []string {
	out := make([]string, len(roles))
	for i, r := range roles {
		out[i] = string(r)
	}
	return out
}

func orNone(text string) string {
	if text == "" {
		return "nothing"
	}
	return "“" + text + "”"
}
