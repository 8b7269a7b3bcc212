package selector

import (
	"math/rand/v2"
	"strings"
	"testing"
)

// Pieces that have broken normalisers before: characters that change under
// folding or composition, separators of our own forms, escapes, digits of other
// scripts, surrogates and stray bytes.
var nasty = strings.Split("a|Z|0|7|.|..|@| @p| |  |+|-|:|::|/|//|?|#|%|%2|%41|%2f|%25|\\|[|]|<|>|(|)|=|kind=|imei:|mac:|uuid:|meid:|tel:|mailto:|http://|ftp://|"+
	"ß|ẞ|ﬁ|İ|ı|Σ|ς|ǅ|ͅ|ᾳ|e\u0301|\u0301|\u0345|Å|Ω|ｱ|ﾞ|가|\u1100\u1161|٣|۴|１|．|。|＠|／|а|\u200b|\u200d|\u202e|\ufeff|\u00ad|\u2028|\t|\x00|\x7f|\ufe0f|🐦|\xff|\xc3|\ufffd|xn--|gmail.com|localhost|example|192.0.2.1|2001:db8::1|::ffff:|490154203237518|00005E005301|p|P", "|")

func TestNormalisingIsStableOnNastyInput(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	contexts := []Context{{}, {ProviderKey: "p"}, {ProviderKey: "P", Service: "s/@ x"}, {Region: "US"}, {CallingCode: "+44"}, {CallingCode: "+800"}, {ProviderKey: "p", DeviceType: "IMEI"}, {ProviderKey: "p", DeviceType: "kind"}, {DeviceType: "MAC"}}
	for range 20000 {
		var b strings.Builder
		for range 1 + rng.IntN(7) {
			b.WriteString(nasty[rng.IntN(len(nasty))])
		}
		kind := Kinds[rng.IntN(len(Kinds))]
		ctx := contexts[rng.IntN(len(contexts))]
		if checkStable(t, kind, b.String(), ctx); t.Failed() {
			t.Fatalf("context %+v", ctx)
		}
	}
}
