package casefile

import (
	"bytes"
	"slices"
	"time"

	"github.com/google/uuid"

	"reeve/models"
	"reeve/models/store"
)

// documentList lists documents without their bodies.
const documentList = `
select id, kind, file_id, size, sha256, received_at, body is null as erased
  from report_documents where report_id = ? order by id limit 200`

// seenIdentifier is an identifier with how often the reader knows it.
type seenIdentifier struct {
	models.Identifier
	Seen int
}

// identifierList answers a report's identifiers, those of people before hashes of
// files, each with a count in place of %s.
const identifierColumns = `id, report_id, file_id, kind, whose, reported, value, matchable, why_not, source, verified, at, event, port, proxy, prefix, mac`

const identifierList = ` from (select ` + identifierColumns + ` from identifiers
	where report_id = ? order by (kind like 'hash%'), id limit 501) i order by (i.kind like 'hash%'), i.id`

// How many other reports have it, up to one more than SeenLimit, each by an index:
// for an agency its own links, for the clearinghouse every link that may match.
const (
	seenHere = `(select count(*) from (select 1 from match_links l
	where l.agency_id = ? and l.prefix = i.prefix and l.mac = i.mac and l.report_id <> i.report_id limit 51) s) as seen`
	seenAnywhere = `match_seen(i.prefix, i.mac, i.report_id) as seen`
)

func (g *gathered) readIdentifiers(tx *store.Tx) (err error) {
	if g.own != nil {
		err = tx.Raw("select i.*, "+seenHere+identifierList, tx.Actor.AgencyID, g.report.ID).Scan(&g.identifiers).Error
	} else {
		err = tx.Raw("select i.*, "+seenAnywhere+identifierList, g.report.ID).Scan(&g.identifiers).Error
	}
	if len(g.identifiers) > identifierLimit {
		g.identifiers, g.more = g.identifiers[:identifierLimit], true
	}
	return err
}

// pointer is a row of deconfliction_pointers, the one window past one's own rows.
type pointer struct {
	Prefix      int64
	MAC         []byte `gorm:"column:mac"`
	OtherAgency uuid.UUID
	Reports     int
	Since       time.Time
	More        bool
}

const (
	pointersHere = `select prefix, mac, other_agency, reports, since, more from deconfliction_pointers(?, ?)`
	// The clearinghouse sees what each agency that holds the report would see.
	pointersOfAll = `select p.prefix, p.mac, p.other_agency, max(p.reports) as reports, min(p.since) as since, bool_or(p.more) as more
  from referrals f cross join lateral deconfliction_pointers(f.report_id, f.agency_id) p
 where f.report_id = ? group by p.prefix, p.mac, p.other_agency`
	identifiersByPrefix = `select ` + identifierColumns + ` from identifiers where report_id = ? and prefix in ? order by id limit 500`
)

// holder is a row of report_holders: another agency with this very report.
type holder struct {
	OtherAgency uuid.UUID
	Since       time.Time
}

// readHolders asks which other agencies hold the report. The clearinghouse sees
// the referrals themselves.
func (g *gathered) readHolders(tx *store.Tx) error {
	if g.own == nil {
		return nil
	}
	return tx.Raw("select other_agency, since from report_holders(?, ?) order by since", g.report.ID, tx.Actor.AgencyID).Scan(&g.holders).Error
}

func (g *gathered) readPointers(tx *store.Tx) (err error) {
	if g.own != nil {
		err = tx.Raw(pointersHere, g.report.ID, tx.Actor.AgencyID).Scan(&g.pointers).Error
	} else {
		err = tx.Raw(pointersOfAll, g.report.ID).Scan(&g.pointers).Error
	}
	if err != nil || !g.more {
		return err
	}
	// A pointer may be to an identifier beyond those listed.
	var lacking []int64
	for _, p := range g.pointers {
		if g.identifierOf(p) == nil && !slices.Contains(lacking, p.Prefix) {
			lacking = append(lacking, p.Prefix)
		}
	}
	if len(lacking) == 0 {
		return nil
	}
	var rest []seenIdentifier
	err = tx.Raw(identifiersByPrefix, g.report.ID, lacking).Scan(&rest).Error
	g.identifiers = append(g.identifiers, rest...)
	return err
}

// identifierOf answers the report's first identifier to which the pointer points.
func (g *gathered) identifierOf(p pointer) *seenIdentifier {
	for i := range g.identifiers {
		if id := &g.identifiers[i]; id.Prefix != nil && *id.Prefix == p.Prefix && bytes.Equal(id.MAC, p.MAC) {
			return id
		}
	}
	return nil
}

// related is another report with an identifier of this one's subject.
type related struct {
	models.Referral
	Shared string // the identifiers, joined by unit separators
}

// The newest ten other reports that name the subject, by at most twenty of the
// subject's identifiers; an IP address alone names nobody. Report ids grow with
// time. Each identifier costs one short stretch of an index.
const (
	relatedSubject = `with mine as materialized (
  select prefix, mac, min(reported) as value from identifiers
   where report_id = ? and whose = 'subject' and matchable and kind <> 'ip' group by prefix, mac order by min(id::text) limit 20)`
	relatedHere = relatedSubject + `
select f.report_id, f.number, f.provider_id, f.incident_type, f.subject, f.received_at, f.state, f.outcome, x.shared
  from (select l.report_id, string_agg(mine.value, chr(31) order by mine.value) as shared from mine cross join lateral (
          select l.report_id from match_links l
           where l.agency_id = ? and l.prefix = mine.prefix and l.mac = mine.mac and l.report_id <> ?
           order by l.report_id desc limit 10) l
         group by l.report_id order by l.report_id desc limit 10) x
  join referrals f on f.report_id = x.report_id and f.agency_id = ?
 order by f.report_id desc`
	relatedAnywhere = relatedSubject + `
select r.id as report_id, r.number, r.provider_id, r.incident_type, r.subject_label as subject, r.finished_at as received_at, x.shared
  from (select l.report_id, string_agg(distinct mine.value, chr(31)) as shared from mine cross join lateral (
          select l.report_id from identifiers l
           where l.prefix = mine.prefix and l.mac = mine.mac and l.report_id <> ?
           order by l.report_id desc limit 10) l
         group by l.report_id order by l.report_id desc limit 10) x
  join reports r on r.id = x.report_id
 order by r.id desc`
)

func (g *gathered) readRelated(tx *store.Tx) error {
	named := slices.ContainsFunc(g.identifiers, func(i seenIdentifier) bool {
		return i.Whose == "subject" && i.Matchable && i.Kind != "ip"
	})
	switch {
	case !named:
		return nil
	case g.own != nil:
		return tx.Raw(relatedHere, g.report.ID, tx.Actor.AgencyID, g.report.ID, tx.Actor.AgencyID).Scan(&g.related).Error
	default:
		return tx.Raw(relatedAnywhere, g.report.ID, g.report.ID).Scan(&g.related).Error
	}
}
