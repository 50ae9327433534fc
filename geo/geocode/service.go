package geocode

import (
	"cmp"
	"encoding/json"
	"net/url"
	"slices"
	"strings"

	lib "github.com/codingsince1985/geo-golang"
	"github.com/codingsince1985/geo-golang/arcgis"
	"github.com/codingsince1985/geo-golang/google"
	"github.com/codingsince1985/geo-golang/here/search"
	"github.com/codingsince1985/geo-golang/mapbox"
	mapquest "github.com/codingsince1985/geo-golang/mapquest/open"
	"github.com/codingsince1985/geo-golang/opencage"
	"github.com/codingsince1985/geo-golang/openstreetmap"
)

// service describes the API of a provider, at whatever address its server is.
type service struct {
	id                string // used in specs, IDs of places and NEWSMAP_ID_KEY
	title             string
	attribution       string
	licence           string
	base              string // address of the public server, without a trailing slash
	keyParam          string // query parameter of the key, "" if the API needs none
	onePerSecond      bool   // limit of the public server: one request a second
	exact             bool   // finds only places with the requested name
	resultsKey        string // key of the results, see splitResults
	reverseResultsKey string
	missStatus        int // HTTP status that may mean that nothing was found, 0 if none

	// build returns the library's geocoders for the server at base. It does not pass
	// them the key, because the library stores some keys in package variables.
	build            func(base string) (forward, reverse lib.Geocoder)
	escape           func(string) string
	setParams        func(q url.Values, countries []string)
	setReverseParams func(q url.Values)
	parseDetails     func(item json.RawMessage) (details, error)
}

// details contains what the library's parsers omit from a result or hide.
type details struct {
	lat, lon                    string // degrees, as written
	id, name, label             string
	country                     string // ISO 3166-1, two or three letters
	countryName, admin1, admin2 string
	town                        string
	code                        string  // GeoNames feature code, empty if unknown
	score                       float64 // 0..1, as the provider rates it
	skip                        bool    // not a place for news, such as a street or a shop
}

const (
	osmAttribution = "© OpenStreetMap contributors"
	osmLicence     = "ODbL"
	// maxResults is the requested number of places with a name. It is more than one, to
	// detect an ambiguous name.
	maxResults = "5"
)

func services() []*service {
	return []*service{
		nominatimService("nominatim", "Nominatim", "https://nominatim.openstreetmap.org", ""),
		photonService(),
		opencageService(),
		nominatimService("locationiq", "LocationIQ", "https://us1.locationiq.com/v1", "key"),
		arcgisService(), googleService(), mapboxService(), mapquestService(), hereService(),
	}
}

// both returns g twice, for a library geocoder that serves both directions.
func both(g lib.Geocoder) (forward, reverse lib.Geocoder) { return g, g }

// setIf sets a parameter to the joined values, unless there are none.
func setIf(q url.Values, name string, values []string, separator string) {
	if len(values) > 0 {
		q.Set(name, strings.Join(values, separator))
	}
}

// nominatimService returns the service for the API of Nominatim, version 3.7 or later.
// LocationIQ has the same API, with the paths "search" and "reverse".
func nominatimService(id, title, base, keyParam string) *service {
	return &service{
		id: id, title: title, attribution: osmAttribution, licence: osmLicence, base: base, keyParam: keyParam, onePerSecond: true, exact: true,
		resultsKey: topLevelArray, missStatus: 404, escape: url.QueryEscape,
		build: func(base string) (lib.Geocoder, lib.Geocoder) { return both(openstreetmap.GeocoderWithURL(base + "/")) },
		setParams: func(q url.Values, countries []string) {
			q.Set("format", "jsonv2")
			if keyParam != "" {
				q.Set("format", "json") // LocationIQ has no jsonv2
			}
			q.Set("limit", maxResults)
			q.Set("addressdetails", "1")
			q.Set("accept-language", "en")
			setIf(q, "countrycodes", lower(countries), ",")
		},
		setReverseParams: func(q url.Values) {
			q.Set("format", "jsonv2")
			if keyParam != "" {
				q.Set("format", "json")
			}
			q.Set("zoom", "14") // the settlement, not the house
			q.Set("accept-language", "en")
		},
		parseDetails: nominatimDetails,
	}
}

