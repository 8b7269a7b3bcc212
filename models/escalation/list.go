package escalation

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

// page is how many escalations a page of the desk shows.
const pageSize = 25

// Marks of cursors.
const (
	orderOpen = 'u'
	orderPast = 'v'
	orderOwn  = 'w'
)

// late is after how long an unanswered call counts among the figures.
const late = 15 * time.Minute

// mostCounted is where figures stop counting.
const mostCounted = 1000

// Row is one report's calls, as a page of the desk shows them.
type Row struct {
	models.Escalation
	IncidentType string
	Provider     string
	Lines        []Line `gorm:"-"`
}

// Line is the calls to one agency, with the newest of them.
type Line struct {
	models.EscalationLine
	Agency string // name
	Code   string
	Has    bool   // the report was referred to it
	Calls  []Call `gorm:"-"`
	// Listed is whether the agency has named on-call contacts.
	Listed bool
}

// Call is one call, with what became of its mail.
type Call struct {
	models.EscalationCall
	Mail      models.OutboxState // empty: none was sent, since there is no address
	MailError string
}

// Page is one page of the desk's urgent reports.
type Page struct {
	Rows    []Row
	Next    string // cursor of the following page; empty on the last
	Open    int    // at most 1001
	Late    int    // agencies that have not answered for 15 minutes; at most 1001
	AtDesk  int    // reports that are back at the desk; at most 1001
	NoLists int    // open agencies without on-call contacts
}

