package web_test

import (
	"strings"

	"reeve/static"
	"reeve/web"
)

// entry says for one route how its address, query and form are filled in, by name:
// ":id" is a part of the path, "?agency" of the query, "=below" of the form, "body" is
// the whole body instead. An empty entry is a route that names nothing.
type entry map[string]kind

// kind is one sort of thing that an address may name.
type kind struct {
	of    func(*world, at) string
	cases []object // whose it may be; nil: it is the same for all
}

var everyCase = []object{own, parent, child, other, none}

// The kinds. Each makes its thing when it is asked for (web/matrix_things_test.go).
var (
	document   = kind{(*world).document, everyCase}
	domain     = kind{(*world).domain, everyCase}
	report     = kind{(*world).report, everyCase}
	lying      = kind{(*world).lying, []object{own, none}}
	recorded   = kind{(*world).outcome, everyCase}
	label      = kind{(*world).label, everyCase}
	linked     = kind{(*world).link, everyCase}
	called     = kind{(*world).called, everyCase}
	call       = kind{(*world).call, everyCase}
	onCall     = kind{(*world).onCall, everyCase}
	agency     = kind{(*world).agency, everyCase}
	person     = kind{(*world).person, everyCase}
	ownSession = kind{(*world).session, everyCase}
	notice     = kind{(*world).notice, everyCase}
	issuer     = kind{(*world).issuer, everyCase}
	draft      = kind{(*world).draft, everyCase}
	token      = kind{(*world).directoryToken, everyCase}
	esp        = kind{(*world).esp, []object{own, none}}
	rules      = kind{(*world).rules, []object{own, none}}
	hashSet    = kind{(*world).hashSet, []object{own, none}}
	nothing    = kind{func(*world, at) string { return nowhere }, []object{none}}
)

// fixed is a value that has nothing to do with whose it is.
func fixed(s string) kind { return kind{of: func(*world, at) string { return s }} }

// patch is a change of nothing that matters.
var patch = fixed(`{"schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], "Operations": [{"op": "replace", "path": "title", "value": "Somebody"}]}`)

// oneOf is a thing that belongs to nobody in particular: it is there, or it is not.
func oneOf(there string) kind {
	return kind{func(_ *world, a at) string {
		if a.object == none {
			return "no-such-thing"
		}
		return there
	}, []object{own, none}}
}

func (e entry) varies() bool {
	for _, k := range e {
		if k.cases != nil {
			return true
		}
	}
	return false
}

func (e entry) has(o object) bool {
	for _, k := range e {
		found := k.cases == nil
		for _, c := range k.cases {
			found = found || c == o
		}
		if !found {
			return false
		}
	}
	return true
}

