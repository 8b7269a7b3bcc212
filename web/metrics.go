package web

import (
	"net/http"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// Metrics counts requests by route and status. A nil one counts nothing.
type Metrics struct {
	Registry *prometheus.Registry // for further collectors, such as the worker's
	seconds  *prometheus.HistogramVec
}

// NewMetrics makes counters, those of the Go runtime included.
func NewMetrics() *Metrics {
	m := &Metrics{Registry: prometheus.NewRegistry(), seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{
		Name: "reeve_http_request_seconds", Help: "Time to answer, by route and status.",
		Buckets: []float64{.002, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 10, 60},
	}, []string{"route", "status"})}
	m.Registry.MustRegister(m.seconds, collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// Handler serves the counters in Prometheus' text form, for REEVE_METRICS_ADDR:
// a listener of its own, never the public one.
func (m *Metrics) Handler() http.Handler {
	return promhttp.HandlerFor(m.Registry, promhttp.HandlerOpts{})
}

func (m *Metrics) observe(route string, status int, took time.Duration) {
	if m != nil {
		m.seconds.WithLabelValues(route, strconv.Itoa(status)).Observe(took.Seconds())
	}
}
