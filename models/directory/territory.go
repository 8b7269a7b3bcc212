package directory

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm"

	"reeve/models"
	"reeve/models/audit"
	"reeve/models/routing"
	"reeve/models/store"
)

// Change is one thing that an import does, or would do.
type Change struct {
	What string // "new agency", "renamed", "new area", "ended area"
	Code string
	Text string
}

// errDry rolls a dry run back.
var errDry = errors.New("dry run")

// ImportTerritory brings agencies and their areas to what the rows say, and
// answers what changed. An area that the rows no longer hold for a named agency is
// ended on the day before today. Agencies that the rows do not name are left alone.
// Without apply nothing is written.
func (s *Service) ImportTerritory(ctx context.Context, rows []routing.Territory, apply bool) ([]Change, error) {
	var changes []Change
	err := s.store.As(ctx, console(), func(tx *store.Tx) error {
		changes = nil
		agencies, err := importAgencies(tx, rows, &changes)
		if err != nil {
			return err
		}
		if err := importAreas(tx, rows, agencies, &changes); err != nil {
			return err
		}
		if !apply {
			return errDry
		}
		if err := countVersion(tx, changes); err != nil {
			return err
		}
		return audit.Record(tx, audit.Event{Action: "territory.imported", Subject: fmt.Sprintf("%d rows", len(rows)),
			Words: fmt.Sprintf("Imported agencies and territory: %d changes.", len(changes))})
	})
	if errors.Is(err, errDry) {
		err = nil
	}
	return changes, err
}

// countVersion notes the import among the published versions of territory, so that the
// desk's list tells who changed what; an import that changed no area is none.
func countVersion(tx *store.Tx, changes []Change) error {
	added, ended := 0, 0
	for _, c := range changes {
		switch c.What {
		case "new area", "changed area":
			added++
		case "ended area":
			ended++
		}
	}
	if added+ended == 0 {
		return nil
	}
	err := tx.Exec(`insert into territory_versions (number, origin, name, added, ended, published_by_name, published_at)
		select coalesce(max(number), 0) + 1, 'console', 'Imported at the console', ?, ?, ?, ? from territory_versions`, added, ended, tx.Actor.Name, tx.Now).Error
	if err != nil {
		return fmt.Errorf("counting this version of the territory: %w", err)
	}
	return nil
}

func importAgencies(tx *store.Tx, rows []routing.Territory, changes *[]Change) (map[string]uuid.UUID, error) {
	ids := map[string]uuid.UUID{}
	for _, t := range rows {
		if _, done := ids[t.Code]; done {
			continue
		}
		kind := models.KindAgency
		if t.Kind == routing.KindPool {
			kind = models.KindPool
		}
		var a models.Agency
		err := tx.Where("code = ?", t.Code).Take(&a).Error
		switch {
		case errors.Is(err, gorm.ErrRecordNotFound):
			a = models.Agency{ID: store.NewID(), Code: t.Code, Name: t.Name, Kind: kind, Zone: zoneOf(t), Band: bandOf(t.Code), CreatedAt: tx.Now}
			if err := tx.Create(&a).Error; err != nil {
				return nil, fmt.Errorf("making agency %s: %w", t.Code, err)
			}
			*changes = append(*changes, Change{"new agency", t.Code, t.Name})
		case err != nil:
			return nil, fmt.Errorf("looking for agency %s: %w", t.Code, err)
		case a.Name != t.Name:
			if err := tx.Model(&models.Agency{}).Where("id = ?", a.ID).Update("name", t.Name).Error; err != nil {
				return nil, fmt.Errorf("renaming agency %s: %w", t.Code, err)
			}
			*changes = append(*changes, Change{"renamed", t.Code, a.Name + " is now " + t.Name})
		}
		ids[t.Code] = a.ID
	}
	for _, t := range rows {
		parent, ok := ids[t.Parent]
		if t.Parent == "" || !ok {
			continue
		}
		if err := tx.Model(&models.Agency{}).Where("id = ? and parent_id is distinct from ?", ids[t.Code], parent).Update("parent_id", parent).Error; err != nil {
			return nil, fmt.Errorf("placing %s below %s: %w", t.Code, t.Parent, err)
		}
	}
	return ids, nil
}

// area is what makes a territory row the same row.
type area struct {
	agency                 uuid.UUID
	country, state, county string
	from                   string
}

func importAreas(tx *store.Tx, rows []routing.Territory, agencies map[string]uuid.UUID, changes *[]Change) error {
	var have []models.Territory
	if err := tx.Where("withdrawn_at is null").Find(&have).Error; err != nil {
		return fmt.Errorf("reading territory: %w", err)
	}
	existing := map[area]models.Territory{}
	for _, t := range have {
		existing[area{t.AgencyID, t.Country, t.State, t.County, day(t.ValidFrom)}] = t
	}
	wanted, codeOf := map[area]bool{}, map[uuid.UUID]string{}
	for _, t := range rows {
		id := agencies[t.Code]
		codeOf[id] = t.Code
		row := models.Territory{ID: store.NewID(), AgencyID: id, Country: t.Country, State: t.State, County: t.County,
			ValidFrom: orNil(t.ValidFrom), ValidTo: orNil(t.ValidTo), Lead: t.Lead, HolderKind: t.Kind, Basis: t.Basis,
			Certainty: string(t.Certainty), CertaintyNote: t.CertaintyNote, Source: t.Source}
		k := area{id, t.Country, t.State, t.County, day(row.ValidFrom)}
		if wanted[k] {
			continue
		}
		wanted[k] = true
		old, ok := existing[k]
		if !ok {
			if err := tx.Create(&row).Error; err != nil {
				return fmt.Errorf("adding an area of %s: %w", t.Code, err)
			}
			*changes = append(*changes, Change{"new area", t.Code, t.Area()})
			continue
		}
		row.ID = old.ID
		if sameArea(old, row) {
			continue
		}
		err := tx.Model(&models.Territory{}).Where("id = ?", old.ID).Updates(map[string]any{"valid_to": row.ValidTo, "lead": row.Lead,
			"holder_kind": row.HolderKind, "basis": row.Basis, "certainty": row.Certainty, "certainty_note": row.CertaintyNote, "source": row.Source}).Error
		if err != nil {
			return fmt.Errorf("changing an area of %s: %w", t.Code, err)
		}
		*changes = append(*changes, Change{"changed area", t.Code, t.Area()})
	}
	yesterday := tx.Now.AddDate(0, 0, -1).Truncate(24 * time.Hour)
	for k, t := range existing {
		code, named := codeOf[t.AgencyID]
		if !named || wanted[k] || t.ValidTo != nil && !t.ValidTo.After(yesterday) {
			continue
		}
		if err := tx.Model(&models.Territory{}).Where("id = ?", t.ID).Update("valid_to", yesterday).Error; err != nil {
			return fmt.Errorf("ending an area of %s: %w", code, err)
		}
		*changes = append(*changes, Change{"ended area", code, strings.TrimSpace(t.Country + " " + t.State + " " + t.County)})
	}
	return nil
}

func sameArea(a, b models.Territory) bool {
	return day(a.ValidTo) == day(b.ValidTo) && a.Lead == b.Lead && a.HolderKind == b.HolderKind && a.Basis == b.Basis &&
		a.Certainty == b.Certainty && a.CertaintyNote == b.CertaintyNote && a.Source == b.Source
}

func orNil(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

func day(t *time.Time) string {
	if t == nil {
		return ""
	}
	return t.UTC().Format(time.DateOnly)
}
