package scim

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"
)

// projection is which attributes are asked for (RFC 7644 3.9).
type projection struct{ only, without []path }

func projectionOf(c echo.Context) (projection, error) {
	p := projection{only: pathsOf(c.QueryParam("attributes")), without: pathsOf(c.QueryParam("excludedAttributes"))}
	if len(p.only) > 0 && len(p.without) > 0 {
		return p, bad(invalidValue, "Ask for attributes or excludedAttributes, not for both.")
	}
	return p, nil
}

// pathsOf reads a list of attributes. What is no attribute of ours is none that is
// asked for.
func pathsOf(text string) []path {
	var out []path
	for name := range strings.SplitSeq(text, ",") {
		if p, err := nameOf(strings.TrimSpace(name)); err == nil && len(out) < 100 {
			out = append(out, p)
		}
	}
	return out
}

// wants reports whether an attribute will be shown at all.
func (p projection) wants(name string) bool {
	named := func(x path) bool { return x.name == name && !x.foreign }
	if len(p.only) > 0 {
		return slices.ContainsFunc(p.only, named)
	}
	return !slices.ContainsFunc(p.without, func(x path) bool { return named(x) && x.sub == "" })
}

// of answers the part of a resource that is asked for. id and schemas are always.
func (p projection) of(r resource) resource {
	if len(p.only) == 0 && len(p.without) == 0 {
		return r
	}
	out := resource{}
	for name, value := range r {
		subs := func(list []path) (whole bool, subs []string) {
			for _, x := range list {
				if x.foreign || !strings.EqualFold(x.name, name) {
					continue
				}
				whole = whole || x.sub == ""
				subs = append(subs, x.sub)
			}
			return whole, subs
		}
		switch {
		case name == "id" || name == "schemas":
			out[name] = value
		case len(p.only) > 0:
			if whole, some := subs(p.only); whole {
				out[name] = value
			} else if len(some) > 0 {
				out[name] = parts(value, func(sub string) bool { return slices.Contains(some, sub) })
			}
		default:
			if whole, some := subs(p.without); !whole {
				out[name] = parts(value, func(sub string) bool { return !slices.Contains(some, sub) })
			}
		}
	}
	return out
}

// parts keeps those sub-attributes of a value, or of each in a list, that fit.
func parts(value any, fits func(sub string) bool) any {
	switch v := value.(type) {
	case resource:
		out := resource{}
		for name, part := range v {
			if fits(strings.ToLower(name)) {
				out[name] = part
			}
		}
		return out
	case []resource:
		out := make([]resource, len(v))
		for i, item := range v {
			out[i] = parts(item, fits).(resource)
		}
		return out
	}
	return value
}

// number reads a whole number of the query, or answers what stands for none.
func number(c echo.Context, name string, none int) (int, error) {
	text := c.QueryParam(name)
	if text == "" {
		return none, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n > 1<<31 || n < -1<<31 {
		return 0, bad(invalidValue, name+" is a whole number.")
	}
	return n, nil
}

// window reads startIndex and count as RFC 7644 3.4.2.4 says: below one is one,
// below nought is nought.
func window(c echo.Context, usual, most int) (start, count int, err error) {
	if start, err = number(c, "startIndex", 1); err != nil {
		return 0, 0, err
	}
	if count, err = number(c, "count", usual); err != nil {
		return 0, 0, err
	}
	return max(start, 1), min(max(count, 0), most), nil
}

// versionOf reads If-Match: 0 when any version will do. What is no version of ours
// fits none.
func versionOf(r *http.Request) int {
	text := strings.TrimSpace(r.Header.Get("If-Match"))
	if text == "" || text == "*" {
		return 0
	}
	return tagged(text)
}

func tagged(text string) int {
	n, err := strconv.Atoi(strings.Trim(strings.TrimPrefix(text, "W/"), `"`))
	if err != nil || n < 1 {
		return -1
	}
	return n
}
