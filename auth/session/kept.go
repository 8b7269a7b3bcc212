package session

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/google/uuid"

	"reeve/auth"
	"reeve/models"
	"reeve/models/store"
)

// How much is kept of forms that came before their sender had signed in, or proved
// anew who they are.
const (
	KeptFor  = 20 * time.Minute // a sign-in on its way is open as long
	KeptMost = 5                // of one person in one browser; the oldest gives way
	KeptSize = 64 << 10         // names and values of one form, in bytes
)

// Value is one field of a form.
type Value struct {
	Name string `json:"n"`
	Text string `json:"v"`
}

// Form is a form that was sent and not carried out. It belongs to one person in
// one browser and to one address.
type Form struct {
	ID     uuid.UUID `json:"-"`
	Path   string    `json:"-"`               // where it was sent, with the query
	Deed   string    `json:"deed"`            // name of the route that it was sent to
	Page   string    `json:"page,omitempty"`  // the page on which it was typed, if the browser said
	Fields []Value   `json:"fields"`          // in the order of the form
	Files  []Value   `json:"files,omitempty"` // field and name of files, which are not kept
	Parts  bool      `json:"parts,omitempty"` // was multipart/form-data
	At     time.Time `json:"-"`
}

// Until is when the form is no longer kept.
func (f Form) Until() time.Time { return f.At.Add(KeptFor) }

// errNotKept is the answer for a form that is no more, another person's, another
// browser's, or for another address: they cannot be told apart.
var errNotKept = &models.Error{Kind: models.NotFound, Message: "This form is no longer kept: it was sent already, discarded, or is older than 20 minutes."}

// Keep keeps a form for whoever is signed in or, where nobody is, for the person
// whose session ended by itself in this browser, and answers its id. With neither
// it is Forbidden; a form that is too large is Invalid.
func (m *Manager) Keep(ctx context.Context, f Form) (uuid.UUID, error) {
	cur := currentFrom(ctx)
	owner, known := cur.owner()
	if !known {
		return uuid.Nil, models.Forbiddenf("Sign in first.")
	}
	if f.size() > KeptSize {
		return uuid.Nil, models.InvalidField("form", "What was typed is too long to be kept.")
	}
	if m.scs.Token(ctx) == "" {
		// Nobody is signed in and nothing was kept for this browser so far.
		if err := m.scs.RenewToken(ctx); err != nil {
			return uuid.Nil, err
		}
	}
	token := m.scs.Token(ctx)
	f.ID = store.NewID()
	plain, err := json.Marshal(f)
	if err != nil {
		return uuid.Nil, err
	}
	sealed, err := seal(token, f.ID, plain)
	if err != nil {
		return uuid.Nil, err
	}
	err = m.store.As(ctx, auth.System(auth.ForSession), func(tx *store.Tx) error {
		err := tx.Exec("insert into kept_forms (kept_at, id, token_hash, user_id, path, sealed) values (?, ?, ?, ?, ?, ?)", tx.Now, f.ID, hash(token), owner, f.Path, sealed).Error
		if err != nil {
			return err
		}
		return tx.Exec(`delete from kept_forms where token_hash = ? and id not in (select id from kept_forms where token_hash = ? order by kept_at desc, id desc limit ?)`,
			hash(token), hash(token), KeptMost).Error
	})
	if err != nil {
		return uuid.Nil, fmt.Errorf("keeping a form: %w", err)
	}
	return f.ID, nil
}

// Forms answers what is kept for the signed-in person in this browser, newest first.
func (m *Manager) Forms(ctx context.Context) ([]Form, error) {
	return m.forms(ctx, "select id, path, sealed, kept_at from kept_forms where kept_at > ? and token_hash = ? and user_id = ? order by kept_at desc, id desc")
}

// Form answers one kept form of the signed-in person. Any other is NotFound.
func (m *Manager) Form(ctx context.Context, id uuid.UUID) (Form, error) {
	return one(m.forms(ctx, "select id, path, sealed, kept_at from kept_forms where kept_at > ? and token_hash = ? and user_id = ? and id = ?", id))
}

// Take answers a kept form and forgets it: of two requests for the same form one
// gets it. path is the address to which it is now sent, and must be its own.
func (m *Manager) Take(ctx context.Context, id uuid.UUID, path string) (Form, error) {
	// chr(63) is the question mark, which here would stand for a value.
	return one(m.forms(ctx, "delete from kept_forms where kept_at > ? and token_hash = ? and user_id = ? and id = ? and split_part(path, chr(63), 1) = ? returning id, path, sealed, kept_at", id, path))
}

