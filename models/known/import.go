package known

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm"

	"reeve/auth"
	"reeve/models"
	"reeve/models/account"
	"reeve/models/audit"
	"reeve/models/store"
)

// Limits of the form.
const (
	NameLimit   = 120
	SourceLimit = 200
	SchemeLimit = 80
	NoteLimit   = 500
)

// Draft is what a person says of a file that is to become a hash set.
type Draft struct {
	Name     string
	Source   string // who made the list, in words
	Scheme   string // what its categories mean
	Note     string
	FileName string
	FileSize int64 // 0: not known
	// Progress is told from time to time how far it is; nil: nobody.
	Progress func(entries int, bytes int64)
}

func (d Draft) checked() (Draft, error) {
	wrong := map[string]string{}
	for _, f := range []struct {
		name        string
		text        *string
		least, most int
	}{{"name", &d.Name, 1, NameLimit}, {"source", &d.Source, 1, SourceLimit}, {"scheme", &d.Scheme, 1, SchemeLimit}, {"note", &d.Note, 0, NoteLimit}, {"file", &d.FileName, 0, 255}} {
		var err error
		if *f.text, err = account.Line(f.name, *f.text, f.least, f.most); err != nil {
			wrong[f.name] = models.MessageOf(err)
		}
	}
	if len(wrong) > 0 {
		return d, &models.Error{Kind: models.Invalid, Message: "Something needs correcting.", Fields: wrong}
	}
	d.FileSize = max(d.FileSize, 0)
	return d, nil
}

// Import reads a hash list and makes it an active set. It streams: memory does not
// depend on the file, and its progress is in the list of sets while it lasts. A field
// or a file that breaks a rule is Invalid with the field ("file" with line and reason);
// a file that is imported already is Conflict, as is an import that somebody cancelled.
// After any error nothing of the file is kept but a failed set that says why.
func (s *Service) Import(ctx context.Context, a auth.Actor, in Draft, file io.Reader) (*models.KnownSet, error) {
	line := audit.Event{Action: "known.imported", Subject: "hash set", Words: "Tried to import a hash set."}
	if err := audit.May(ctx, s.store, a, auth.ManageKnown, line, ask); err != nil {
		return nil, err
	}
	return s.imported(ctx, a, in, file)
}

// ImportAtConsole is Import for an administrator at the console.
func (s *Service) ImportAtConsole(ctx context.Context, in Draft, file io.Reader) (*models.KnownSet, error) {
	return s.imported(ctx, auth.System(auth.ForSetup), in, file)
}

func (s *Service) imported(ctx context.Context, a auth.Actor, in Draft, file io.Reader) (*models.KnownSet, error) {
	in, err := in.checked()
	if err != nil {
		return nil, err
	}
	set, err := s.begin(ctx, a, in)
	if err != nil {
		return nil, err
	}
	src := newSource(file)
	w := &writer{store: s.store, actor: a, set: set, src: src, progress: in.Progress}
	if err = w.run(ctx); err == nil {
		err = s.activate(ctx, a, set, w, src)
	}
	if err == nil {
		return set, nil
	}
	why, answer := inWords(ctx, err)
	// What is undone is undone whoever waits for it, and not for ever.
	undo, stop := context.WithTimeout(context.WithoutCancel(ctx), 20*time.Second)
	defer stop()
	if failed := s.fail(undo, a, set, why, err); failed != nil {
		return nil, errors.Join(answer, failed)
	}
	if _, failed := s.clear(undo, a, set, undo); failed != nil && undo.Err() == nil {
		return nil, errors.Join(answer, failed) // the worker goes on with it
	}
	return nil, answer
}

// begin notes that a set is being imported.
func (s *Service) begin(ctx context.Context, a auth.Actor, in Draft) (*models.KnownSet, error) {
	set := &models.KnownSet{ID: store.NewID(), Name: in.Name, Source: in.Source, Scheme: in.Scheme, Note: in.Note, FileName: in.FileName, FileSize: in.FileSize,
		State: models.KnownImporting, MadeByName: a.Name, Version: 1}
	if a.UserID != uuid.Nil {
		set.MadeBy = &a.UserID
	}
	err := s.store.As(ctx, a, func(tx *store.Tx) error {
		set.MadeAt, set.BeatAt = tx.Now, tx.Now
		err := tx.Raw(`insert into known_sets (id, name, source, scheme, note, file_name, file_size, state, made_by, made_by_name, made_at, beat_at)
			values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) returning number`, set.ID, set.Name, set.Source, set.Scheme, set.Note, set.FileName, set.FileSize, set.State,
			set.MadeBy, set.MadeByName, set.MadeAt, set.BeatAt).Row().Scan(&set.Number)
		if err != nil {
			return fmt.Errorf("noting a new hash set: %w", err)
		}
		return audit.Record(tx, audit.Event{Action: "known.begun", Subject: set.Name, Words: "Began to import a hash set.", Detail: map[string]any{"set": set.ID, "file": set.FileName, "scheme": set.Scheme}})
	})
	if err != nil {
		return nil, err
	}
	return set, nil
}

