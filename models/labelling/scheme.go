package labelling

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"reeve/auth"
	"reeve/models"
	"reeve/models/store"
)

// Scheme is a scheme with all its values, those that ended included.
type Scheme struct {
	models.LabelScheme
	Values []models.LabelValue
}

// Schemes are all schemes in the order of a form.
type Schemes []Scheme

// Schemes answers every scheme, for forms and to put codes into words. It is data of
// the whole installation, so reading it leaves no line.
func (s *Service) Schemes(ctx context.Context, a auth.Actor) (list Schemes, err error) {
	err = s.store.As(ctx, a, func(tx *store.Tx) error {
		list, err = readSchemes(tx)
		return err
	})
	return list, err
}

func readSchemes(tx *store.Tx) (Schemes, error) {
	var rows []models.LabelScheme
	var values []models.LabelValue
	if err := tx.Order("ordinal, code").Find(&rows).Error; err != nil {
		return nil, fmt.Errorf("reading the schemes of labels: %w", err)
	}
	if err := tx.Order("scheme, ordinal, code").Find(&values).Error; err != nil {
		return nil, fmt.Errorf("reading the values of labels: %w", err)
	}
	list := make(Schemes, len(rows))
	for i, r := range rows {
		list[i].LabelScheme = r
		for _, v := range values {
			if v.Scheme == r.Code {
				list[i].Values = append(list[i].Values, v)
			}
		}
	}
	return list, nil
}

// Of answers a scheme by its code.
func (list Schemes) Of(code string) (Scheme, bool) {
	for _, s := range list {
		if s.Code == code {
			return s, true
		}
	}
	return Scheme{}, false
}

// Value answers a value of the scheme by its code.
func (s Scheme) Value(code string) (models.LabelValue, bool) {
	for _, v := range s.Values {
		if v.Code == code {
			return v, true
		}
	}
	return models.LabelValue{}, false
}

// About says what a value is about: its own word, else the scheme's.
func (s Scheme) AboutOf(v models.LabelValue) models.LabelAbout {
	if v.About != "" {
		return v.About
	}
	return s.About
}

// Offered are the values that may be set now on a report (file false) or on a file.
func (s Scheme) Offered(file bool) []models.LabelValue {
	if s.EndedAt != nil {
		return nil
	}
	not := models.AboutFile
	if file {
		not = models.AboutReport
	}
	var out []models.LabelValue
	for _, v := range s.Values {
		if v.EndedAt == nil && s.AboutOf(v) != not {
			out = append(out, v)
		}
	}
	return out
}

// Words puts a label into words: the scheme's name and the value's. A code that no
// scheme has stands as it is, since other parts of the house set labels too.
func (list Schemes) Words(scheme, value string) (name, words string) {
	s, ok := list.Of(scheme)
	if !ok {
		return scheme, value
	}
	if v, ok := s.Value(value); ok {
		return s.Name, v.Words
	}
	return s.Name, value
}

// SecondLook reports whether the scheme or the value asks for a second person.
func (list Schemes) SecondLook(scheme, value string) bool {
	s, _ := list.Of(scheme)
	v, _ := s.Value(value)
	return s.SecondLook || v.SecondLook
}

// choice is one value that somebody picked on a form, as "scheme:value".
type choice struct {
	scheme Scheme
	value  models.LabelValue
}

// rivals reports whether the value cannot stand beside the other of its scheme.
func (c choice) rivals(other string) bool {
	if other == c.value.Code {
		return false
	}
	if !c.scheme.Several {
		return true
	}
	v, ok := c.scheme.Value(other)
	return ok && v.Excludes != "" && v.Excludes == c.value.Excludes
}

// choices reads what was picked on a form and refuses what cannot be set there.
func (list Schemes) choices(picked []string, file bool, field string) ([]choice, error) {
	var out []choice
	for _, text := range picked {
		if text == "" {
			continue
		}
		code, value, _ := strings.Cut(text, ":")
		s, known := list.Of(code)
		v, has := s.Value(value)
		if !known || !has || !slices.ContainsFunc(s.Offered(file), func(o models.LabelValue) bool { return o.Code == v.Code }) {
			return nil, models.InvalidField(field, "One of the labels is not offered any more, or not for this. Choose from the list.")
		}
		c := choice{s, v}
		for _, o := range out {
			if o.scheme.Code == code && c.rivals(o.value.Code) {
				return nil, models.InvalidField(field, fmt.Sprintf("%s: “%s” and “%s” cannot both be true. Choose one.", s.Name, o.value.Words, v.Words))
			}
		}
		if !slices.ContainsFunc(out, func(o choice) bool { return o.scheme.Code == code && o.value.Code == value }) {
			out = append(out, c)
		}
	}
	return out, nil
}
