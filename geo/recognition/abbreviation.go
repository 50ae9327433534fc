package recognition

import "strings"

// ExpandAbbreviations expands the abbreviations in a place name: "Platte Co."
// becomes "Platte County", "W. Columbia" becomes "West Columbia". It returns a
// name without abbreviations unchanged.
func ExpandAbbreviations(name string) string {
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
