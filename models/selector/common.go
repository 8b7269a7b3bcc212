package selector

import (
	"net/netip"
	"strings"
	"time"
)

// Limit says when a value stops meaning anything. Shared addresses (carrier
// networks, schools, shop counters) tie together people who never met.
type Limit struct {
	Subjects int           // values seen with more distinct subjects than this are not matches
	Within   time.Duration // counted over this long
	Near     time.Duration // events further apart than this do not match; 0: at any distance
}

// DefaultLimits are the limits where an installation has set no others: 50 distinct
// subjects in 90 days for every kind, and for IP addresses events at most 24 hours
// apart.
func DefaultLimits() map[Kind]Limit {
	limits := make(map[Kind]Limit, len(Kinds))
	for _, k := range Kinds {
		l := Limit{Subjects: 50, Within: 90 * 24 * time.Hour}
		if k == IP {
			l.Near = 24 * time.Hour
		}
		limits[k] = l
	}
	return limits
}

// Placeholder values that people and programs type where they have nothing to say.
// The hashes are those of the empty file.
var wellKnown = map[Kind]map[string]bool{
	Email: set("test@example.com", "user@example.com", "someone@example.com", "name@example.com", "email@example.com",
		"noreply@example.com", "none@none.com", "test@test.com", "a@a.com", "abc@abc.com", "test@gmail.com", "noemail@gmail.com",
		"noemail@noemail.com", "unknown@unknown.com", "example@example.com"),
	ScreenName: set("unknown", "anonymous", "anon", "none", "null", "n/a", "na", "user", "guest", "deleted", "deleted user",
		"[deleted]", "test", "undefined", "facebook user", "instagram user"),
	ProviderUser: set("0", "-1", "unknown", "none", "null", "n/a", "undefined", "anonymous", "guest"),
	Device: set("uuid:00000000-0000-0000-0000-000000000000", "uuid:ffffffff-ffff-ffff-ffff-ffffffffffff",
		"imei:00000000000000", "imei:01234567890123", "imei:12345678901234",
		"mac:00:00:00:00:00:00", "mac:ff:ff:ff:ff:ff:ff", "mac:02:00:00:00:00:00", "unknown", "none", "null", "n/a"),
	HashMD5:    set("d41d8cd98f00b204e9800998ecf8427e"),
	HashSHA1:   set("da39a3ee5e6b4b0d3255bfef95601890afd80709"),
	HashSHA256: set("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
}

func set(values ...string) map[string]bool {
	m := make(map[string]bool, len(values))
	for _, v := range values {
		m[v] = true
	}
	return m
}

// WellKnown says that a normal form identifies nobody: placeholder texts, directory
// enquiries, addresses inside private networks, hashes of an empty file. Addresses
// and telephone numbers reserved for documentation and fiction are not among them:
// training and demonstrations are made of them and must behave like the real thing.
func WellKnown(kind Kind, value string) bool {
	name, _ := WithoutScope(kind, value)
	if kind == Device {
		if _, after, found := strings.Cut(name, "="); found {
			name = after
		}
		name = strings.TrimSpace(name)
	}
	if wellKnown[kind][name] {
		return true
	}
	switch kind {
	case IP:
		return insideOnly(value)
	case Phone:
		return placeholderPhone(value)
	default:
		return kind.IsHash() && strings.Trim(value, "0") == ""
	}
}

var carrierShared = netip.MustParsePrefix("100.64.0.0/10") // RFC 6598

func insideOnly(value string) bool {
	a, err := netip.ParseAddr(value)
	if err != nil {
		return false
	}
	return a.IsLoopback() || a.IsPrivate() || a.IsUnspecified() || a.IsLinkLocalUnicast() || a.IsMulticast() ||
		carrierShared.Contains(a) || a == netip.AddrFrom4([4]byte{255, 255, 255, 255}) || a.Is4() && a.As4()[0] == 0
}

// placeholderPhone knows North American directory enquiries, 555-5555 and the
// like, and numbers of one repeated digit.
func placeholderPhone(value string) bool {
	digits := strings.TrimPrefix(value, "+")
	if len(digits) == 11 && digits[0] == '1' {
		digits = digits[1:]
		if digits[3:] == "5551212" || digits[3:] == "5555555" || digits[3:] == "5551234" {
			return true
		}
	}
	return len(digits) > 4 && strings.Count(digits, digits[:1]) == len(digits)
}

func whyWellKnown(kind Kind) string {
	switch {
	case kind == IP:
		return "An address inside a private network, which every such network uses."
	case kind.IsHash():
		return "The hash of an empty file."
	default:
		return "A value that people type where they have nothing to say."
	}
}