func lower(codes []string) []string {
	out := make([]string, len(codes))
	for i, c := range codes {
		out[i] = strings.ToLower(c)
	}
	return out
}

func nominatimDetails(item json.RawMessage) (details, error) {
	var in struct {
		Lat, Lon, Name, Type, Class, Category, Addresstype string
		OSMType                                            string      `json:"osm_type"`
		OSMID                                              json.Number `json:"osm_id"`
		DisplayName                                        string      `json:"display_name"`
		Address                                            struct {
			State, County, Country string
			Municipality           string
			CountryCode            string `json:"country_code"`
		}
	}
	err := json.Unmarshal(item, &in)
	name, _, _ := strings.Cut(in.DisplayName, ",")
	f := details{
		lat: in.Lat, lon: in.Lon, id: osmID(in.OSMType, in.OSMID), name: cmp.Or(in.Name, name), label: in.DisplayName,
		country: in.Address.CountryCode, countryName: in.Address.Country, admin1: in.Address.State, admin2: in.Address.County,
		town: in.Address.Municipality,
	}
	f.code, f.skip = osmKind(cmp.Or(in.Category, in.Class), in.Type, in.Addresstype)
	return f, err
}

// photonService returns the service for komoot's Photon. The library does not support
// it, so its endpoint builder and response parser are in this package.
func photonService() *service {
	return &service{
		id: "photon", title: "Photon", attribution: osmAttribution, licence: osmLicence, base: "https://photon.komoot.io", onePerSecond: true,
		resultsKey: "features", reverseResultsKey: "features", escape: url.QueryEscape,
		build: func(base string) (lib.Geocoder, lib.Geocoder) {
			return both(lib.HTTPGeocoder{
				EndpointBuilder:       photonEndpoint(base),
				ResponseParserFactory: func() lib.ResponseParser { return &photonResponse{} },
			})
		},
		setParams: func(q url.Values, countries []string) {
			if len(countries) == 1 {
				q.Set("countrycode", countries[0]) // ignored by older servers
			}
		},
		parseDetails: photonDetails,
	}
}

func opencageService() *service {
	return &service{
		id: "opencage", title: "OpenCage", attribution: osmAttribution, licence: osmLicence,
		base: "https://api.opencagedata.com/geocode/v1/json", keyParam: "key", onePerSecond: true, exact: true,
		resultsKey: "results", reverseResultsKey: "results", escape: url.QueryEscape,
		build: func(base string) (lib.Geocoder, lib.Geocoder) { return both(opencage.Geocoder("", base+"?q=")) },
		setParams: func(q url.Values, countries []string) {
			q.Set("limit", maxResults)
			q.Set("no_annotations", "1")
			q.Set("no_record", "1") // keeps the name out of its logs
			q.Set("language", "en")
			setIf(q, "countrycode", lower(countries), ",")
		},
		setReverseParams: func(q url.Values) {
			q.Set("no_annotations", "1")
			q.Set("no_record", "1")
			q.Set("language", "en")
		},
		parseDetails: func(item json.RawMessage) (details, error) {
			var in struct {
				Results []struct {
					Formatted  string
					Geometry   struct{ Lat, Lng json.Number }
					Components map[string]any
				}
			}
			if err := json.Unmarshal(item, &in); err != nil || len(in.Results) == 0 {
				return details{}, err
			}
			r := in.Results[0]
			part := func(name string) string { s, _ := r.Components[name].(string); return s }
			kind := part("_type")
			name, _, _ := strings.Cut(r.Formatted, ",")
			f := details{
				lat: r.Geometry.Lat.String(), lon: r.Geometry.Lng.String(), name: cmp.Or(part(kind), name), label: r.Formatted,
				country: part("ISO_3166-1_alpha-2"), countryName: part("country"), admin1: part("state"), admin2: part("county"),
				code: settlementCodes[kind],
			}
			f.skip = slices.Contains([]string{"road", "building", "postcode", "shop", "restaurant", "hotel", "house_number"}, kind)
			if _, skip := osmKind(part("_category"), kind, ""); skip {
				f.skip = true
			}
			return f, nil
		},
	}
}

