package agencies

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"reeve/auth"
	"reeve/models"
	"reeve/models/audit"
	"reeve/models/store"
)

// pageSize is how many agencies a page shows.
const pageSize = 25

// The orders of cursors: the tree from top to bottom, and lists by name.
const (
	orderTree = 'y'
	orderName = 'z'
)

// Node is an agency of a list, with its figures.
type Node struct {
	models.Agency
	Depth   int     // below the top of the tree
	Above   string  // name of the agency above; empty at a root
	Figures Figures `gorm:"-"`
}

// Tree is one page of the agencies at and below one, depth first, by name.
type Tree struct {
	Top   models.Agency
	Nodes []Node
	First bool   // the page begins with the top itself
	Next  string // cursor of the following page; empty on the last
}

// subtree is every agency at and below one, with the place of each in the order of
// the page. It reads agencies_parent once per agency; a tree is a few thousand at most.
const subtree = `
with recursive t as (
  select a.id, 0 as depth, array[]::text[] as path from agencies a where a.id = @top
  union all
  select a.id, t.depth + 1, t.path || (lower(a.name) || ' ' || a.id::text) from agencies a join t on a.parent_id = t.id)`

// Tree answers the agencies at and below one that the actor manages; an empty code is
// the actor's own. It goes on after a cursor of an earlier page.
func (s *Service) Tree(ctx context.Context, a auth.Actor, code, cursor string) (*Tree, error) {
	line := audit.Event{Action: "agencies.listed", Subject: code, Words: "Looked at the list of agencies below one."}
	var out *Tree
	err := s.do(ctx, a, auth.ManageAgency, line, askAdmin, func(tx *store.Tx) error {
		g, err := find(tx, code)
		if err != nil {
			return err
		}
		if out, err = treeOf(tx, g, cursor); err != nil {
			return err
		}
		line.Subject = g.Code
		return audit.Record(tx, line)
	})
	return out, err
}

func treeOf(tx *store.Tx, g *models.Agency, cursor string) (*Tree, error) {
	at, err := store.ParseCursor(cursor, orderTree)
	if err != nil {
		return nil, err
	}
	out := &Tree{Top: *g, First: at == nil}
	after := uuid.Nil
	if at != nil {
		after = at.ID
	}
	err = tx.Raw(subtree+`
		select a.*, t.depth, coalesce(p.name, '') as above
		  from t join agencies a on a.id = t.id left join agencies p on p.id = a.parent_id
		 where @after = '00000000-0000-0000-0000-000000000000'::uuid or t.path > (select o.path from t o where o.id = @after)
		 order by t.path limit @limit`, map[string]any{"top": g.ID, "after": after, "limit": pageSize + 1}).Scan(&out.Nodes).Error
	if err != nil {
		return nil, fmt.Errorf("reading the tree of agencies: %w", err)
	}
	if len(out.Nodes) > pageSize {
		out.Nodes = out.Nodes[:pageSize]
		out.Next = store.Cursor{Order: orderTree, At: tx.Now, ID: out.Nodes[pageSize-1].ID}.String()
	}
	return out, addFigures(tx, out.Nodes)
}

// addFigures counts for the agencies of one page.
func addFigures(tx *store.Tx, list []Node) error {
	ids := make([]uuid.UUID, 0, len(list))
	for _, n := range list {
		ids = append(ids, n.ID)
	}
	all, err := figures(tx, ids)
	if err != nil {
		return err
	}
	for i := range list {
		list[i].Figures = all[list[i].ID]
	}
	return nil
}
