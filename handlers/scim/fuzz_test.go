package scim

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"reeve/models/provisioning"
)

// plainFault reports whether an error is one that a client can read.
func plainFault(t *testing.T, err error) {
	t.Helper()
	var f *fault
	if !errors.As(err, &f) || f.status < 400 || f.status >= 500 || f.detail == "" || len(f.detail) > 1000 || !utf8.ValidString(f.detail) {
		t.Fatalf("no fault of the client's: %#v", err)
	}
}

// FuzzFilter reads any filter: a fault, or conditions whose values could stand in
// the database, on attributes that can be looked up, fewer than the bound.
func FuzzFilter(f *testing.F) {
	for _, s := range []string{`userName eq "a@b.example"`, `emails[type eq "work"].value eq "a"`, `emails[value eq "a" and type eq "work"] and active eq true`, `id eq "x" and members.value eq "y"`,
		`urn:ietf:params:scim:schemas:core:2.0:User:userName eq "\u00e9\""`, `a[b[c eq "d"]]`, `externalId eq "\u0000"`, "userName eq \"\xff\"", `"`, `[[[[[`, `a.b.c eq 1`, `active eq "False"`, `userName eq "\ud800"`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, lookups := range []map[string]provisioning.Attr{userLookups, groupLookups} {
			list, err := parseFilter(s, lookups)
			if err != nil {
				plainFault(t, err)
				continue
			}
			if len(list) > maxConditions*maxConditions || strings.TrimSpace(s) != "" && len(list) == 0 {
				t.Fatalf("%q: %d conditions", s, len(list))
			}
			for _, is := range list {
				known := false
				for _, attr := range lookups {
					known = known || attr == is.Attr
				}
				if !known || !utf8.ValidString(is.Value) || strings.ContainsFunc(is.Value, unicode.IsControl) {
					t.Fatalf("%q: %+v", s, is)
				}
			}
		}
	})
}

// FuzzPath reads any path: a fault, or a name of letters with what belongs to it;
// and the same path in capitals means the same.
func FuzzPath(f *testing.F) {
	for _, s := range []string{"userName", "name.givenName", `emails[type eq "work"].value`, `members[value eq "a"]`, "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department",
		"urn:ietf:params:scim:schemas:core:2.0:User:name.familyName", `roles[primary eq "True"].value`, "a.", ".a", "a..b", "a[", `a[b eq "c"`, `a[b eq "c"]d`, "$ref", "a$", "urn:", ":", "a:b", `x[y eq "]"]`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		p, err := parsePath(s)
		if err != nil {
			plainFault(t, err)
			return
		}
		if !p.foreign && (!plain(p.name) || p.sub != "" && !plain(p.sub)) || p.name != strings.ToLower(p.name) || len(p.where) > maxConditions {
			t.Fatalf("%q: %+v", s, p)
		}
		for _, w := range p.where {
			if len(w.path.where) > 0 {
				t.Fatalf("%q: brackets in brackets", s)
			}
		}
		if !strings.Contains(s, `"`) && !strings.Contains(s, "[") {
			again, err := parsePath(strings.ToUpper(s))
			if err != nil || again.name != p.name || again.sub != p.sub || again.foreign != p.foreign {
				t.Fatalf("%q: %+v, in capitals %+v (%v)", s, p, again, err)
			}
		}
	})
}

// FuzzBodies reads any body as a person, a group and a PATCH of either: a fault, or
// an update whose every text is sound.
func FuzzBodies(f *testing.F) {
	for _, s := range []string{`{"userName":"a","name":{"givenName":"b"},"emails":[{"value":"c","type":"work"}],"roles":["x"],"active":"False"}`,
		`{"displayName":"g","members":[{"value":"a"},"b"]}`, `{"Operations":[{"op":"Add","path":"emails[type eq \"work\"].value","value":"x"},{"op":"remove","path":"members[value eq \"y\"]"}]}`,
		`{"operations":[{"OP":"replace","value":{"name.givenName":"x","active":false,"members":null}}]}`, `{"a":1,"A":2}`, `{"userName":"\ud800"}`, `{}{}`, `[`, `{"Operations":[{"op":"add","path":"roles","value":{}}]}`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		body, err := objectOf(json.RawMessage(b))
		if err != nil {
			plainFault(t, err)
			return
		}
		u, err := readUser(body)
		check(t, u, err)
		g, err := readGroup(body)
		checkGroup(t, g, err)
		ops, err := readOperations(body)
		if err != nil {
			plainFault(t, err)
			return
		}
		u, err = patchUser(ops)
		check(t, u, err)
		g, err = patchGroup(ops)
		checkGroup(t, g, err)
	})
}

func check(t *testing.T, u provisioning.Update, err error) {
	t.Helper()
	if err != nil {
		plainFault(t, err)
		return
	}
	for _, s := range []*string{u.UserName, u.ExternalID, u.DisplayName, u.Formatted, u.GivenName, u.FamilyName, u.Title, u.Email} {
		if s != nil && !utf8.ValidString(*s) {
			t.Fatalf("%q is no text", *s)
		}
	}
	for _, c := range u.Roles {
		for _, r := range c.Roles {
			if len(r) > 64 {
				t.Fatalf("a role of %d bytes", len(r))
			}
		}
	}
}

func checkGroup(t *testing.T, g provisioning.GroupUpdate, err error) {
	t.Helper()
	if err != nil {
		plainFault(t, err)
		return
	}
	for _, c := range g.Members {
		for _, id := range c.IDs {
			if !utf8.ValidString(id) {
				t.Fatalf("%q is no text", id)
			}
		}
	}
}
