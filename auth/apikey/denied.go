package apikey

import "github.com/google/uuid"

// Causes tell apart what one response code of the provider API says of several
// things. The clearinghouse sees them; the client does not.
const (
	CauseAddress = "address" // it called from an address that is not allowed
	CauseSlowed  = "slowed"  // too many failed attempts
	CauseBusy    = "busy"    // too many passwords were being checked at the time
)

// Denied is a login that was not accepted, with whose user name it named.
type Denied struct {
	Err      error     // ErrRefused, ErrTooMany or ErrBusy
	Provider uuid.UUID // nil: the user name is nobody's
	Cause    string    // empty: user name or password is wrong
}

// Error is the refusal's.
func (d *Denied) Error() string { return d.Err.Error() }

// Unwrap answers the refusal.
func (d *Denied) Unwrap() error { return d.Err }
