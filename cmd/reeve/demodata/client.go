package demodata

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"regexp"
	"strings"
)

// Client sends reports to a provider API as a provider's machine does.
type Client struct {
	Base           string // ends in /ispws
	User, Password string
	HTTP           *http.Client
}

var (
	codeOf   = regexp.MustCompile(`<responseCode>(\d+)</responseCode>`)
	reportOf = regexp.MustCompile(`<reportId>(\d+)</reportId>`)
	fileOf   = regexp.MustCompile(`<fileId>([0-9a-f]+)</fileId>`)
)

// Send sends one report whole and answers its number. It stops at the first answer
// that is not code 0, which it quotes.
func (c *Client) Send(ctx context.Context, r Report) (string, error) {
	answer, err := c.post(ctx, "/submit", "text/xml; charset=utf-8", strings.NewReader(r.Document))
	if err != nil {
		return "", err
	}
	number := first(reportOf, answer)
	if r.Retract {
		_, err := c.form(ctx, "/retract", number)
		return number, err
	}
	for _, u := range r.Uploads {
		file, err := c.upload(ctx, number, u)
		if err != nil {
			return number, err
		}
		if u.Details == "" {
			continue
		}
		if _, err := c.post(ctx, "/fileinfo", "text/xml; charset=utf-8", strings.NewReader(fmt.Sprintf(u.Details, number, file))); err != nil {
			return number, err
		}
	}
	_, err = c.form(ctx, "/finish", number)
	return number, err
}

func (c *Client) form(ctx context.Context, path, number string) (string, error) {
	return c.post(ctx, path, "application/x-www-form-urlencoded", strings.NewReader(url.Values{"id": {number}}.Encode()))
}

func (c *Client) upload(ctx context.Context, number string, u Upload) (string, error) {
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	if err := w.WriteField("id", number); err != nil {
		return "", err
	}
	part, err := w.CreateFormFile("file", u.Name)
	if err != nil {
		return "", err
	}
	if _, err := part.Write(u.Body); err != nil {
		return "", err
	}
	if err := w.Close(); err != nil {
		return "", err
	}
	answer, err := c.post(ctx, "/upload", w.FormDataContentType(), &b)
	return first(fileOf, answer), err
}

func (c *Client) post(ctx context.Context, path, kind string, body io.Reader) (string, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.Base+path, body)
	if err != nil {
		return "", err
	}
	req.Header.Set("Content-Type", kind)
	req.SetBasicAuth(c.User, c.Password)
	res, err := c.HTTP.Do(req)
	if err != nil {
		return "", err
	}
	defer res.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(res.Body, 1<<20))
	if err != nil {
		return "", err
	}
	if res.StatusCode != http.StatusOK || first(codeOf, string(answer)) != "0" {
		return "", fmt.Errorf("%s answered %d: %s", path, res.StatusCode, answer)
	}
	return string(answer), nil
}

func first(re *regexp.Regexp, s string) string {
	if m := re.FindStringSubmatch(s); m != nil {
		return m[1]
	}
	return ""
}
