package models

import (
	"database/sql/driver"
	"encoding/json"
	"fmt"
)

// Truth is a three-valued truth: a provider said yes, said no, or said nothing.
// Not stated is never read as no or as yes: whether a person at the provider
// viewed a file decides whether opening it is a search (US v. Wilson, 13 F.4th
// 961, 9th Cir. 2021), so silence must stay visible as silence.
type Truth int8

// The three truths. The zero value is NotStated.
const (
	NotStated Truth = iota
	Yes
	No
)

// TruthOf turns a stated boolean into a Truth.
func TruthOf(b bool) Truth {
	if b {
		return Yes
	}
	return No
}

// String says the truth in words for a page.
func (t Truth) String() string {
	switch t {
	case Yes:
		return "yes"
	case No:
		return "no"
	default:
		return "not stated"
	}
}

// Value stores a Truth as a nullable boolean.
func (t Truth) Value() (driver.Value, error) {
	switch t {
	case Yes:
		return true, nil
	case No:
		return false, nil
	default:
		return nil, nil
	}
}

// Scan reads a nullable boolean.
func (t *Truth) Scan(src any) error {
	switch v := src.(type) {
	case nil:
		*t = NotStated
	case bool:
		*t = TruthOf(v)
	default:
		return fmt.Errorf("models: cannot read %T as a three-valued truth", src)
	}
	return nil
}

// MarshalJSON writes true, false or null.
func (t Truth) MarshalJSON() ([]byte, error) {
	switch t {
	case Yes:
		return []byte("true"), nil
	case No:
		return []byte("false"), nil
	default:
		return []byte("null"), nil
	}
}

// UnmarshalJSON reads true, false or null.
func (t *Truth) UnmarshalJSON(b []byte) error {
	var p *bool
	if err := json.Unmarshal(b, &p); err != nil {
		return err
	}
	*t = NotStated
	if p != nil {
		*t = TruthOf(*p)
	}
	return nil
}
