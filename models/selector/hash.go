package selector

import "strings"

var hashDigits = map[Kind]int{HashMD5: 32, HashSHA1: 40, HashSHA256: 64, HashPDQ: 64}

// normaliseHash answers lower-case hexadecimal of the right length. PDQ hashes are
// kept in the same form but are not matched here: near-equal pictures have PDQ
// hashes at a small distance, so they are compared by distance elsewhere.
func normaliseHash(kind Kind, reported string) (string, bool, string) {
	text := fold(reported)
	bare := strings.NewReplacer(" ", "", ":", "", "-", "").Replace(text)
	switch {
	case text == "":
		return "", false, whyEmpty
	case !isHex(bare):
		return text, false, "Not written in hexadecimal digits."
	case len(bare) != hashDigits[kind]:
		return text, false, "Not of the length of a " + kind.Words() + " hash."
	case kind == HashPDQ:
		return bare, false, "A PDQ hash is compared by distance, not by equality."
	default:
		return bare, true, ""
	}
}

// hashKind reads what a provider calls a hash ("MD5", "SHA-1", "sha256 hash").
func hashKind(name string) (Kind, bool) {
	name = strings.NewReplacer("-", "", "_", "", " ", "").Replace(fold(name))
	for _, h := range []struct {
		word string
		kind Kind
	}{{"sha256", HashSHA256}, {"sha1", HashSHA1}, {"md5", HashMD5}, {"pdq", HashPDQ}} {
		if strings.Contains(name, h.word) {
			return h.kind, true
		}
	}
	return 0, false
}
