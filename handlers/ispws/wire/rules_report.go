package wire

import "strings"

// Rules of a whole report.

// batchRule: a batched report holds one thing seen with many accounts, and of
// the accounts only their identifiers.
func batchRule(c *check, n *node) {
	if n.child("batchedReport") == nil {
		return
	}
	if e := n.child("incidentSummary").child("escalateToHighPriority"); e != nil {
		c.business(e, "element 'escalateToHighPriority' is not allowed in a batched report")
	}
	for _, name := range []string{"internetDetails", "lawEnforcement", "intendedRecipient", "victim", "additionalInfo"} {
		if e := n.child(name); e != nil {
			c.business(e, "element '%s' is not allowed in a batched report", name)
		}
	}
	n.children("personOrUserReported", func(p *node) {
		if p.child("espIdentifier") == nil {
			c.business(p, "element 'espIdentifier' is needed in element 'personOrUserReported' of a batched report")
		}
		for e := p.first; e != nil; e = e.next {
			if e.name != "espIdentifier" {
				c.business(e, "element '%s' is not allowed in a batched report: of each personOrUserReported only espIdentifier is", clip(e.name))
			}
		}
	})
}

// subjectsRule: only a batched report has more than one subject.
func subjectsRule(c *check, n *node) {
	if n.child("batchedReport") != nil {
		return
	}
	count := 0
	n.children("personOrUserReported", func(p *node) {
		if count++; count == 2 {
			c.business(p, "element 'personOrUserReported' may stand only once unless the report is batched")
		}
	})
}

// incidentEmailsRule: an address of an e-mail or newsgroup incident must also
// be given for a person of the report, so that it is known whose it is.
func incidentEmailsRule(c *check, n *node) {
	var persons map[string]bool // gathered when first needed
	n.children("internetDetails", func(d *node) {
		for _, kind := range []string{"emailIncident", "newsgroupIncident"} {
			d.child(kind).children("emailAddress", func(e *node) {
				if persons == nil {
					persons = personEmails(n)
				}
				if !persons[strings.ToLower(e.text)] {
					c.business(e, "element 'emailAddress' of element '%s' must also be given as 'email' of a person reported, recipient or victim", kind)
				}
			})
		}
	})
}

// personEmails gathers the addresses of subjects, recipients, victims and their
// other accounts, in lower case.
func personEmails(n *node) map[string]bool {
	found := map[string]bool{}
	add := func(p *node) {
		p.children("email", func(e *node) { found[strings.ToLower(e.text)] = true })
	}
	for _, party := range []string{"personOrUserReported", "intendedRecipient", "victim"} {
		n.children(party, func(p *node) {
			p.children(party+"Person", add)
			p.children("associatedAccount", add)
		})
	}
	return found
}
