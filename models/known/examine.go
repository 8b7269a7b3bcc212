package known

import (
	"context"
	"fmt"
	"log/slog"

	"github.com/google/uuid"

	"reeve/auth"
	"reeve/models"
	"reeve/models/audit"
	"reeve/models/gate"
	"reeve/models/pdq"
	"reeve/models/store"
)

// Examiner compares files with known material. It is the worker's.
type Examiner struct {
	store    *store.Store
	files    Files
	near     *Near
	log      *slog.Logger
	decoding chan struct{}
}

// NewExaminer makes the use case on the worker's store.
func NewExaminer(s *store.Store, files Files, near *Near, log *slog.Logger) *Examiner {
	return &Examiner{store: s, files: files, near: near, log: log, decoding: make(chan struct{}, 1)}
}

// decodeAtOnce bounds the files that one examination decodes; a report with more is
// examined again at once.
const decodeAtOnce = 100

// Examine compares the files of a finished report with known material: each by its
// hashes; and where that finds nothing and the gate is open, by its picture, for which
// its content is decoded once. What it finds is marked, and files that are known are
// labelled as their sets have them. Doing it again is harmless: it brings the marks in
// line with the sets that are active now.
func (e *Examiner) Examine(ctx context.Context, report uuid.UUID) error {
	if err := e.near.Follow(ctx); err != nil {
		return err
	}
	todo, more, err := e.announce(ctx, report)
	if err != nil {
		return err
	}
	pictures := make(map[uuid.UUID]picture, len(todo))
	for i := range todo {
		p, err := e.decode(ctx, &todo[i])
		if err != nil {
			return fmt.Errorf("comparing files of report %s: %w", report, err)
		}
		pictures[todo[i].ID] = p
	}
	return e.conclude(ctx, report, pictures, more)
}

// examined is a report with what an examination needs of it.
type examined struct {
	models.Report
	files []models.File
	exact map[uuid.UUID][]listed // by file
	marks map[uuid.UUID][]models.FileMark
	none  bool // no hash set is active: there is nothing to compare with
}

// listed is a set's entry that fits a file.
type listed struct {
	FileID           uuid.UUID
	SetID            uuid.UUID
	SetNo            int32
	N                int32
	Name, Scheme     string
	Category, Series string
	Victim           models.Truth
	ByMD5Alone       bool
	Distance         int
	how              models.MarkHow
}

// announce chooses the files whose content is to be decoded and writes the line of that
// before it is done: an act that breaks off was recorded all the same.
func (e *Examiner) announce(ctx context.Context, report uuid.UUID) (todo []models.File, more bool, err error) {
	err = e.store.As(ctx, auth.System(auth.ForExamining), func(tx *store.Tx) error {
		todo, more = nil, false
		x, err := gather(tx, report)
		if err != nil || x == nil {
			return err
		}
		var grounds []map[string]any
		for i := range x.files {
			f := &x.files[i]
			if !x.needsDecoding(f) {
				continue
			}
			if len(todo) == decodeAtOnce {
				more = true
				break
			}
			d := may(f)
			todo = append(todo, *f)
			grounds = append(grounds, map[string]any{"file": f.PublicID, "rule": d.Rule, "reason": d.Reason, "source": d.Source})
		}
		if len(todo) == 0 {
			return nil
		}
		concerned, err := agencies(tx, report)
		if err != nil {
			return err
		}
		return audit.Record(tx, audit.Event{Action: "files.decoded", ReportID: x.ID, Number: x.Number, Concerns: concerned,
			Words:  "Read the content of " + count(len(todo), "file", "files") + " to compare it with known material. The ground for each: the provider states that a person there viewed its entire contents.",
			Detail: map[string]any{"files": grounds}})
	})
	return todo, more, err
}

// needsDecoding says whether a file's content must be read to compare it: nothing
// lists its bytes, it was not read before, and its gate is open.
func (x *examined) needsDecoding(f *models.File) bool {
	return f.ErasedAt == nil && f.DecodedAt == nil && len(x.exact[f.ID]) == 0 && may(f).State == gate.Open
}

