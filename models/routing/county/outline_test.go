package county

import (
	"strings"
	"testing"
)

func TestAStateIsDrawnWithEachOfItsCounties(t *testing.T) {
	for _, state := range []string{"CA", "TX", "AK", "HI", "DC", "RI", "PR"} {
		o, ok := OutlineOf(state)
		if !ok {
			t.Fatalf("%s is not drawn", state)
		}
		if got, want := len(o.Counties), len(Of(state)); got != want {
			t.Errorf("%s: %d counties are drawn, it has %d", state, got, want)
		}
		for fips, d := range o.Counties {
			if !strings.HasPrefix(d, "M") || !strings.HasSuffix(d, "z") {
				t.Errorf("%s %s: %.40q is no closed path", state, fips, d)
			}
		}
		if o.Width <= 0 || o.Height <= 0 || max(o.Width, o.Height) != outlineSize {
			t.Errorf("%s: a box of %g by %g", state, o.Width, o.Height)
		}
		if len(o.All) > 64<<10 {
			t.Errorf("%s: %d bytes are too many for a small map on a page", state, len(o.All))
		}
		t.Logf("%s %gx%g, %d bytes", state, o.Width, o.Height, len(o.All))
	}
	// Alaska's islands beyond the 180th meridian must not stretch it around the globe.
	if o, _ := OutlineOf("AK"); o.Height < 100 {
		t.Errorf("Alaska is %g by %g", o.Width, o.Height)
	}
	if _, ok := OutlineOf("ZZ"); ok {
		t.Error("a state that does not exist was drawn")
	}
}
