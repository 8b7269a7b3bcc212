package publicform

import (
	"errors"
	"strings"
	"testing"
	"time"

	"reeve/auth"
	"reeve/models"
	"reeve/models/store"
)

func TestADraftKeepsEachPageAndIsReadBySecretAlone(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	mine := s.begin("what", Answers{"what": "Somebody keeps writing to my child."})
	other := s.begin("what", Answers{"what": "Another story."})
	if d := s.save(mine, "who", Answers{"who_user": "example.user"}); d.Fresh || d.Secret != mine {
		t.Errorf("a second page began a second draft")
	}
	d, err := s.web.Open(t.Context(), s.who, mine)
	if err != nil || d.Answers["what"] != "Somebody keeps writing to my child." || d.Answers["who_user"] != "example.user" {
		t.Errorf("got %+v, %v", d, err)
	}
	if d, err := s.web.Open(t.Context(), s.who, other); err != nil || d.Answers["what"] != "Another story." || len(d.Answers) != 1 {
		t.Errorf("the other's: got %+v, %v", d, err)
	}
	for name, secret := range map[string]string{"none": "", "guessed": newSecret(), "the hash": string(hashOf(mine)), "huge": strings.Repeat("x", 1<<20)} {
		if d, err := s.web.Open(t.Context(), s.who, secret); !errors.Is(err, ErrGone) || d != nil {
			t.Errorf("with the secret %s: got %+v, %v", name, d, err)
		}
	}
	// The database alone does not tell what was written.
	var rows []string
	s.Setup(t, func(tx *store.Tx) error {
		return tx.Raw("select encode(sealed, 'escape') from public_drafts").Scan(&rows).Error
	})
	for _, row := range rows {
		if strings.Contains(row, "child") || strings.Contains(row, "story") {
			t.Errorf("a draft can be read in the database: %q", row)
		}
	}
}

