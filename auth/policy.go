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
	LabelReport       Permission = "label-report"       // say what a report or a file is, in a scheme
	ReviewLabels      Permission = "review-labels"      // the second person's look at a label
	ManageRules       Permission = "manage-rules"       // rules of priority and routing, territory
	ManageKnown       Permission = "manage-known"       // hash sets of known material
	ReadUrgent        Permission = "read-urgent"        // the clearinghouse's page of urgent reports
	ManageOnCall      Permission = "manage-on-call"     // whom an urgent report calls, in which order
	ReadFeedback      Permission = "read-feedback"      // the feedback board
	ReadUsers         Permission = "read-users"         // accounts of one's own agency and those below
	ManageUsers       Permission = "manage-users"       // invite, change roles, suspend, remove, recertify
	ApproveUsers      Permission = "approve-users"      // a commander's yes to a person who came by invitation
	ManageSignIn      Permission = "manage-sign-in"     // the agency's identity provider and directory tokens
	ManageAgency      Permission = "manage-agency"      // the agency's contact and limits, agencies below it
	ReadAgencies      Permission = "read-agencies"      // the clearinghouse's page of all agencies
	ManageAgencies    Permission = "manage-agencies"    // root agencies, e-mail domains
	ManageProviders   Permission = "manage-providers"   // providers' accounts
	ProvisionUsers    Permission = "provision-users"    // SCIM, by an agency's directory
)

// grants is the one table of role × permission. Routes, use cases and buttons
// all ask it.
var grants = map[Role][]Permission{
	Investigator:       {SignedIn, ReadInbox, ReadReport, WorkReferral, LabelReport, ReadDeconfliction, Search},
	Supervisor:         {SignedIn, ReadInbox, ReadReport, WorkReferral, LabelReport, ReadDeconfliction, Search, ReadAudit, ReadUsers, ApproveUsers, ManageOnCall},
	AgencyAdmin:        {SignedIn, ReadAudit, ReadUsers, ManageUsers, ManageSignIn, ManageAgency, ManageOnCall},
	ReadOnly:           {SignedIn, ReadInbox, ReadReport, Search},
	Analyst:            {SignedIn, ReadReport, Search, ReadDesk, RouteReport, LabelReport, ReviewLabels, ReadUrgent},
	DeskSupervisor:     {SignedIn, ReadReport, Search, ReadDesk, RouteReport, LabelReport, ReviewLabels, ReadUrgent, ManageRules, ManageKnown, ReadFeedback, ReadAudit, ReadAgencies, ManageProviders},
	ClearinghouseAdmin: {SignedIn, ReadAudit, ReadFeedback, ReadUsers, ManageUsers, ApproveUsers, ManageSignIn, ManageAgency, ReadAgencies, ManageAgencies, ManageProviders, ManageKnown, ManageOnCall},
	Auditor:            {SignedIn, ReadAudit},
	ProviderMachine:    {SubmitReport},
	Directory:          {ProvisionUsers},
	Machine:            {},
}

// Roles lists every role in the order of the matrix.
func Roles() []Role {
	return []Role{Investigator, Supervisor, AgencyAdmin, ReadOnly, Analyst, DeskSupervisor, ClearinghouseAdmin, Auditor, ProviderMachine, Directory, Machine}
}

// Permissions lists every permission in the order of the matrix.
func Permissions() []Permission {
	return []Permission{Public, SignedIn, SubmitReport, ReadInbox, ReadReport, WorkReferral, ReadDeconfliction, Search, ReadAudit, ReadDesk, RouteReport,
		LabelReport, ReviewLabels, ManageRules, ManageKnown, ReadUrgent, ManageOnCall, ReadFeedback,
		ReadUsers, ManageUsers, ApproveUsers, ManageSignIn, ManageAgency, ReadAgencies, ManageAgencies, ManageProviders, ProvisionUsers}
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

// AgencyRoles are those that people of an agency may hold.
func AgencyRoles() []Role { return []Role{Investigator, Supervisor, AgencyAdmin, ReadOnly} }

// ClearinghouseRoles are those that the clearinghouse's people may hold.
func ClearinghouseRoles() []Role {
	return []Role{Analyst, DeskSupervisor, ClearinghouseAdmin, Auditor}
}
