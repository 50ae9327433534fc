package recognition

import "strings"

// Expand writes out the short forms that stand inside place names: "Platte Co."
// is "Platte County", "W. Columbia" is "West Columbia". A name without them
// comes back as it is.
func Expand(name string) string {
	if !strings.Contains(name, ".") {
		return name
	}
	first, rest, ok := strings.Cut(name, " ")
	if !ok {
		return name
	}
	if long, ok := shortHeads[strings.ToLower(first)]; ok {
		name = long + " " + rest
	}
	if i := strings.LastIndexByte(name, ' '); i > 0 {
		if long, ok := shortTails[strings.ToLower(name[i+1:])]; ok {
			name = name[:i+1] + long
		}
	}
	return name
}

var shortHeads = map[string]string{"n.": "North", "s.": "South", "e.": "East", "w.": "West", "no.": "North", "so.": "South", "pt.": "Point"}

var shortTails = map[string]string{
	"co.": "County", "cnty.": "County", "twp.": "Township", "hts.": "Heights", "spgs.": "Springs", "is.": "Island",
	"mtn.": "Mountain", "mts.": "Mountains", "r.": "River", "jct.": "Junction", "pk.": "Park", "vlg.": "Village",
}
