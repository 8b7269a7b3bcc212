package storetest

import (
	"cmp"
	"database/sql/driver"
	"errors"
	"fmt"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"gorm.io/gorm"

	"reeve/auth"
	"reeve/models/store"
)

// Statement is one statement that a use case ran.
type Statement struct {
	SQL      string
	Vars     []any
	Settings string // planner settings that were made before it in its transaction
}

// Statements runs fn and answers every statement that the web's store ran in it, but
// for the one that scopes a transaction. Nothing else may use the store meanwhile.
func (d *DB) Statements(t testing.TB, fn func()) []Statement {
	t.Helper()
	var mu sync.Mutex
	var out []Statement
	listening, settings := true, ""
	note := func(db *gorm.DB) {
		mu.Lock()
		defer mu.Unlock()
		switch text := db.Statement.SQL.String(); {
		case !listening || text == "":
		case strings.Contains(text, "set_config('app.side'"):
			settings = ""
		case strings.Contains(text, "set_config('enable_"):
			settings = text
		default:
			out = append(out, Statement{SQL: text, Vars: append([]any(nil), db.Statement.Vars...), Settings: settings})
		}
	}
	d.listen(t, note)
	fn()
	mu.Lock()
	defer mu.Unlock()
	listening = false
	return out
}

// listen hangs note behind every kind of statement of the web's store.
func (d *DB) listen(t testing.TB, note func(*gorm.DB)) {
	t.Helper()
	name := "storetest:" + random()
	err := d.Web.As(t.Context(), auth.System(auth.ForSession), func(tx *store.Tx) error {
		c := tx.Callback()
		return errors.Join(
			c.Query().After("gorm:query").Register(name, note), c.Row().After("gorm:row").Register(name, note),
			c.Raw().After("gorm:raw").Register(name, note), c.Create().After("gorm:create").Register(name, note),
			c.Update().After("gorm:update").Register(name, note))
	})
	if err != nil {
		t.Fatalf("listening to statements: %v", err)
	}
}

// Plan is how Postgres ran a statement.
type Plan struct {
	Buffers int // 8 KiB pages touched, of tables and indexes
	Text    string
}

// Explain runs the statement as the actor under the web's role, with the policies
// on, and takes it back. A generic plan is what Postgres may settle on after a
// statement was run a few times; a plan of its own is made for these values.
func (d *DB) Explain(t testing.TB, a auth.Actor, s Statement, generic bool) Plan {
	t.Helper()
	mode := "force_custom_plan"
	if generic {
		mode = "force_generic_plan"
	}
	values := make([]string, len(s.Vars))
	for i, v := range s.Vars {
		values[i] = literal(t, v)
	}
	name := "explained_" + random()
	execute := "execute " + name
	if len(values) > 0 {
		execute += "(" + strings.Join(values, ", ") + ")"
	}
	var p Plan
	undo := errors.New("only to be explained")
	err := d.Web.As(t.Context(), a, func(tx *store.Tx) error {
		raw := tx.Session(&gorm.Session{})
		for _, step := range []string{cmp.Or(s.Settings, "select"), "set local plan_cache_mode = " + mode, "prepare " + name + " as " + s.SQL} {
			if err := exec(raw, step); err != nil {
				return fmt.Errorf("%s: %w", step, err)
			}
		}
		text, err := explained(raw, "explain (analyze, buffers, costs off, timing off, summary off) "+execute)
		if err != nil {
			return err
		}
		// The first line of buffers is the whole plan's.
		p.Text = text
		if m := buffersLine.FindStringSubmatch(text); m != nil {
			hit, _ := strconv.Atoi(m[1]) // digits or nothing
			read, _ := strconv.Atoi(m[2])
			p.Buffers = hit + read
		}
		return undo
	})
	if !errors.Is(err, undo) {
		t.Fatalf("explaining %s: %v", s.SQL, err)
	}
	return p
}

var buffersLine = regexp.MustCompile(`Buffers: shared(?: hit=(\d+))?(?: read=(\d+))?`)

func exec(db *gorm.DB, text string) error {
	_, err := db.Statement.ConnPool.ExecContext(db.Statement.Context, text)
	return err
}

func explained(db *gorm.DB, text string) (string, error) {
	rows, err := db.Statement.ConnPool.QueryContext(db.Statement.Context, text)
	if err != nil {
		return "", err
	}
	defer rows.Close()
	var b strings.Builder
	for rows.Next() {
		var line string
		if err := rows.Scan(&line); err != nil {
			return "", err
		}
		b.WriteString(line + "\n")
	}
	return b.String(), rows.Err()
}

// literal writes a bound value as SQL.
func literal(t testing.TB, v any) string {
	t.Helper()
	if valuer, ok := v.(driver.Valuer); ok && (reflect.ValueOf(v).Kind() != reflect.Pointer || !reflect.ValueOf(v).IsNil()) {
		var err error
		if v, err = valuer.Value(); err != nil {
			t.Fatalf("writing %T as SQL: %v", v, err)
		}
	}
	if p := reflect.ValueOf(v); p.Kind() == reflect.Pointer {
		if p.IsNil() {
			return "null"
		}
		return literal(t, p.Elem().Interface())
	}
	switch x := v.(type) {
	case nil:
		return "null"
	case time.Time:
		return "'" + x.UTC().Format(time.RFC3339Nano) + "'"
	case []byte:
		return fmt.Sprintf(`'\x%x'`, x)
	case string:
		return "'" + strings.ReplaceAll(x, "'", "''") + "'"
	case bool, int, int16, int32, int64, float32, float64:
		return fmt.Sprint(x)
	default:
		text := fmt.Sprint(x)
		if !regexp.MustCompile(`^[\w:.-]*$`).MatchString(text) {
			t.Fatalf("cannot write %T as SQL", v)
		}
		return "'" + text + "'"
	}
}
