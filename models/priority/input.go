package priority

import (
	"cmp"
	"slices"

	"reeve/models"
)

// Input is what is known of a report: what the provider sent, and what the portal
// learnt since.
type Input struct {
	Report models.Reported
	Files  []models.ReportedFile // the details of files that have them
	// Uploaded counts the files received, with details or without.
	Uploaded int
	// Marks are what comparing files with known material said; files without one were
	// not compared.
	Marks []Mark
	// Labels are those that the clearinghouse's people set. An agency's own are not
	// given: the proposal is read by other agencies too.
	Labels []Label
	// Prior counts earlier reports in the portal that name the same subject, MaxPrior
	// at most.
	Prior int
}

// MaxPrior is as far as earlier reports are counted.
const MaxPrior = 50

// Mark is what comparing one file with known material said.
type Mark struct {
	File     string // as ReportedFile.FileID names it
	How      models.MarkHow
	Category string // as the hash set has it
}

// Label is what somebody called the report or one of its files.
type Label struct{ Scheme, Value string }

// MarksOf turns stored marks into what Score reads, in the report's order of files. A
// mark of "new" that comes with words is left out: not everything could be compared, so
// nobody knows whether the file is.
func MarksOf(files []models.File, marks []models.FileMark) (out []Mark) {
	for _, f := range files {
		for _, m := range marks {
			if m.FileID == f.ID && (m.How != models.MarkNew || m.Words == "") {
				out = append(out, Mark{File: f.PublicID, How: m.How, Category: m.Category})
			}
		}
	}
	return out
}

// LabelsOf picks what counts of stored labels: set by the clearinghouse's people,
// not withdrawn, and not disputed by a second person.
func LabelsOf(labels []models.Label) (out []Label) {
	for _, l := range labels {
		if l.Source == models.LabelByPerson && l.Side == models.LabelOfClearinghouse && l.RemovedAt == nil && l.Review != models.ReviewDisputed {
			out = append(out, Label{l.Scheme, l.Value})
		}
	}
	slices.SortFunc(out, func(a, b Label) int {
		return cmp.Or(cmp.Compare(a.Scheme, b.Scheme), cmp.Compare(a.Value, b.Value))
	})
	return out
}
