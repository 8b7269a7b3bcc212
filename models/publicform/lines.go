package publicform

import (
	"strings"

	"reeve/models"
	"reeve/models/selector"
)

// sortLines sorts lines that somebody wrote down into what they are: web addresses, e-mail
// addresses, telephone numbers, and the rest, which is text. Whose they are is not said.
func sortLines(text string) (net []models.ReportedInternet) {
	page := models.ReportedInternet{Kind: "webPage"}
	var rest []string
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if line == "" {
			continue
		}
		switch kind := kindOf(line); kind {
		case selector.URL:
			page.URLs = append(page.URLs, line)
		case selector.Email:
			page.Emails = append(page.Emails, models.ReportedEmail{Address: line})
		case selector.Phone:
			if page.Phone == nil {
				page.Phone = &models.ReportedPhone{Number: line}
			} else {
				net = append(net, models.ReportedInternet{Kind: "cellPhone", Phone: &models.ReportedPhone{Number: line}})
			}
		default:
			rest = append(rest, line)
		}
	}
	page.AdditionalInfo = strings.Join(rest, "\n")
	if len(page.URLs)+len(page.Emails) > 0 || page.Phone != nil || page.AdditionalInfo != "" {
		net = append([]models.ReportedInternet{page}, net...)
	}
	return net
}

// kindOf says what a line is, or 0. What is doubtful is text.
func kindOf(line string) selector.Kind {
	if strings.ContainsAny(line, " \t") && !looksLikePhone(line) {
		return 0
	}
	if _, ok, _ := selector.Normalise(selector.Email, line, selector.Context{}); ok {
		return selector.Email
	}
	if looksLikePhone(line) {
		return selector.Phone
	}
	if strings.Contains(line, ".") && !strings.HasPrefix(line, "@") {
		if _, ok, _ := selector.Normalise(selector.URL, line, selector.Context{}); ok {
			return selector.URL
		}
	}
	return 0
}

// looksLikePhone wants seven to fifteen digits (E.164) and nothing but what people put between.
func looksLikePhone(line string) bool {
	digits := 0
	for _, r := range line {
		switch {
		case r >= '0' && r <= '9':
			digits++
		case !strings.ContainsRune("+-() ./", r):
			return false
		}
	}
	return digits >= 7 && digits <= 15 && strings.Count(line, ".") < 3 // not an IP address
}
