package linking

import (
	"context"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"
	"gorm.io/gorm/clause"

	"reeve/auth"
	"reeve/models"
	"reeve/models/audit"
	"reeve/models/store"
)

// Row is one link of a report, with what may be said of the other report.
type Row struct {
	models.ReportLink
	Other     int64 // the other report's number
	Type      string
	Provider  *uuid.UUID
	Received  time.Time
	Subject   string
	LaterHere bool // this report is the later of the two
}

// Member is a report for which the bundle's head stands.
type Member struct {
	Number     int64
	Type       string
	Subject    string
	ReceivedAt time.Time
	JoinedAt   time.Time
	WasWaiting bool
	LeftAt     *time.Time
	LeftByName string
	Desk       models.DeskState
}

// Page is what a report is linked with, as far as the reader may know.
type Page struct {
	Number  int64
	Links   []Row
	Next    string
	Changes map[uuid.UUID][]Change // by link: what a supplement changed
	Waiting []uuid.UUID            // agencies that were asked to look again and have not yet; for the clearinghouse

	Bundle  *models.ReportBundle // nil: it is in none, or the reader is an agency
	Head    int64                // the bundle's head
	Members []Member
	More    string // cursor of the further members
}

const (
	pageSize     = 50
	orderLinks   = 'k'
	orderMembers = 'b'
)

// What a person is told whose role does not allow a deed.
const (
	askRead = "Reading reports is not part of your role. Ask your agency's admin for a role that reads reports."
	askLink = "Linking reports is for the clearinghouse's analysts."
	askWork = "Working on reports is for investigators and supervisors. Ask your agency's admin for that role."
)

const linksOf = `select l.*, r.number as other, r.incident_type as type, r.provider_id as provider, r.finished_at as received, r.subject_label as subject, x.later_here
  from (select id, later as other_id, false as later_here from report_links where earlier = @report
        union all select id, earlier, true from report_links where later = @report) x
  join report_links l on l.id = x.id
  join reports r on r.id = x.other_id
 where x.id < @before order by x.id desc limit @limit`

// Links answers a page of what the report is linked with, newest first, and a page of
// its bundle. An agency sees a link only when it holds both reports.
func (s *Service) Links(ctx context.Context, a auth.Actor, number int64, cursor, members string) (*Page, error) {
	line := audit.Event{Action: "links.read", Words: "Read what the report is linked with."}
	refused := line
	refused.Subject = fmt.Sprintf("report number %d", number)
	if err := audit.May(ctx, s.store, a, auth.ReadReport, refused, askRead); err != nil {
		return nil, err
	}
	at, err := store.ParseCursor(cursor, orderLinks)
	if err != nil {
		return nil, err
	}
	from, err := store.ParseCursor(members, orderMembers)
	if err != nil {
		return nil, err
	}
	var p *Page
	err = s.store.As(ctx, a, func(tx *store.Tx) (err error) {
		rep, err := findReport(tx, number)
		if err != nil {
			return err
		}
		if p, err = read(tx, rep, at, from); err != nil {
			return err
		}
		line.ReportID, line.Number = rep.ID, number
		return audit.Record(tx, line)
	})
	if err != nil {
		return nil, audit.Unseen(ctx, s.store, a, line.Action, number, err)
	}
	return p, nil
}

// Glance answers the first page for the report's own page, whose reading has its line in
// the audit log already.
func (s *Service) Glance(ctx context.Context, a auth.Actor, number int64) (p *Page, err error) {
	if !a.Can(auth.ReadReport) {
		return nil, models.Forbiddenf("%s", askRead)
	}
	err = s.store.As(ctx, a, func(tx *store.Tx) error {
		rep, err := findReport(tx, number)
		if err != nil {
			return err
		}
		p, err = read(tx, rep, nil, nil)
		return err
	})
	return p, err
}

func read(tx *store.Tx, rep *models.Report, at, from *store.Cursor) (*Page, error) {
	p := &Page{Number: rep.Number, Changes: map[uuid.UUID][]Change{}}
	before := uuid.Max
	if at != nil {
		before = at.ID
	}
	if err := tx.Raw(linksOf, map[string]any{"report": rep.ID, "before": before, "limit": pageSize + 1}).Scan(&p.Links).Error; err != nil {
		return nil, fmt.Errorf("reading the links of report %d: %w", rep.Number, err)
	}
	if len(p.Links) > pageSize {
		p.Links = p.Links[:pageSize]
		last := p.Links[pageSize-1]
		p.Next = store.Cursor{Order: orderLinks, At: last.FoundAt, ID: last.ID}.String()
	}
	shown := 0
	for i := range p.Links {
		l := &p.Links[i]
		if l.Kind != models.LinkSupplement || l.State == models.LinkRejected || shown == 5 {
			continue // what further supplements changed stands on their own pages
		}
		shown++
		changes, err := changesOf(tx, l.Earlier, l.Later)
		if err != nil {
			return nil, err
		}
		p.Changes[l.ID] = changes
	}
	if tx.Actor.Side != auth.SideClearinghouse {
		return p, nil
	}
	if err := tx.Model(&models.Referral{}).Where("report_id = ? and look_again_at is not null", rep.ID).Order("agency_id").Limit(200).Pluck("agency_id", &p.Waiting).Error; err != nil {
		return nil, fmt.Errorf("reading who must look again: %w", err)
	}
	return p, readBundle(tx, rep, p, from)
}

