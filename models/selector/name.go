package selector

import "strings"

const (
	whyEmpty   = "Nothing is left of the value once spaces are taken away."
	whyNoScope = "The report does not say on which service this name is used, and the same name elsewhere may be someone else."
)

// normaliseScreenName folds width and case, drops the leading "@" that some
// providers write, and adds the service, because a name is unique only there.
func normaliseScreenName(reported string, ctx Context) (string, bool, string) {
	scope := ctx.Scope(ScreenName)
	name := fold(reported)
	for {
		next := strings.TrimSpace(strings.TrimLeft(trimScope(name, scope), "@"))
		if next == name {
			break
		}
		name = next
	}
	return scoped(name, scope)
}

// normaliseProviderUser keeps the provider's own user id as it is, letter case
// included: ids of many services differ only in case.
func normaliseProviderUser(reported string, ctx Context) (string, bool, string) {
	scope := ctx.Scope(ProviderUser)
	name := clean(reported)
	for {
		next := strings.TrimSpace(trimScope(name, scope))
		if next == name {
			break
		}
		name = next
	}
	return scoped(name, scope)
}

func scoped(name, scope string) (string, bool, string) {
	switch {
	case name == "":
		return "", false, whyEmpty
	case scope == "":
		return name, false, whyNoScope
	default:
		return name + scopeMark + scope, true, ""
	}
}
