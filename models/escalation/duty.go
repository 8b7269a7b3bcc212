package escalation

import (
	"time"

	"reeve/models"
)

// onDuty reports whether a contact is to be called at the time, given in the zone of
// their agency. Hours whose end is before their beginning run past midnight and belong
// to the day on which they begin.
func onDuty(c models.OnCallContact, at time.Time) bool {
	minute, day := int16(at.Hour()*60+at.Minute()), at.Weekday()
	if c.FromMinute != nil && c.ToMinute != nil {
		from, to := *c.FromMinute, *c.ToMinute
		switch {
		case from < to:
			if minute < from || minute >= to {
				return false
			}
		case minute < to:
			day = (day + 6) % 7 // began yesterday
		case minute < from:
			return false
		}
	}
	weekend := day == time.Saturday || day == time.Sunday
	switch c.Days {
	case "weekdays":
		return !weekend
	case "weekends":
		return weekend
	}
	return true
}

// dutyFirst leaves out who is not on duty. Where nobody is, hours do not count: an
// urgent report that calls nobody is worse than one that wakes somebody.
func dutyFirst(list []models.OnCallContact, at time.Time) []models.OnCallContact {
	var on []models.OnCallContact
	for _, c := range list {
		if onDuty(c, at) {
			on = append(on, c)
		}
	}
	if len(on) == 0 {
		return list
	}
	return on
}

// zone is the agency's zone; UTC where it is not known.
func zone(g *models.Agency) *time.Location {
	if z, err := time.LoadLocation(g.Zone); err == nil {
		return z
	}
	return time.UTC
}
