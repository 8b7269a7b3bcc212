package provisioning

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"

	"reeve/auth"
	"reeve/models"
	"reeve/models/audit"
	"reeve/models/store"
)

// Terms for which a token may be made, in days; TermDefault unless said.
const (
	TermDefault = 365
	TermMost    = 730
)

// mostTokens is how many live tokens an agency may have: one per directory, and one
// more while it is changed, is usual.
const mostTokens = 10

// shown is how many revoked tokens the page still lists.
const shown = 20

// Token is a directory's token without its secret.
type Token struct {
	ID            uuid.UUID
	Name          string
	Hint          string // its last four characters
	MadeByName    string
	MadeAt        time.Time
	ExpiresAt     time.Time
	LastUsedAt    *time.Time // to the minute
	LastUsedIP    string     `gorm:"column:last_used_ip"`
	RevokedAt     *time.Time
	RevokedByName string
	Agency        string `gorm:"-"` // whose it is, by name; of a token that was made this moment
}

// Live reports whether the token lets a directory in.
func (t Token) Live(now time.Time) bool { return t.RevokedAt == nil && now.Before(t.ExpiresAt) }

// Overview is what the tokens page shows of an agency.
type Overview struct {
	Agency models.Agency
	Own    bool            // it is the actor's own
	Others []models.Agency // further agencies whose directory the actor manages, by name, at most 500
	Live   []Token         // newest first; those that have expired are among Ended
	Ended  []Token         // at most the newest twenty
	Groups []Group
	Approval
}

// Tokens answers an agency's tokens; an empty code is the actor's own agency. One
// that the actor does not manage is NotFound.
func (s *Service) Tokens(ctx context.Context, a auth.Actor, code string) (*Overview, error) {
	line := audit.Event{Action: "directory.read", Subject: code, Words: "Looked at the tokens of an agency's directory."}
	if err := audit.May(ctx, s.store, a, auth.ManageSignIn, line, askAdmin); err != nil {
		return nil, err
	}
	var out Overview
	err := s.store.As(ctx, a, func(tx *store.Tx) error {
		out = Overview{}
		g, err := agency(tx, code)
		if err != nil {
			return err
		}
		out.Agency, out.Own = *g, g.ID == a.AgencyID
		if err := tx.Where("kind = ? and closed_at is null and id <> ? and app_manages(id)", models.KindAgency, g.ID).Order("name, id").Limit(500).Find(&out.Others).Error; err != nil {
			return fmt.Errorf("listing agencies: %w", err)
		}
		var list []Token
		err = tx.Raw(`(select * from scim_tokens where agency_id = @agency and revoked_at is null order by made_at desc limit @most)
			union all (select * from scim_tokens where agency_id = @agency and revoked_at is not null order by made_at desc limit @shown)`,
			map[string]any{"agency": g.ID, "most": 2 * mostTokens, "shown": shown}).Scan(&list).Error
		if err != nil {
			return fmt.Errorf("reading tokens: %w", err)
		}
		for _, t := range list {
			if t.Live(tx.Now) {
				out.Live = append(out.Live, t)
			} else {
				out.Ended = append(out.Ended, t)
			}
		}
		if out.Groups, err = readGroups(tx, g.ID, false); err != nil {
			return err
		}
		if out.Approval, err = approval(tx, g.ID); err != nil {
			return err
		}
		line.Subject, line.Concerns = g.Code, []uuid.UUID{g.ID}
		return audit.Record(tx, line)
	})
	if err != nil {
		return nil, audit.UnseenThing(ctx, s.store, a, line.Action, code, "Asked for the directory of an agency that does not exist or is not theirs.", err)
	}
	return &out, nil
}

// agency answers the agency with the code if the actor manages it; the actor's own
// without one.
func agency(tx *store.Tx, code string) (*models.Agency, error) {
	var g models.Agency
	q := tx.Where("id = ?", tx.Actor.AgencyID)
	if code != "" {
		q = tx.Where("code = ? and app_manages(id)", code)
	}
	if err := q.Take(&g).Error; err != nil {
		return nil, store.Translate(err, "This agency")
	}
	return &g, nil
}
