package recognition

import (
	"math"
	"testing"
)

func TestFindCoordinates(t *testing.T) {
	tests := map[string]struct {
		text     string
		lat, lon float64
		span     string
	}{
		"letters last":             {"at 34.46 N 40.95 E, near", 34.46, 40.95, "34.46 N 40.95 E"},
		"degree signs":             {"at 34.46°N, 40.95°E.", 34.46, 40.95, "34.46°N, 40.95°E"},
		"degrees minutes seconds":  {"is at 34°27′36″N 40°57′00″E in", 34.46, 40.95, "34°27′36″N 40°57′00″E"},
		"straight quotes":          {"(33°51'31\"S, 151°12'51\"E)", -33.858611, 151.214167, "33°51'31\"S, 151°12'51\"E"},
		"minutes with decimals":    {"12° 30.5' S 77° 1.5' W", -12.508333, -77.025, "12° 30.5' S 77° 1.5' W"},
		"letters first":            {"position N 34.46, E 40.95 was", 34.46, 40.95, "N 34.46, E 40.95"},
		"decimals, latitude first": {"hit 34.4612, 40.9514 at dawn", 34.4612, 40.9514, "34.4612, 40.9514"},
		"negative decimals":        {"hit -33.8568, 151.2153 at", -33.8568, 151.2153, "-33.8568, 151.2153"},
		"longitude first":          {"40.95°E 34.46°N", 34.46, 40.95, "40.95°E 34.46°N"},
		"south and west":           {"at 12.05 S, 77.04 W", -12.05, -77.04, "12.05 S, 77.04 W"},
		"whole degrees":            {"at 60°N 30°E", 60, 30, "60°N 30°E"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got := findCoordinates(test.text)
			if len(got) != 1 {
				t.Fatalf("found %d", len(got))
			}
			if s := test.text[got[0].start:got[0].end]; s != test.span {
				t.Errorf("span %q, want %q", s, test.span)
			}
			if p := got[0].point; math.Abs(p.Lat-test.lat) > 1e-5 || math.Abs(p.Lon-test.lon) > 1e-5 {
				t.Errorf("point %v, want %g, %g", p, test.lat, test.lon)
			}
		})
	}
}

func TestFindNoCoordinates(t *testing.T) {
	for name, text := range map[string]string{
		"scores":              "won 34.46, 40.95 in the heats",
		"prices":              "from 3.50 to 4.25",
		"a temperature":       "it was 34° and 20° at night",
		"latitude too large":  "at 94.46 N 40.95 E",
		"longitude too large": "34.4612, 190.9514",
		"two latitudes":       "34.46 N 40.95 N",
		"sixty minutes":       "34°61′00″N 40°57′00″E",
		"followed by a word":  "34.46 N 40.95 East",
		"inside a number":     "1234.4612, 40.95141.5",
		"sign and hemisphere": "-34.46 N 40.95 E",
		"a street corner":     "at 50 N 30 E in Provo",
	} {
		t.Run(name, func(t *testing.T) {
			if got := findCoordinates(text); len(got) > 0 {
				t.Errorf("found %q", text[got[0].start:got[0].end])
			}
		})
	}
}

func FuzzCoordinates(f *testing.F) {
	for _, s := range []string{"34°27′36″N 40°57′00″E", "N 34.46, E 40.95", "-1.000,-1.000", "°′″", "34.46 N 40.95 E", "1 N 1 E\xff", "9999999999.99999999"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		last := 0
		for _, s := range findCoordinates(text) {
			if s.start < last || s.end <= s.start || s.end > len(text) {
				t.Fatalf("span %d..%d after %d in %d", s.start, s.end, last, len(text))
			}
			if !(math.Abs(s.point.Lat) <= 90 && math.Abs(s.point.Lon) <= 180) {
				t.Fatalf("%q: %v is not a valid point", text[s.start:s.end], s.point)
			}
			last = s.end
		}
	})
}
