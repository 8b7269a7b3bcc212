package oidc

import (
	"errors"
	"time"

	"reeve/models"
)

// The steps of a look at a provider and of a test sign-in, as its admin reads them.
const (
	stepAnswers = "The provider answers"
	stepName    = "It is the provider that the settings name"
	stepHome    = "Its addresses are at its own host"
	stepPKCE    = "It knows PKCE"
	stepAlgs    = "It signs what it says"
	stepClient  = "Reeve can prove itself to it"
	stepKeys    = "Its keys can be read"
	stepClock   = "Its clock agrees with ours"
	stepBack    = "It sent you back"
	stepCode    = "It told us who you are"
	stepToken   = "What it told us is proven"
	stepFresh   = "It asked you just now"
	stepStrong  = "It shows a second factor"
	stepEmail   = "The e-mail address is your agency's"
	stepRoles   = "Your roles are known"
	stepChanged = "The settings stayed as they were"
)

// trouble is something wrong with a provider or its answer, said twice: in plain
// words to the admin of its agency, and in its own to the log.
type trouble struct {
	step   string
	text   string // what is wrong and what to do; no values of claims, no secrets
	reason Reason // for the person who wanted to come in
	err    error  // may be nil
	// passing marks what a person, or somebody who plays one, can cause alone: it is
	// not held against the provider.
	passing bool
}

// Error says it for logs.
func (t *trouble) Error() string {
	if t.err != nil {
		return t.text + " (" + t.err.Error() + ")"
	}
	return t.text
}

// Unwrap answers the cause.
func (t *trouble) Unwrap() error { return t.err }

// plain answers what an admin may read of an error, and by which step it came.
func plain(err error) (step, text string) {
	var t *trouble
	if errors.As(err, &t) {
		return t.step, t.text
	}
	return "", "Something went wrong on our side; the log of the portal has it. Try again, and tell the clearinghouse if it stays."
}

// reasonOf answers why a sign-in with this error was refused.
func reasonOf(err error) Reason {
	var t *trouble
	if errors.As(err, &t) && t.reason != "" {
		return t.reason
	}
	return NotProven
}

// trial collects steps. A nil trial collects nothing, which is how a sign-in in
// earnest goes the same way.
type trial struct{ steps []models.TestStep }

// good notes a step that succeeded.
func (t *trial) good(step, text string) {
	if t != nil {
		t.steps = append(t.steps, models.TestStep{Name: step, OK: true, Text: text})
	}
}

// bad notes a step that failed.
func (t *trial) bad(step string, err error) {
	if t == nil {
		return
	}
	own, text := plain(err)
	if own != "" {
		step = own
	}
	t.steps = append(t.steps, models.TestStep{Name: step, Text: text})
}

// result is what was found: good if every step was, and there was one.
func (t *trial) result(at time.Time) models.SignInTest {
	out := models.SignInTest{OK: len(t.steps) > 0, At: at, Steps: t.steps}
	for _, s := range t.steps {
		out.OK = out.OK && s.OK
	}
	return out
}
