package wire

import (
	"strings"
	"time"
)

// instant is an xs:dateTime or xs:date as read. Its time is meaningful only
// when inRange is true, and is UTC when zoned is false.
type instant struct {
	at      time.Time
	zoned   bool
	inRange bool // the year has four digits, in UTC as well: what our records can hold
}

// parseDateTime reads an xs:dateTime (XSD 1.0 part 2, 3.2.7), surrounded by
// white space or not: year of four or more digits, any number of fractional
// digits, optional zone up to 14 hours, 24:00:00 as the end of the day.
func parseDateTime(s string) (instant, bool) {
	date, clock, ok := strings.Cut(strings.Trim(s, " \t\n\r"), "T")
	if !ok || len(clock) < 8 || clock[2] != ':' || clock[5] != ':' {
		return instant{}, false
	}
	year, month, day, ok := parseDay(date)
	hour, ok1 := number(clock[0:2], 0, 24)
	minute, ok2 := number(clock[3:5], 0, 59)
	second, ok3 := number(clock[6:8], 0, 59)
	if !ok || !ok1 || !ok2 || !ok3 {
		return instant{}, false
	}
	rest, nanos := clock[8:], 0
	whole := true
	if strings.HasPrefix(rest, ".") {
		end := 1
		for end < len(rest) && rest[end] >= '0' && rest[end] <= '9' {
			whole = whole && rest[end] == '0'
			end++
		}
		if end == 1 {
			return instant{}, false
		}
		nanos, _ = number((rest[1:end] + "000000000")[:9], 0, 999999999)
		rest = rest[end:]
	}
	if hour == 24 && (minute != 0 || second != 0 || !whole) {
		return instant{}, false
	}
	offset, zoned, ok := parseZone(rest)
	if !ok {
		return instant{}, false
	}
	return newInstant(year, time.Date(year, time.Month(month), day, hour, minute, second, nanos, time.UTC).Add(-offset), zoned), true
}

// parseDate reads an xs:date; its time is the beginning of that day.
func parseDate(s string) (instant, bool) {
	s = strings.Trim(s, " \t\n\r")
	// The zone begins after the day: after the second "-" behind the year.
	sign := 0
	if strings.HasPrefix(s, "-") {
		sign = 1
	}
	dash := strings.IndexByte(s[sign:], '-')
	if dash < 0 || len(s) < sign+dash+6 {
		return instant{}, false
	}
	end := sign + dash + 6
	year, month, day, ok := parseDay(s[:end])
	offset, zoned, ok2 := parseZone(s[end:])
	if !ok || !ok2 {
		return instant{}, false
	}
	return newInstant(year, time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC).Add(-offset), zoned), true
}

func newInstant(year int, at time.Time, zoned bool) instant {
	return instant{at: at, zoned: zoned, inRange: year >= 1 && year <= 9999 && at.Year() >= 1 && at.Year() <= 9999}
}

// parseDay reads -?YYYY-MM-DD. Years of more than nine digits are refused.
func parseDay(s string) (year, month, day int, ok bool) {
	digits := strings.TrimPrefix(s, "-")
	dash := strings.IndexByte(digits, '-')
	if dash < 4 || dash > 9 || len(digits) != dash+6 || digits[dash+3] != '-' || dash > 4 && digits[0] == '0' {
		return 0, 0, 0, false
	}
	year, ok1 := number(digits[:dash], 1, 999999999)
	month, ok2 := number(digits[dash+1:dash+3], 1, 12)
	if len(digits) < len(s) {
		year = -year
	}
	day, ok3 := number(digits[dash+4:], 1, 31)
	if !ok1 || !ok2 || !ok3 {
		return 0, 0, 0, false
	}
	last := time.Date(year, time.Month(month)+1, 0, 0, 0, 0, 0, time.UTC).Day()
	return year, month, day, day <= last
}

// parseZone reads "", Z or ±hh:mm up to 14:00.
func parseZone(s string) (offset time.Duration, zoned, ok bool) {
	switch {
	case s == "":
		return 0, false, true
	case s == "Z":
		return 0, true, true
	case len(s) != 6 || s[0] != '+' && s[0] != '-' || s[3] != ':':
		return 0, false, false
	}
	hours, ok1 := number(s[1:3], 0, 14)
	minutes, ok2 := number(s[4:6], 0, 59)
	offset = time.Duration(hours)*time.Hour + time.Duration(minutes)*time.Minute
	if !ok1 || !ok2 || offset > 14*time.Hour {
		return 0, false, false
	}
	if s[0] == '-' {
		offset = -offset
	}
	return offset, true, true
}

// number reads up to nine ASCII digits with a range.
func number(s string, lo, hi int) (int, bool) {
	if s == "" || len(s) > 9 || !allDigits(s) {
		return 0, false
	}
	n := 0
	for i := range len(s) {
		n = n*10 + int(s[i]-'0')
	}
	return n, n >= lo && n <= hi
}
