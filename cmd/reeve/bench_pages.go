package main

import (
	"context"
	"fmt"
	"net/url"
	"time"

	"reeve/auth"
	"reeve/cmd/reeve/bulk"
	"reeve/models/store"
)

// work is one of the measured agency's reports.
type benchWork struct {
	Number  int64
	Version int
}

// reports answers reports of the measured agency that are in work, a different
// stretch for each use.
func (b *benchmark) reports(ctx context.Context, skip, n int) (list []benchWork, err error) {
	err = b.owner.As(ctx, auth.System(auth.ForSetup), func(tx *store.Tx) error {
		return tx.Raw("select number, version from referrals where agency_id = ? and state = 'working' order by received_at desc offset ? limit ?",
			b.people.Investigator.AgencyID, skip, n).Scan(&list).Error
	})
	if err == nil && len(list) == 0 {
		err = fmt.Errorf("the largest agency has nothing in work")
	}
	return list, err
}

// pages are read by one person, one after another: from the request to the last
// byte of the page, session and audit line included.
func (b *benchmark) pages(ctx context.Context) error {
	ira, err := b.signIn(ctx, b.people.Investigator.UserID)
	if err != nil {
		return err
	}
	dee, err := b.signIn(ctx, b.people.Desk.UserID)
	if err != nil {
		return err
	}
	reports, err := b.reports(ctx, 0, 400)
	if err != nil {
		return err
	}
	deep, err := b.deep(ctx)
	if err != nil {
		return err
	}
	always := func(path string) func(int) string { return func(int) string { return path } }
	for _, p := range []struct {
		name, goal string
		by         *browser
		path       func(i int) string
	}{
		{"inbox, first page", "p50 <= 3", ira, always("/inbox")},
		{"inbox, deep page", "p50 <= 3", ira, always("/inbox?cursor=" + url.QueryEscape(deep))},
		{"inbox, unread", "p50 <= 3", ira, always("/inbox?view=unread")},
		{"inbox, one provider", "p50 <= 3", ira, always("/inbox?provider=01900000-0000-7000-a000-000000000001")},
		{"report, read and written down", "p50 <= 5", ira, func(i int) string { return fmt.Sprintf("/reports/%d", reports[i%len(reports)].Number) }},
		{"search, e-mail address", "p50 <= 3", ira, func(i int) string { return "/search?q=" + url.QueryEscape(bulk.Address(i%50)) }},
		{"search, screen name", "p50 <= 3", ira, always("/search?q=amber_wren_7")},
		{"deconfliction list", "p50 <= 4", ira, always("/deconfliction")},
		{"feedback board", "p50 <= 10", dee, always("/desk/feedback")},
		{"desk's queue", "", dee, always("/desk")},
		{"audit log", "", dee, always("/audit")},
	} {
		err := b.sample(ctx, p.name, p.goal, 400, func(ctx context.Context, i int) error { _, err := p.by.get(ctx, p.path(i)); return err })
		if err != nil {
			return err
		}
	}
	return nil
}

// deep is the cursor of a page two-thirds down the inbox.
func (b *benchmark) deep(ctx context.Context) (string, error) {
	c := store.Cursor{Order: 'u'}
	agency := b.people.Investigator.AgencyID
	err := b.owner.As(ctx, auth.System(auth.ForSetup), func(tx *store.Tx) error {
		return tx.Raw(`select urgency, received_at, id from referrals where agency_id = ? and open order by urgency desc, received_at desc, id desc limit 1
			offset (select count(*) * 2 / 3 from referrals where agency_id = ? and open)`, agency, agency).Row().Scan(&c.Rank, &c.At, &c.ID)
	})
	return c.String(), err
}

// outcomes records one outcome each on different reports: from the form to the
// redirect.
func (b *benchmark) outcomes(ctx context.Context) error {
	ira, err := b.signIn(ctx, b.people.Investigator.UserID)
	if err != nil {
		return err
	}
	reports, err := b.reports(ctx, 0, 400)
	if err != nil {
		return err
	}
	return b.sample(ctx, "record an outcome", "p50 <= 10", min(300, max(20, len(reports)-10)), func(ctx context.Context, i int) error {
		r := &reports[i%len(reports)]
		form := url.Values{"code": {"open.investigating"}, "usefulness": {"1"}, "version": {fmt.Sprint(r.Version)}}
		r.Version++
		return ira.post(ctx, fmt.Sprintf("/reports/%d/outcome", r.Number), form)
	})
}

// crowd is sixteen people who read without pause.
func (b *benchmark) crowd(ctx context.Context) error {
	reports, err := b.reports(ctx, 0, 400)
	if err != nil {
		return err
	}
	people := make([]*browser, 16)
	for i := range people {
		if people[i], err = b.signIn(ctx, b.people.Investigator.UserID); err != nil {
			return err
		}
	}
	err = b.together(ctx, "inbox, 16 people at once", "", len(people), 8*time.Second, func(ctx context.Context, w, _ int) error {
		_, err := people[w].get(ctx, "/inbox")
		return err
	})
	if err != nil {
		return err
	}
	return b.together(ctx, "report, 16 people at once", "", len(people), 8*time.Second, func(ctx context.Context, w, i int) error {
		_, err := people[w].get(ctx, fmt.Sprintf("/reports/%d", reports[(w*25+i)%len(reports)].Number))
		return err
	})
}
