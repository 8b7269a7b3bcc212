package selector

import "fmt"

// Kind is what sort of identifier a value is. Values of different kinds never
// match. The numbers are stored and enter the match key; they are never reused.
type Kind int16

// The kinds of identifier.
const (
	Email        Kind = 1
	Phone        Kind = 2
	IP           Kind = 3 // meaningful only together with a time
	ScreenName   Kind = 4 // scoped by provider and service
	ProviderUser Kind = 5 // the provider's own user id, scoped by provider
	Device       Kind = 6
	URL          Kind = 7
	HashMD5      Kind = 8
	HashSHA1     Kind = 9
	HashSHA256   Kind = 10
	HashPDQ      Kind = 11 // as reported; compared by distance elsewhere, never by equality
)

// Kinds lists every kind in the order in which pages show them.
var Kinds = []Kind{ProviderUser, ScreenName, Email, Phone, IP, Device, URL, HashMD5, HashSHA1, HashSHA256, HashPDQ}

var kindNames = map[Kind]string{
	Email: "email", Phone: "phone", IP: "ip", ScreenName: "screen_name", ProviderUser: "provider_user",
	Device: "device", URL: "url", HashMD5: "hash_md5", HashSHA1: "hash_sha1", HashSHA256: "hash_sha256", HashPDQ: "hash_pdq",
}

var kindWords = map[Kind]string{
	Email: "E-mail address", Phone: "Telephone number", IP: "IP address", ScreenName: "Screen name", ProviderUser: "Provider's user id",
	Device: "Device id", URL: "Web address", HashMD5: "MD5", HashSHA1: "SHA-1", HashSHA256: "SHA-256", HashPDQ: "PDQ",
}

// String is the kind's stable name in files and query strings.
func (k Kind) String() string {
	if s, ok := kindNames[k]; ok {
		return s
	}
	return "unknown"
}

// Words is the kind as a page says it.
func (k Kind) Words() string {
	if s, ok := kindWords[k]; ok {
		return s
	}
	return "Identifier"
}

// IsHash says whether the value is a hash of a file's bytes.
func (k Kind) IsHash() bool { return k >= HashMD5 && k <= HashPDQ }

// Scoped says whether values of this kind carry the provider or service within
// which they mean something. Devices carry it only when their form is opaque.
func (k Kind) Scoped() bool { return k == ScreenName || k == ProviderUser || k == Device }

// ParseKind reads a kind's stable name.
func ParseKind(name string) (Kind, error) {
	for k, s := range kindNames {
		if s == name {
			return k, nil
		}
	}
	return 0, fmt.Errorf("selector: %q is not a kind of identifier", name)
}

// MarshalText writes the stable name.
func (k Kind) MarshalText() ([]byte, error) { return []byte(k.String()), nil }

// UnmarshalText reads the stable name.
func (k *Kind) UnmarshalText(b []byte) error {
	v, err := ParseKind(string(b))
	if err == nil {
		*k = v
	}
	return err
}
