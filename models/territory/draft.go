package territory

import (
	"context"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"

	"reeve/auth"
	"reeve/models"
	"reeve/models/audit"
	"reeve/models/store"
)

// The states of a draft.
const (
	StateDraft     = "draft"
	StatePublished = "published"
	StateDropped   = "dropped"
)

// Limits of what is typed.
const (
	NameLimit   = 80
	NoteLimit   = 1000
	SourceLimit = 500
	MaxChanges  = 5000 // of one draft
)

// Draft is a named set of changes.
type Draft struct {
	ID            uuid.UUID `gorm:"primaryKey"`
	Name          string
	Note          string
	PastWhy       string // why something changes for days that have passed
	State         string
	Number        *int // the version that it became
	MadeBy        *uuid.UUID
	MadeByName    string
	MadeAt        time.Time
	ChangedAt     time.Time
	ChangedByName string
	Version       int
}

// TableName names the table for gorm.
func (Draft) TableName() string { return "territory_drafts" }

// Sheet is a draft with its changes and what keeps it from being published.
type Sheet struct {
	Draft    Draft
	Changes  []Change
	Findings []Finding
	Added    int // rows that publishing adds
	Ended    int // rows that it ends or withdraws
	Head     int // number of the newest published version
	From     time.Time
}

// DraftInput is what a person says of a draft.
type DraftInput struct {
	Name, Note, PastWhy string
	Version             int // of the draft as the form showed it
}

func (in *DraftInput) check() error {
	f := map[string]string{}
	in.Name, in.Note, in.PastWhy = text(f, "name", in.Name, NameLimit), text(f, "note", in.Note, NoteLimit), text(f, "past_why", in.PastWhy, SourceLimit)
	if in.Name == "" && f["name"] == "" {
		f["name"] = "Give the draft a name by which others know it, for example “Region takes over two counties”."
	}
	return faults(f)
}

// text trims what was typed and notes what is wrong with it.
func text(f map[string]string, field, v string, limit int) string {
	v = strings.TrimSpace(strings.ReplaceAll(v, "\r\n", "\n"))
	switch {
	case !utf8.ValidString(v) || strings.ContainsRune(v, 0):
		f[field] = "This text holds characters that cannot be stored. Type it anew."
	case utf8.RuneCountInString(v) > limit:
		f[field] = fmt.Sprintf("This is %d characters long; at most %d can be kept.", utf8.RuneCountInString(v), limit)
	}
	return v
}

func faults(f map[string]string) error {
	if len(f) == 0 {
		return nil
	}
	return &models.Error{Kind: models.Invalid, Message: "Some of this cannot be kept. Nothing was saved; look at the fields marked.", Fields: f}
}

// Begin makes an empty draft. What is wrong with a field is Invalid.
func (s *Service) Begin(ctx context.Context, a auth.Actor, in DraftInput) (uuid.UUID, error) {
	line := audit.Event{Action: "territory.begun", Words: "Began a draft of territory."}
	if err := s.manage(ctx, a, line); err != nil {
		return uuid.Nil, err
	}
	if err := in.check(); err != nil {
		return uuid.Nil, err
	}
	d := Draft{ID: store.NewID(), Name: in.Name, Note: in.Note, PastWhy: in.PastWhy, State: StateDraft, MadeByName: a.Name, ChangedByName: a.Name, Version: 1}
	if a.UserID != uuid.Nil {
		d.MadeBy = &a.UserID
	}
	err := s.store.As(ctx, a, func(tx *store.Tx) error {
		d.MadeAt, d.ChangedAt = tx.Now, tx.Now
		if err := tx.Create(&d).Error; err != nil {
			return fmt.Errorf("beginning a draft of territory: %w", err)
		}
		line.Subject, line.Detail = d.Name, map[string]any{"draft": d.ID}
		return audit.Record(tx, line)
	})
	return d.ID, err
}

// Describe changes what a draft says of itself. A draft that was changed since, or is
// none any more, is Conflict.
func (s *Service) Describe(ctx context.Context, a auth.Actor, id uuid.UUID, in DraftInput) error {
	line := audit.Event{Action: "territory.described", Subject: "draft " + id.String(), Words: "Changed the description of a draft of territory."}
	if err := s.manage(ctx, a, line); err != nil {
		return err
	}
	wrong := in.check()
	err := s.store.As(ctx, a, func(tx *store.Tx) error {
		d, err := lockDraft(tx, id, in.Version)
		if err != nil {
			return err
		}
		if wrong != nil {
			return wrong
		}
		if err := touch(tx, d, map[string]any{"name": in.Name, "note": in.Note, "past_why": in.PastWhy}); err != nil {
			return err
		}
		return audit.Record(tx, line)
	})
	return s.unseen(ctx, a, line, err)
}

// Drop ends a draft without publishing it. It is kept to be read.
func (s *Service) Drop(ctx context.Context, a auth.Actor, id uuid.UUID, version int) error {
	line := audit.Event{Action: "territory.dropped", Subject: "draft " + id.String(), Words: "Dropped a draft of territory; nothing was changed."}
	if err := s.manage(ctx, a, line); err != nil {
		return err
	}
	err := s.store.As(ctx, a, func(tx *store.Tx) error {
		d, err := lockDraft(tx, id, version)
		if err != nil {
			return err
		}
		if err := touch(tx, d, map[string]any{"state": StateDropped}); err != nil {
			return err
		}
		line.Subject = d.Name
		return audit.Record(tx, line)
	})
	return s.unseen(ctx, a, line, err)
}

// lockDraft reads a draft for update. version, when not zero, must be the row's.
func lockDraft(tx *store.Tx, id uuid.UUID, version int) (*Draft, error) {
	d, err := findDraft(tx, id, " for update")
	if err != nil {
		return nil, err
	}
	switch {
	case d.State == StatePublished:
		return nil, models.Conflictf("%s published this draft as version %d at %s UTC. What is published is not changed; begin a new draft.", d.ChangedByName, *d.Number, d.ChangedAt.UTC().Format("15:04 on 2 January 2006"))
	case d.State == StateDropped:
		return nil, models.Conflictf("%s dropped this draft at %s UTC. Begin a new one.", d.ChangedByName, d.ChangedAt.UTC().Format("15:04 on 2 January 2006"))
	case version != 0 && d.Version != version:
		return nil, models.Conflictf("%s changed this draft at %s UTC, after you opened it. Nothing of yours was saved; look at the change, then decide again.", d.ChangedByName, d.ChangedAt.UTC().Format("15:04:05 on 2 January 2006"))
	}
	return d, nil
}

func findDraft(tx *store.Tx, id uuid.UUID, lock string) (*Draft, error) {
	var found []Draft
	if err := tx.Raw("select * from territory_drafts where id = ?"+lock, id).Scan(&found).Error; err != nil {
		return nil, fmt.Errorf("reading a draft of territory: %w", err)
	}
	if len(found) == 0 {
		return nil, models.NotFoundf("This draft does not exist. Look for it in the list of drafts.")
	}
	return &found[0], nil
}

// touch saves columns of a draft that was locked.
func touch(tx *store.Tx, d *Draft, columns map[string]any) error {
	columns["version"], columns["changed_at"], columns["changed_by_name"] = d.Version+1, tx.Now, tx.Actor.Name
	if err := tx.Model(&Draft{}).Where("id = ?", d.ID).Updates(columns).Error; err != nil {
		return fmt.Errorf("saving a draft of territory: %w", err)
	}
	d.Version++
	return nil
}