func arcgisService() *service {
	return &service{
		id: "arcgis", title: "ArcGIS", attribution: "Powered by Esri", licence: "Esri terms of use",
		base: "https://geocode.arcgis.com/arcgis/rest/services/World/GeocodeServer", keyParam: "token",
		resultsKey: "candidates", escape: url.QueryEscape,
		build: func(base string) (lib.Geocoder, lib.Geocoder) { return both(arcgis.Geocoder("", base+"/*")) },
		setParams: func(q url.Values, countries []string) {
			q.Set("maxLocations", maxResults)
			q.Set("outFields", "Country,CntryName,Region,Subregion,PlaceName,Addr_type,Type")
			q.Set("langCode", "en")
			q.Set("forStorage", "true") // required by its terms if answers are stored
			setIf(q, "countryCode", alpha3(countries), ",")
		},
		setReverseParams: func(q url.Values) {
			q.Set("langCode", "en")
			q.Set("forStorage", "true")
		},
		parseDetails: func(item json.RawMessage) (details, error) {
			var in struct {
				Candidates []struct {
					Address    string
					Location   struct{ X, Y json.Number }
					Score      float64
					Attributes struct {
						Country, CntryName, Region, Subregion, PlaceName, Type string
						AddrType                                               string `json:"Addr_type"`
					}
				}
				Address struct{ CountryCode, CntryName, Region, Subregion, City string }
			}
			err := json.Unmarshal(item, &in)
			if len(in.Candidates) == 0 {
				a := in.Address
				return details{country: a.CountryCode, countryName: a.CntryName, admin1: a.Region, admin2: a.Subregion, town: a.City}, err
			}
			c := in.Candidates[0]
			a := c.Attributes
			name, _, _ := strings.Cut(c.Address, ",")
			f := details{
				lat: c.Location.Y.String(), lon: c.Location.X.String(), name: cmp.Or(a.PlaceName, name), label: c.Address,
				country: a.Country, countryName: a.CntryName, admin1: a.Region, admin2: a.Subregion, score: c.Score / 100,
			}
			switch a.AddrType {
			case "Locality":
				f.code = cmp.Or(map[string]string{"Country": "PCLI", "State or Province": "ADM1", "County": "ADM2"}[a.Type], "PPL")
			case "", "POI":
			default:
				f.skip = true
			}
			return f, err
		},
	}
}

