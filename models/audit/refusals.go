package audit

import (
	"context"
	"fmt"

	"reeve/auth"
	"reeve/models"
	"reeve/models/store"
)

// May answers nil when the actor's role grants the permission. Otherwise it writes
// the refusal of the deed that e describes and answers a Forbidden with ask, which
// says whom to ask.
func May(ctx context.Context, s *store.Store, a auth.Actor, p auth.Permission, e Event, ask string) error {
	if a.Can(p) {
		return nil
	}
	if err := Refused(ctx, s, a, e); err != nil {
		return err
	}
	return models.Forbiddenf("%s", ask)
}

// Unseen writes the line of a report that was asked for and not found, and answers
// err as it is; any other error passes unwritten. Somebody else's report and no
// report at all leave the same line and the same answer.
func Unseen(ctx context.Context, s *store.Store, a auth.Actor, action string, number int64, err error) error {
	return UnseenThing(ctx, s, a, action, fmt.Sprintf("report number %d", number), "Asked for a report that does not exist or is not theirs.", err)
}

// UnseenThing is Unseen for what is no report.
func UnseenThing(ctx context.Context, s *store.Store, a auth.Actor, action, subject, words string, err error) error {
	if models.KindOf(err) != models.NotFound {
		return err
	}
	if failed := Refused(ctx, s, a, Event{Action: action, Subject: subject, Words: words}); failed != nil {
		return failed
	}
	return err
}
