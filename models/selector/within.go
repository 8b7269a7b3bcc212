package selector

import "strings"

// Scopes answers the name spaces of providers by their keys, for Everywhere. A key of
// which nothing is left is left out.
func Scopes(providers []string) []string {
	list := make([]string, 0, len(providers))
	for _, p := range providers {
		if s := slug(p); s != "" {
			list = append(list, s)
		}
	}
	return list
}

// Everywhere answers the normal forms that a name would have in each of the scopes:
// what Normalise answers with that provider as its context, in their order. A value
// that means the same everywhere, as a device's own number does, is one form; what is
// no value of the kind has none.
//
// The name itself is brought into its form once. Only one that has an "@" in it may
// carry a scope already, which comes off in that scope alone, so it is read in each.
func Everywhere(kind Kind, reported string, scopes []string) []string {
	name, ok, why := Normalise(kind, reported, Context{})
	switch {
	case ok:
		return []string{name}
	case why != whyNoScope:
		return nil
	}
	forms := make([]string, 0, len(scopes))
	if strings.Contains(fold(reported), "@") {
		for _, s := range scopes {
			if form, ok, _ := Normalise(kind, reported, Context{ProviderKey: s}); ok {
				forms = append(forms, form)
			}
		}
		return forms
	}
	for _, s := range scopes {
		forms = append(forms, name+scopeMark+s)
	}
	return forms
}