func googleService() *service {
	return &service{
		id: "google", title: "Google", attribution: "Google Maps", licence: "Google Maps Platform terms",
		base: "https://maps.googleapis.com/maps/api/geocode/json", keyParam: "key",
		resultsKey: "results", reverseResultsKey: "results", escape: url.QueryEscape,
		build: func(base string) (lib.Geocoder, lib.Geocoder) { return both(google.Geocoder("", base+"?")) },
		setParams: func(q url.Values, countries []string) {
			q.Set("language", "en")
			components := make([]string, len(countries))
			for i, c := range countries {
				components[i] = "country:" + c
			}
			setIf(q, "components", components, "|")
		},
		setReverseParams: func(q url.Values) {
			q.Set("language", "en")
			q.Set("result_type", "locality|administrative_area_level_2|administrative_area_level_1|country")
		},
		parseDetails: func(item json.RawMessage) (details, error) {
			var in struct {
				Results []struct {
					FormattedAddress string `json:"formatted_address"`
					PlaceID          string `json:"place_id"`
					PartialMatch     bool   `json:"partial_match"`
					Types            []string
					Geometry         struct {
						Location struct{ Lat, Lng json.Number }
					}
					Parts []struct {
						LongName string `json:"long_name"`
					} `json:"address_components"`
				}
			}
			if err := json.Unmarshal(item, &in); err != nil || len(in.Results) == 0 {
				return details{}, err
			}
			r := in.Results[0]
			f := details{
				lat: r.Geometry.Location.Lat.String(), lon: r.Geometry.Location.Lng.String(), id: r.PlaceID,
				label: r.FormattedAddress, score: 0.9, skip: true,
			}
			f.name, _, _ = strings.Cut(r.FormattedAddress, ",")
			if len(r.Parts) > 0 {
				f.name = r.Parts[0].LongName
			}
			if r.PartialMatch {
				f.score = 0.5
			}
			for _, t := range r.Types {
				if code, ok := googleCodes[t]; ok {
					f.code, f.skip = code, false
					break
				}
			}
			return f, nil
		},
	}
}

// googleCodes maps Google's types of places to GeoNames feature codes.
var googleCodes = map[string]string{
	"country": "PCLI", "administrative_area_level_1": "ADM1", "administrative_area_level_2": "ADM2", "administrative_area_level_3": "ADM3",
	"locality": "PPL", "sublocality": "PPLX", "neighborhood": "PPLX", "colloquial_area": "RGN", "natural_feature": "", "airport": "AIRP", "park": "PRK",
	"archipelago": "ISLS",
}

func mapboxService() *service {
	return &service{
		id: "mapbox", title: "Mapbox", attribution: "© Mapbox, " + osmAttribution, licence: "Mapbox terms of service",
		base: "https://api.mapbox.com/geocoding/v5/mapbox.places", keyParam: "access_token",
		resultsKey: "features", reverseResultsKey: "features", escape: url.PathEscape,
		build: func(base string) (lib.Geocoder, lib.Geocoder) { return both(mapbox.Geocoder("", base+"/*.json")) },
		setParams: func(q url.Values, countries []string) {
			q.Set("limit", maxResults)
			q.Set("language", "en")
			q.Set("autocomplete", "false")
			q.Set("types", "country,region,district,place,locality,neighborhood,poi")
			setIf(q, "country", lower(countries), ",")
		},
		setReverseParams: func(q url.Values) {
			q.Set("language", "en")
			q.Set("types", "country,region,district,place")
		},
		parseDetails: func(item json.RawMessage) (details, error) {
			var in struct {
				Features []struct {
					ID, Text  string
					PlaceName string   `json:"place_name"`
					PlaceType []string `json:"place_type"`
					Relevance float64
					Center    []json.Number
				}
			}
			if err := json.Unmarshal(item, &in); err != nil || len(in.Features) == 0 {
				return details{}, err
			}
			r := in.Features[0]
			f := details{id: r.ID, name: r.Text, town: r.Text, label: r.PlaceName, score: r.Relevance}
			if len(r.Center) == 2 {
				f.lon, f.lat = r.Center[0].String(), r.Center[1].String()
			}
			kind, _, _ := strings.Cut(r.ID, ".")
			if len(r.PlaceType) > 0 {
				kind = r.PlaceType[0]
			}
			code, ok := map[string]string{"country": "PCLI", "region": "ADM1", "district": "ADM2", "place": "PPL", "locality": "PPL", "neighborhood": "PPLX",
				"poi": ""}[kind]
			f.code, f.skip = code, !ok
			return f, nil
		},
	}
}

