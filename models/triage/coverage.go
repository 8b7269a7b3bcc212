package triage

import (
	"fmt"

	"github.com/google/uuid"

	"reeve/models"
	"reeve/models/routing"
	"reeve/models/store"
)

// directory is what a decision needs of agencies: who covers what, and which
// agency a code names. It is not changed after it is made and may be shared.
type directory struct {
	version  int64
	coverage routing.Coverage
	byCode   map[string]models.Agency // those that are open: a closed one is referred nothing
	byID     map[uuid.UUID]models.Agency
	sorted   []models.Agency // those of byCode, by name
}

// directory answers the directory as it is in the decision's own transaction. There
// are thousands of agencies, and they change a few times a year: what was read is
// used again as long as the database says that its version is still that one.
func (s *Service) directory(tx *store.Tx) (*directory, error) {
	var version int64
	if err := tx.Raw("select n from directory_version").Row().Scan(&version); err != nil {
		return nil, fmt.Errorf("asking for the directory's version: %w", err)
	}
	if d := s.read.Load(); d != nil && d.version == version {
		return d, nil
	}
	// Read after its version: should it change in between, the version tells.
	d, err := readDirectory(tx)
	if err != nil {
		return nil, err
	}
	d.version = version
	s.read.Store(d)
	return d, nil
}

func readDirectory(tx *store.Tx) (*directory, error) {
	var agencies []models.Agency
	if err := tx.Order("name, id").Find(&agencies).Error; err != nil {
		return nil, fmt.Errorf("reading agencies: %w", err)
	}
	d := &directory{byCode: map[string]models.Agency{}, byID: map[uuid.UUID]models.Agency{}}
	for _, a := range agencies {
		d.byID[a.ID] = a
		if a.ClosedAt == nil {
			d.byCode[a.Code] = a
			d.sorted = append(d.sorted, a)
		}
	}
	var rows []models.Territory
	if err := tx.Where("withdrawn_at is null").Order("id").Find(&rows).Error; err != nil {
		return nil, fmt.Errorf("reading territory: %w", err)
	}
	out := make([]routing.Territory, 0, len(rows))
	for _, t := range rows {
		if a := d.byID[t.AgencyID]; a.ClosedAt == nil {
			out = append(out, asTerritory(t, a))
		}
	}
	d.coverage = routing.NewCoverage(out)
	return d, nil
}

func asTerritory(t models.Territory, a models.Agency) routing.Territory {
	r := routing.Territory{Code: a.Code, Name: a.Name, Kind: t.HolderKind, Lead: t.Lead, Country: t.Country, State: t.State, County: t.County,
		Basis: t.Basis, Certainty: routing.Certainty(t.Certainty), CertaintyNote: t.CertaintyNote, Source: t.Source}
	if t.ValidFrom != nil {
		r.ValidFrom = t.ValidFrom.UTC()
	}
	if t.ValidTo != nil {
		r.ValidTo = t.ValidTo.UTC()
	}
	return r
}
