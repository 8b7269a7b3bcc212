package known

import (
	"io"
	"strings"

	"reeve/models"
)

// vics reads a file of Project VIC (facts of the format: four tools that write or
// read it; the model's own text is not public). Its root is an object whose "value"
// is a list: of media in a hash set, of cases with a list "Media" each in an export.
// Which one is seen from the elements, since not every writer says so.
type vics struct {
	*scanner
	emit func(*Record) error
}

func readVICS(in io.Reader, emit func(*Record) error) error {
	v := &vics{scanner: newScanner(in), emit: emit}
	var seen bool
	err := v.object(func(key string) error {
		if key != "value" {
			return v.skip()
		}
		if seen {
			return v.brokenAt(v.start, `"value" stands here for the second time.`)
		}
		seen = true
		return v.array(func() error { return v.element(true) })
	})
	if err != nil {
		return err
	}
	if _, err := v.space(); err == nil {
		return v.broken("something follows after the end of the list.")
	} else if v.failed != io.EOF {
		return err
	}
	if !seen {
		return v.broken(`the file has no "value", in which a VICS file lists its records.`)
	}
	return nil
}

// The fields that we take. Each may stand once in a record.
var vicsFields = map[string]uint16{
	"MD5": 1 << 0, "SHA1": 1 << 1, "SHA256": 1 << 2, "PDQ": 1 << 3, "AlternativeHashes": 1 << 4, "Category": 1 << 5, "Series": 1 << 6,
	"VictimIdentified": 1 << 7, "OffenderIdentified": 1 << 8, "IsDistributed": 1 << 9, "IsSuspected": 1 << 10, "SelfGenerated": 1 << 11,
	"IsPrecategorized": 1 << 12, "Media": 1 << 13, "CaseID": 1 << 14, "CaseNumber": 1 << 15,
}

var vicsFlags = map[string]int16{
	"OffenderIdentified": OffenderIdentified, "IsDistributed": Distributed, "IsSuspected": Suspected, "SelfGenerated": SelfGenerated, "IsPrecategorized": CategorisedBefore,
}

// element reads a media record, or a case with its media where that may stand.
func (v *vics) element(mayBeCase bool) error {
	b, err := v.space()
	if err != nil {
		return err
	}
	if b != '{' {
		return v.broken("a record is an object in curly brackets, and %q stands here.", b)
	}
	began := v.here()
	v.record++
	var r Record
	var seen uint16
	err = v.object(func(key string) error {
		bit := vicsFields[key]
		if seen&bit != 0 {
			return v.brokenAt(v.start, "%s stands in this record for the second time.", key)
		}
		seen |= bit
		switch {
		case key == "Media" && mayBeCase:
			v.record-- // a case is no record
			err := v.array(func() error { return v.element(false) })
			return err
		case key == "AlternativeHashes":
			return v.alternatives(&r)
		case bit == 0 || key == "Media" || key == "CaseID" || key == "CaseNumber":
			return v.skip()
		}
		return v.field(&r, key)
	})
	if err != nil {
		return err
	}
	isCase := mayBeCase && seen&(vicsFields["Media"]|vicsFields["CaseID"]|vicsFields["CaseNumber"]) != 0
	switch {
	case isCase && seen&vicsFields["MD5"] != 0:
		return v.brokenAt(began, "this is a case and a file at once: it has an MD5 and fields of a case.")
	case isCase:
		if seen&vicsFields["Media"] == 0 {
			v.record--
		}
		return nil
	case r.MD5 == nil:
		return v.brokenAt(began, "this record has no MD5, which VICS requires.")
	}
	return v.emit(&r)
}

// field reads one plain field of a record.
func (v *vics) field(r *Record, key string) error {
	text, quoted, err := v.scalar(key)
	if err != nil {
		return err
	}
	at, problem := v.start, ""
	switch key {
	case "MD5", "SHA1", "SHA256", "PDQ":
		if text == "" {
			return nil
		}
		if !quoted {
			return v.brokenAt(at, "%s must be a text in quotes.", key)
		}
		problem = r.take(key, text)
	case "Category":
		r.Category, problem = readText(key, text, categoryLimit)
	case "Series":
		r.Series, problem = readText(key, text, seriesLimit)
	case "VictimIdentified":
		r.Victim, problem = readTruth(key, text)
	default:
		var t models.Truth
		if t, problem = readTruth(key, text); t == models.Yes {
			r.Flags |= vicsFlags[key]
		}
	}
	if problem != "" {
		return v.brokenAt(at, "%s", problem)
	}
	return nil
}

// take keeps a hash of the record. Two different ones of a kind are a problem.
func (r *Record) take(kind, text string) (problem string) {
	hash, problem := readHash(kind, text)
	if problem != "" {
		return problem
	}
	to := map[string]*[]byte{"MD5": &r.MD5, "SHA1": &r.SHA1, "SHA256": &r.SHA256, "PDQ": &r.PDQ}[kind]
	if *to != nil && string(*to) != string(hash) {
		return "this record gives two different values of " + kind + "."
	}
	*to = hash
	return ""
}

// alternatives reads the list of further hashes, of which we take those we know.
func (v *vics) alternatives(r *Record) error {
	if b, err := v.space(); err != nil || b != '[' {
		if err == nil {
			var text string
			if text, _, err = v.scalar("AlternativeHashes"); err == nil && text != "" {
				err = v.brokenAt(v.start, "AlternativeHashes must be a list.")
			}
		}
		return err
	}
	return v.array(func() error {
		var name, value string
		var at place
		var names, values bool
		err := v.object(func(key string) (err error) {
			switch key {
			case "HashName", "HashValue":
				twice := &names
				if key == "HashValue" {
					twice = &values
				}
				if *twice {
					return v.brokenAt(v.start, "%s stands in this hash for the second time.", key)
				}
				*twice = true
				var text string
				if text, _, err = v.scalar(key); err != nil {
					return err
				}
				if key == "HashName" {
					name = text
				} else {
					value, at = text, v.start
				}
				return nil
			}
			return v.skip()
		})
		if err != nil {
			return err
		}
		kind := strings.ToUpper(strings.NewReplacer("-", "", "_", "", " ", "").Replace(name))
		if _, known := sizes[kind]; !known || value == "" {
			return nil
		}
		if problem := r.take(kind, value); problem != "" {
			return v.brokenAt(at, "%s", problem)
		}
		return nil
	})
}
