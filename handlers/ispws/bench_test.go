package ispws_test

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"reeve/auth/apikey"
	"reeve/models/directory"
)

// BenchmarkIntake is 16 providers at once, each in full cycles over HTTP: submit,
// upload of 10 kB, details, finish. One operation is one report; the database and
// the files are on real disks, synced.
func BenchmarkIntake(b *testing.B) {
	s := start(b)
	dir := directory.New(s.DB.Owner)
	const providers = 16
	for i := range providers {
		if err := dir.AddProvider(b.Context(), fmt.Sprint("Provider ", i), fmt.Sprint("esp-", i), apikey.Hash(password), false); err != nil {
			b.Fatal(err)
		}
	}
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: providers}}
	content := strings.Repeat("0123456789", 1024)
	post := func(user, path, kind, body string) *answer {
		req := s.request(http.MethodPost, path, kind, strings.NewReader(body))
		req.SetBasicAuth(user, password)
		a, err := sendBy(client, req)
		if err != nil || a.Status != http.StatusOK {
			b.Errorf("%s: %v %+v", path, err, a)
			return &answer{}
		}
		return a
	}
	cycle := func(user string) {
		number := post(user, "/submit", "text/xml", report).ReportID
		kind, body := form(part{"id", "", fmt.Sprint(number)}, part{"file", "a.png", content})
		file := post(user, "/upload", kind, body).FileID
		post(user, "/fileinfo", "text/xml", fileDetails(number, file, "<fileViewedByEsp>true</fileViewedByEsp>"))
		post(user, "/finish", "application/x-www-form-urlencoded", fmt.Sprint("id=", number))
	}
	for i := range providers {
		cycle(fmt.Sprint("esp-", i)) // passwords are proven once; that is not what is measured
	}
	b.ResetTimer()
	var done atomic.Int64
	var wg sync.WaitGroup
	for i := range providers {
		wg.Go(func() {
			for done.Add(1) <= int64(b.N) && !b.Failed() {
				cycle(fmt.Sprint("esp-", i))
			}
		})
	}
	wg.Wait()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "reports/s")
}
