package handlers

import (
	"fmt"

	"reeve/models"
	"reeve/models/casefile"
	"reeve/models/gate"
	"reeve/views/components"
	"reeve/views/pages"
)

// compared says of a file what comparing it with known material came to: words and an
// icon, never a picture. Without a mark it was not compared yet.
func compared(out *pages.ReportFile, f *casefile.File, marks []models.FileMark) {
	if f.Elsewhere > 0 {
		words := plainCount(f.Elsewhere, "other report", "other reports")
		if f.Elsewhere > casefile.ElsewhereLimit {
			words = fmt.Sprintf("%d+ other reports", casefile.ElsewhereLimit)
		}
		out.Compared = append(out.Compared, components.BadgeArgs{Label: "Seen in " + words, Icon: components.IconCopy, Title: "The very same bytes were sent before or since"})
	}
	any := false
	for _, m := range marks {
		if m.FileID != f.ID {
			continue
		}
		any = true
		in := m.SetName
		if m.Category != "" {
			in += ", category " + m.Category
		}
		if m.Series != "" {
			in += ", series " + m.Series
		}
		badge := components.BadgeArgs{Icon: components.IconKnown, Title: m.Words}
		switch m.How {
		case models.MarkExact:
			out.Known, badge.Label = true, "Known: "+in
		case models.MarkNear:
			out.Known, badge.Label, badge.Title = true, "Nearly known: "+in, "Its picture is nearly a listed one"
			if m.Distance != nil {
				badge.Label += fmt.Sprintf(" (%d of 256 bits differ)", *m.Distance)
			}
		case models.MarkUnreadable:
			badge.Label, badge.Icon = "Could not be compared: unreadable", components.IconQuestion
		case models.MarkRefused:
			badge.Label, badge.Icon, badge.Tone = "Not compared: too large to read safely", components.IconWarn, components.ToneWarn
		default:
			badge.Label, badge.Icon, badge.Tone = "New: listed nowhere", components.IconPlus, components.ToneInfo
			if m.Words == models.NothingToCompareWith {
				badge.Label, badge.Icon, badge.Tone = "Not compared: there is no hash set", components.IconQuestion, components.ToneNeutral
			} else if f.Gate.State != gate.Open {
				badge.Label, badge.Icon, badge.Tone = "Its bytes are listed nowhere; its picture was not compared, because it is locked", components.IconLock, components.ToneNeutral
			} else if m.Words != "" {
				badge.Label, badge.Icon, badge.Tone = "Its bytes are listed nowhere; its picture could not be compared", components.IconQuestion, components.ToneNeutral
			}
		}
		if m.Words != "" {
			out.ComparedNote = m.Words
		}
		out.Compared = append(out.Compared, badge)
	}
	if !any && f.ErasedAt == nil {
		out.Compared = append(out.Compared, components.BadgeArgs{Label: "Not compared with known material yet", Icon: components.IconClock})
	}
}

// foldKnown puts known files apart, to stand below the others.
func foldKnown(files []pages.ReportFile) (rest, known []pages.ReportFile) {
	for _, f := range files {
		if f.Known {
			known = append(known, f)
		} else {
			rest = append(rest, f)
		}
	}
	return rest, known
}
