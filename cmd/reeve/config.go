package main

import (
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"reeve/models/mail"
)

// config is the environment, read once. Every field has a usable default.
type config struct {
	Addr           string         // REEVE_ADDR, 127.0.0.1:8080
	BaseURL        *url.URL       // REEVE_BASE_URL, http://ADDR
	DatabaseURL    string         // REEVE_DATABASE_URL, empty: the private cluster in Data
	WebURL         string         // REEVE_DATABASE_WEB_URL, empty: DatabaseURL with the web role set
	WorkURL        string         // REEVE_DATABASE_WORK_URL, empty: DatabaseURL with the worker's role set
	Data           string         // REEVE_DATA, ./.data
	Files          string         // REEVE_FILES, file://DATA/files
	GeoIP          string         // REEVE_GEOIP, empty: no location database
	MasterKey      string         // REEVE_MASTER_KEY, empty: the file DATA/master.key
	TrustedProxies []netip.Prefix // REEVE_TRUSTED_PROXIES, none
	SMTP           string         // REEVE_SMTP, empty: mail is noted in the log and kept in the outbox
	MetricsAddr    string         // REEVE_METRICS_ADDR, empty: off
	Emergency      string         // REEVE_EMERGENCY_NUMBER, 911
	LeaveURL       string         // REEVE_LEAVE_URL, empty: an empty page
	LogLevel       slog.Level     // REEVE_LOG, info

	demo  bool             // made-up data: nothing may leave this machine
	clock func() time.Time // set while made-up data is sent; nil: the real time
}

// settings lists every environment variable that the program reads, for help.
var settings = []struct{ name, what string }{
	{"REEVE_ADDR", "address to listen on (127.0.0.1:8080)"},
	{"REEVE_BASE_URL", "address that people and providers use (http://REEVE_ADDR)"},
	{"REEVE_DATABASE_URL", "Postgres 15 or later; unset: a private cluster in REEVE_DATA"},
	{"REEVE_DATABASE_WEB_URL, REEVE_DATABASE_WORK_URL", "sign in as reeve_web and reeve_work by themselves (optional)"},
	{"REEVE_DATA", "folder for the private cluster, keys and files (./.data)"},
	{"REEVE_FILES", "where uploaded files go: file://... or s3://... (file://REEVE_DATA/files)"},
	{"REEVE_GEOIP", "path of a MaxMind-format city database (none)"},
	{"REEVE_MASTER_KEY", "32 bytes, base64 or hexadecimal; unset: REEVE_DATA/master.key"},
	{"REEVE_SMTP", "mail server, smtp://user:password@host:587 or smtps://...:465, with ?from=address; unset: mail stays in the outbox"},
	{"REEVE_TRUSTED_PROXIES", "addresses of reverse proxies, comma-separated CIDRs (none)"},
	{"REEVE_METRICS_ADDR", "address for Prometheus metrics (off)"},
	{"REEVE_EMERGENCY_NUMBER", "what the public's form tells people in danger to call (911)"},
	{"REEVE_LEAVE_URL", "where \"Leave this page\" of the public's form ends, an https address (an empty page)"},
	{"REEVE_LOG", "debug, info, warn or error (info)"},
}

// readConfig reads the environment. An unusable value is an error that names the
// variable and says what would do.
func readConfig(getenv func(string) string) (config, error) {
	or := func(name, otherwise string) string {
		if v := strings.TrimSpace(getenv(name)); v != "" {
			return v
		}
		return otherwise
	}
	c := config{
		Addr: or("REEVE_ADDR", "127.0.0.1:8080"), DatabaseURL: or("REEVE_DATABASE_URL", ""),
		WebURL: or("REEVE_DATABASE_WEB_URL", ""), WorkURL: or("REEVE_DATABASE_WORK_URL", ""),
		Data: or("REEVE_DATA", ".data"), Files: or("REEVE_FILES", ""), GeoIP: or("REEVE_GEOIP", ""),
		MasterKey: or("REEVE_MASTER_KEY", ""), MetricsAddr: or("REEVE_METRICS_ADDR", ""), Emergency: or("REEVE_EMERGENCY_NUMBER", "911"), LeaveURL: or("REEVE_LEAVE_URL", ""), SMTP: or("REEVE_SMTP", ""),
	}
	host, port, err := net.SplitHostPort(c.Addr)
	if err != nil {
		return c, fmt.Errorf("REEVE_ADDR=%q is no address to listen on; write host:port, for example 127.0.0.1:8080", c.Addr)
	}
	if host == "" || host == "0.0.0.0" || host == "::" {
		host = "localhost"
	}
	if c.BaseURL, err = url.Parse(or("REEVE_BASE_URL", "http://"+net.JoinHostPort(host, port))); err != nil || c.BaseURL.Host == "" ||
		c.BaseURL.Scheme != "http" && c.BaseURL.Scheme != "https" || strings.Trim(c.BaseURL.Path, "/") != "" {
		return c, fmt.Errorf("REEVE_BASE_URL=%q is no web address; write for example https://reeve.agency.example", getenv("REEVE_BASE_URL"))
	}
	c.BaseURL.Path = ""
	if c.Data, err = filepath.Abs(c.Data); err != nil {
		return c, fmt.Errorf("REEVE_DATA: %w", err)
	}
	if c.Files == "" {
		c.Files = "file://" + filepath.ToSlash(filepath.Join(c.Data, "files"))
	}
	for _, p := range strings.Split(or("REEVE_TRUSTED_PROXIES", ""), ",") {
		if p = strings.TrimSpace(p); p == "" {
			continue
		}
		if !strings.Contains(p, "/") {
			if a, err := netip.ParseAddr(p); err == nil {
				p = netip.PrefixFrom(a, a.BitLen()).String()
			}
		}
		prefix, err := netip.ParsePrefix(p)
		if err != nil {
			return c, fmt.Errorf("REEVE_TRUSTED_PROXIES: %q is no address or CIDR", p)
		}
		c.TrustedProxies = append(c.TrustedProxies, prefix)
	}
	if err := c.LogLevel.UnmarshalText([]byte(or("REEVE_LOG", "info"))); err != nil {
		return c, fmt.Errorf("REEVE_LOG=%q: write debug, info, warn or error", getenv("REEVE_LOG"))
	}
	_, err = c.mailServer()
	return c, err
}

// mailServer is the server that REEVE_SMTP names; nil if it is not set.
func (c config) mailServer() (*mail.Server, error) {
	if c.SMTP == "" {
		return nil, nil
	}
	return mail.ParseServer(c.SMTP, c.BaseURL.Hostname(), c.demo)
}

func (c config) path(name string) string { return filepath.Join(c.Data, name) }

func (c config) logger() *slog.Logger {
	return slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: c.LogLevel}))
}
