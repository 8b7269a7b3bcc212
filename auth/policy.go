package auth

// Permission is a deed that a route or a use case demands.
type Permission string

// The permissions. Public and SignedIn must be written out on a route: there is
// no default.
const (
	Public            Permission = "public"             // anybody
	SignedIn          Permission = "signed-in"          // any person
	SubmitReport      Permission = "submit-report"      // the provider API
	ReadInbox         Permission = "read-inbox"         // an agency's queue
	ReadReport        Permission = "read-report"        // a report that one may see
	WorkReferral      Permission = "work-referral"      // take, start, return, record an outcome
	ReadDeconfliction Permission = "read-deconfliction" // hits of one's own agency
	Search            Permission = "search"             // by number, identifier, hash
	ReadAudit         Permission = "read-audit"         // one's own agency's trail; all of it for auditors
	ReadDesk          Permission = "read-desk"          // the clearinghouse's queue and pools
	RouteReport       Permission = "route-report"       // refer a report by hand
	ReadFeedback      Permission = "read-feedback"      // the feedback board
)

// grants is the one table of role × permission. Routes, use cases and buttons
// all ask it.
var grants = map[Role][]Permission{
	Investigator:       {SignedIn, ReadInbox, ReadReport, WorkReferral, ReadDeconfliction, Search},
	Supervisor:         {SignedIn, ReadInbox, ReadReport, WorkReferral, ReadDeconfliction, Search, ReadAudit},
	AgencyAdmin:        {SignedIn, ReadAudit},
	ReadOnly:           {SignedIn, ReadInbox, ReadReport, Search},
	Analyst:            {SignedIn, ReadReport, Search, ReadDesk, RouteReport},
	DeskSupervisor:     {SignedIn, ReadReport, Search, ReadDesk, RouteReport, ReadFeedback, ReadAudit},
	ClearinghouseAdmin: {SignedIn, ReadAudit, ReadFeedback},
	Auditor:            {SignedIn, ReadAudit},
	ProviderMachine:    {SubmitReport},
	Machine:            {},
}

// Roles lists every role in the order of the matrix.
func Roles() []Role {
	return []Role{Investigator, Supervisor, AgencyAdmin, ReadOnly, Analyst, DeskSupervisor, ClearinghouseAdmin, Auditor, ProviderMachine, Machine}
}

// Permissions lists every permission in the order of the matrix.
func Permissions() []Permission {
	return []Permission{Public, SignedIn, SubmitReport, ReadInbox, ReadReport, WorkReferral, ReadDeconfliction, Search, ReadAudit, ReadDesk, RouteReport, ReadFeedback}
}

// Can reports whether any of the actor's roles grants the permission. It says
// nothing about rows. Public is granted to all, nobody included.
func (a Actor) Can(p Permission) bool {
	if p == Public {
		return true
	}
	for _, r := range a.Roles {
		for _, g := range grants[r] {
			if g == p {
				return true
			}
		}
	}
	return false
}