// inOrder makes activations and withdrawals wait for each other, so that their
// numbers are in the order of their commits.
const inOrder = "select pg_advisory_xact_lock(hashtextextended('known sets', 0))"

// activate makes the set count, all of it in one statement.
func (s *Service) activate(ctx context.Context, a auth.Actor, set *models.KnownSet, w *writer, src *source) error {
	set.FileSHA256, set.Format, set.Entries, set.Pictures = src.sum.Sum(nil), string(w.format), w.entries, w.pictures
	return s.store.As(ctx, a, func(tx *store.Tx) error {
		if err := tx.Exec(inOrder).Error; err != nil {
			return fmt.Errorf("waiting for other hash sets: %w", err)
		}
		var twin models.KnownSet
		err := tx.Where("file_sha256 = ? and state = 'active'", set.FileSHA256).Take(&twin).Error
		if err == nil {
			return models.Conflictf("This very file was imported already: as %q, by %s on %s. Nothing was imported a second time.", twin.Name, twin.MadeByName, twin.MadeAt.Format("2 January 2006"))
		} else if !errors.Is(err, gorm.ErrRecordNotFound) {
			return fmt.Errorf("looking for the same file: %w", err)
		}
		q := tx.Exec(`update known_sets set state = 'active', change = nextval('known_change'), format = ?, file_sha256 = ?, ended_at = ?, beat_at = ?,
			entries = ?, pictures = ?, bytes = ?, lines = ?, version = version + 1 where id = ? and state = 'importing'`,
			set.Format, set.FileSHA256, tx.Now, tx.Now, set.Entries, set.Pictures, src.bytes, src.lines, set.ID)
		if q.Error != nil {
			return fmt.Errorf("making hash set %q active: %w", set.Name, q.Error)
		}
		if q.RowsAffected == 0 {
			return errCancelled
		}
		set.State, set.EndedAt, set.Version = models.KnownActive, &tx.Now, set.Version+1
		return audit.Record(tx, audit.Event{Action: "known.imported", Subject: set.Name,
			Words: fmt.Sprintf("Imported a hash set of %d entries; files are compared with it from now on.", set.Entries),
			Detail: map[string]any{"set": set.ID, "file": set.FileName, "sha256": hex.EncodeToString(set.FileSHA256), "scheme": set.Scheme,
				"entries": set.Entries, "pictures": set.Pictures}})
	})
}

// errCancelled is what an import meets whose set is not being imported any more.
var errCancelled = models.Conflictf("This import was cancelled. Nothing of the file was kept.")

// inWords answers why an import failed, for the list of sets, and the error for the
// person.
func inWords(ctx context.Context, err error) (string, error) {
	var broken *Broken
	switch {
	case errors.As(err, &broken):
		return broken.Error(), &models.Error{Kind: models.Invalid, Message: broken.Error(), Err: err,
			Fields: map[string]string{"file": broken.Error() + " Nothing of the file was kept."}}
	case errors.Is(err, errCancelled):
		return "It was cancelled.", err
	case models.KindOf(err) == models.Conflict:
		return models.MessageOf(err), err
	case ctx.Err() != nil, errors.Is(err, io.ErrUnexpectedEOF):
		const words = "The upload broke off before the file's end."
		return words, &models.Error{Kind: models.Invalid, Message: words, Err: err, Fields: map[string]string{"file": words + " Choose the file again."}}
	}
	return "It could not be stored, by a fault on our side.", err
}

// fail marks the set as failed and says why, unless it ended otherwise meanwhile.
func (s *Service) fail(ctx context.Context, a auth.Actor, set *models.KnownSet, why string, err error) error {
	var broken *Broken
	var line *int64
	if errors.As(err, &broken) {
		line = &broken.Line
	}
	return s.store.As(ctx, a, func(tx *store.Tx) error {
		q := tx.Exec("update known_sets set state = 'failed', problem = ?, problem_line = ?, ended_at = ?, version = version + 1 where id = ? and state = 'importing'", why, line, tx.Now, set.ID)
		if q.Error != nil {
			return fmt.Errorf("marking hash set %q as failed: %w", set.Name, q.Error)
		}
		if q.RowsAffected == 0 {
			return nil // cancelled, which has its own line
		}
		return audit.Record(tx, audit.Event{Action: "known.failed", Subject: set.Name, Words: "The import of a hash set failed; nothing of its file was kept.", Detail: map[string]any{"set": set.ID, "why": why}})
	})
}
