// Package apikey proves that a provider's machine knows its password. The provider
// API uses HTTP Basic on every call, so a password is checked a thousand times for
// each time it is set; both must be safe, and checking must be quick.
//
//	Hash, Verify   the stored form: Argon2id in PHC text
//	Verifier       checks attempts: remembers what was proven, slows guessing down,
//	               bounds the memory that checking may take
//	Authenticator  finds a user name's credentials in the database, has the Verifier
//	               check them, audits refusals, notes when a credential was last used
//	Use            counts how the API answered each provider, and from where it called
//
// How a Verifier treats an attempt:
//
//  1. If exactly this user name and password were proven against exactly these stored
//     hashes within the last minutes, that stands. The memory holds only HMACs under a
//     key of this process, and a changed, added or ended hash is another entry.
//  2. Otherwise the address and the user name must have failures left, or the answer is
//     ErrTooMany. A provider whose password is already proven never comes to this step,
//     so nobody can lock it out by guessing.
//  3. Equal attempts at one time are computed once. Few computations run at one time and
//     few wait; beyond that the answer is ErrBusy, which is not a refusal.
//  4. A user name that does not exist costs as much time as one that does, and so does
//     a call from an address that is not allowed: its password is compared with nothing.
//
// The Verifier knows neither the database nor the web; the Authenticator knows the
// database. Reading a credential from HTTP and answering is the caller's.
package apikey
