package selector

import (
	"github.com/google/uuid"

	"reeve/models"
)

// Row is an identifier as it is stored with a report under the id, with its match
// key when it may be matched.
func (k *Keyer) Row(id, report uuid.UUID, i Identifier) models.Identifier {
	r := models.Identifier{ID: id, ReportID: report, Kind: i.Kind.String(), Whose: i.Whose.String(), Reported: i.Reported, Value: i.Value,
		Matchable: i.Matchable, WhyNot: i.WhyNot, Source: i.Source, Verified: i.Verified, Event: i.Event, Proxy: i.Proxy}
	if !i.At.IsZero() {
		r.At = &i.At
	}
	if i.Port != 0 {
		r.Port = &i.Port
	}
	if i.Matchable {
		key := k.Key(i.Kind, i.Value)
		prefix := key.Prefix()
		r.Prefix, r.MAC = &prefix, key.MAC[:]
	}
	return r
}
