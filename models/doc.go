// Package models is Reeve's vocabulary: the records of the field (report,
// identifier, referral, outcome, agency), their states, and the one error type.
//
// It holds no behaviour beyond what a value can say about itself, imports
// nothing of ours, no database library and no web library. Reasoning lives in
// the pure packages below it (routing, priority, selector, gate); acting lives
// in the use-case packages (intake, triage, casefile, ...).
package models
