package labelling

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"

	"gorm.io/gorm"

	"reeve/auth"
	"reeve/models"
	"reeve/models/audit"
	"reeve/models/store"
)

// NewScheme is a scheme that a supervisor adds.
type NewScheme struct {
	Code, Name, Help string
	About            models.LabelAbout
	Several          bool
	SecondLook       bool
}

// NewValue is a value that a supervisor adds to a scheme.
type NewValue struct {
	Code, Words string
	Excludes    string
	SecondLook  bool
}

// Change is what a supervisor may change of a scheme's value, or of a scheme when
// Value is empty. What it is called and what it means stay as they are, since labels
// rest on them.
type Change struct {
	Scheme, Value string
	SecondLook    bool
	Offered       bool
	Version       int
}

var (
	schemeCode = regexp.MustCompile(`^[a-z][a-z0-9-]{0,39}$`)
	valueCode  = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_.-]{0,59}$`)
)

// AddScheme adds a scheme without values.
func (s *Service) AddScheme(ctx context.Context, a auth.Actor, in NewScheme) error {
	in.Code, in.Name, in.Help = strings.TrimSpace(in.Code), strings.TrimSpace(in.Name), strings.TrimSpace(in.Help)
	line := audit.Event{Action: "label-scheme.added", Subject: "scheme " + short(in.Code), Words: "Added a scheme of labels."}
	if err := audit.May(ctx, s.store, a, auth.ManageRules, line, askRules); err != nil {
		return err
	}
	wrong := map[string]string{}
	if !schemeCode.MatchString(in.Code) {
		wrong["code"] = "Write a short code: small letters, digits and hyphens, beginning with a letter."
	}
	if text := badWords(in.Name, 80, true); text != "" {
		wrong["name"] = text
	}
	if text := badWords(in.Help, 300, false); text != "" {
		wrong["help"] = text
	}
	if in.About != models.AboutFile && in.About != models.AboutReport && in.About != models.AboutBoth {
		wrong["about"] = "Choose what its labels are about."
	}
	if len(wrong) > 0 {
		return &models.Error{Kind: models.Invalid, Message: "Some fields need a look.", Fields: wrong}
	}
	return s.store.As(ctx, a, func(tx *store.Tx) error {
		row := models.LabelScheme{Code: in.Code, Name: in.Name, About: in.About, Several: in.Several, SecondLook: in.SecondLook, Help: in.Help, Ordinal: 500,
			AddedAt: tx.Now, AddedByName: a.Name, Version: 1}
		if err := tx.Create(&row).Error; err != nil {
			return twice(err, "There is a scheme with this code already. Codes are never used again.")
		}
		line.Detail = map[string]any{"name": in.Name, "about": in.About, "several": in.Several, "second look": in.SecondLook}
		return audit.Record(tx, line)
	})
}

// AddValue adds a value to a scheme, after the others.
func (s *Service) AddValue(ctx context.Context, a auth.Actor, scheme string, in NewValue) error {
	in.Code, in.Words, in.Excludes = strings.TrimSpace(in.Code), strings.TrimSpace(in.Words), strings.TrimSpace(in.Excludes)
	line := audit.Event{Action: "label-scheme.value", Subject: "scheme " + short(scheme), Words: "Added a value to a scheme of labels."}
	if err := audit.May(ctx, s.store, a, auth.ManageRules, line, askRules); err != nil {
		return err
	}
	wrong := map[string]string{}
	if !valueCode.MatchString(in.Code) {
		wrong["code"] = "Write a short code: letters, digits, points, hyphens; it begins with a letter or digit."
	}
	if text := badWords(in.Words, 80, true); text != "" {
		wrong["words"] = text
	}
	if in.Excludes != "" && !schemeCode.MatchString(in.Excludes) {
		wrong["excludes"] = "Write one small word, the same at all values that exclude each other, or leave it empty."
	}
	if len(wrong) > 0 {
		return &models.Error{Kind: models.Invalid, Message: "Some fields need a look.", Fields: wrong}
	}
	err := s.store.As(ctx, a, func(tx *store.Tx) error {
		var of models.LabelScheme
		if err := tx.Where("code = ?", scheme).Take(&of).Error; err != nil {
			return store.Translate(err, "This scheme")
		}
		var last int16
		if err := tx.Raw("select coalesce(max(ordinal), 0) from label_values where scheme = ?", scheme).Row().Scan(&last); err != nil {
			return fmt.Errorf("reading the scheme's order: %w", err)
		}
		row := models.LabelValue{Scheme: scheme, Code: in.Code, Words: in.Words, Excludes: in.Excludes, SecondLook: in.SecondLook, Ordinal: min(last, 30000) + 1,
			AddedAt: tx.Now, AddedByName: a.Name, Version: 1}
		if err := tx.Create(&row).Error; err != nil {
			return twice(err, "The scheme has a value with this code already. Codes are never used again.")
		}
		line.Detail = map[string]any{"value": in.Code, "words": in.Words, "second look": in.SecondLook}
		return audit.Record(tx, line)
	})
	return audit.UnseenThing(ctx, s.store, a, line.Action, line.Subject, "Asked for a scheme of labels that does not exist.", err)
}

// Change says whether a scheme or a value is offered, and whether a second person must
// look. Labels that stand are left as they are.
func (s *Service) Change(ctx context.Context, a auth.Actor, in Change) error {
	line := audit.Event{Action: "label-scheme.changed", Subject: "scheme " + short(in.Scheme), Words: "Changed a scheme of labels."}
	if err := audit.May(ctx, s.store, a, auth.ManageRules, line, askRules); err != nil {
		return err
	}
	err := s.store.As(ctx, a, func(tx *store.Tx) error {
		var n int64
		q := tx.Model(&models.LabelScheme{}).Where("code = ?", in.Scheme)
		if in.Value != "" {
			q = tx.Model(&models.LabelValue{}).Where("scheme = ? and code = ?", in.Scheme, in.Value)
		}
		q = q.Session(&gorm.Session{}) // asked twice: whether it is there, and to change it
		if err := q.Count(&n).Error; err != nil {
			return fmt.Errorf("looking for the scheme: %w", err)
		}
		if n == 0 {
			return models.NotFoundf("This scheme does not exist, or not for you.")
		}
		ended := gorm.Expr("coalesce(ended_at, ?)", tx.Now)
		if in.Offered {
			ended = gorm.Expr("null")
		}
		res := q.Where("version = ?", in.Version).Updates(map[string]any{"second_look": in.SecondLook, "ended_at": ended, "version": in.Version + 1})
		switch {
		case res.Error != nil:
			return fmt.Errorf("changing a scheme of labels: %w", res.Error)
		case res.RowsAffected == 0:
			return models.Conflictf("Somebody changed this scheme since you opened the page. Nothing of yours was saved; look at it, then decide again.")
		}
		line.Detail = map[string]any{"value": in.Value, "second look": in.SecondLook, "offered": in.Offered}
		return audit.Record(tx, line)
	})
	return audit.UnseenThing(ctx, s.store, a, line.Action, line.Subject, "Asked for a scheme of labels that does not exist.", err)
}

func twice(err error, message string) error {
	if errors.Is(err, gorm.ErrDuplicatedKey) {
		return models.InvalidField("code", message)
	}
	return fmt.Errorf("adding to the schemes of labels: %w", err)
}

func badWords(text string, most int, required bool) string {
	switch {
	case required && text == "":
		return "Fill this in."
	case utf8.RuneCountInString(text) > most:
		return fmt.Sprintf("Keep it below %d characters.", most)
	case strings.ContainsRune(text, 0) || !utf8.ValidString(text):
		return "Write this with ordinary characters."
	}
	return ""
}

// short keeps a code that somebody sent from filling the audit log.
func short(code string) string {
	if len(code) > 40 {
		return strings.ToValidUTF8(code[:40], "") + "…"
	}
	return strings.ToValidUTF8(code, "")
}
