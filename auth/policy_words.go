package auth

import "slices"

// Reach says on whose things a permission may be used. The row policies of the
// database enforce it; here it is written down for readers, and the matrix test of
// the web compares both.
type Reach string

// The reaches. The empty one means that the role has no such permission.
const (
	NoReach    Reach = ""
	Oneself    Reach = "oneself"    // what is one's own or nobody's
	OwnAgency  Reach = "own agency" // what is one's own agency's, and was sent to it
	AndBelow   Reach = "and below"  // one's own agency and every one below it, at any depth
	Everything Reach = "everything"
)

// rule is what a permission means to a reader.
type rule struct {
	words                   string // what it lets one do, as a sentence
	atAgency, clearinghouse Reach  // of an agency's people and machines, and of the clearinghouse's
}

// rules is the table of permissions beside grants. A test keeps the two together.
var rules = map[Permission]rule{
	Public:            {"Open what needs nobody signed in: the sign-in page and the signs that the portal is alive.", Oneself, Oneself},
	SignedIn:          {"See one's own account and sessions, end them, and read this table.", Oneself, Oneself},
	SubmitReport:      {"Send reports and files by the provider API, and take back what is not finished.", Oneself, NoReach},
	ReadInbox:         {"See the list of reports that were sent to the agency.", OwnAgency, NoReach},
	ReadReport:        {"Read a report, and download its documents as they were received.", OwnAgency, Everything},
	WorkReferral:      {"Take a report, work on it, give it to a colleague, return it, and record what became of it.", OwnAgency, NoReach},
	ReadDeconfliction: {"See that another agency holds the same identifier, and whom to call there.", OwnAgency, NoReach},
	Search:            {"Find reports by number, identifier or hash.", OwnAgency, Everything},
	ReadAudit:         {"Read who did what: what the agency's people did, and what others did to its reports.", OwnAgency, Everything},
	ReadDesk:          {"See what waits at the clearinghouse's desk, and what lies in the pools.", NoReach, Everything},
	RouteReport:       {"Send a report to an agency by hand, with a reason.", NoReach, Everything},
	LabelReport:       {"Label a report or a file: content, age range, aggravating flags, each in a named scheme and in one's own name.", OwnAgency, Everything},
	ReviewLabels:      {"Give the second person's word on a label that asks for one. Never on one's own.", NoReach, Everything},
	ManageRules:       {"Edit the rules of priority and routing and the territory, try them on recent reports, and publish them.", NoReach, Everything},
	ManageKnown:       {"Import and withdraw hash sets of known material.", NoReach, Everything},
	ReadUrgent:        {"See which urgent reports wait for an answer, whom they called and who answered.", NoReach, Everything},
	ManageOnCall:      {"Say whom an urgent report calls, and in which order.", AndBelow, Everything},
	ReadFeedback:      {"See what became of the reports that the clearinghouse sent.", NoReach, Everything},
	ReadUsers:         {"See who has an account, with which roles, and when they last signed in.", AndBelow, Everything},
	ManageUsers:       {"Invite people, change their roles, suspend and remove them, and review their access each year. Never one's own.", AndBelow, Everything},
	ApproveUsers:      {"Say yes to a person who was invited; before that nobody comes in.", AndBelow, Everything},
	ManageSignIn:      {"Set the identity provider by which an agency's people sign in, and the tokens of its directory.", AndBelow, Everything},
	ManageAgency:      {"Set an agency's contact desk, time zone and session limits; add, move and close agencies below one's own.", AndBelow, Everything},
	ReadAgencies:      {"See every agency with its contact, territory and figures.", NoReach, Everything},
	ManageAgencies:    {"Add agencies that stand below no other, and decide which e-mail domain is whose.", NoReach, Everything},
	ManageProviders:   {"Add, rotate and disable the accounts by which providers send reports.", NoReach, Everything},
	ProvisionUsers:    {"Keep an agency's accounts as its own directory has them (SCIM).", OwnAgency, NoReach},
}

// Words is what the permission lets one do, as a sentence.
func (p Permission) Words() string { return rules[p].words }

// ReachOf says on whose things the role may use the permission; NoReach when the
// role does not have it.
func ReachOf(r Role, p Permission) Reach {
	if !(Actor{Roles: []Role{r}}).Can(p) {
		return NoReach
	}
	if slices.Contains(ClearinghouseRoles(), r) {
		return rules[p].clearinghouse
	}
	return rules[p].atAgency
}

// Words is the reach in words for a table: "own agency and below".
func (r Reach) Words() string {
	switch r {
	case Oneself:
		return "oneself"
	case OwnAgency:
		return "own agency"
	case AndBelow:
		return "own agency and below"
	case Everything:
		return "everything"
	}
	return "no"
}

// roleWords are each role's name and who holds it.
var roleWords = map[Role][2]string{
	Investigator:       {"Investigator", "Works on the reports that were sent to the agency."},
	Supervisor:         {"Supervisor", "Commands investigators: works on reports, approves new people, reads the agency's trail."},
	AgencyAdmin:        {"Agency admin", "Manages people, sign-in and settings of the agency and of those below it. Opens no report."},
	ReadOnly:           {"Reader", "Reads the agency's reports and changes nothing: a prosecutor."},
	Analyst:            {"Analyst", "Decides at the clearinghouse's desk where a report goes."},
	DeskSupervisor:     {"Desk supervisor", "Leads the desk: also reads the feedback, the trail and the list of agencies, and manages providers."},
	ClearinghouseAdmin: {"Clearinghouse admin", "Manages agencies, people, sign-in and providers. Opens no report."},
	Auditor:            {"Auditor", "Reads the whole trail and changes nothing."},
	ProviderMachine:    {"Provider", "A provider's machine, known by its password. No person."},
	Directory:          {"Directory", "An agency's directory of people, known by its token. No person."},
	Machine:            {"Reeve itself", "Work that Reeve does on its own, under a named purpose each. No person; it comes by no address."},
}

// Words is the role's name for a reader.
func (r Role) Words() string { return roleWords[r][0] }

// Means says in a sentence who holds the role.
func (r Role) Means() string { return roleWords[r][1] }
