package pages

import (
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"reeve/models"
)

// filled gives every element a value of its own and collects those that a reader
// must find again.
type filled struct {
	n      int
	values []string
}

func (f *filled) fill(v reflect.Value) {
	switch {
	case v.Type() == reflect.TypeFor[models.Truth]():
		v.Set(reflect.ValueOf(models.Yes))
		return
	case v.Type() == reflect.TypeFor[models.Moment]():
		f.n++
		text := fmt.Sprintf("time-%d", f.n)
		v.Set(reflect.ValueOf(models.Moment{Text: text, At: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)}))
		f.values = append(f.values, text)
		return
	}
	f.n++
	switch v.Kind() {
	case reflect.String:
		text := fmt.Sprintf("text-%d.", f.n)
		v.SetString(text)
		f.values = append(f.values, text)
	case reflect.Int, reflect.Int64:
		v.SetInt(int64(7_000_000 + f.n))
		f.values = append(f.values, fmt.Sprint(7_000_000+f.n))
	case reflect.Float64:
		v.SetFloat(float64(f.n) + 0.125)
		f.values = append(f.values, fmt.Sprint(float64(f.n)+0.125))
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		f.fill(v.Elem())
	case reflect.Slice:
		many := 2
		if v.Type().Elem() == reflect.TypeFor[models.ReportedAssociated]() && f.n > 4000 {
			many = 0 // an associated account is a party with associated accounts: enough
		}
		v.Set(reflect.MakeSlice(v.Type(), many, many))
		for i := range v.Len() {
			f.fill(v.Index(i))
		}
	case reflect.Struct:
		for i := range v.NumField() {
			f.fill(v.Field(i))
		}
	default:
		panic("no value for " + v.Type().String())
	}
}

func everything(parts []SentPart) string {
	var b strings.Builder
	for _, p := range parts {
		for _, t := range p.Facts {
			b.WriteString(t.Text + " " + t.Note + " \n")
		}
		b.WriteString(everything(p.Parts))
	}
	return b.String()
}

func TestEveryElementOfAReportIsShownAsSent(t *testing.T) {
	var r models.Reported
	f := &filled{}
	f.fill(reflect.ValueOf(&r).Elem())
	got := everything(AsSent(r, time.UTC))
	missing := 0
	for _, want := range f.values {
		if !strings.Contains(got, want) {
			missing++
			t.Errorf("the value %q is not shown", want)
		}
		if missing > 10 {
			t.Fatal("and more")
		}
	}
	if len(f.values) < 300 {
		t.Errorf("only %d values were tried", len(f.values))
	}
}

func TestEverythingSaidOfAFileIsShown(t *testing.T) {
	var file models.ReportedFile
	f := &filled{}
	f.fill(reflect.ValueOf(&file).Elem())
	got := everything([]SentPart{FileAsSent(file, time.UTC)})
	for _, want := range f.values {
		if !strings.Contains(got, want) {
			t.Errorf("the value %q is not shown", want)
		}
	}
}

func TestWhatWasNotSentIsNotShown(t *testing.T) {
	r := models.Reported{Incident: models.ReportedIncident{Type: "Misleading Domain Name"}, Subjects: []models.ReportedParty{{
		TemporarilyDisabled: &models.ReportedDisabled{}, Compromised: models.No,
		Person: models.ReportedPerson{Addresses: []models.ReportedAddress{{Type: "Home", City: "San Jose", State: "CA"}}}}}}
	got := everything(AsSent(r, time.UTC))
	want := "Misleading Domain Name"
	for _, s := range []string{want, "San Jose, CA type: Home", "no "} {
		if !strings.Contains(got, s) {
			t.Errorf("%q is not shown in\n%s", s, got)
		}
	}
	if strings.Contains(got, "not stated") || strings.Count(got, "\n") > 5 {
		t.Errorf("more is shown than was sent:\n%s", got)
	}
}
