package bulk

import (
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"

	"reeve/auth"
	"reeve/models/store"
	"reeve/models/storetest"
)

// reading is what a statement cost: pages of the database touched, and how often
// an index was entered from its root.
type reading struct {
	pages, descents int
	plan            string // in short
}

// plans gathers the plans of the statements that the use cases really run, as
// Postgres' own auto_explain reports them: with their arguments, under the row
// policies, the first times with a plan for these arguments and later with the
// plan that the prepared statement keeps.
type plans struct {
	store   *store.Store
	bodies  map[string]bool // of functions: their cost is in the statement's that called them
	mu      sync.Mutex
	run     map[string]reading
	damaged error
}

// watch opens a store of the web's role whose statements are watched.
func watch(t *testing.T, d *storetest.DB) *plans {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), d.URL)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	for _, set := range []string{"session_preload_libraries = 'auto_explain'", "auto_explain.log_min_duration = 0", "auto_explain.log_analyze = on",
		"auto_explain.log_timing = off", "auto_explain.log_buffers = on", "auto_explain.log_format = json", "auto_explain.log_level = notice",
		"auto_explain.log_nested_statements = on"} {
		if _, err := conn.Exec(t.Context(), "load 'auto_explain'"); err != nil {
			t.Fatalf("this test reads plans by auto_explain, which comes with Postgres (on some systems in a package called contrib): %v", err)
		}
		if _, err := conn.Exec(t.Context(), "alter database "+conn.Config().Database+" set "+set); err != nil {
			t.Fatal(err)
		}
	}
	p := &plans{bodies: map[string]bool{}, run: map[string]reading{}}
	rows, err := conn.Query(t.Context(), "select prosrc from pg_proc where pronamespace = 'public'::regnamespace")
	if err != nil {
		t.Fatal(err)
	}
	bodies, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range bodies {
		p.bodies[strings.TrimSpace(b)] = true
	}
	p.store, err = store.Open(t.Context(), store.Options{URL: d.URL, Role: store.Web, MaxConns: 4, Clock: d.Clock.Now, Notice: p.notice})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.store.Close)
	return p
}

type node struct {
	Type      string `json:"Node Type"`
	Index     string `json:"Index Name"`
	Condition string `json:"Index Cond"`
	Loops     int    `json:"Actual Loops"`
	Rows      int    `json:"Actual Rows"`
	Hit       int    `json:"Shared Hit Blocks"`
	Read      int    `json:"Shared Read Blocks"`
	Plans     []node
}

// descents counts how often indexes were entered. A list of values enters once for
// each, of which those found are known.
func (n node) descents() int {
	sum := 0
	if n.Index != "" {
		sum = n.Loops
		if strings.Contains(n.Condition, "ANY (") {
			sum *= max(n.Rows, 1)
		}
	}
	for _, p := range n.Plans {
		sum += p.descents()
	}
	return sum
}

// sketch is the plan in a few words a line, for whoever must find what grew.
func (n node) sketch(indent string) string {
	text := fmt.Sprintf("%s%s %s: %d rows, %d times, %d pages\n", indent, n.Type, n.Index, n.Rows, n.Loops, n.Hit+n.Read)
	for _, p := range n.Plans {
		text += p.sketch(indent + "  ")
	}
	return text
}

func (p *plans) notice(message string) {
	_, text, ok := strings.Cut(message, "plan:\n")
	if !ok {
		return
	}
	var said struct {
		Query string `json:"Query Text"`
		Plan  node
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if err := json.Unmarshal([]byte(text), &said); err != nil {
		p.damaged = fmt.Errorf("%w: %s", err, text)
		return
	}
	query := strings.TrimSpace(said.Query)
	switch {
	case p.bodies[query]:
		// Inside a function: its pages are counted where it was called.
		r := p.run[functions]
		r.descents += said.Plan.descents()
		p.run[functions] = r
	case said.Plan.Type == "ModifyTable":
		// What is written, an audit line for each deed, has no list to grow with.
	default:
		r := p.run[query]
		r.pages += said.Plan.Hit + said.Plan.Read
		r.descents += said.Plan.descents() + p.run[functions].descents
		r.plan = said.Plan.sketch("")
		delete(p.run, functions)
		p.run[query] = r
	}
}

// functions is where descents inside functions wait for the statement that called.
const functions = "functions"

// cost runs the use case as often as it takes a prepared statement to settle on a
// plan, and answers the dearest reading of each statement.
func (p *plans) cost(t *testing.T, name string, as auth.Actor, use func(auth.Actor) error) map[string]reading {
	t.Helper()
	worst := map[string]reading{}
	for range 7 {
		p.mu.Lock()
		p.run = map[string]reading{}
		p.mu.Unlock()
		if err := use(as); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		p.mu.Lock()
		for q, r := range p.run {
			if r.pages > worst[q].pages {
				worst[q] = r
			}
		}
		if p.damaged != nil {
			t.Fatal(p.damaged)
		}
		p.mu.Unlock()
	}
	return worst
}
