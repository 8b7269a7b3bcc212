package bulk

// Shape says how the made-up reports are spread. Shares are of all reports.
type Shape struct {
	Agencies  int
	Providers int
	Largest   float64 // share of the first agency, besides what falls to it anyway
	Pool      float64 // share that lies in the pool "pool-bulk"
	Desk      float64 // share that waits for an analyst and is nowhere yet
	Shared    float64 // share whose subject has one of Addresses instead of one of its own
	Addresses int     // e-mail addresses that come again and again
	IPs       int     // addresses of connections, at most 762: the documentation ranges
	Document  string  // JSON of every report's document (models.Reported)
}

// Plausible is spread like a clearinghouse's reports: of 5,500 agencies the largest
// gets a seventeenth of all, of 1,500 providers a few send most, and a few
// identifiers are very common.
func Plausible() Shape {
	return Shape{Agencies: 5500, Providers: 1500, Pool: 0.02, Desk: 0.01, Shared: 0.4, Addresses: 20000, IPs: 762, Document: "{}"}
}

// Crowded is for comparing sizes. Every list, count and bound of the agency that is
// looked at is full at ten thousand reports already: what then still grows with the
// data is growth, and not a page filling up. For the same reason it has few
// agencies, providers and values, which every size has in full.
func Crowded() Shape {
	return Shape{Agencies: 60, Providers: 40, Largest: 0.5, Pool: 0.11, Desk: 0.11, Shared: 0.7, Addresses: 8, IPs: 10, Document: "{}"}
}