// matrix says for EVERY route how it is asked. A new route needs one line here.
var matrix = map[string]entry{
	"health.alive": {}, "health.ready": {}, "static": {"*": fixed(strings.TrimPrefix(static.URL(static.Sheet), static.Prefix))}, "styleguide": {},
	"session.ask": {}, "session.begin": {}, "session.callback": {}, "session.end": {}, "session.again": {}, "session.step-up": {}, "session.back-channel": {},

	"home": {}, "account.show": {}, "account.session": {}, "account.extend": {}, "account.end-sessions": {}, "account.end-others": {},
	"account.end-session": {":id": ownSession},
	"account.resume":      {":id": nothing}, // a kept form belongs to one browser
	"account.discard":     {":id": nothing},

	"inbox.list": {}, "inbox.take": {}, "search.find": {},
	"report.show":     {":number": report},
	"report.files":    {":number": report},
	"report.document": {":number": report, ":document": document},
	"report.take":     {":number": report},
	"report.start":    {":number": report},
	"report.release":  {":number": report},
	"report.assign":   {":number": report},
	"report.reopen":   {":number": report},
	"report.priority": {":number": report},
	"report.refer":    {":number": report},
	"outcome.ask":     {":number": report},
	"outcome.record":  {":number": report},
	"outcome.undo":    {":number": report, ":id": recorded},
	"return.ask":      {":number": report},
	"return.return":   {":number": report},
	"return.keep":     {":number": report},

	"deconfliction.show": {},
	"deconfliction.seen": {":id": notice},

	"audit.show": {},

	"public.begin": {}, "public.check": {}, "public.send": {}, "public.sent": {}, "public.leave": {}, "public.ask-more": {}, "public.more": {}, "public.added": {}, "public.away": {},
	"public.ask": {":step": oneOf("what")}, "public.save": {":step": oneOf("what")},

	"people.list":           {"?agency": agency},
	"people.export":         {"?agency": agency},
	"people.ask-invite":     {"?agency": agency},
	"people.invite":         {"=agency": agency},
	"people.ask-import":     {"?agency": agency},
	"people.import":         {"=agency": agency},
	"people.recertify-many": {"=person": person},
	"people.show":           {":id": person},
	"people.approve":        {":id": person},
	"people.roles":          {":id": person},
	"people.suspend":        {":id": person},
	"people.reactivate":     {":id": person},
	"people.recertify":      {":id": person},
	"people.hand-over":      {":id": person},
	"people.end-sessions":   {":id": person},
	"people.ask-remove":     {":id": person},
	"people.remove":         {":id": person},

	"issuers.show":            {"?agency": agency},
	"issuers.ask-domain":      {"=agency": agency},
	"issuers.withdraw-domain": {"=agency": agency, "=domain": domain},
	"issuers.new":             {"?agency": agency},
	"issuers.create":          {"=agency": agency},
	"issuers.draft":           {":id": draft},
	"issuers.edit":            {":id": draft},
	"issuers.save":            {":id": draft},
	"issuers.look":            {":id": draft},
	"issuers.test":            {":id": draft},
	"issuers.accept":          {":id": draft},
	"issuers.ask-on":          {":id": draft},
	"issuers.on":              {":id": draft},
	"issuers.ask-discard":     {":id": draft},
	"issuers.discard":         {":id": draft},
	"issuers.ask-off":         {":id": issuer},
	"issuers.off":             {":id": issuer},

	"directory.show":         {"?agency": agency},
	"directory.make":         {"=agency": agency},
	"directory.ask-revoke":   {":id": token},
	"directory.revoke":       {":id": token},
	"directory.ask-approval": {},
	"directory.approve":      {},

	"agency.settings":  {"?agency": agency},
	"agency.save":      {"?agency": agency},
	"agency.below":     {"?agency": agency},
	"agency.new":       {"?below": agency},
	"agency.add":       {"=below": agency},
	"agency.ask-move":  {":code": agency},
	"agency.move":      {":code": agency},
	"agency.ask-close": {":code": agency},
	"agency.close":     {":code": agency},
	"agency.reopen":    {":code": agency},

	"desk.show": {}, "desk.next": {},
	"desk.review": {":number": report}, "desk.take": {":number": report}, "desk.skip": {":number": report},
	"desk.hand-over": {":number": report}, "desk.release": {":number": report}, "desk.decide": {":number": report},
	"desk.pools": {}, "desk.pool": {":code": oneOf("pool-texas")},
	"pool.next": {":code": oneOf("pool-texas")}, "pool.terms": {":code": oneOf("pool-texas"), "=hours": fixed("72")},
	"pool.claim": {":code": fixed("pool-texas"), "=number": lying}, "pool.release": {":code": fixed("pool-texas"), "=number": lying},
	"finding.ask": {":number": report}, "finding.keep": {":number": report, "=whose": fixed("subject"), "=country": fixed("CA"), "=how": fixed("By phone.")},
	"finding.withdraw": {":number": report, ":id": nothing, "=why": fixed("A namesake.")},
	"feedback.show":    {}, "feedback.rows": {},

	"rules.list": {}, "rules.start": {"=from": oneOf("built-in-priority")}, "rules.gaps": {}, "rules.provider-gaps": {":provider": esp},
	"rules.show": {":id": rules}, "rules.download": {":id": rules, ":table": oneOf("rules")}, "rules.upload": {":id": rules, ":table": oneOf("rules")},
	"rules.ask-edit": {":id": rules}, "rules.edit": {":id": rules}, "rules.try": {":id": rules, "=n": oneOf("10")}, "rules.trial": {":id": rules},
	"rules.ask-publish": {":id": rules}, "rules.publish": {":id": rules, "=note": oneOf("x")}, "rules.ask-drop": {":id": rules}, "rules.drop": {":id": rules},
	"urgent.own": {}, "urgent.list": {}, "urgent.answered": {}, "on-call.unlisted": {},
	"urgent.ask-answer":         {":secret": nothing}, // a link belongs to whoever holds it
	"urgent.answer":             {":secret": nothing},
	"urgent.acknowledge":        {":id": call},
	"urgent.acknowledge-report": {":number": called},
	"urgent.show":               {":number": called},
	"urgent.call":               {":number": called, "=agency": agency},
	"urgent.acknowledge-for":    {":number": called, "=agency": agency, "=note": fixed("By phone.")},
	"urgent.end":                {":number": called, "=why": fixed("By phone.")},
	"on-call.show":              {"?agency": agency},
	"on-call.add":               {"=agency": agency},
	"on-call.ask-change":        {":id": onCall, "?agency": agency},
	"on-call.change":            {":id": onCall, "=agency": agency},
	"on-call.up":                {":id": onCall, "=agency": agency},
	"on-call.down":              {":id": onCall, "=agency": agency},
	"on-call.remove":            {":id": onCall, "=agency": agency},
	"on-call.test":              {":id": onCall, "=agency": agency},

	"links.show":           {":number": report},
	"links.add":            {":number": report},
	"links.take-out":       {":number": report},
	"links.confirm":        {":number": report, ":id": linked},
	"links.reject":         {":number": report, ":id": linked},
	"links.looked-again":   {":number": report},
	"labels.show":          {":number": report},
	"labels.set":           {":number": report},
	"labels.one":           {":number": report, ":id": label},
	"labels.withdraw":      {":number": report, ":id": label},
	"labels.ask":           {":number": report, ":id": label},
	"labels.agree":         {":number": report, ":id": label},
	"labels.dispute":       {":number": report, ":id": label},
	"labels.uphold":        {":number": report, ":id": label},
	"labels.overturn":      {":number": report, ":id": label},
	"labels.waiting":       {},
	"labels.schemes":       {},
	"labels.add-scheme":    {},
	"labels.change-scheme": {":code": oneOf("industry")},
	"labels.add-value":     {":code": oneOf("industry")},

	"agencies.list": {}, "agencies.new": {}, "agencies.add": {}, "agencies.roles": {},
	"agencies.show": {":code": agency},
	"domains.list":  {}, "domains.decide": {"=agency": agency, "=domain": domain, "=decision": fixed("approve")},

	"providers.list": {}, "providers.ask-add": {}, "providers.add": {},
	"known.list": {}, "known.ask-import": {}, "known.import": {},
	"known.show":         {":id": hashSet},
	"known.cancel":       {":id": hashSet},
	"known.ask-withdraw": {":id": hashSet},
	"known.withdraw":     {":id": hashSet},

	"providers.show":          {":id": esp},
	"providers.ask-rotate":    {":id": esp},
	"providers.rotate":        {":id": esp},
	"providers.ask-end":       {":id": esp},
	"providers.end":           {":id": esp},
	"providers.ask-disable":   {":id": esp},
	"providers.disable":       {":id": esp},
	"providers.ask-enable":    {":id": esp},
	"providers.enable":        {":id": esp},
	"providers.ask-addresses": {":id": esp},
	"providers.addresses":     {":id": esp},
	"providers.ask-contact":   {":id": esp},
	"providers.contact":       {":id": esp},

	"ispws.status": {}, "ispws.schema": {}, "ispws.submit": {}, "ispws.upload": {}, "ispws.fileinfo": {}, "ispws.finish": {}, "ispws.retract": {},

	"scim.config": {}, "scim.types": {}, "scim.schemas": {}, "scim.users": {}, "scim.user-create": {}, "scim.groups": {}, "scim.group-create": {},
	"scim.type":          {":id": oneOf("User")},
	"scim.schema":        {":id": oneOf("urn:ietf:params:scim:schemas:core:2.0:User")},
	"scim.user":          {":id": person},
	"scim.user-replace":  {":id": person, "body": fixed(`{"schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": "somebody@bay.example"}`)},
	"scim.user-patch":    {":id": person, "body": patch},
	"scim.user-delete":   {":id": person},
	"scim.group":         {":id": oneOf("investigator")},
	"scim.group-replace": {":id": oneOf("investigator")},
	"scim.group-patch":   {":id": oneOf("investigator"), "body": patch},
	"scim.group-delete":  {":id": oneOf("investigator")},
}

