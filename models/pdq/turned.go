package pdq

import "image"

// Turn is one of the eight ways in which a picture can lie.
type Turn int

// The ways, each said as what was done to the picture.
const (
	AsIs           Turn = iota
	TurnedLeft          // by a quarter, against the clock
	TurnedOver          // by a half
	TurnedRight         // by a quarter, with the clock
	UpsideDown          // mirrored: top is bottom
	Mirrored            // mirrored: left is right
	Transposed          // mirrored along the diagonal from the top left
	Antitransposed      // mirrored along the other diagonal
	turns
)

// String says what was done, to stand after "the picture".
func (t Turn) String() string {
	switch t {
	case AsIs:
		return "as it is"
	case TurnedLeft:
		return "turned a quarter to the left"
	case TurnedOver:
		return "turned by half"
	case TurnedRight:
		return "turned a quarter to the right"
	case UpsideDown:
		return "mirrored top to bottom"
	case Mirrored:
		return "mirrored left to right"
	case Transposed:
		return "mirrored along its diagonal"
	case Antitransposed:
		return "mirrored along its other diagonal"
	default:
		return "turned in an unknown way"
	}
}

// Turned is the hash of the picture in each of its eight ways, by Turn, and the
// quality, which is the same for all. Looking up all eight finds a known picture
// that somebody turned or mirrored. They cost hardly more than one: mirroring
// changes the sign of every other frequency, a diagonal swaps the directions.
func Turned(img image.Image) ([turns]Hash256, int) {
	var all [turns]Hash256
	b, quality := transform(img)
	if b == nil {
		return all, 0
	}
	for t := range turns {
		all[t] = b.turned(t).hash()
	}
	return all, quality
}

// turned is the transform of the picture after the turn. Every turn is a swap of
// directions or none, followed by mirroring in the one, the other or both.
func (b *block) turned(t Turn) *block {
	swap := t == TurnedLeft || t == TurnedRight || t == Transposed || t == Antitransposed
	down := t == TurnedLeft || t == TurnedOver || t == UpsideDown || t == Antitransposed
	across := t == TurnedRight || t == TurnedOver || t == Mirrored || t == Antitransposed
	out := new(block)
	for f := range out {
		for k := range out[f] {
			v := b[f][k]
			if swap {
				v = b[k][f]
			}
			// The constant frequency is left out, so number 0 is the first odd one.
			if down && f%2 == 0 {
				v = -v
			}
			if across && k%2 == 0 {
				v = -v
			}
			out[f][k] = v
		}
	}
	return out
}