func readBundle(tx *store.Tx, rep *models.Report, p *Page, from *store.Cursor) error {
	var b models.ReportBundle
	err := tx.Where("head = ? or head = (select head from report_bundle_members where report_id = ? and left_at is null)", rep.ID, rep.ID).Limit(1).Find(&b).Error
	if err != nil {
		return fmt.Errorf("reading the bundle of report %d: %w", rep.Number, err)
	}
	if b.Head == uuid.Nil {
		return nil
	}
	p.Bundle = &b
	if err := tx.Raw("select number from reports where id = ?", b.Head).Row().Scan(&p.Head); err != nil {
		return fmt.Errorf("reading a bundle's head: %w", err)
	}
	after := uuid.Nil
	if from != nil {
		after = from.ID
	}
	var rows []struct {
		ID uuid.UUID
		Member
	}
	err = tx.Raw(`select r.id, r.number, r.incident_type as type, r.subject_label as subject, r.finished_at as received_at, m.joined_at, m.was_waiting, m.left_at, m.left_by_name, r.desk
		from report_bundle_members m join reports r on r.id = m.report_id where m.head = ? and m.report_id > ? order by m.report_id limit ?`, b.Head, after, pageSize+1).Scan(&rows).Error
	if err != nil {
		return fmt.Errorf("reading the members of a bundle: %w", err)
	}
	if len(rows) > pageSize {
		rows = rows[:pageSize]
		p.More = store.Cursor{Order: orderMembers, At: rows[pageSize-1].JoinedAt, ID: rows[pageSize-1].ID}.String()
	}
	for _, r := range rows {
		p.Members = append(p.Members, r.Member)
	}
	return nil
}

// Decide confirms a link or rejects it, with a reason. A rejected one is kept and not
// found again.
func (s *Service) Decide(ctx context.Context, a auth.Actor, number int64, link uuid.UUID, confirm bool, why string, version int) error {
	action, words, state := "link.rejected", "Rejected a link with another report.", models.LinkRejected
	if confirm {
		action, words, state = "link.confirmed", "Confirmed a link with another report.", models.LinkConfirmed
	}
	why = strings.TrimSpace(why)
	return s.act(ctx, a, number, action, words, func(tx *store.Tx, rep *models.Report) (map[string]any, error) {
		if err := checkWhy(why, !confirm); err != nil {
			return nil, err
		}
		var l models.ReportLink
		if err := tx.Clauses(clause.Locking{Strength: "UPDATE"}).Where("id = ? and (earlier = ? or later = ?)", link, rep.ID, rep.ID).Take(&l).Error; err != nil {
			return nil, store.Translate(err, "This link")
		}
		switch {
		case l.Version != version:
			return nil, models.Conflictf("Somebody changed this link since you opened the page. Nothing of yours was saved; look at it, then decide again.")
		case l.State == state:
			return nil, models.Conflictf("This link is %s already.", l.State)
		}
		err := tx.Model(&models.ReportLink{}).Where("id = ?", l.ID).Updates(map[string]any{"state": state, "decided_at": tx.Now, "decided_by_name": a.Name, "decided_why": why, "version": l.Version + 1}).Error
		return map[string]any{"kind": l.Kind, "reason": why}, err
	})
}

// ByHand links the report with another by its number. For a supplement the later of the
// two is the supplement, and whoever holds the earlier one is asked to look again.
func (s *Service) ByHand(ctx context.Context, a auth.Actor, number, other int64, kind models.LinkKind, why string) error {
	why = strings.TrimSpace(why)
	return s.act(ctx, a, number, "report.linked", "Linked the report with another by hand.", func(tx *store.Tx, rep *models.Report) (map[string]any, error) {
		if kind != models.LinkSupplement && kind != models.LinkDuplicate && kind != models.LinkSameIncident {
			return nil, models.InvalidField("kind", "Choose what the two reports are to each other.")
		}
		if other == number {
			return nil, models.InvalidField("other", "This is the report itself. Write the number of another.")
		}
		if err := checkWhy(why, true); err != nil {
			return nil, err
		}
		o, err := findReport(tx, other)
		if err != nil {
			return nil, models.InvalidField("other", "There is no finished report with this number.")
		}
		fresh, err := put(tx, rep, &proposal{other: *o, kind: kind, how: "by-hand", why: why, score: 1})
		if err == nil && !fresh {
			err = models.InvalidField("other", "The two are linked already. Confirm or reject that link instead.")
		}
		return map[string]any{"kind": kind, "reason": why}, err
	})
}

