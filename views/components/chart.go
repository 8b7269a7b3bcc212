package components

import "strconv"

// Bar is one row of a chart: its name, its size and, ready to read, the figure.
type Bar struct {
	Label string
	Value int
	Text  string // the figure in words; the grouped number if empty
	URL   string // the rows behind the figure
	Tone  Tone
	// Before is the same figure in the period before; drawn as a thin mark when
	// the chart says Compared.
	Before int
}

func (b Bar) text() string {
	if b.Text != "" {
		return b.Text
	}
	return Group(b.Value)
}

func largest(bars []Bar, compared bool) int {
	m := 0
	for _, b := range bars {
		m = max(m, b.Value)
		if compared {
			m = max(m, b.Before)
		}
	}
	return m
}

// scaled maps value of top onto width units, one decimal, never drawing a
// nonzero value as nothing.
func scaled(value, top int, width float64) string {
	if top <= 0 || value <= 0 {
		return "0"
	}
	return num(max(1, float64(value)*width/float64(top)))
}

func num(f float64) string { return strconv.FormatFloat(f, 'f', 1, 64) }

// share is "37 %" of a whole, rounded down, with "<1 %" for what is there but
// small.
func share(part, whole int) string {
	switch {
	case whole <= 0 || part <= 0:
		return "0 %"
	case part*100 < whole:
		return "<1 %"
	}
	return strconv.Itoa(part*100/whole) + " %"
}

// columnX places column i of n on the 600-unit axis of a ColumnChart.
func columnX(i, n int) float64 { return float64(i) * 600 / float64(max(1, n)) }

func columnWidth(n int) float64 { return max(1.5, 600/float64(max(1, n))-3) }

func columnHeight(value, top int) float64 {
	if top <= 0 || value <= 0 {
		return 0
	}
	return max(1, float64(value)*120/float64(top))
}
