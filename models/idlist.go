package models

import (
	"database/sql/driver"
	"fmt"
	"strings"

	"github.com/google/uuid"
)

// IDList is a Postgres uuid[]. It speaks the array's own text form, since
// database/sql knows no arrays.
type IDList []uuid.UUID

// Value writes {id,id}; a nil list is null.
func (l IDList) Value() (driver.Value, error) {
	if l == nil {
		return nil, nil
	}
	ids := make([]string, len(l))
	for i, id := range l {
		ids[i] = id.String()
	}
	return "{" + strings.Join(ids, ",") + "}", nil
}

// Scan reads the array's text form; null is nil.
func (l *IDList) Scan(src any) error {
	var text string
	switch v := src.(type) {
	case nil:
		*l = nil
		return nil
	case string:
		text = v
	case []byte:
		text = string(v)
	default:
		return fmt.Errorf("models: cannot read %T as a list of ids", src)
	}
	if len(text) < 2 || text[0] != '{' || text[len(text)-1] != '}' {
		return fmt.Errorf("models: %q is no list of ids", text)
	}
	*l = IDList{}
	if text == "{}" {
		return nil
	}
	for _, s := range strings.Split(text[1:len(text)-1], ",") {
		id, err := uuid.Parse(s)
		if err != nil {
			return fmt.Errorf("models: reading a list of ids: %w", err)
		}
		*l = append(*l, id)
	}
	return nil
}