func mapquestService() *service {
	return &service{
		id: "mapquest", title: "MapQuest", attribution: "© MapQuest, " + osmAttribution, licence: "MapQuest terms of use",
		base: "https://www.mapquestapi.com/geocoding/v1", keyParam: "key",
		resultsKey: "results", reverseResultsKey: "results", escape: url.QueryEscape,
		build: func(base string) (lib.Geocoder, lib.Geocoder) {
			return both(mapquest.Geocoder("", base+"/*?location="))
		},
		setParams: func(q url.Values, countries []string) {
			q.Set("thumbMaps", "false")
			if len(countries) == 1 {
				// The API has no country filter, so append the country to the name.
				q.Set("location", q.Get("location")+", "+countries[0])
			}
		},
		setReverseParams: func(q url.Values) { q.Set("thumbMaps", "false") },
		parseDetails: func(item json.RawMessage) (details, error) {
			var in struct {
				Results []struct {
					Locations []struct {
						LatLng struct{ Lat, Lng json.Number }
						Town   string `json:"adminArea5"`
						County string `json:"adminArea4"`
						State  string `json:"adminArea3"`
						Nation string `json:"adminArea1"`
						Kind   string `json:"geocodeQuality"`
					}
				}
			}
			if err := json.Unmarshal(item, &in); err != nil || len(in.Results) == 0 || len(in.Results[0].Locations) == 0 {
				return details{}, err
			}
			l := in.Results[0].Locations[0]
			f := details{
				lat: l.LatLng.Lat.String(), lon: l.LatLng.Lng.String(), country: l.Nation, admin1: l.State, admin2: l.County, town: l.Town, score: 0.5,
			}
			// For an unknown name the API returns the centre of a country, which is skipped.
			switch l.Kind {
			case "CITY":
				f.name, f.code = l.Town, "PPL"
			case "COUNTY":
				f.name, f.code = l.County, "ADM2"
			case "STATE":
				f.name, f.code = l.State, "ADM1"
			default:
				f.skip = true
			}
			return f, nil
		},
	}
}

func hereService() *service {
	return &service{
		id: "here", title: "HERE", attribution: "© HERE", licence: "HERE terms of use",
		keyParam: "apiKey", resultsKey: "items", reverseResultsKey: "items", escape: url.QueryEscape,
		build: func(base string) (lib.Geocoder, lib.Geocoder) {
			if base == "" {
				return both(search.Geocoder(""))
			}
			return search.Geocoder("", base+"/geocode?"), search.Geocoder("", base+"/revgeocode?")
		},
		setParams: func(q url.Values, countries []string) {
			q.Set("limit", maxResults)
			q.Set("lang", "en")
			if len(countries) > 0 {
				q.Set("in", "countryCode:"+strings.Join(alpha3(countries), ","))
			}
		},
		setReverseParams: func(q url.Values) { q.Set("lang", "en") },
		parseDetails: func(item json.RawMessage) (details, error) {
			var in struct {
				Items []struct {
					ID, Title, ResultType, LocalityType, AdministrativeAreaType string
					Position                                                    struct{ Lat, Lng json.Number }
					Address                                                     struct{ Label string }
					Scoring                                                     struct{ QueryScore float64 }
				}
			}
			if err := json.Unmarshal(item, &in); err != nil || len(in.Items) == 0 {
				return details{}, err
			}
			r := in.Items[0]
			f := details{lat: r.Position.Lat.String(), lon: r.Position.Lng.String(), id: r.ID, label: r.Address.Label, score: r.Scoring.QueryScore}
			f.name, _, _ = strings.Cut(r.Title, ",")
			switch r.ResultType {
			case "locality":
				f.code = cmp.Or(map[string]string{"district": "PPLX", "subdistrict": "PPLX"}[r.LocalityType], "PPL")
				f.skip = r.LocalityType == "postalCode"
			case "administrativeArea":
				f.code = cmp.Or(map[string]string{"country": "PCLI", "state": "ADM1", "county": "ADM2"}[r.AdministrativeAreaType], "ADMD")
			case "place":
			default:
				f.skip = true
			}
			return f, nil
		},
	}
}