// PutBack keeps a form again that was taken and could not be carried out through no
// fault of its sender. Its time goes on.
func (m *Manager) PutBack(ctx context.Context, f Form) error {
	cur := currentFrom(ctx)
	owner, known := cur.owner()
	token := m.scs.Token(ctx)
	if !known || token == "" {
		return errNotKept
	}
	plain, err := json.Marshal(f)
	if err != nil {
		return err
	}
	sealed, err := seal(token, f.ID, plain)
	if err != nil {
		return err
	}
	return m.store.As(ctx, auth.System(auth.ForSession), func(tx *store.Tx) error {
		return tx.Exec("insert into kept_forms (kept_at, id, token_hash, user_id, path, sealed) values (?, ?, ?, ?, ?, ?) on conflict do nothing", f.At, f.ID, hash(token), owner, f.Path, sealed).Error
	})
}

// Discard forgets a kept form of the signed-in person; one that is not kept is
// NotFound.
func (m *Manager) Discard(ctx context.Context, id uuid.UUID) error {
	_, err := one(m.forms(ctx, "delete from kept_forms where kept_at > ? and token_hash = ? and user_id = ? and id = ? returning id, path, sealed, kept_at", id))
	return err
}

// forms runs a statement on the kept forms of the signed-in person in this browser
// and opens what it answers.
func (m *Manager) forms(ctx context.Context, query string, more ...any) ([]Form, error) {
	cur := currentFrom(ctx)
	if cur == nil || cur.person == nil {
		return nil, nil
	}
	token := m.scs.Token(ctx)
	var rows []keptRow
	err := m.store.As(ctx, auth.System(auth.ForSession), func(tx *store.Tx) error {
		rows = nil
		return tx.Raw(query, append([]any{tx.Now.Add(-KeptFor), hash(token), cur.userID}, more...)...).Scan(&rows).Error
	})
	if err != nil {
		return nil, fmt.Errorf("reading kept forms: %w", err)
	}
	var list []Form
	for _, r := range rows {
		plain, err := unseal(token, r.ID, r.Sealed)
		if err != nil {
			return nil, fmt.Errorf("opening a kept form: %w", err)
		}
		var f Form
		if err := json.Unmarshal(plain, &f); err != nil {
			return nil, fmt.Errorf("reading a kept form: %w", err)
		}
		f.ID, f.Path, f.At = r.ID, r.Path, r.KeptAt
		list = append(list, f)
	}
	return list, nil
}

type keptRow struct {
	ID     uuid.UUID
	UserID uuid.UUID
	Path   string
	Sealed []byte
	KeptAt time.Time
}

func one(list []Form, err error) (Form, error) {
	if err != nil {
		return Form{}, err
	}
	if len(list) == 0 {
		return Form{}, errNotKept
	}
	return list[0], nil
}

func (f Form) size() (n int) {
	n = len(f.Path) + len(f.Page)
	for _, v := range append(f.Fields, f.Files...) {
		n += len(v.Name) + len(v.Text)
	}
	return n
}

// owner is for whom a form of this request may be kept.
func (c *current) owner() (uuid.UUID, bool) {
	switch {
	case c == nil:
		return uuid.Nil, false
	case c.person != nil:
		return c.userID, true
	case c.was != nil:
		return *c.was, true
	}
	return uuid.Nil, false
}

// moveForms lets kept forms follow a browser's secret when that changes: those of
// the person who is signed in now, or all while nobody is. Another person's are
// forgotten: nobody who signs in here after them sees what they typed.
func moveForms(tx *store.Tx, cur *current, token string) error {
	if cur.token == "" || cur.token == token {
		return nil
	}
	old := hash(cur.token)
	if cur.userID != uuid.Nil {
		if err := tx.Exec("delete from kept_forms where token_hash = ? and user_id <> ?", old, cur.userID).Error; err != nil {
			return err
		}
	}
	var rows []keptRow
	if err := tx.Raw("select id, user_id, path, sealed, kept_at from kept_forms where token_hash = ? order by id limit ?", old, KeptMost).Scan(&rows).Error; err != nil {
		return err
	}
	for _, r := range rows {
		plain, err := unseal(cur.token, r.ID, r.Sealed)
		if err != nil { // not readable by anybody; no reason to keep its person out
			if err := tx.Exec("delete from kept_forms where id = ?", r.ID).Error; err != nil {
				return err
			}
			continue
		}
		sealed, err := seal(token, r.ID, plain)
		if err != nil {
			return err
		}
		if err := tx.Exec("update kept_forms set token_hash = ?, sealed = ? where id = ?", hash(token), sealed, r.ID).Error; err != nil {
			return err
		}
	}
	return nil
}

// forgetForms drops what is kept in this browser: its person signs out.
func (m *Manager) forgetForms(ctx context.Context, cur *current) error {
	if cur.token == "" {
		return nil
	}
	return m.store.As(ctx, auth.System(auth.ForSession), func(tx *store.Tx) error {
		return tx.Exec("delete from kept_forms where token_hash = ?", hash(cur.token)).Error
	})
}
