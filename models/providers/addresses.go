package providers

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/google/uuid"

	"reeve/auth"
	"reeve/models"
	"reeve/models/audit"
	"reeve/models/store"
)

// MaxNetworks is how many networks a provider's machines may be held to.
const MaxNetworks = 200

// Addresses is a new list of the networks that a provider's machines may call from.
type Addresses struct {
	Text string // as typed: addresses and networks, one a line; empty: any address
	// Sure names the addresses that the person was told they shut out, sorted and
	// joined by spaces; others than those are asked about again.
	Sure    string
	Version int
}

// Excludes is the refusal of a list that would shut out machines which called lately.
// Its Addresses are those, sorted.
type Excludes struct{ Addresses []string }

// Error says how many there are.
func (e *Excludes) Error() string {
	return fmt.Sprintf("%d addresses that were used lately would be shut out", len(e.Addresses))
}

// Confirmation is what Addresses.Sure must say to shut them out all the same.
func (e *Excludes) Confirmation() string { return strings.Join(e.Addresses, " ") }

// SetAllowed changes from where the provider's machines may call. A line that is no
// network is Invalid with the field; a list that leaves out an address from which a
// right password came within the last month is *Excludes, unless Sure names it.
func (s *Service) SetAllowed(ctx context.Context, a auth.Actor, id uuid.UUID, in Addresses) error {
	list, err := ParseNetworks(in.Text)
	if err != nil {
		return err
	}
	return s.change(ctx, a, id, in.Version, deed{"provider.addresses", "Tried to change from where a provider may call.", func(tx *store.Tx, l *locked, line *audit.Event) error {
		seen, err := addresses(tx, id)
		if err != nil {
			return err
		}
		if out := excluded(list, seen); len(out.Addresses) > 0 && out.Confirmation() != in.Sure {
			return out
		}
		texts := make(models.TextList, len(list))
		for i, p := range list {
			texts[i] = p.String()
		}
		if err := tx.Exec("update provider_accounts set allowed = ?::cidr[] where provider_id = ?", texts, id).Error; err != nil {
			return fmt.Errorf("changing the addresses of %s: %w", l.Name, err)
		}
		line.Words = "Changed from which addresses a provider may call."
		if len(texts) == 0 {
			line.Words = "Let a provider call from any address."
		}
		line.Detail = map[string]any{"before": l.Allowed, "after": texts}
		return nil
	}})
}

// IsExcludes answers the refusal that an error is, or nil.
func IsExcludes(err error) *Excludes {
	var e *Excludes
	errors.As(err, &e)
	return e
}

func excluded(list []netip.Prefix, seen []Address) *Excludes {
	e := &Excludes{}
	if len(list) == 0 {
		return e
	}
	for _, s := range seen {
		a, err := netip.ParseAddr(s.IP)
		if err == nil && !slices.ContainsFunc(list, func(p netip.Prefix) bool { return p.Contains(a.Unmap()) }) {
			e.Addresses = append(e.Addresses, s.IP)
		}
	}
	slices.Sort(e.Addresses)
	return e
}

// ParseNetworks reads addresses and networks, one a line, each once and in the order
// of their numbers. An address alone is a network of one. A network with bits beyond
// its length is taken for the network that it lies in.
func ParseNetworks(text string) ([]netip.Prefix, error) {
	var list []netip.Prefix
	line := 0
	for raw := range strings.SplitSeq(strings.ReplaceAll(text, "\r\n", "\n"), "\n") {
		line++
		raw = strings.Trim(raw, " \t,;")
		if raw == "" {
			continue
		}
		p, problem := parseNetwork(raw)
		if problem != "" {
			if len(raw) > 60 {
				raw = raw[:60] + "…"
			}
			return nil, models.InvalidField("networks", fmt.Sprintf("Line %d, %q, %s", line, strings.ToValidUTF8(raw, "?"), problem))
		}
		if !slices.Contains(list, p) {
			list = append(list, p)
		}
	}
	if len(list) > MaxNetworks {
		return nil, models.InvalidField("networks", fmt.Sprintf("These are %d networks; at most %d can be kept. Write larger networks.", len(list), MaxNetworks))
	}
	slices.SortFunc(list, func(x, y netip.Prefix) int {
		if c := x.Addr().Compare(y.Addr()); c != 0 {
			return c
		}
		return x.Bits() - y.Bits()
	})
	return list, nil
}

// parseNetwork reads one line, or says what is wrong with it.
func parseNetwork(text string) (p netip.Prefix, problem string) {
	const none = "is no address or network. Write for example 192.0.2.7, 192.0.2.0/24 or 2001:db8::/48."
	if !strings.Contains(text, "/") {
		a, err := netip.ParseAddr(text)
		if err != nil || a.Zone() != "" {
			return p, none
		}
		a = a.Unmap()
		return netip.PrefixFrom(a, a.BitLen()), ""
	}
	p, err := netip.ParsePrefix(text)
	switch {
	case err != nil:
		return p, none
	case p.Addr().Is4In6():
		if p.Bits() < 96 {
			return p, none
		}
		p = netip.PrefixFrom(p.Addr().Unmap(), p.Bits()-96)
	}
	if p.Bits() == 0 {
		return p, "is every address there is. To allow any address, leave the list empty."
	}
	return p.Masked(), ""
}
