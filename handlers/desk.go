package handlers

import (
	"fmt"
	"net/http"
	"net/url"
	"strconv"

	"github.com/labstack/echo/v4"

	"reeve/models"
	"reeve/views/pages"
)

// Addresses of the desk.
const (
	deskURL  = "/desk"
	poolsURL = "/desk/pools"
)

func poolURL(code string) string { return poolsURL + "/" + url.PathEscape(code) }

func reportAddress(n int64) string { return "/reports/" + number(n) }

func number(n int64) string { return strconv.FormatInt(n, 10) }

// classWords names what a reader must not take for an ordinary report.
func classWords(class string) string {
	if class == "informational" {
		return "Informational"
	}
	return ""
}

// filesWords says how many files there are and how many of them nobody may open yet.
func filesWords(total, locked int) string {
	switch {
	case total == 0:
		return ""
	case locked == 0:
		return strconv.Itoa(total)
	}
	return fmt.Sprintf("%d, %d locked", total, locked)
}

// further is the address of the page after this one, empty when there is none.
func further(list, next string) string {
	if next == "" {
		return ""
	}
	return list + "?" + url.Values{"cursor": {next}}.Encode()
}

// earlier is the address of a list's first page, empty on that page.
func earlier(list, cursor string) string {
	if cursor == "" {
		return ""
	}
	return list
}

// damaged shows a page address that no page has, with the way back to the list's
// first page; every other error passes.
func (p *Pages) damaged(c echo.Context, err error, first string) error {
	text := models.FieldsOf(err)["cursor"]
	if text == "" {
		return err
	}
	const title = "This page cannot be shown"
	v := pages.ErrorView{SignedIn: true, Frame: p.Frame(c, title), Title: title, Text: text, Next: pages.Link{Label: "First page", URL: first}}
	v.Frame.Width = "reading"
	return p.Render(c, http.StatusUnprocessableEntity, pages.Error(v))
}
