package referral

import (
	"fmt"
	"slices"

	"reeve/models"
)

// Deed is something done to a referral that may move its state.
type Deed string

// The deeds.
const (
	Take       Deed = "take"
	Assign     Deed = "assign"
	Release    Deed = "release"
	Start      Deed = "start"
	Prioritise Deed = "prioritise"
	Close      Deed = "close"
	Note       Deed = "note"
	Add        Deed = "add"
	Reopen     Deed = "reopen"
	Return     Deed = "return"
	Keep       Deed = "keep"
	Send       Deed = "send"
)

// transition says from where a deed is allowed and where it leads. An empty to
// means that the deed itself says where: it restores what was before, or leaves
// the state as it is but for what its own function changes.
type transition struct {
	from []models.ReferralState
	to   models.ReferralState
}

var transitions = map[Deed]transition{
	Take:       {[]models.ReferralState{models.ReferralNew, models.ReferralTaken}, models.ReferralTaken},
	Assign:     {[]models.ReferralState{models.ReferralNew, models.ReferralTaken, models.ReferralWorking}, ""},
	Release:    {[]models.ReferralState{models.ReferralTaken, models.ReferralWorking}, ""},
	Prioritise: {[]models.ReferralState{models.ReferralNew, models.ReferralTaken, models.ReferralWorking}, ""},
	Start:      {[]models.ReferralState{models.ReferralNew, models.ReferralTaken}, models.ReferralWorking},
	Close:      {[]models.ReferralState{models.ReferralNew, models.ReferralTaken, models.ReferralWorking}, models.ReferralClosed},
	Note:       {[]models.ReferralState{models.ReferralNew, models.ReferralTaken, models.ReferralWorking}, models.ReferralWorking},
	Add:        {[]models.ReferralState{models.ReferralClosed}, models.ReferralClosed},
	Reopen:     {[]models.ReferralState{models.ReferralClosed}, models.ReferralWorking},
	Return:     {[]models.ReferralState{models.ReferralNew, models.ReferralTaken, models.ReferralWorking}, models.ReferralReturning},
	Keep:       {[]models.ReferralState{models.ReferralReturning}, ""},
	Send:       {[]models.ReferralState{models.ReferralReturning}, models.ReferralReturned},
}

// Deeds lists every deed, for tests and pages.
func Deeds() []Deed {
	return []Deed{Take, Assign, Release, Start, Prioritise, Close, Note, Add, Reopen, Return, Keep, Send}
}

// May reports whether the deed is allowed in the state.
func May(d Deed, s models.ReferralState) bool {
	return slices.Contains(transitions[d].from, s)
}

// next answers where the deed leads, or a Conflict in words.
func next(d Deed, s models.ReferralState) (models.ReferralState, error) {
	if !May(d, s) {
		return "", &models.Error{Kind: models.Conflict, Message: fmt.Sprintf("This report is already %q; that cannot be done now. Reload to see what changed.", s.Words())}
	}
	return transitions[d].to, nil
}