// TakeOut takes a report out of its bundle: it stands for itself, waits at the desk
// again if it did, and is not put in again.
func (s *Service) TakeOut(ctx context.Context, a auth.Actor, number int64) error {
	return s.act(ctx, a, number, "report.unbundled", "Took the report out of its bundle.", func(tx *store.Tx, rep *models.Report) (map[string]any, error) {
		var m models.ReportBundleMember
		if err := tx.Clauses(clause.Locking{Strength: "UPDATE"}).Where("report_id = ? and left_at is null", rep.ID).Take(&m).Error; err != nil {
			return nil, models.Conflictf("This report is in no bundle, or somebody took it out meanwhile.")
		}
		if err := tx.Model(&models.ReportBundleMember{}).Where("report_id = ?", rep.ID).Updates(map[string]any{"left_at": tx.Now, "left_by_name": a.Name}).Error; err != nil {
			return nil, fmt.Errorf("taking a report out of a bundle: %w", err)
		}
		if err := tx.Exec("update report_bundles set size = size - 1 where head = ?", m.Head).Error; err != nil {
			return nil, fmt.Errorf("counting a bundle: %w", err)
		}
		if !m.WasWaiting || rep.DecidedAt != nil || rep.DeskWhy != memberWhy {
			return nil, nil
		}
		return nil, tx.Exec("update reports set desk = 'waiting', desk_why = ?, version = version + 1 where id = ?", "Taken out of a bundle by "+a.Name+".", rep.ID).Error
	})
}

// act is what the clearinghouse's deeds on links share.
func (s *Service) act(ctx context.Context, a auth.Actor, number int64, action, words string, do func(*store.Tx, *models.Report) (map[string]any, error)) error {
	refused := audit.Event{Action: action, Subject: fmt.Sprintf("report number %d", number), Words: words}
	if err := audit.May(ctx, s.store, a, auth.RouteReport, refused, askLink); err != nil {
		return err
	}
	err := s.store.As(ctx, a, func(tx *store.Tx) error {
		rep, err := findReport(tx, number)
		if err != nil {
			return err
		}
		detail, err := do(tx, rep)
		if err != nil {
			return err
		}
		return audit.Record(tx, audit.Event{Action: action, ReportID: rep.ID, Number: number, Words: words, Detail: detail})
	})
	return audit.Unseen(ctx, s.store, a, action, number, err)
}

// LookedAgain takes the mark of another look away without opening the report.
func (s *Service) LookedAgain(ctx context.Context, a auth.Actor, number int64) error {
	const action, words = "referral.looked-again", "Took away the mark that asks for another look."
	if err := audit.May(ctx, s.store, a, auth.WorkReferral, audit.Event{Action: action, Subject: fmt.Sprintf("report number %d", number), Words: words}, askWork); err != nil {
		return err
	}
	err := s.store.As(ctx, a, func(tx *store.Tx) error {
		rep, err := findReport(tx, number)
		if err != nil {
			return err
		}
		err = tx.Exec("update referrals set look_again_at = null, look_again_why = '' where report_id = ? and agency_id = ? and look_again_at is not null", rep.ID, a.AgencyID).Error
		if err != nil {
			return fmt.Errorf("taking a mark away: %w", err)
		}
		return audit.Record(tx, audit.Event{Action: action, ReportID: rep.ID, Number: number, Words: words})
	})
	return audit.Unseen(ctx, s.store, a, action, number, err)
}

func findReport(tx *store.Tx, number int64) (*models.Report, error) {
	var r models.Report
	if err := tx.Where("id = (select report_id from report_numbers where number = ?)", number).Take(&r).Error; err != nil {
		return nil, store.Translate(err, fmt.Sprintf("Report %d", number))
	}
	return &r, nil
}

func checkWhy(why string, required bool) error {
	switch {
	case required && why == "":
		return models.InvalidField("why", "Say why in a few words.")
	case utf8.RuneCountInString(why) > 500 || strings.ContainsRune(why, 0) || !utf8.ValidString(why):
		return models.InvalidField("why", "Keep it below 500 ordinary characters.")
	}
	return nil
}
