package population

// The rates of the noise. They were written down before the weights of package
// routing were fitted, and are not changed to make a figure better.

// Where suspects are.
const (
	// abroad is the share of reports whose suspect is outside the United
	// States. In life more than nine in ten are; countries are easy to tell,
	// so fewer of them make the benchmark harder.
	abroad = 0.35
	// bare is the share of reports that hold nothing that places anybody: the
	// low-quality providers of which a clearinghouse complains, and the eight
	// in a hundred that are too vague for any place.
	bare = 0.08
)

// Accounts.
const (
	takenOver        = 0.012 // unmarked: the owner never noticed, or the provider did not say
	markedCompromise = 0.010 // the provider marks the account as taken over
	markedAndTrue    = 0.60  // of those marked; the rest is the excuse that it is often said to be
)

// The usual network of an account.
const (
	carrier        = 0.35 // a mobile carrier's; about half of all use is, but apps on home networks are most of uploads
	carrierMarked  = 0.70 // that a database knows it for one
	carrierInState = 0.55 // that a carrier's gateway stands in the state of its user
	carrierAbroad  = 0.02 // roaming and resold numbers
	relayInState   = 0.02 // a fixed network of an office or a school elsewhere in the state
	relayInUS      = 0.04 // unmarked relay, a remote office, or a block that the database has in a wrong state
	relayAbroad    = 0.03 // unmarked relay abroad
	foreignInUS    = 0.03 // the same for a suspect abroad: seen in the United States
	foreignOther   = 0.02 // or in another country
	placedNext     = 0.12 // a home network that the database has in a neighbouring county
	placedInState  = 0.05 // or somewhere in the state
	placedNowhere  = 0.03 // or knows only the state of
)

// radii are the circles that a database gives, in km, and how often, when it is
// right, when it is a county off, when it is far off, and for a carrier.
var radii = []struct {
	km                          int
	right, next, far, ofCarrier float64
}{
	{5, 0.30, 0.05, 0.00, 0.00},
	{10, 0.30, 0.15, 0.05, 0.05},
	{20, 0.28, 0.35, 0.20, 0.20},
	{50, 0.10, 0.35, 0.30, 0.30},
	{100, 0.02, 0.08, 0.20, 0.25},
	{200, 0.00, 0.02, 0.25, 0.20},
}

// Events.
const (
	hasUpload    = 0.65 // the event that sent the material, with its address
	hasFileIP    = 0.30 // an address stated with the file
	hasRegister  = 0.50
	hasPurchase  = 0.05
	hasOther     = 0.10
	isPeer       = 0.03 // seen sharing in a peer-to-peer network
	moreLogIns   = 0.62 // that another log-in follows, up to eight: 1.6 on average
	away         = 0.04 // an event from a journey or another's home
	awayAbroad   = 0.25 // of the journeys and proxies, those that show another country
	proxy        = 0.05 // an event through a proxy that is marked as one
	proxyWrongly = 0.01 // a home event marked as a possible proxy
	hosting      = 0.03 // an event from a hosting company's address
	notInBase    = 0.03 // an address that the database does not know
	noEventTime  = 0.05
	noIncident   = 0.05 // the report does not say when the incident was
)

// moved is how often an event comes from a former home, by its age in days.
func moved(days float64) float64 {
	switch {
	case days < 0: // not stated
		return 0.06
	case days <= 30:
		return 0.005
	case days <= 365:
		return 0.05
	default:
		return 0.15 // about one household in ten moves in a year, most of them nearby
	}
}

// What is stated.
const (
	hasAddress     = 0.25
	addressFull    = 0.60 // city, state and ZIP code
	addressPart    = 0.25 // city or ZIP code
	addressZIPOff  = 0.01 // a ZIP code of somewhere else: a slip, or an invention
	hasEstimate    = 0.30
	estimateSure   = 0.30 // of those, marked as verified
	estimateStrays = 0.10 // an unverified estimate that is not the usual network's place
	hasPhone       = 0.40
	phoneVerified  = 0.67
	phoneBare      = 0.30 // of the unverified ones in the United States, written without calling code
	hasMail        = 0.30 // abroad: a mail address under the country's domain
	hasMailUS      = 0.01 // in the United States: under some country's domain
	mailRight      = 0.90
	hasGeotag      = 0.04
	hasCoordinates = 0.01
	hasIncident    = 0.03 // the place of the incident is stated
	hasVictim      = 0.20
	victimNear     = 0.15 // a victim in the suspect's own county
)

// channel says how often a statement is right, and where else it then points:
// the same state, anywhere in the United States, abroad.
type channel struct{ right, inState, inUS, abroad float64 }

var (
	homeAddress     = channel{0.95, 0.020, 0.022, 0.008} // false or old
	businessAddress = channel{0.80, 0.100, 0.085, 0.015} // an office's seat
	verifiedPlace   = channel{0.96, 0.015, 0.020, 0.005} // by payment or by the device
	verifiedPhone   = channel{0.86, 0, 0.12, 0.02}       // numbers are kept when people move
	statedPhone     = channel{0.72, 0, 0.20, 0.08}
	geotagPlace     = channel{0.55, 0.15, 0.30, 0} // another's picture as often as not
	coordinatePlace = channel{0.93, 0.05, 0.02, 0}
	incidentPlace   = channel{0.94, 0.03, 0.02, 0.01}
)

// addressKinds are the types of stated addresses, how often, and their channel.
var addressKinds = []struct {
	kind  string
	often float64
	channel
}{{"Home", 0.55, homeAddress}, {"Billing", 0.25, homeAddress}, {"", 0.10, homeAddress}, {"Business", 0.10, businessAddress}}
