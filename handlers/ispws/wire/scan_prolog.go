package wire

import "strings"

// declaration reads the XML declaration, which may only stand at the very
// beginning.
func (s *scanner) declaration() {
	if !strings.HasPrefix(s.src, "<?xml") || len(s.src) < 6 || !isSpace(s.src[5]) {
		return
	}
	end := strings.Index(s.src, "?>")
	if end < 0 {
		s.fail(0, "the XML declaration is not closed with ?>")
		return
	}
	rest, order := s.src[5:end], []string{"version", "encoding", "standalone"}
	for next := 0; ; {
		trimmed := strings.TrimLeft(rest, " \t\n")
		if trimmed == "" {
			if next == 0 {
				s.fail(0, "the XML declaration has no version")
			}
			break
		}
		name, value, after, ok := pseudoAttribute(trimmed)
		for next < len(order) && order[next] != name {
			next++
		}
		if !ok || len(trimmed) == len(rest) || next == len(order) || (name != "version" && rest == s.src[5:end]) {
			s.fail(0, "the XML declaration is not well formed")
			return
		}
		if name == "version" && value != "1.0" || name == "encoding" && value == "" || name == "standalone" && value != "yes" && value != "no" {
			s.fail(0, "the XML declaration has a %s that is not accepted", name)
			return
		}
		next++
		rest = after
	}
	s.pos = end + 2
}

// pseudoAttribute reads name="value" at the beginning of text.
func pseudoAttribute(text string) (name, value, after string, ok bool) {
	name, rest, ok := strings.Cut(text, "=")
	rest = strings.TrimLeft(rest, " \t\n")
	if !ok || rest == "" || rest[0] != '"' && rest[0] != '\'' {
		return "", "", "", false
	}
	value, after, ok = strings.Cut(rest[1:], rest[:1])
	return strings.TrimRight(name, " \t\n"), value, after, ok
}
