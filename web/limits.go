package web

import (
	"io"
	"net/http"
	"net/netip"
	"strconv"
	"sync"
	"time"

	"github.com/labstack/echo/v4"
	"golang.org/x/time/rate"
)

const (
	readWithin  = 60 * time.Second // a whole ordinary request body
	writeWithin = 90 * time.Second // handler and answer
	pauseAtMost = 60 * time.Second // between two reads or writes of a streamed body
	pageBody    = 1 << 20
)

// deadline bounds the time and size of a request. http.Server has one timeout for
// all; a two gigabyte upload and a sign-in form need different ones. A streamed
// body may take as long as it likes while its bytes keep coming.
func (s *Server) deadline(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		req, res := c.Request(), c.Response()
		ctl := http.NewResponseController(res.Writer)
		r, _ := s.route(c)
		now := time.Now()
		// Not every writer has deadlines (a test's recorder does not); the server's own does.
		if r.Stream {
			_ = ctl.SetReadDeadline(now.Add(pauseAtMost))
			_ = ctl.SetWriteDeadline(time.Time{})
			if req.Body != nil {
				// On a copy: net/http looks at its own request's body to see whether the
				// client still waits for "100 Continue", and would else read it all.
				req = req.WithContext(req.Context())
				req.Body = &movingReader{ReadCloser: req.Body, ctl: ctl}
				c.SetRequest(req)
			}
			if req.Method == http.MethodGet || req.Method == http.MethodHead {
				_ = ctl.SetReadDeadline(time.Time{})
				res.Writer = &movingWriter{ResponseWriter: res.Writer, ctl: ctl}
			}
			return next(c)
		}
		if req.ContentLength != 0 {
			_ = ctl.SetReadDeadline(now.Add(readWithin))
		} else {
			_ = ctl.SetReadDeadline(time.Time{})
		}
		_ = ctl.SetWriteDeadline(now.Add(writeWithin))
		if d := at(c); d == pageDoor || d == machineDoor {
			limit := r.MaxBody
			if limit == 0 {
				limit = pageBody
			}
			if req.ContentLength > limit {
				return echo.ErrStatusRequestEntityTooLarge
			}
			if req.Body != nil {
				req.Body = http.MaxBytesReader(res.Writer, req.Body, limit)
			}
		}
		return next(c)
	}
}

// movingReader lets a body take its time as long as bytes come.
type movingReader struct {
	io.ReadCloser
	ctl  *http.ResponseController
	next time.Time
}

// Read implements io.Reader.
func (r *movingReader) Read(p []byte) (int, error) {
	if now := time.Now(); now.After(r.next) { // once a second is enough
		_ = r.ctl.SetReadDeadline(now.Add(pauseAtMost))
		r.next = now.Add(time.Second)
	}
	return r.ReadCloser.Read(p)
}

// movingWriter lets an answer take its time as long as somebody takes it.
type movingWriter struct {
	http.ResponseWriter
	ctl  *http.ResponseController
	next time.Time
}

// Write implements io.Writer.
func (w *movingWriter) Write(p []byte) (int, error) {
	if now := time.Now(); now.After(w.next) {
		_ = w.ctl.SetWriteDeadline(now.Add(pauseAtMost))
		w.next = now.Add(time.Second)
	}
	return w.ResponseWriter.Write(p)
}

// Unwrap lets http.ResponseController reach the connection.
func (w *movingWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// rateLimit slows down whoever hammers the sign-in from one address (one /64 for
// IPv6, which one customer has whole). It counts per process; the identity
// provider, which holds the passwords, counts for itself.
func (s *Server) rateLimit() echo.MiddlewareFunc {
	perMinute := s.config.LoginsPerMinute
	if perMinute == 0 {
		perMinute = 60
	}
	people := newLimiter(perMinute)
	// A provider tells of every session that ends there, and a whole shift ends at once.
	providers := newLimiter(10 * perMinute)
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			path, method := c.Request().URL.Path, c.Request().Method
			l := people
			switch {
			case path == "/login/backchannel":
				l = providers
			case method == http.MethodPost && (path == "/login" || path == "/login/again"), path == "/login/callback":
			default:
				return next(c)
			}
			if wait := l.wait(c.RealIP(), time.Now()); wait > 0 {
				c.Response().Header().Set(echo.HeaderRetryAfter, strconv.Itoa(int(wait/time.Second)+1))
				return echo.ErrTooManyRequests
			}
			return next(c)
		}
	}
}

type bucket struct {
	*rate.Limiter
	last time.Time
}

type limiter struct {
	mu    sync.Mutex
	every rate.Limit
	burst int
	seen  map[string]*bucket
	swept time.Time
}

func newLimiter(perMinute int) *limiter {
	return &limiter{every: rate.Every(time.Minute / time.Duration(perMinute)), burst: perMinute, seen: map[string]*bucket{}}
}

// wait answers 0 if the address may go on, else how long it should wait.
func (l *limiter) wait(ip string, now time.Time) time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	if now.Sub(l.swept) > time.Minute {
		for k, b := range l.seen { // full again after this long: nothing to remember
			if now.Sub(b.last) > 2*time.Minute {
				delete(l.seen, k)
			}
		}
		l.swept = now
	}
	key := network(ip)
	b := l.seen[key]
	if b == nil {
		b = &bucket{Limiter: rate.NewLimiter(l.every, l.burst)}
		l.seen[key] = b
	}
	b.last = now
	if b.AllowN(now, 1) {
		return 0
	}
	return time.Duration(float64(time.Second) / float64(l.every))
}

func network(ip string) string {
	a, err := netip.ParseAddr(ip)
	if err != nil || a.Is4() {
		return ip
	}
	p, _ := a.Prefix(64)
	return p.String()
}
