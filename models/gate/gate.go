package gate

import (
	"fmt"

	"reeve/models"
)

// State is the answer of the gate.
type State string

// The three answers.
const (
	Open    State = "open"    // may be opened now; each opening is recorded with this decision
	Locked  State = "locked"  // may be opened once an authority is recorded
	Refused State = "refused" // may not be opened: no content, or the authority offered does not do
)

// The rules, by the fact that decided. They are stored with each opening.
const (
	RuleNoContent          = "no_content"
	RuleViewed             = "viewed_by_provider"
	RuleHashMatch          = "hash_match"
	RulePublic             = "publicly_available"
	RuleClearinghouse      = "viewed_by_clearinghouse"
	RuleAuthority          = "authority"
	RuleAuthorityNotTaken  = "authority_not_accepted"
	RuleAuthorityUnfit     = "authority_incomplete"
	RuleNotViewed          = "not_viewed"
	RuleNotStated          = "not_stated"
	sourceScope            = "US v. Jacobsen, 466 U.S. 109 (1984)"
	sourceNotViewed        = "US v. Wilson, 13 F.4th 961 (9th Cir. 2021)"
	sourceStatedByProvider = "18 U.S.C. 2258A; the provider's own statement about this file"
)

// File is what is known about one file without opening it.
type File struct {
	Viewed              models.Truth // a person at the provider viewed the entire contents (fileViewedByEsp)
	EXIFViewed          models.Truth // the provider viewed its EXIF; opens nothing
	PubliclyAvailable   models.Truth // the content was publicly available, as the provider states it
	HashMatched         models.Truth // byte for byte a file that a person at the provider had viewed before, as the provider states it
	ClearinghouseViewed models.Truth // staff of the clearinghouse opened it
	Gone                bool         // retracted or erased: there is nothing to open
}

// Decision is the gate's answer, complete enough to be shown and kept.
type Decision struct {
	State     State
	Reason    string          // for the investigator, one or two sentences
	WouldOpen []AuthorityKind // what would open it; nil if it is open or there is nothing to open
	Rule      string          // which rule decided
	Source    string          // the law, policy or document behind the rule
}

// Decide answers whether the file may be opened under the regime, given the
// authority that the person offers (nil: none). Facts about the file come first, so
// an authority is neither needed nor used up where the provider viewed the file.
func Decide(f File, r Regime, a *Authority) Decision {
	if f.Gone {
		return Decision{State: Refused, Rule: RuleNoContent, Reason: "There is no content: the report was retracted or its content was erased."}
	}
	if f.Viewed == models.Yes {
		return Decision{State: Open, Rule: RuleViewed, Source: sourceStatedByProvider + "; " + sourceScope,
			Reason: "Open: the provider states that a person there viewed the entire contents of this file."}
	}
	if d, ok := byRegime(f, r); ok {
		return d
	}
	if a != nil {
		return byAuthority(r, a)
	}
	return locked(f, r)
}

// byRegime opens what counsel decided to open beyond the strict rule.
func byRegime(f File, r Regime) (Decision, bool) {
	opened := func(rule, why string) (Decision, bool) {
		return Decision{State: Open, Rule: rule, Source: r.Source, Reason: fmt.Sprintf("Open under the rule %q, which your agency's counsel set: %s.", r.Name, why)}, true
	}
	switch {
	case r.HashMatchOpens && f.HashMatched == models.Yes:
		return opened(RuleHashMatch, "the provider states that this file is identical to one that a person there had viewed")
	case r.PublicOpens && f.PubliclyAvailable == models.Yes:
		return opened(RulePublic, "the provider states that the content was publicly available")
	case r.ClearinghouseOpens && f.ClearinghouseViewed == models.Yes:
		return opened(RuleClearinghouse, "staff of the clearinghouse viewed this file")
	default:
		return Decision{}, false
	}
}

func locked(f File, r Regime) Decision {
	d := Decision{State: Locked, Rule: RuleNotViewed, Source: sourceNotViewed, WouldOpen: r.accepted()}
	why := "the provider states that nobody there viewed this file"
	if f.Viewed != models.No {
		d.Rule, why = RuleNotStated, "the provider did not say whether it viewed this file"
	}
	d.Reason = fmt.Sprintf("Locked: %s. Record %s to open it.", why, list(d.WouldOpen))
	if len(d.WouldOpen) == 0 {
		d.Reason = fmt.Sprintf("Locked: %s, and your agency's rule accepts no authority here. Ask your supervisor.", why)
	}
	return d
}

func byAuthority(r Regime, a *Authority) Decision {
	if !r.Accepts(a.Kind) {
		return Decision{State: Refused, Rule: RuleAuthorityNotTaken, Source: r.Source, WouldOpen: r.accepted(),
			Reason: fmt.Sprintf("Refused: the rule %q does not accept %s. It accepts %s.", r.Name, a.Kind.Words(), list(r.accepted()))}
	}
	if lacks := a.Lacks(); lacks != "" {
		return Decision{State: Refused, Rule: RuleAuthorityUnfit, Source: r.Source, WouldOpen: r.accepted(),
			Reason: fmt.Sprintf("Refused: %s.", lacks)}
	}
	return Decision{State: Open, Rule: RuleAuthority, Source: a.String(), Reason: fmt.Sprintf("Open on the authority of %s.", a)}
}
