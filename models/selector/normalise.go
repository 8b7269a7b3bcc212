package selector

import "strings"

// Context is what a report says around an identifier and what is needed to read it.
type Context struct {
	ProviderKey string // stable key of the provider or platform whose name space the identifier belongs to
	Service     string // the provider's service, if it names one (espService)
	CallingCode string // "+44", as given beside a telephone number
	Region      string // ISO 3166-1 alpha-2 of the person's country, only if the report states it
	DeviceType  string // what the provider calls the device id (idType)
}

// Scope is the name space of the context's provider and service, or "" if the
// report does not say which.
func (c Context) Scope(kind Kind) string {
	scope := slug(c.ProviderKey)
	// A user id is unique in the whole of a provider; a screen name only in a service.
	if service := slug(c.Service); service != "" && kind == ScreenName {
		if scope == "" {
			return service
		}
		return scope + "/" + service
	}
	return scope
}

// Normalise brings a reported identifier into the one form under which it is
// compared. ok says whether that form may be matched; if not, why tells the
// reason in words for a page and value is still the cleaned text, so that it can
// be shown and searched.
//
// It never panics, always answers valid UTF-8 without control characters, and is
// idempotent in the same context.
func Normalise(kind Kind, reported string, ctx Context) (value string, ok bool, why string) {
	switch kind {
	case Email:
		return normaliseEmail(reported)
	case Phone:
		return normalisePhone(reported, ctx)
	case IP:
		return normaliseIP(reported)
	case ScreenName:
		return normaliseScreenName(reported, ctx)
	case ProviderUser:
		return normaliseProviderUser(reported, ctx)
	case Device:
		return normaliseDevice(reported, ctx)
	case URL:
		return normaliseURL(reported)
	case HashMD5, HashSHA1, HashSHA256, HashPDQ:
		return normaliseHash(kind, reported)
	default:
		return clean(reported), false, "Not a kind of identifier that is compared."
	}
}

// scopeMark stands between a scoped value and its scope. Scopes hold neither
// spaces nor "@", so the last one always divides.
const scopeMark = " @"

// WithoutScope divides a normal form into the name and the scope in which it is
// known ("" for values without one).
func WithoutScope(kind Kind, value string) (name, scope string) {
	if !kind.Scoped() {
		return value, ""
	}
	if i := strings.LastIndex(value, scopeMark); i > 0 && !strings.ContainsAny(value[i+len(scopeMark):], " @") {
		return value[:i], value[i+len(scopeMark):]
	}
	return value, ""
}

// trimScope takes the scope off a value that already carries it, which is what
// makes normalising a normal form change nothing.
func trimScope(s, scope string) string {
	if scope == "" {
		return s
	}
	for strings.HasSuffix(s, scopeMark+scope) {
		s = strings.TrimSuffix(s, scopeMark+scope)
	}
	return s
}
