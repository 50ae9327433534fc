package geocode

import (
	"cmp"
	"encoding/json"
	"strings"
)

// osmID returns the ID of an OpenStreetMap object, such as "node/123", empty if kind or
// id is not valid. Photon writes the kind as one letter.
func osmID(kind string, id json.Number) string {
	switch strings.ToLower(kind) {
	case "n", "node":
		kind = "node"
	case "w", "way":
		kind = "way"
	case "r", "relation":
		kind = "relation"
	default:
		return ""
	}
	if n, err := id.Int64(); err != nil || n <= 0 {
		return ""
	}
	return kind + "/" + id.String()
}

// settlementCodes maps the kinds of populated and administrative places, as
// OpenStreetMap and the geocoders based on it name them, to GeoNames feature codes
// (https://wiki.openstreetmap.org/wiki/Key:place).
var settlementCodes = map[string]string{
	"city": "PPL", "town": "PPL", "village": "PPL", "hamlet": "PPL", "isolated_dwelling": "PPL", "farm": "FRM", "locality": "LCTY", "settlement": "PPL",
	"borough": "PPLX", "suburb": "PPLX", "quarter": "PPLX", "neighbourhood": "PPLX", "city_block": "PPLX", "district": "PPLX", "city_district": "PPLX",
	"municipality": "ADM3", "county": "ADM2", "state_district": "ADM2", "state": "ADM1", "province": "ADM1", "region": "RGN", "country": "PCLI",
	"island": "ISL", "islet": "ISL", "archipelago": "ISLS", "sea": "SEA", "ocean": "OCN", "continent": "CONT",
}

// naturalCodes maps the kinds of natural features to GeoNames feature codes
// (https://wiki.openstreetmap.org/wiki/Key:natural).
var naturalCodes = map[string]string{
	"peak": "MT", "volcano": "VLC", "ridge": "RDGE", "mountain_range": "MTS", "valley": "VAL", "desert": "DSRT", "glacier": "GLCR", "cape": "CAPE",
	"peninsula": "PEN", "plateau": "PLAT", "plain": "PLN", "bay": "BAY", "strait": "STRT", "water": "LK", "wood": "FRST", "beach": "BCH", "reef": "RF",
	"spring": "SPNG", "cave_entrance": "CAVE", "saddle": "PASS",
}

// osmKind returns the GeoNames feature code of an OpenStreetMap object by its main tag.
// It reports in skip whether the object is too small to be the place of a news story,
// such as a street, a house or a shop.
func osmKind(class, kind, addressType string) (code string, skip bool) {
	switch class {
	case "highway", "building", "shop", "office", "craft", "club", "emergency", "healthcare", "tourism", "amenity", "road", "commerce", "postcode":
		return "", kind != "refugee_site"
	case "place", "boundary":
		if kind == "house" || kind == "postcode" || kind == "postal_code" {
			return "", true
		}
		return cmp.Or(settlementCodes[kind], settlementCodes[addressType], map[string]string{"administrative": "ADMD"}[kind]), false
	case "natural":
		return naturalCodes[kind], false
	case "waterway":
		return map[string]string{"river": "STM", "stream": "STM", "canal": "CNL", "dam": "DAM"}[kind], false
	}
	return map[string]string{
		"aerodrome": "AIRP", "military": "MILB", "quarry": "MN", "nature_reserve": "RESN", "park": "PRK", "archaeological_site": "ANS", "plant": "PS",
		"refugee_site": "CMPRF", "station": "RSTN", "mine": "MN", "island": "ISL",
	}[kind], false
}
