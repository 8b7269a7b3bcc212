package escalation

import (
	"fmt"
	"strings"
	"time"

	"reeve/models"
)

// letter is what a mail of the urgent path says. It names no person, and the report
// only to an agency that has it.
type letter struct{ subject, text string }

func utc(t time.Time) string { return t.UTC().Format("15:04 on 2 January 2006") + " UTC" }

// desk says how to reach the clearinghouse.
func desk(house *models.Agency) string {
	var ways []string
	for _, w := range []string{house.ContactPhone, house.ContactEmail} {
		if w != "" {
			ways = append(ways, w)
		}
	}
	if len(ways) == 0 {
		return "the clearinghouse's desk"
	}
	return "the clearinghouse's desk (" + strings.Join(ways, ", ") + ")"
}

// callLetter calls a contact. number is 0 where the report is not to be named.
func (s *Service) callLetter(g, house *models.Agency, r rung, number int64, token string, until time.Time) letter {
	var b strings.Builder
	l := letter{subject: "Urgent: the clearinghouse needs you"}
	switch {
	case r.above:
		l.subject = "Urgent: nobody at " + short(g.Name) + " answers"
		fmt.Fprintf(&b, "The clearinghouse calls %s about an urgent report, and nobody there answers. You are called as the agency above it.\n\nPlease reach them, or phone %s.\n", g.Name, desk(house))
	case number != 0:
		l.subject = fmt.Sprintf("Urgent report %d: please acknowledge", number)
		fmt.Fprintf(&b, "The clearinghouse referred report %d to %s. It is urgent.\n\nRead it, and take it, signed in:\n%s/reports/%d\n", number, g.Name, s.base, number)
	default:
		fmt.Fprintf(&b, "The clearinghouse needs %s about an urgent report.\n\nSign in (%s/urgent), or phone %s.\n", g.Name, s.base, desk(house))
	}
	fmt.Fprintf(&b, "\nSay that you have this, without signing in:\n%s/urgent/answer/%s\nThe link works once, until %s, and shows nothing of the report.\n", s.base, token, utc(until))
	fmt.Fprintf(&b, "\nIf nobody answers within %s, the next in line is called, and in the end %s.\n", minutes(int(r.wait)), desk(house))
	b.WriteString("\nThis mail names no person and shows nothing of the report on purpose. You get it as an on-call contact.\n")
	l.text = b.String()
	return l
}

// silentLetter tells the clearinghouse's own contacts that a ladder has ended.
func (s *Service) silentLetter(number int64, why string) letter {
	return letter{subject: fmt.Sprintf("Urgent report %d is back at the desk", number),
		text: fmt.Sprintf("%s\n\nSigned in, the desk sees whom it was, and calls:\n%s/desk/urgent/%d\n", why, s.base, number)}
}

// overLetter tells whoever was called that nothing is to be done any more.
func (s *Service) overLetter(call models.EscalationCall, number int64, house *models.Agency) letter {
	what := "an urgent report"
	if call.Named {
		what = fmt.Sprintf("report %d", number)
	}
	return letter{subject: "Over: the urgent call of " + utc(call.CalledAt),
		text: fmt.Sprintf("At %s the clearinghouse called you about %s. The call is over: you need do nothing more about it.\n\nQuestions go to %s.\n", utc(call.CalledAt), what, desk(house))}
}

// testLetter tries a contact's address.
func (s *Service) testLetter(g *models.Agency) letter {
	return letter{subject: "Test: on-call contact of " + short(g.Name),
		text: fmt.Sprintf("This is a test. You are an on-call contact of %s in Reeve: a mail like this calls you about an urgent report.\n\nYou need do nothing. If this came to the wrong address, tell an admin of the agency:\n%s/agency/on-call\n", g.Name, s.base)}
}

// short keeps a name from filling a subject.
func short(name string) string {
	r := []rune(name)
	if len(r) > 80 {
		return string(r[:79]) + "…"
	}
	return name
}

func minutes(n int) string {
	if n == 1 {
		return "1 minute"
	}
	return fmt.Sprintf("%d minutes", n)
}
