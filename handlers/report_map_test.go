package handlers

import (
	"strings"
	"testing"

	"reeve/models/routing"
)

func evidence(whose routing.Whose, state, county float64, places ...routing.Place) routing.Evidence {
	return routing.Evidence{Signal: routing.Signal{Whose: whose, Places: places}, Country: 1, State: state, County: county, Used: true}
}

func TestAMapShowsWhereTheFactsPoint(t *testing.T) {
	santaClara := routing.Place{Country: "US", State: "CA", FIPS: "06085", County: "Santa Clara County", Share: 1}
	alameda := routing.Place{Country: "US", State: "CA", FIPS: "06001", County: "Alameda County", Share: 0.5}
	newYork := routing.Place{Country: "US", State: "NY", FIPS: "36061", County: "New York County", Share: 1}
	d := &routing.Decision{Evidence: []routing.Evidence{
		evidence(routing.Subject, 0.9, 0.8, santaClara),
		evidence(routing.Subject, 0.9, 0.5, santaClara), // agrees: 1 - 0.2*0.5 = 0.9
		evidence(routing.WhoseUnknown, 0.5, 0.4, alameda),
		evidence(routing.Victim, 0.9, 0.6, newYork),
		{Signal: routing.Signal{Whose: routing.Subject, Places: []routing.Place{{Country: "US", State: "TX"}}}, State: 0.9}, // counted for nothing
		evidence(routing.Subject, 1, 1, routing.Place{Country: "CA"}),
	}}
	maps := drawMaps(d)
	if len(maps) != 2 || maps[0].State != "California" || maps[1].State != "New York" {
		t.Fatalf("maps of %+v, want California, then New York", maps)
	}
	ca := maps[0]
	if len(ca.Parts) != 2 || ca.Parts[0].Name != "Santa Clara County" || ca.Parts[0].Weight != "88 %" || ca.Parts[0].Level != 4 || ca.Parts[0].Victim {
		t.Errorf("California: %+v, want Santa Clara County first, 88 %%, darkest", ca.Parts)
	}
	// Half a signal of 0.4 for Alameda: 0.9*0.8 to 0.2*0.1, and 0.1*0.8 for neither.
	if p := ca.Parts[1]; p.Weight != "2 %" || p.Level != 1 {
		t.Errorf("Alameda County: %+v, want what the stronger evidence leaves", p)
	}
	if p := maps[1].Parts[0]; !p.Victim || p.Level != 0 || p.Whose != "victim" {
		t.Errorf("New York: %+v, want an outline for the victim and no shade", p)
	}
	if !strings.HasPrefix(ca.Lines, "M") || ca.Width == 0 {
		t.Error("California is not drawn")
	}
}

func TestAStateWithoutACountyIsColouredAsAWhole(t *testing.T) {
	d := &routing.Decision{Evidence: []routing.Evidence{evidence(routing.Subject, 0.5, 0, routing.Place{Country: "US", State: "OH"})}}
	maps := drawMaps(d)
	if len(maps) != 1 || !maps[0].WholeOnly || maps[0].Whole != "The state as a whole: 50 % (subject or incident)" {
		t.Errorf("%+v, want Ohio as a whole", maps)
	}
}

func TestWithoutAPlaceInTheUnitedStatesThereIsNoMap(t *testing.T) {
	for _, d := range []*routing.Decision{{}, {Evidence: []routing.Evidence{evidence(routing.Subject, 1, 1, routing.Place{Country: "CA"})}},
		{Evidence: []routing.Evidence{evidence(routing.Subject, 1, 1, routing.Place{Country: "US", State: "ZZ"})}}} {
		if maps := drawMaps(d); len(maps) != 0 {
			t.Errorf("%+v", maps)
		}
	}
}
