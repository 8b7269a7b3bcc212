package oidc

import (
	"fmt"
	"slices"
	"strings"

	"github.com/google/uuid"

	"reeve/auth"
	"reeve/models"
	"reeve/models/store"
)

// mapsRoles reports whether the provider gives the roles.
func mapsRoles(i models.Issuer) bool { return i.RolesClaim != "" && len(i.RoleMap) > 0 }

// mapped answers the roles that a token stands for by the issuer's map: known ones
// of the agency's kind, each once, in the matrix's order. It is trouble if there is
// none: nobody loses every role by what a provider forgets to say, they stay out.
func mapped(i issuer, who claims) (models.TextList, error) {
	values, there := lookUp(who.All, i.RolesClaim)
	may := auth.AgencyRoles()
	if i.Agency.Kind == models.KindClearinghouse {
		may = auth.ClearinghouseRoles()
	}
	given := map[string]bool{}
	for _, v := range values {
		for _, r := range i.RoleMap[v] {
			given[r] = true
		}
	}
	list := models.TextList{}
	for _, r := range may {
		if given[string(r)] {
			list = append(list, string(r))
		}
	}
	bad := func(format string, args ...any) error {
		return &trouble{step: stepRoles, reason: NoRole, text: fmt.Sprintf(format, args...)}
	}
	switch {
	case len(list) > 0:
		return list, nil
	case !there:
		return nil, bad("The token has no claim %q, from which roles are read. Have the provider send it, or leave roles to be given here.", clip(i.RolesClaim))
	case len(given) > 0:
		return nil, bad("The values of the claim %q stand only for roles that this agency's people cannot have. Change the mapping.", clip(i.RolesClaim))
	}
	return nil, bad("The claim %q came with %d values, and the mapping knows none of them. Add the person to a group that it knows, or the group to the mapping.", clip(i.RolesClaim), len(values))
}

// lookUp finds a claim by its name, or by a path with dots into nested claims, and
// answers the texts in it: one, or a list.
func lookUp(all map[string]any, name string) (values []string, there bool) {
	v, ok := all[name]
	if !ok {
		v = any(all)
		for part := range strings.SplitSeq(name, ".") {
			m, isMap := v.(map[string]any)
			if !isMap {
				return nil, false
			}
			if v, ok = m[part]; !ok {
				return nil, false
			}
		}
	}
	switch v := v.(type) {
	case string:
		return []string{v}, true
	case []any:
		for _, item := range v {
			if text, ok := item.(string); ok {
				values = append(values, text)
			}
		}
		return values, true
	}
	return nil, false
}

func isAdmin(roles models.TextList) bool {
	return slices.Contains(roles, string(auth.AgencyAdmin)) || slices.Contains(roles, string(auth.ClearinghouseAdmin))
}

// keepLastAdmin answers the roles that an account gets: those given, and the
// admin's besides if the account is the agency's last active admin. The admins' rows
// are locked, so that two of them cannot lose it in the same moment.
func keepLastAdmin(tx *store.Tx, u models.User, given models.TextList) (roles models.TextList, kept bool, err error) {
	if u.State != models.UserActive || !isAdmin(u.Roles) || isAdmin(given) {
		return given, false, nil
	}
	var admins []uuid.UUID
	err = tx.Raw("select id from users where agency_id = ? and state = 'active' and roles && array['agency-admin', 'clearinghouse-admin'] order by id for update", u.AgencyID).Scan(&admins).Error
	if err != nil {
		return nil, false, fmt.Errorf("counting admins: %w", err)
	}
	if len(admins) > 1 || len(admins) == 1 && admins[0] != u.ID {
		return given, false, nil
	}
	for _, r := range auth.Roles() {
		admin := r == auth.AgencyAdmin || r == auth.ClearinghouseAdmin
		if slices.Contains(given, string(r)) || admin && slices.Contains(u.Roles, string(r)) {
			roles = append(roles, string(r))
		}
	}
	return roles, true, nil
}

// sameRoles compares roles whatever their order.
func sameRoles(a, b models.TextList) bool {
	return len(a) == len(b) && !slices.ContainsFunc(a, func(r string) bool { return !slices.Contains(b, r) })
}
