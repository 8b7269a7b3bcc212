package wire

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// resolve replaces character references and the five predefined entities in
// raw, which begins at offset pos. Any other entity is a fault: there is no
// place in our documents where one could have been declared.
func (s *scanner) resolve(raw string, pos int) string {
	i := strings.IndexByte(raw, '&')
	if i < 0 {
		return raw
	}
	out := make([]byte, 0, len(raw))
	for rest := raw; ; {
		out = append(out, rest[:i]...)
		rest = rest[i+1:]
		at := pos + len(raw) - len(rest) - 1
		end := strings.IndexByte(rest[:min(len(rest), 32)], ';')
		if end <= 0 {
			s.fail(at, "the character & is not allowed here; write &amp;")
			return ""
		}
		switch ref := rest[:end]; {
		case ref == "lt":
			out = append(out, '<')
		case ref == "gt":
			out = append(out, '>')
		case ref == "amp":
			out = append(out, '&')
		case ref == "apos":
			out = append(out, '\'')
		case ref == "quot":
			out = append(out, '"')
		case ref[0] == '#':
			r, ok := characterReference(ref[1:])
			if !ok {
				s.fail(at, "a character reference does not name a character of XML")
				return ""
			}
			out = utf8.AppendRune(out, r)
		default:
			s.fail(at, "an entity other than the five of XML itself is not accepted")
			return ""
		}
		rest = rest[end+1:]
		if i = strings.IndexByte(rest, '&'); i < 0 {
			return string(append(out, rest...))
		}
	}
}

// characterReference reads the number in &#65; or &#x41;.
func characterReference(digits string) (rune, bool) {
	base := 10
	if hex, ok := strings.CutPrefix(digits, "x"); ok {
		digits, base = hex, 16
	}
	v, err := strconv.ParseUint(digits, base, 32) // refuses signs and, with a base given, underscores
	if err != nil || v > utf8.MaxRune {
		return 0, false
	}
	return rune(v), isXMLChar(rune(v))
}

// maxName bounds the length of a name in bytes. The longest of ours has 27; what
// is kept of unknown elements repeats the names above them.
const maxName = 256

// nameAt answers the Name (XML 1.0, production 5) at an offset, or "". Of a name
// that is too long it answers the beginning, and fails.
func (s *scanner) nameAt(pos int) string {
	if pos > len(s.src) || !startsName(s.src[pos:]) {
		return ""
	}
	end := pos
	for end < len(s.src) {
		if end-pos > maxName {
			s.fail(pos, "a name is longer than %d bytes", maxName)
			break
		}
		if c := s.src[end]; c < utf8.RuneSelf {
			if !isASCIIName(c) {
				break
			}
			end++
			continue
		}
		r, size := utf8.DecodeRuneInString(s.src[end:])
		if !isNameRune(r) {
			break
		}
		end += size
	}
	return s.src[pos:end]
}

// startsName reports whether text begins with a NameStartChar.
func startsName(text string) bool {
	if text == "" {
		return false
	}
	c := text[0]
	if c < utf8.RuneSelf {
		return isASCIIName(c) && c != '-' && c != '.' && (c < '0' || c > '9')
	}
	r, _ := utf8.DecodeRuneInString(text)
	return isNameStart(r)
}

func isASCIIName(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_' || c == ':' || c == '-' || c == '.'
}

// isNameStart is production 4 beyond ASCII.
func isNameStart(r rune) bool {
	in := func(lo, hi rune) bool { return r >= lo && r <= hi }
	return in(0xC0, 0xD6) || in(0xD8, 0xF6) || in(0xF8, 0x2FF) || in(0x370, 0x37D) || in(0x37F, 0x1FFF) ||
		in(0x200C, 0x200D) || in(0x2070, 0x218F) || in(0x2C00, 0x2FEF) || in(0x3001, 0xD7FF) ||
		in(0xF900, 0xFDCF) || in(0xFDF0, 0xFFFD) || in(0x10000, 0xEFFFF)
}

// isNameRune is production 4a beyond ASCII.
func isNameRune(r rune) bool {
	return isNameStart(r) || r == 0xB7 || r >= 0x300 && r <= 0x36F || r >= 0x203F && r <= 0x2040
}

// clip shortens a name of the sender's choosing for a message.
func clip(s string) string { return head(s, 60) }

// head answers the first n characters of s, with an ellipsis if there are more.
func head(s string, n int) string {
	for i := range s {
		if n == 0 {
			return s[:i] + "…"
		}
		n--
	}
	return s
}
