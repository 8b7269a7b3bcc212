package providers

import (
	"fmt"
	"strings"
	"unicode"

	"github.com/google/uuid"

	"reeve/models"
	"reeve/models/store"
)

// Code makes a provider's stable code of its name: lower-case letters and digits of any
// script, joined by hyphens. models/directory does the same at the console.
func Code(name string) string {
	words := strings.FieldsFunc(strings.ToLower(name), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	return strings.Join(words, "-")
}

// UsernameFor proposes a user name: of the name's code what any program can send.
func UsernameFor(name string) string {
	plain := strings.Map(func(r rune) rune {
		if r == '-' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z' {
			return r
		}
		return -1
	}, Code(name))
	if len(plain) > usernameLimit {
		plain = plain[:usernameLimit]
	}
	return strings.Trim(plain, "-")
}

const usernameLimit = 64

// usernameFree refuses a user name that machines cannot send, and one that another
// provider ever had: a machine that nobody stopped would come in as somebody else.
func usernameFree(tx *store.Tx, name string, provider uuid.UUID) error {
	usable := len(name) >= 3 && len(name) <= usernameLimit
	for _, r := range name {
		usable = usable && (r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("-_.@", r))
	}
	if !usable {
		return models.InvalidField("username", fmt.Sprintf("Write a user name of 3 to %d letters, digits and the signs - _ . @ without spaces.", usernameLimit))
	}
	var taken bool
	if err := tx.Raw("select exists (select 1 from provider_credentials where username = ? and provider_id <> ?)", name, provider).Row().Scan(&taken); err != nil {
		return fmt.Errorf("looking for the user name: %w", err)
	}
	if taken {
		return usernameTaken(name)
	}
	return nil
}

func usernameTaken(name string) error {
	return models.InvalidField("username", fmt.Sprintf("%q is or was another provider's user name. Choose another.", name))
}

// nameFree refuses a name that another provider has, whatever its capitals, and a code
// that is taken.
func nameFree(tx *store.Tx, name, code string, provider uuid.UUID) error {
	var taken bool
	err := tx.Raw("select exists (select 1 from providers where (lower(name) = lower(?) or code = ?) and id <> ?)", name, code, provider).Row().Scan(&taken)
	if err != nil {
		return fmt.Errorf("looking for the name: %w", err)
	}
	if taken {
		return nameTaken(name)
	}
	return nil
}

func nameTaken(name string) error {
	return models.InvalidField("name", fmt.Sprintf("There is already a provider named %q, or nearly so.", name))
}