// List answers the urgent reports about which somebody is called, those back at the
// desk first, then the more urgent, then the older; past answers those that have
// ended, newest first.
func (s *Service) List(ctx context.Context, a auth.Actor, past bool, cursor string) (*Page, error) {
	line := audit.Event{Action: "urgent.listed", Words: "Looked at the urgent reports."}
	if err := audit.May(ctx, s.store, a, auth.ReadUrgent, line, askDesk); err != nil {
		return nil, err
	}
	order := byte(orderOpen)
	if past {
		order = orderPast
	}
	at, err := store.ParseCursor(cursor, order)
	if err != nil {
		return nil, err
	}
	out := &Page{}
	err = s.store.As(ctx, a, func(tx *store.Tx) error {
		*out = Page{}
		if err := out.figures(tx); err != nil {
			return err
		}
		if err := out.read(tx, past, at); err != nil {
			return err
		}
		return audit.Record(tx, line)
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

func (p *Page) figures(tx *store.Tx) error {
	err := tx.Raw(`select (select count(*) from (select 1 from escalations where state = 'open' limit @most) o),
		(select count(*) from (select 1 from escalation_lines where state in ('calling', 'silent') and first_called_at <= @late limit @most) l),
		(select count(*) from (select 1 from escalations where state = 'open' and rank >= 100 limit @most) d),
		(select count(*) from agencies g where g.kind = 'agency' and g.closed_at is null and not exists (select 1 from on_call_contacts c where c.agency_id = g.id))`,
		map[string]any{"most": mostCounted + 1, "late": tx.Now.Add(-late)}).Row().Scan(&p.Open, &p.Late, &p.AtDesk, &p.NoLists)
	if err != nil {
		return fmt.Errorf("counting urgent reports: %w", err)
	}
	return nil
}

const (
	rowColumns = `e.*, r.incident_type, coalesce(p.name, 'The public') as provider
  from escalations e join reports r on r.id = e.report_id left join providers p on p.id = r.provider_id`
	openRows = `select ` + rowColumns + `
 where e.state = 'open' and (e.rank < @rank or e.rank = @rank and (e.raised_at, e.id) > (@at, @id))
 order by e.rank desc, e.raised_at, e.id limit @limit`
	pastRows = `select ` + rowColumns + `
 where e.state <> 'open' and (e.ended_at, e.id) < (@at, @id)
 order by e.ended_at desc, e.id desc limit @limit`
)

func (p *Page) read(tx *store.Tx, past bool, at *store.Cursor) error {
	q := openRows
	from := map[string]any{"rank": 32000, "at": time.Unix(0, 0), "id": uuid.Nil, "limit": pageSize + 1}
	if past {
		q, from["at"], from["id"] = pastRows, time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC), uuid.Max
	}
	if at != nil {
		if at.Rank < 0 || at.Rank > 32000 {
			return models.InvalidField("cursor", "This page's address is damaged. Start again from the first page.")
		}
		from["rank"], from["at"], from["id"] = at.Rank, at.At, at.ID
	}
	if err := tx.Raw(q, from).Scan(&p.Rows).Error; err != nil {
		return fmt.Errorf("reading urgent reports: %w", err)
	}
	if len(p.Rows) > pageSize {
		p.Rows = p.Rows[:pageSize]
		last := p.Rows[pageSize-1]
		next := store.Cursor{Order: orderOpen, Rank: int64(last.Rank), At: last.RaisedAt, ID: last.ID}
		if past {
			next = store.Cursor{Order: orderPast, At: *last.EndedAt, ID: last.ID}
		}
		p.Next = next.String()
	}
	return fill(tx, p.Rows)
}

// fill reads the lines and calls of all rows, in one statement each.
func fill(tx *store.Tx, rows []Row) error {
	ids := make([]uuid.UUID, len(rows))
	at := map[uuid.UUID]int{}
	for i := range rows {
		ids[i], at[rows[i].ID] = rows[i].ID, i
	}
	lines, err := linesOf(tx, "l.escalation_id = any (?)", models.IDList(ids))
	if err != nil {
		return err
	}
	for _, l := range lines {
		rows[at[l.EscalationID]].Lines = append(rows[at[l.EscalationID]].Lines, l)
	}
	return nil
}

// linesOf reads lines with their calls, those that wait first. Whose, the row policies
// say; the report of a line may be unseen, and then the agency does not have it.
func linesOf(tx *store.Tx, where string, key any) (lines []Line, err error) {
	err = tx.Raw(`select l.*, g.name as agency, g.code,
		  exists (select 1 from escalations e join referrals f on f.report_id = e.report_id and f.agency_id = l.agency_id
		           where e.id = l.escalation_id and f.state not in ('returning', 'returned')) as has,
		  exists (select 1 from on_call_contacts c where c.agency_id = l.agency_id) as listed
		from escalation_lines l join agencies g on g.id = l.agency_id
		where `+where+` order by l.state = 'silent' desc, l.state = 'calling' desc, l.first_called_at desc, g.name, l.id`, key).Scan(&lines).Error
	if err != nil {
		return nil, fmt.Errorf("reading the lines of urgent reports: %w", err)
	}
	ids := make([]uuid.UUID, len(lines))
	at := map[uuid.UUID]int{}
	for i := range lines {
		ids[i], at[lines[i].ID] = lines[i].ID, i
	}
	var calls []Call
	err = tx.Raw(`select c.*, coalesce(o.state, '') as mail, coalesce(o.last_error, '') as mail_error
		from escalation_calls c left join outbox o on o.id = c.outbox_id where c.line_id = any (?) order by c.line_id, c.rung`, models.IDList(ids)).Scan(&calls).Error
	if err != nil {
		return nil, fmt.Errorf("reading the calls about urgent reports: %w", err)
	}
	for _, c := range calls {
		i := at[c.LineID]
		lines[i].Calls = append(lines[i].Calls, c)
	}
	return lines, nil
}

// Show answers one report's calls to the desk.
func (s *Service) Show(ctx context.Context, a auth.Actor, number int64) (*Row, error) {
	line := audit.Event{Action: "urgent.read", Words: "Looked at who was called about the urgent report."}
	refused := line
	refused.Subject = reportNumber(number)
	if err := audit.May(ctx, s.store, a, auth.ReadUrgent, refused, askDesk); err != nil {
		return nil, err
	}
	var row *Row
	err := s.store.As(ctx, a, func(tx *store.Tx) error {
		_, esc, err := byNumber(tx, number, false)
		if err != nil {
			return err
		}
		rows := make([]Row, 1)
		if err := tx.Raw("select "+rowColumns+" where e.id = ?", esc.ID).Scan(&rows).Error; err != nil {
			return fmt.Errorf("reading an urgent report: %w", err)
		}
		if err := fill(tx, rows); err != nil {
			return err
		}
		row = &rows[0]
		line.ReportID, line.Number = esc.ReportID, number
		for _, l := range row.Lines {
			if l.Has {
				line.Concerns = append(line.Concerns, l.AgencyID)
			}
		}
		return audit.Record(tx, line)
	})
	return row, audit.Unseen(ctx, s.store, a, line.Action, number, err)
}
