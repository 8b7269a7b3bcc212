package oidc

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Providers write claims in more ways than the standard has. These types read what
// they mean, and make an error only of what must not be misread.

// flexBool reads true, false and, as some providers send them, "true", "false".
// Anything else is read as false: not verified.
type flexBool struct{ value *bool }

// UnmarshalJSON implements json.Unmarshaler.
func (b *flexBool) UnmarshalJSON(text []byte) error {
	switch string(text) {
	case "null":
		return nil
	case "true", `"true"`:
		yes := true
		b.value = &yes
	default:
		no := false
		b.value = &no
	}
	return nil
}

// flexTime reads seconds since 1970, also as a text. What is no such number is an
// error: a time that cannot be read must not pass for none.
type flexTime struct{ time.Time }

// UnmarshalJSON implements json.Unmarshaler.
func (t *flexTime) UnmarshalJSON(text []byte) error {
	if string(text) == "null" {
		return nil
	}
	n, err := strconv.ParseFloat(strings.Trim(string(text), `"`), 64)
	if err != nil || n < 0 || n > 1<<40 || n != n {
		return fmt.Errorf("%.40q is no time", text)
	}
	t.Time = time.Unix(int64(n), 0)
	return nil
}

// flexText reads a text; anything else is none.
type flexText string

// UnmarshalJSON implements json.Unmarshaler.
func (f *flexText) UnmarshalJSON(text []byte) error {
	var s string
	if json.Unmarshal(text, &s) == nil && len(s) <= 200 && !unclean(s) {
		*f = flexText(s)
	}
	return nil
}

// flexList reads a list of texts, or one; what else is in it is passed over.
type flexList []string

// UnmarshalJSON implements json.Unmarshaler.
func (f *flexList) UnmarshalJSON(text []byte) error {
	var items []any
	if json.Unmarshal(text, &items) != nil {
		items = make([]any, 1)
		_ = json.Unmarshal(text, &items[0])
	}
	for _, item := range items {
		if s, ok := item.(string); ok && s != "" && len(s) <= 40 && !unclean(s) && len(*f) < 20 {
			*f = append(*f, s)
		}
	}
	return nil
}
