package linking

import (
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"

	"reeve/models"
	"reeve/models/store"
)

// Change is one thing that a supplement says and the earlier report did not.
type Change struct {
	What string // "New e-mail address", "Incident time"
	Was  string // empty: nothing was said
	Is   string
}

// changeLimit is how many identifiers and files of each report are compared.
const changeLimit = 500

// changesOf compares two reports that the reader may see. It is read anew each time,
// so that nothing of a report is copied to where erasing would miss it.
func changesOf(tx *store.Tx, earlier, later uuid.UUID) ([]Change, error) {
	var reps []models.Report
	if err := tx.Where("id in ?", []uuid.UUID{earlier, later}).Find(&reps).Error; err != nil {
		return nil, fmt.Errorf("reading two reports: %w", err)
	}
	if len(reps) != 2 {
		return nil, nil
	}
	was, is := &reps[0], &reps[1]
	if was.ID != earlier {
		was, is = is, was
	}
	out := Compare(was.Reported, is.Reported)
	var ids []models.Identifier
	err := tx.Raw(`select n.* from (select * from identifiers where report_id = @later order by id limit @limit) n
		where n.kind not like 'hash%' and not exists (select 1 from identifiers o where o.report_id = @earlier and o.kind = n.kind
		  and (o.mac is not null and o.mac = n.mac or o.mac is null and n.mac is null and o.reported = n.reported)) order by n.id`,
		map[string]any{"later": later, "earlier": earlier, "limit": changeLimit}).Scan(&ids).Error
	if err != nil {
		return nil, fmt.Errorf("comparing identifiers: %w", err)
	}
	seen := map[string]bool{}
	for _, id := range ids {
		if key := id.Kind + "\x00" + id.Reported; !seen[key] {
			seen[key] = true
			out = append(out, Change{What: "New " + strings.ReplaceAll(id.Kind, "_", " ") + " (" + id.Whose + ")", Is: id.Reported})
		}
	}
	var files []models.File
	err = tx.Raw(`select n.* from (select * from files where report_id = @later order by id limit @limit) n
		where not exists (select 1 from files o where o.report_id = @earlier and o.sha256 = n.sha256) order by n.id`,
		map[string]any{"later": later, "earlier": earlier, "limit": changeLimit}).Scan(&files).Error
	if err != nil {
		return nil, fmt.Errorf("comparing files: %w", err)
	}
	for _, f := range files {
		out = append(out, Change{What: "New file", Is: f.Name})
	}
	return out, nil
}

// Compare says what the later document's summary of the incident says otherwise.
func Compare(was, is *models.Reported) []Change {
	if was == nil || is == nil {
		return nil
	}
	var out []Change
	add := func(what, before, after string) {
		if before != after {
			out = append(out, Change{What: what, Was: before, Is: after})
		}
	}
	moment := func(m models.Moment) string {
		if m.At.IsZero() {
			return m.Text
		}
		return m.At.UTC().Format(time.RFC3339)
	}
	a, b := &was.Incident, &is.Incident
	add("Incident type", a.Type, b.Type)
	add("Incident time", moment(a.DateTime), moment(b.DateTime))
	add("What the time means", a.DateTimeDescription, b.DateTimeDescription)
	add("Why the provider asks for urgency", a.Escalate, b.Escalate)
	add("Platform", a.Platform, b.Platform)
	add("Flags", strings.Join(a.Annotations, ", "), strings.Join(b.Annotations, ", "))
	add("Further words of the provider", was.AdditionalInfo, is.AdditionalInfo)
	return out
}
