package components

import (
	"maps"
	"slices"
)

// Tone is what a colour says. Every tone comes with a word and usually an icon;
// a tone alone never carries meaning.
type Tone string

const (
	// ToneNeutral says nothing in particular.
	ToneNeutral Tone = ""
	// ToneInfo marks a plain statement or what is selected.
	ToneInfo Tone = "info"
	// ToneGood marks what is done or open to use.
	ToneGood Tone = "good"
	// ToneWarn marks what needs attention soon.
	ToneWarn Tone = "warn"
	// ToneBad marks an error, a refusal, a lock or a danger.
	ToneBad Tone = "bad"
)

// tone gives the class suffix for block in this tone, from a fixed set, so that
// no caller's text can become a class.
func tone(block string, t Tone) string {
	switch t {
	case ToneInfo, ToneGood, ToneWarn, ToneBad:
		return block + " " + block + "--" + string(t)
	}
	return block
}

// toneIcon is the icon that goes with a tone when the caller names none.
func toneIcon(t Tone) Icon {
	switch t {
	case ToneGood:
		return IconCheck
	case ToneWarn:
		return IconWarn
	case ToneBad:
		return IconError
	}
	return IconInfo
}

// Pair is a name with a value: a hidden form field or a query parameter.
type Pair struct{ Name, Value string }

// Icons lists the names of all icons in alphabetical order.
func Icons() []Icon { return slices.Sorted(maps.Keys(iconPaths)) }
