package handlers

import (
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strings"

	"reeve/auth/session"
)

// errNotKeepable is a body that cannot be kept: no form, or too long.
var errNotKeepable = errors.New("not a form of a size that is kept")

// readForm reads a form's fields in the order of the form, without the files: of
// those it notes field and name. It reads the body to its end.
func readForm(r *http.Request) (f session.Form, err error) {
	kind, params, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	switch {
	case r.Body == nil || r.ContentLength == 0 && kind == "":
		return f, nil
	case err != nil:
		return f, errNotKeepable
	case kind == "application/x-www-form-urlencoded":
		// Three bytes at most write one, so whatever is longer is too long.
		body, err := readSome(r.Body, 4*session.KeptSize)
		if err != nil {
			return f, err
		}
		f.Fields, err = fieldsOf(string(body))
		return f, err
	case kind == "multipart/form-data" && params["boundary"] != "":
		f.Parts = true
		return f, readParts(r, &f)
	}
	return f, errNotKeepable
}

func readParts(r *http.Request, f *session.Form) error {
	parts, err := r.MultipartReader()
	if err != nil {
		return errNotKeepable
	}
	left := int64(session.KeptSize)
	for {
		p, err := parts.NextPart()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return bodyError(err)
		}
		_, disposition, _ := mime.ParseMediaType(p.Header.Get("Content-Disposition"))
		if _, file := disposition["filename"]; file {
			if p.FileName() != "" { // else: a file field in which nothing was chosen
				f.Files = append(f.Files, session.Value{Name: p.FormName(), Text: p.FileName()})
			}
			if _, err := io.Copy(io.Discard, p); err != nil {
				return bodyError(err)
			}
			continue
		}
		text, err := readSome(p, left)
		if err != nil {
			return err
		}
		left -= int64(len(text))
		f.Fields = append(f.Fields, session.Value{Name: p.FormName(), Text: string(text)})
	}
}

// fieldsOf reads name=value&name=value in its order, which url.ParseQuery loses.
func fieldsOf(body string) (list []session.Value, err error) {
	for pair := range strings.SplitSeq(body, "&") {
		if pair == "" {
			continue
		}
		name, text, _ := strings.Cut(pair, "=")
		if name, err = url.QueryUnescape(name); err != nil {
			return nil, errNotKeepable
		}
		if text, err = url.QueryUnescape(text); err != nil {
			return nil, errNotKeepable
		}
		list = append(list, session.Value{Name: name, Text: text})
	}
	return list, nil
}

func readSome(r io.Reader, most int64) ([]byte, error) {
	b, err := io.ReadAll(io.LimitReader(r, most+1))
	if err != nil {
		return nil, bodyError(err)
	}
	if int64(len(b)) > most {
		return nil, errNotKeepable
	}
	return b, nil
}

// bodyError lets a body that is too large for its page be said so; one that breaks
// off or is no form is not kept.
func bodyError(err error) error {
	if large := (*http.MaxBytesError)(nil); errors.As(err, &large) {
		return err
	}
	return errNotKeepable
}
