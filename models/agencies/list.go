package agencies

import (
	"context"
	"fmt"
	"strings"

	"github.com/google/uuid"

	"reeve/auth"
	"reeve/models/audit"
	"reeve/models/store"
)

// Which says which agencies a list shows.
type Which string

// The lists. Pools and the clearinghouse itself stand apart: they have no place in
// the tree and cannot be closed.
const (
	Roots   Which = ""         // those that stand below no other
	All     Which = "all"      // every open agency
	NoAdmin Which = "no-admin" // open, and nobody is or will be its admin
	Closed  Which = "closed"
	Apart   Which = "apart" // the clearinghouse and the pools
)

// Filter narrows the list of all agencies. With words to look for, Roots means every
// open agency.
type Filter struct {
	Which Which
	Words string // in the name or the code; or an ORI
}

// List is one page of all agencies, by name.
type List struct {
	Nodes   []Node
	Next    string // cursor of the following page; empty on the last
	Domains int    // e-mail domains that wait for the clearinghouse, at most MostCounted+1
}

var listWhere = map[Which]string{
	Roots:  "a.kind = 'agency' and a.parent_id is null and a.closed_at is null",
	All:    "a.kind = 'agency' and a.closed_at is null",
	Closed: "a.kind = 'agency' and a.closed_at is not null",
	Apart:  "a.kind <> 'agency'",
	NoAdmin: `a.kind = 'agency' and a.closed_at is null and not exists (select 1 from users x
		where x.agency_id = a.id and x.state in ('active', 'waiting', 'invited') and 'agency-admin' = any (x.roles))`,
}

// List answers all agencies, from a cursor of an earlier page on. A list that is
// none of ours is NotFound.
func (s *Service) List(ctx context.Context, a auth.Actor, f Filter, cursor string) (*List, error) {
	line := audit.Event{Action: "agencies.listed", Words: "Looked at the list of all agencies."}
	var out *List
	err := s.do(ctx, a, auth.ReadAgencies, line, askHouse, func(tx *store.Tx) error {
		var err error
		if out, err = list(tx, f, cursor); err != nil {
			return err
		}
		if f.Words != "" {
			line.Detail = map[string]any{"words": f.Words}
		}
		return audit.Record(tx, line)
	})
	return out, err
}

func list(tx *store.Tx, f Filter, cursor string) (*List, error) {
	where, ok := listWhere[f.Which]
	if !ok {
		return nil, missing("list of agencies")
	}
	words := strings.TrimSpace(f.Words)
	if words != "" && f.Which == Roots {
		where = listWhere[All]
	}
	at, err := store.ParseCursor(cursor, orderName)
	if err != nil {
		return nil, err
	}
	values := map[string]any{"limit": pageSize + 1}
	if words != "" {
		where += ` and (lower(a.name) like @like escape '\' or a.code like @like escape '\' or a.ori = @ori)`
		values["like"], values["ori"] = "%"+strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(strings.ToLower(words))+"%", strings.ToUpper(words)
	}
	if at != nil {
		where += " and (lower(a.name), a.id) > (select lower(o.name), o.id from agencies o where o.id = @after)"
		values["after"] = at.ID
	}
	out := &List{}
	err = tx.Raw(`select a.*, coalesce(p.name, '') as above from agencies a left join agencies p on p.id = a.parent_id
		where `+where+` order by lower(a.name), a.id limit @limit`, values).Scan(&out.Nodes).Error
	if err != nil {
		return nil, fmt.Errorf("reading the list of agencies: %w", err)
	}
	if len(out.Nodes) > pageSize {
		out.Nodes = out.Nodes[:pageSize]
		out.Next = store.Cursor{Order: orderName, At: tx.Now, ID: out.Nodes[pageSize-1].ID}.String()
	}
	err = tx.Raw("select count(*) from (select 1 from agency_domains where approved is null limit ?) d", MostCounted+1).Row().Scan(&out.Domains)
	if err != nil {
		return nil, fmt.Errorf("counting e-mail domains that wait: %w", err)
	}
	return out, addFigures(tx, out.Nodes)
}

// nodesBelow are the first agencies directly below one, open ones first.
func nodesBelow(tx *store.Tx, parent uuid.UUID) ([]Node, error) {
	var out []Node
	err := tx.Raw("select a.* from agencies a where a.parent_id = ? order by a.closed_at is not null, lower(a.name), a.id limit ?", parent, pageSize).Scan(&out).Error
	if err != nil {
		return nil, fmt.Errorf("reading the agencies below: %w", err)
	}
	return out, addFigures(tx, out)
}