// The row policies hold even where a query forgets to ask for the secret.
func TestTheRowPoliciesShowTheWriterTheirOwnDraftOnly(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	mine := s.begin("what", Answers{"what": "One."})
	s.begin("what", Answers{"what": "Two."})
	sent := s.begin("what", Answers{"what": "Three."})
	s.send(sent)
	see := func(a auth.Actor, key []byte, table string) (n int) {
		t.Helper()
		err := s.Web.As(t.Context(), a, func(tx *store.Tx) error {
			if key != nil {
				if err := hold(tx, key); err != nil {
					return err
				}
			}
			return tx.Raw("select count(*) from " + table).Row().Scan(&n)
		})
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	bay := s.Agency(t, "bay")
	if n := see(s.who, hashOf(mine), "public_drafts"); n != 1 {
		t.Errorf("the writer sees %d drafts, want 1", n)
	}
	for _, table := range []string{"public_drafts", "public_reports", "public_additions", "reports", "identifiers", "report_documents", "referrals", "audit_events", "users"} {
		if n := see(s.who, nil, table); n != 0 {
			t.Errorf("the public without a secret sees %d rows of %s", n, table)
		}
		if n := see(s.who, hashOf(mine), table); n != 0 && table != "public_drafts" {
			t.Errorf("the public with a draft's secret sees %d rows of %s", n, table)
		}
		if n := see(s.Person(t, bay, "Dana-"+table, auth.Investigator), hashOf(mine), table); n != 0 && table != "users" && table != "audit_events" {
			t.Errorf("an agency sees %d rows of %s", n, table)
		}
	}
	// Neither may it write what is not its own to write.
	for name, statement := range map[string]string{
		"another's draft":        "delete from public_drafts",
		"a provider's report":    "insert into reports (id, number, provider_id, state, opened_at, modified_at, finished_at, submission_sha256) select gen_random_uuid(), 1, id, 'finished', now(), now(), now(), '' from providers limit 1",
		"a report as routed":     "insert into reports (id, number, state, opened_at, modified_at, finished_at, submission_sha256, routing_round) values (gen_random_uuid(), 1, 'finished', now(), now(), now(), '', 1)",
		"an addition of nobody":  "insert into public_additions (id, report_id, text, sha256, added_at) select gen_random_uuid(), report_id, 'x', '', now() from report_numbers",
		"identifiers of nobody":  "insert into identifiers (id, report_id, kind, whose, reported, matchable, source) select gen_random_uuid(), report_id, 'email', 'subject', 'x', false, 'x' from report_numbers",
		"a change of the report": "update reports set state = 'finished'",
	} {
		before := []int{s.count("public_drafts"), s.count("reports"), s.count("public_additions"), s.count("identifiers")}
		s.Provider(t, "P "+name)
		_ = s.Web.As(t.Context(), s.who, func(tx *store.Tx) error { return tx.Exec(statement).Error })
		after := []int{s.count("public_drafts"), s.count("reports"), s.count("public_additions"), s.count("identifiers")}
		for i := range before {
			if before[i] != after[i] {
				t.Errorf("%s: the public wrote it (%v, %v)", name, before, after)
			}
		}
	}
}

func TestADraftThatIsLeftIsErasedAndWhatIsTypedThenIsKept(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	secret := s.begin("what", Answers{"what": "One."})
	s.Clock.Advance(IdleFor - time.Second)
	if _, err := s.web.Open(t.Context(), s.who, secret); err != nil {
		t.Fatalf("just before: %v", err)
	}
	s.Clock.Advance(IdleFor - time.Second) // reading it was a touch
	if n, err := s.work.Sweep(t.Context()); n != 0 || err != nil {
		t.Errorf("swept %d, %v", n, err)
	}
	s.Clock.Advance(time.Second)
	if _, err := s.web.Open(t.Context(), s.who, secret); !errors.Is(err, ErrGone) {
		t.Errorf("after two hours, before the worker came: %v", err)
	}
	d := s.save(secret, "who", Answers{"who_user": "example.user"})
	if !d.Fresh || d.Secret == secret || d.Answers["who_user"] != "example.user" || d.Answers["what"] != "" {
		t.Errorf("a new draft begins with what was typed: %+v", d)
	}
	if n, err := s.work.Sweep(t.Context()); n != 1 || err != nil || s.count("public_drafts") != 1 {
		t.Errorf("swept %d, %v; %d left", n, err, s.count("public_drafts"))
	}
	if err := s.web.Wipe(t.Context(), s.who, d.Secret); err != nil || s.count("public_drafts") != 0 {
		t.Errorf("wiped: %v, %d left", err, s.count("public_drafts"))
	}
	if err := s.web.Wipe(t.Context(), s.who, d.Secret); err != nil {
		t.Errorf("wiped again: %v", err)
	}
}

func TestTwoTabsDoNotWriteOverEachOtherWithoutAWord(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	step, _, _ := StepOf("what")
	secret := s.begin("what", Answers{"what": "First."})
	was := step.Mark(Answers{"what": "First."})
	if _, err := s.web.Save(t.Context(), s.who, secret, step, Answers{"what": "Second."}, was); err != nil {
		t.Fatal(err)
	}
	d, err := s.web.Save(t.Context(), s.who, secret, step, Answers{"what": "Third."}, was)
	if !errors.Is(err, ErrElsewhere) || d.Answers["what"] != "Second." {
		t.Errorf("the other tab: got %+v, %v", d, err)
	}
	if _, err := s.web.Save(t.Context(), s.who, secret, step, Answers{"what": "Second."}, was); err != nil {
		t.Errorf("the same once more, a page that was loaded again: %v", err)
	}
	who, _, _ := StepOf("who")
	if _, err := s.web.Save(t.Context(), s.who, secret, who, Answers{"who_user": "u"}, who.Mark(nil)); err != nil {
		t.Errorf("another page in another tab: %v", err)
	}
}

func TestNobodyElseUsesTheForm(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	p := s.Provider(t, "Example Chat")
	step, _, _ := StepOf("what")
	for name, a := range map[string]auth.Actor{
		"nobody": {}, "a person": s.Person(t, s.Agency(t, "bay"), "Dana", auth.Investigator), "a provider": auth.Provider(p.ID, p.Name), "Reeve": auth.System(auth.ForUpkeep),
	} {
		_, opened := s.web.Open(t.Context(), a, "x")
		_, saved := s.web.Save(t.Context(), a, "", step, Answers{"what": "x"}, "")
		_, sent := s.web.Send(t.Context(), a, "x", Sending{})
		for what, err := range map[string]error{"open": opened, "save": saved, "send": sent, "wipe": s.web.Wipe(t.Context(), a, "x"), "add": s.web.Add(t.Context(), a, More{Text: "x"})} {
			if models.KindOf(err) != models.Forbidden {
				t.Errorf("%s, %s: %v", name, what, err)
			}
		}
	}
	if n := s.count("public_drafts") + s.count("audit_events"); n != 0 {
		t.Errorf("%d rows were written", n)
	}
}
