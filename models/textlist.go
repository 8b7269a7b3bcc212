package models

import (
	"database/sql/driver"
	"fmt"
	"strings"
)

// TextList is a Postgres text[]: role names, item codes. It speaks the array's
// own text form, since database/sql knows no arrays.
type TextList []string

// Value writes {"a","b"}; a nil list is the empty array.
func (l TextList) Value() (driver.Value, error) {
	quoted := make([]string, len(l))
	for i, s := range l {
		quoted[i] = `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s) + `"`
	}
	return "{" + strings.Join(quoted, ",") + "}", nil
}

// Scan reads the array's text form.
func (l *TextList) Scan(src any) error {
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
		return fmt.Errorf("models: cannot read %T as a text list", src)
	}
	if len(text) < 2 || text[0] != '{' || text[len(text)-1] != '}' {
		return fmt.Errorf("models: %q is no text list", text)
	}
	*l = TextList{}
	var item strings.Builder
	quoted, any := false, false
	body := text[1 : len(text)-1]
	for i := 0; i < len(body); i++ {
		switch c := body[i]; {
		case c == '\\' && i+1 < len(body):
			i++
			item.WriteByte(body[i])
			any = true
		case c == '"':
			quoted, any = !quoted, true
		case c == ',' && !quoted:
			*l = append(*l, item.String())
			item.Reset()
		default:
			item.WriteByte(c)
			any = true
		}
	}
	if any {
		*l = append(*l, item.String())
	}
	return nil
}
