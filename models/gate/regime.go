package gate

import (
	"slices"
	"strings"
)

// Regime is the rule that an agency's counsel chose for its courts. The zero value
// opens only what the provider viewed and accepts no authority, so a forgotten
// regime fails closed.
type Regime struct {
	Code               string          // stable: "strict"
	Name               string          // as pages say it
	Source             string          // the cases or the memorandum it rests on
	HashMatchOpens     bool            // a stated hash match to a viewed file opens
	PublicOpens        bool            // a stated public availability opens
	ClearinghouseOpens bool            // an opening by clearinghouse staff opens
	Takes              []AuthorityKind // which authorities open a locked file, in the order in which pages offer them
}

// Strict is the default: only "viewed: yes" opens, and a locked file needs a
// warrant, a consent or an emergency.
func Strict() Regime {
	return Regime{Code: "strict", Name: "Strict", Takes: []AuthorityKind{Warrant, Consent, Exigency},
		Source: "US v. Ackerman, 831 F.3d 1292 (10th Cir. 2016); US v. Wilson, 13 F.4th 961 (9th Cir. 2021); US v. Maher (2d Cir. 2024)"}
}

// HashMatch is for courts that follow the private-search doctrine for matched
// files. Counsel must choose it; nothing does so by itself.
func HashMatch() Regime {
	return Regime{Code: "hash_match", Name: "Hash match", HashMatchOpens: true, Takes: []AuthorityKind{Warrant, Consent, Exigency, Policy},
		Source: "US v. Reddick, 900 F.3d 636 (5th Cir. 2018); US v. Miller, 982 F.3d 412 (6th Cir. 2020)"}
}

// Regimes are the ready-made ones, strictest first.
func Regimes() []Regime { return []Regime{Strict(), HashMatch()} }

// RegimeByCode finds a ready-made regime. For an unknown code it answers Strict and
// false.
func RegimeByCode(code string) (Regime, bool) {
	for _, r := range Regimes() {
		if r.Code == code {
			return r, true
		}
	}
	return Strict(), false
}

// Accepts says whether the regime takes this kind of authority at all.
func (r Regime) Accepts(k AuthorityKind) bool { return slices.Contains(r.Takes, k) }

func (r Regime) accepted() []AuthorityKind { return slices.Clone(r.Takes) }

// list joins kinds as a sentence does: "a warrant, a consent or an emergency".
func list(kinds []AuthorityKind) string {
	words := make([]string, len(kinds))
	for i, k := range kinds {
		words[i] = k.Words()
	}
	switch n := len(words); n {
	case 0:
		return "nothing"
	case 1:
		return words[0]
	default:
		return strings.Join(words[:n-1], ", ") + " or " + words[n-1]
	}
}
