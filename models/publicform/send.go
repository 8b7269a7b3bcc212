package publicform

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"reeve/auth"
	"reeve/models"
	"reeve/models/audit"
	"reeve/models/selector"
	"reeve/models/store"
)

// Sending is what a page knows besides the answers.
type Sending struct {
	Language string
	Trap     bool // a field that no person sees was filled in
}

// What makes an analyst look for a machine. None of it drops a report.
const (
	quick    = 8 * time.Second // from the first answer to sending
	sameText = 2               // earlier reports with the very same text
	sameFor  = 24 * time.Hour
	manyURLs = 10
)

// Send makes a report of the draft: finished, without a provider, routed like any
// other. The draft then holds the number and the code until it is wiped; sending it
// again answers the same. ErrGone without a draft; Invalid with the field "what" when
// nothing was told; ErrHurried, once, when it came too fast for a person.
func (s *Service) Send(ctx context.Context, a auth.Actor, secret string, in Sending) (*Draft, error) {
	if err := only(a); err != nil {
		return nil, err
	}
	var d *Draft
	hurried := false
	err := s.store.As(ctx, a, func(tx *store.Tx) error {
		hurried = false
		row, held, err := read(tx, secret)
		if err != nil {
			return err
		}
		if d = drawn(secret, row, held); row.Sent {
			return nil
		}
		if held.Answers["what"] == "" {
			return models.InvalidField("what", "Tell us what happened.")
		}
		took := tx.Now.Sub(row.StartedAt)
		if took < quick && !held.Hurried {
			held.Hurried, hurried = true, true
			return write(tx, secret, row, held)
		}
		report, code, err := s.create(tx, held.Answers, in, took)
		if err != nil {
			return err
		}
		// Back to the draft, which from now on holds what was shown.
		if err := hold(tx, row.TokenHash); err != nil {
			return err
		}
		held = sealed{Number: report.Number, Code: code}
		row.Sent = true
		d = drawn(secret, row, held)
		return write(tx, secret, row, held)
	})
	switch {
	case err != nil:
		return nil, err
	case hurried:
		return d, ErrHurried
	}
	return d, nil
}

// create writes the report with everything that belongs to it, in the order in which
// the row policies let it: first the proof that the rest is written under.
func (s *Service) create(tx *store.Tx, answers Answers, in Sending, took time.Duration) (*models.Report, string, error) {
	textKey := s.textKey(answers["what"])
	suspicion, err := suspect(tx, textKey, answers, in, took)
	if err != nil {
		return nil, "", err
	}
	rep := compose(answers, in.Language, suspicion)
	body, err := json.Marshal(answers)
	if err != nil {
		return nil, "", fmt.Errorf("keeping the answers: %w", err)
	}
	sum := sha256.Sum256(body)
	r := models.Report{ID: store.NewID(), State: models.ReportFinished, IncidentType: rep.Incident.Type, OpenedAt: tx.Now, ModifiedAt: tx.Now, FinishedAt: &tx.Now,
		Reported: rep, SubmissionSHA256: sum[:], Class: "referral", Priority: 3, Urgency: 2, Desk: models.DeskNone, Version: 1}
	if at := rep.Incident.DateTime.At; !at.IsZero() {
		r.IncidentAt = &at
	}
	found := selector.Extract(*rep, nil, "")
	r.SubjectKey = s.keyer.Key(selector.ProviderUser, r.ID.String()).Prefix() // a subject of its own, unless something identifies it
	if label, subject, ok := selector.StrongestSubject(found); ok {
		r.SubjectLabel, r.SubjectKey = clip(label, 200), s.keyer.Key(subject.Kind, subject.Value).Prefix()
	}
	if r.Number, err = tx.TakeNumber(r.ID); err != nil {
		return nil, "", err
	}
	code, version := newCode(), s.newest()
	proof := proofOf(s.keys[version], r.Number, code)
	if err := hold(tx, proof); err != nil {
		return nil, "", err
	}
	ids := make([]models.Identifier, 0, len(found))
	for _, id := range found {
		ids = append(ids, s.keyer.Row(store.NewID(), r.ID, id))
	}
	rows := []any{&r,
		&models.PublicReport{ReportID: r.ID, Number: r.Number, Proof: proof, ProofVersion: int16(version), TextKey: textKey, Language: in.Language, Suspicion: suspicion, SentAt: tx.Now},
		&models.ReportDocument{ID: store.NewID(), ReportID: r.ID, Kind: "report", Body: body, Size: int64(len(body)), SHA256: sum[:], ReceivedAt: tx.Now}}
	for _, row := range rows {
		if err := tx.Create(row).Error; err != nil {
			return nil, "", fmt.Errorf("keeping a report of the public (%T): %w", row, err)
		}
	}
	if len(ids) > 0 {
		if err := tx.CreateInBatches(&ids, 500).Error; err != nil {
			return nil, "", fmt.Errorf("storing identifiers: %w", err)
		}
	}
	if err := tx.Enqueue(models.RouteReport{ReportID: r.ID, Round: 1}); err != nil {
		return nil, "", err
	}
	return &r, code, audit.Record(tx, audit.Event{Action: "report.sent-by-public", ReportID: r.ID, Number: r.Number, Words: "Sent a report by the public's form."})
}

func clip(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n])
	}
	return s
}

// suspect says what about a report looks like a machine's work.
func suspect(tx *store.Tx, textKey []byte, a Answers, in Sending, took time.Duration) ([]string, error) {
	var list []string
	var same int
	if err := tx.Raw("select public_same_text(p_text => ?, p_since => ?)", textKey, tx.Now.Add(-sameFor)).Row().Scan(&same); err != nil {
		return nil, fmt.Errorf("looking for the same text: %w", err)
	}
	if same >= sameText {
		list = append(list, fmt.Sprintf("The same text came %d times before within a day.", same))
	}
	if in.Trap {
		list = append(list, "A field was filled in that no person sees.")
	}
	if took < quick {
		list = append(list, "It was filled in within seconds.")
	}
	if n := strings.Count(a["what"], "://"); n > manyURLs {
		list = append(list, fmt.Sprintf("It holds %d web addresses in its text.", n))
	}
	return list, nil
}