// leaves are the routes that end the session of whoever asks: who is let in ends at
// the sign-in page, and signs in anew for the rest of the walk.
var leaves = map[string]bool{"session.end": true, "account.end-sessions": true}

// exception is an answer that is not what the permission's reach says, and why.
type exception struct {
	column  string
	object  object
	verdict rune
	why     string
}

const (
	fromAbove = "Nobody moves or closes their own agency: that is for the agency above, or the clearinghouse, to say."
	noGroups  = "Groups are roles; a directory puts people into them, and neither adds nor removes one."
)

// exceptions are by the route's name; the golden file gives the reasons at its end.
var exceptions = map[string][]exception{
	"agency.ask-move":   {{"adm", own, role, fromAbove}},
	"agency.move":       {{"adm", own, role, fromAbove}},
	"agency.ask-close":  {{"adm", own, role, fromAbove}},
	"agency.close":      {{"adm", own, role, fromAbove}},
	"agency.reopen":     {{"adm", own, role, fromAbove}},
	"scim.group-create": {{"dir", own, role, noGroups}},
	"scim.group-delete": {{"dir", own, role, noGroups}, {"dir", none, role, noGroups}},
}

// areas are the parts of the golden file, by the beginning of the address; the
// first that fits.
var areas = []struct{ name, prefix string }{
	{"Machinery", "/healthz"}, {"Machinery", "/readyz"}, {"Machinery", "/static/"}, {"Machinery", "/styleguide"},
	{"Signing in and out", "/login"}, {"Signing in and out", "/logout"},
	{"One's own account", "/account"},
	{"Urgent calls", "/urgent"}, {"Urgent calls", "/agency/on-call"}, {"Urgent calls", "/desk/on-call"}, {"Urgent calls", "/desk/urgent"},
	{"An agency's reports", "/inbox"}, {"An agency's reports", "/search"}, {"An agency's reports", "/reports"},
	{"Deconfliction", "/deconfliction"},
	{"The audit log", "/audit"},
	{"An agency's people", "/agency/users"},
	{"An agency's sign-in", "/agency/sign-in"},
	{"An agency's directory", "/agency/directory"},
	{"An agency's settings and the agencies below", "/agency/"},
	{"The clearinghouse: all agencies", "/desk/agencies"},
	{"The clearinghouse: providers", "/desk/providers"},
	{"The clearinghouse: desk, pools, feedback", "/desk"},
	{"The provider API", "/ispws/"},
	{"Agencies' directories (SCIM)", "/scim/"},
	{"The public's form", "/report"}, {"The public's form", "/away"},
	{"One's own account", "/"},
}

func areaOf(r web.Route) string {
	for _, a := range areas {
		if strings.HasPrefix(r.Path, a.prefix) {
			return a.name
		}
	}
	return "Further"
}

func areaIndex(r web.Route) int {
	name := areaOf(r)
	for i, a := range areas {
		if a.name == name {
			return i
		}
	}
	return len(areas)
}
