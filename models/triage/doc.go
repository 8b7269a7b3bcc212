// Package triage decides where a finished report goes.
//
// Route is the worker's: it weighs what the report holds (models/priority,
// models/routing), stores the decision with everything it saw, and refers the
// report at once where the release policy says so. What it may not release waits
// at the clearinghouse's desk (Queue), where an analyst refers it by hand. What no
// agency covers lies in a pool, which has an owner and a clock like any agency.
//
// A returned report is routed again without the agencies that returned it; the
// third hop goes to a pool.
package triage
