package models

import "github.com/google/uuid"

// RouteReport asks the worker to decide where a finished report goes. Round is
// the routing it asks for: 1 after finish, more after a return. Doing it again is
// harmless.
type RouteReport struct {
	ReportID uuid.UUID `json:"report_id"`
	Round    int16     `json:"round"`
}

// Kind names the job for the queue.
func (RouteReport) Kind() string { return "route_report" }

// MatchReport asks the worker to tell agencies what this report shares with
// others, after it was referred to the agency. Doing it again is harmless.
type MatchReport struct {
	ReportID uuid.UUID `json:"report_id"`
	AgencyID uuid.UUID `json:"agency_id"`
}

// Kind names the job for the queue.
func (MatchReport) Kind() string { return "match_report" }

// SendReturn asks the worker to send a return once its ten minutes are over, or
// at once when the agency said so.
type SendReturn struct {
	ReferralID uuid.UUID `json:"referral_id"`
}

// Kind names the job for the queue.
func (SendReturn) Kind() string { return "send_return" }

// ExpireReports asks the worker to expire abandoned open reports.
type ExpireReports struct{}

// Kind names the job for the queue.
func (ExpireReports) Kind() string { return "expire_reports" }

// MarkOverdue asks the worker to mark referrals that are overdue.
type MarkOverdue struct{}

// Kind names the job for the queue.
func (MarkOverdue) Kind() string { return "mark_overdue" }

// EraseEnded asks the worker to erase the content of retracted and expired reports.
type EraseEnded struct{}

// Kind names the job for the queue.
func (EraseEnded) Kind() string { return "erase_ended" }
