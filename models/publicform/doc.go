// Package publicform receives reports from the public, who have no account.
//
//	draft ──(answers, page by page)──▶ sent ──▶ a finished report, routed like any other
//	  ╰──(2 h without a touch, or wiped)──▶ gone
//
// A draft is reached by the secret of a cookie and encrypted under it; the database
// knows its hash. Sending makes a report without a provider in one transaction, and a
// number with a code, shown once: with both, the reporter can add to the report later,
// and sees nothing of it. What is added is dated and stands beside the report, which
// stays as it was sent.
//
// Drafts have no lines in the audit log: they are nobody's but the writer's until they
// are sent. Lines of the public carry no address (see docs/public-form.md).
package publicform
