package labelling

import (
	"github.com/google/uuid"

	"reeve/models"
)

// OfProvider are the labels that the provider's own words amount to: annotations of
// the report and of its files, and the industry class. They are read out of what is
// stored of the report each time and kept nowhere else, so that they go when it goes.
func OfProvider(rep *models.Report, files []models.File) []models.Label {
	var list []models.Label
	say := func(file *uuid.UUID, scheme, value string) {
		l := models.Label{ReportID: rep.ID, FileID: file, Scheme: scheme, Value: value, Source: models.LabelByProvider, Side: models.LabelOfMachine, LabelledAt: rep.OpenedAt, Review: models.ReviewNone}
		if rep.FinishedAt != nil {
			l.LabelledAt = *rep.FinishedAt
		}
		list = append(list, l)
	}
	if rep.Reported != nil {
		for _, a := range rep.Reported.Incident.Annotations {
			say(nil, schemeOf(a), valueOf(a))
		}
	}
	for i := range files {
		f := &files[i]
		if f.Reported == nil {
			continue
		}
		if f.Reported.IndustryClass != "" {
			say(&f.ID, "industry", f.Reported.IndustryClass)
		}
		for _, a := range f.Reported.Annotations {
			say(&f.ID, schemeOf(a), valueOf(a))
		}
	}
	return list
}

// schemeOf says in which scheme an annotation of the provider API is a value.
func schemeOf(annotation string) string {
	switch annotation {
	case "generativeAi":
		return "ai"
	case "potentialMeme", "viral":
		return "meme"
	}
	return "flag"
}

func valueOf(annotation string) string {
	if annotation == "generativeAi" {
		return "yes"
	}
	return annotation
}
