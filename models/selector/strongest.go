package selector

import (
	"reeve/models"
)

// Which kinds stand for a person when people are counted: the provider's own id
// first, because it can neither be mistyped nor shared.
var countOrder = []Kind{ProviderUser, Email, Phone, ScreenName, Device, URL, IP}

// Which kinds a person reading a list recognises best.
var labelOrder = []Kind{ScreenName, Email, Phone, ProviderUser, URL, Device, IP}

// StrongestSubject answers how a list names the report's subject, and the
// identifier that stands for the subject when distinct subjects of a shared value
// are counted. Verified ones come before unverified ones of the same kind,
// matchable ones before others, then the order of the report. ok is false if the
// report holds no identifier of a subject: such a report counts as a subject of
// its own.
func StrongestSubject(ids []Identifier) (label string, subject Identifier, ok bool) {
	subject, ok = best(ids, countOrder)
	if !ok {
		return "", Identifier{}, false
	}
	shown, _ := best(ids, labelOrder)
	return clean(shown.Reported), subject, true
}

func best(ids []Identifier, order []Kind) (Identifier, bool) {
	found, score := Identifier{}, 0
	for _, id := range ids {
		if id.Whose != models.WhoseSubject {
			continue
		}
		if s := strength(id, order); s > score {
			found, score = id, s
		}
	}
	return found, score > 0
}

// strength orders by being matchable, then by kind, then by being verified.
func strength(id Identifier, order []Kind) int {
	for i, k := range order {
		if k != id.Kind {
			continue
		}
		s := 2 * (len(order) - i)
		if id.Verified == models.Yes {
			s++
		}
		if id.Matchable {
			s += 100
		}
		return s
	}
	return 0
}
