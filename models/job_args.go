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

// ExamineFiles asks the worker to compare a finished report's files with known
// material: by their hashes, and by their content where the gate allows it. Doing
// it again is harmless.
type ExamineFiles struct {
	ReportID uuid.UUID `json:"report_id"`
}

// Kind names the job for the queue.
func (ExamineFiles) Kind() string { return "examine_files" }

// ReassessReport asks the worker to propose class and priority anew, after
// something was learnt: a mark, a label. Doing it again is harmless.
type ReassessReport struct {
	ReportID uuid.UUID `json:"report_id"`
}

// Kind names the job for the queue.
func (ReassessReport) Kind() string { return "reassess_report" }

// LinkReport asks the worker to link a finished report with others about the same
// incident. Doing it again is harmless.
type LinkReport struct {
	ReportID uuid.UUID `json:"report_id"`
}

// Kind names the job for the queue.
func (LinkReport) Kind() string { return "link_report" }

// RaiseUrgent asks the worker to call the on-call contacts of every agency that may
// have jurisdiction over an urgent report. Doing it again is harmless.
type RaiseUrgent struct {
	ReportID uuid.UUID `json:"report_id"`
}

// Kind names the job for the queue.
func (RaiseUrgent) Kind() string { return "raise_urgent" }

// ClimbUrgent asks the worker to call the next contact where nobody answered.
type ClimbUrgent struct{}

// Kind names the job for the queue.
func (ClimbUrgent) Kind() string { return "climb_urgent" }

// SendMail asks the worker to send a mail of the outbox. Doing it again is harmless.
type SendMail struct {
	MailID uuid.UUID `json:"mail_id"`
}

// Kind names the job for the queue.
func (SendMail) Kind() string { return "send_mail" }

// SendDueMail asks the worker to send the mail that is due again.
type SendDueMail struct{}

// Kind names the job for the queue.
func (SendDueMail) Kind() string { return "send_due_mail" }

// ReadAddition asks the worker to read what a reporter of the public added to a
// report. Doing it again is harmless.
type ReadAddition struct {
	AdditionID uuid.UUID `json:"addition_id"`
}

// Kind names the job for the queue.
func (ReadAddition) Kind() string { return "read_addition" }

// ClearKnown asks the worker to remove the hashes of a hash set that was withdrawn,
// the marks and labels that came of it, and to examine those files again. Doing it
// again is harmless.
type ClearKnown struct {
	SetID uuid.UUID `json:"set_id"`
}

// Kind names the job for the queue.
func (ClearKnown) Kind() string { return "clear_known" }
