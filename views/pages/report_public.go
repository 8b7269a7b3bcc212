package pages

import (
	"time"

	"reeve/views/components"
)

// ReportPublic is what a report of the public's form has besides.
type ReportPublic struct {
	Facts     []components.Term // who reports
	Told      string            // in their own words
	Additions []ReportAddition
}

// ReportAddition is what the reporter added later.
type ReportAddition struct {
	At          time.Time
	Text, Links string
	Waiting     bool // identifiers are being read out of it
}
