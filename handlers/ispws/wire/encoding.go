package wire

import (
	"encoding/binary"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// encodings are the names of encodings that a document may declare, by what
// they stand for.
var encodings = map[string]string{
	"": "", "utf-8": "utf-8", "utf8": "utf-8", "utf-16": "utf-16",
	"us-ascii": "us-ascii", "ascii": "us-ascii", "iso-8859-1": "iso-8859-1", "latin1": "iso-8859-1",
}

// decodeText turns the received bytes into UTF-8 text without byte order mark
// and with line feeds only (XML 1.0, 2.11), and refuses characters that no XML
// document may contain. Accepted are UTF-8, US-ASCII, ISO-8859-1 and UTF-16
// with a byte order mark. On a fault the text up to it is returned for its
// line and column.
func decodeText(b []byte) (string, *fault) {
	src, mark := string(b), "" // mark: the encoding that a byte order mark proves
	switch {
	case strings.HasPrefix(src, "\xEF\xBB\xBF"):
		src, mark = src[3:], "utf-8"
	case strings.HasPrefix(src, "\xFE\xFF"):
		src, mark = decodeUTF16(b[2:], binary.BigEndian), "utf-16"
	case strings.HasPrefix(src, "\xFF\xFE"):
		src, mark = decodeUTF16(b[2:], binary.LittleEndian), "utf-16"
	}
	if mark == "utf-16" && len(b)%2 != 0 {
		return src, &fault{pos: 0, message: "the document has an odd number of bytes and cannot be UTF-16"}
	}
	declared, known := encodings[strings.ToLower(declaredEncoding(src))]
	switch {
	case !known:
		return src, &fault{pos: 0, message: "the document's encoding is not accepted; send UTF-8"}
	case mark != "" && declared != "" && declared != mark:
		return src, &fault{pos: 0, message: "the document declares another encoding than its byte order mark; send UTF-8"}
	case declared == "utf-16" && mark == "":
		return src, &fault{pos: 0, message: "the document declares UTF-16 but has no byte order mark; send UTF-8"}
	case declared == "us-ascii":
		for i := range len(src) {
			if src[i] >= 0x80 {
				return src, &fault{pos: i, message: "the document declares US-ASCII but holds other bytes; send UTF-8"}
			}
		}
	case declared == "iso-8859-1":
		src = decodeLatin1(src)
	}
	if strings.IndexByte(src, '\r') >= 0 {
		src = strings.ReplaceAll(src, "\r\n", "\n")
		src = strings.ReplaceAll(src, "\r", "\n")
	}
	return src, checkCharacters(src)
}

// checkCharacters finds the first byte sequence that is no character of XML.
func checkCharacters(src string) *fault {
	if !utf8.ValidString(src) {
		for i, r := range src {
			if r == utf8.RuneError {
				if _, size := utf8.DecodeRuneInString(src[i:]); size <= 1 {
					return &fault{pos: i, message: "the document is not valid UTF-8 here"}
				}
			}
		}
	}
	for i := 0; i < len(src); i++ {
		c := src[i]
		if c < 0x20 && c != '\n' && c != '\t' && c != '\r' {
			return &fault{pos: i, message: "the document holds a control character, which XML does not allow"}
		}
		if c == 0xEF && (src[i:i+3] == "\uFFFE" || src[i:i+3] == "\uFFFF") {
			return &fault{pos: i, message: "the document holds a character that XML does not allow"}
		}
	}
	return nil
}

// declaredEncoding reads the encoding named by an XML declaration, if there is
// one in the first 200 bytes. The declaration itself is checked by the scanner.
func declaredEncoding(src string) string {
	head := src[:min(len(src), 200)]
	if !strings.HasPrefix(head, "<?xml") {
		return ""
	}
	head, _, _ = strings.Cut(head, "?>")
	_, rest, found := strings.Cut(head, "encoding")
	if !found {
		return ""
	}
	rest, found = strings.CutPrefix(strings.TrimLeft(rest, " \t\r\n"), "=")
	rest = strings.TrimLeft(rest, " \t\r\n")
	if !found || rest == "" {
		return ""
	}
	name, _, _ := strings.Cut(rest[1:], rest[:1])
	return name
}

func decodeLatin1(s string) string {
	var b strings.Builder
	b.Grow(len(s) + len(s)/8)
	for i := range len(s) {
		b.WriteRune(rune(s[i]))
	}
	return b.String()
}

// decodeUTF16 decodes without the byte order mark. A broken surrogate pair
// becomes a NUL, which checkCharacters then refuses.
func decodeUTF16(b []byte, order binary.ByteOrder) string {
	var out strings.Builder
	out.Grow(len(b))
	for i := 0; i+1 < len(b); i += 2 {
		r := rune(order.Uint16(b[i:]))
		if utf16.IsSurrogate(r) {
			pair := rune(utf8.RuneError)
			if i+3 < len(b) {
				pair = utf16.DecodeRune(r, rune(order.Uint16(b[i+2:])))
			}
			if pair == utf8.RuneError {
				r = 0
			} else {
				r = pair
				i += 2
			}
		}
		out.WriteRune(r)
	}
	return out.String()
}