// gather reads a report with its files and what lists their bytes; nil where there is
// nothing to examine.
func gather(tx *store.Tx, report uuid.UUID) (*examined, error) {
	x := &examined{exact: map[uuid.UUID][]listed{}, marks: map[uuid.UUID][]models.FileMark{}}
	// Whoever else examines this report waits, so that marks are made once.
	if err := tx.Raw("select * from reports where id = ? for update", report).Scan(&x.Report).Error; err != nil {
		return nil, fmt.Errorf("reading a report: %w", err)
	}
	if x.Report.ID == uuid.Nil || x.State != models.ReportFinished {
		return nil, nil
	}
	if err := tx.Where("report_id = ?", report).Order("id").Find(&x.files).Error; err != nil {
		return nil, fmt.Errorf("reading files: %w", err)
	}
	if len(x.files) == 0 {
		return nil, nil
	}
	var found []listed
	if err := tx.Raw(exactly, map[string]any{"report": report}).Scan(&found).Error; err != nil {
		return nil, fmt.Errorf("looking files up by their hashes: %w", err)
	}
	for _, l := range found {
		l.how = models.MarkExact
		x.exact[l.FileID] = append(x.exact[l.FileID], l)
	}
	if err := tx.Raw("select not exists (select 1 from known_sets where state = 'active')").Row().Scan(&x.none); err != nil {
		return nil, fmt.Errorf("looking for hash sets: %w", err)
	}
	var marks []models.FileMark
	if err := tx.Where("report_id = ?", report).Order("id").Find(&marks).Error; err != nil {
		return nil, fmt.Errorf("reading marks: %w", err)
	}
	for _, m := range marks {
		x.marks[m.FileID] = append(x.marks[m.FileID], m)
	}
	return x, nil
}

// exactly answers, for each file and set, the first entry whose every hash is the
// file's. Any one hash leads to it by an index; all that it gives must agree, so that
// a file made to have another's MD5 is not taken for it where the list knows more.
const exactly = `
select distinct on (f.id, h.set_no) f.id as file_id, s.id as set_id, h.set_no, h.n, s.name, s.scheme,
       coalesce(h.category, '') as category, coalesce(h.series, '') as series, h.victim_identified as victim, h.sha1 is null and h.sha256 is null as by_md5_alone
  from files f
  cross join lateral (
    select * from known_hashes k where k.sha256 = f.sha256
    union all select * from known_hashes k where k.sha1 = f.sha1
    union all select * from known_hashes k where k.md5 = f.md5) h
  join known_sets s on s.number = h.set_no and s.state = 'active'
 where f.report_id = @report and f.erased_at is null
   and (h.md5 is null or h.md5 = f.md5) and (h.sha1 is null or h.sha1 = f.sha1) and (h.sha256 is null or h.sha256 = f.sha256)
 order by f.id, h.set_no, h.sha256 is null, h.sha1 is null, h.n`

// nearly reads the entries that a search found, of sets that are still active.
func nearly(tx *store.Tx, matches []Match) ([]listed, error) {
	var out []listed
	for _, m := range matches {
		var found []listed
		err := tx.Raw(`select s.id as set_id, h.set_no, h.n, s.name, s.scheme, coalesce(h.category, '') as category, coalesce(h.series, '') as series, h.victim_identified as victim
			from known_hashes h join known_sets s on s.number = h.set_no and s.state = 'active' where h.set_no = ? and h.n = ?`, m.Set, m.N).Scan(&found).Error
		if err != nil {
			return nil, fmt.Errorf("reading a listed picture: %w", err)
		}
		for _, l := range found {
			l.Distance, l.how = m.Distance, models.MarkNear
			out = append(out, l)
		}
	}
	return out, nil
}

func (e *Examiner) nearly(tx *store.Tx, h pdq.Hash256) ([]listed, error) {
	return nearly(tx, e.near.Search(h, pdq.MatchDistance))
}

// agencies answers to whom a report was referred: what is done with it concerns them.
func agencies(tx *store.Tx, report uuid.UUID) (ids []uuid.UUID, err error) {
	if err := tx.Model(&models.Referral{}).Where("report_id = ?", report).Order("agency_id").Limit(200).Pluck("agency_id", &ids).Error; err != nil {
		return nil, fmt.Errorf("reading where a report was sent: %w", err)
	}
	return ids, nil
}

func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}
