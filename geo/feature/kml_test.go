package feature_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"regexp"
	"slices"
	"strings"
	"testing"

	"newsmap/geo/feature"
)

// kmlChildren lists, for each element of KML 2.2 that the package writes, its possible children
// in the order of the schema (ogckml22.xsd).
var kmlChildren = map[string][]string{
	"":             {"kml"},
	"kml":          {"Document"},
	"Document":     {"name", "Style", "Placemark"},
	"Style":        {"IconStyle", "LabelStyle"},
	"IconStyle":    {"color", "scale"},
	"LabelStyle":   {"scale"},
	"Placemark":    {"name", "description", "TimeStamp", "styleUrl", "ExtendedData", "Point"},
	"TimeStamp":    {"when"},
	"ExtendedData": {"Data"},
	"Data":         {"value"},
	"Point":        {"coordinates"},
}

// repeated lists the elements that may occur more than once in a parent.
var repeated = []string{"Style", "Placemark", "Data"}

// kmlValues contains patterns for the texts of elements, from the types of the schema.
var kmlValues = map[string]*regexp.Regexp{
	"color":       regexp.MustCompile(`^[0-9a-f]{8}$`),
	"scale":       regexp.MustCompile(`^\d+(\.\d+)?$`),
	"when":        regexp.MustCompile(`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$`),
	"styleUrl":    regexp.MustCompile(`^#(focus|dateline|mention)$`),
	"coordinates": regexp.MustCompile(`^-?\d+(\.\d+)?,-?\d+(\.\d+)?$`),
}

// checkKMLElement checks the namespace and the attributes of an element. ids are those of the
// elements before it.
func checkKMLElement(t *testing.T, e xml.StartElement, ids map[string]bool) {
	t.Helper()
	name := e.Name.Local
	if e.Name.Space != "http://www.opengis.net/kml/2.2" {
		t.Fatalf("%s has the namespace %q", name, e.Name.Space)
	}
	for _, a := range e.Attr {
		if a.Name.Local == "id" && (ids[a.Value] || name != "Style") || name == "Data" && (a.Name.Local != "name" || a.Value == "") {
			t.Errorf("%s has %s %q", name, a.Name.Local, a.Value)
		}
		ids[a.Value] = ids[a.Value] || a.Name.Local == "id"
	}
}

// checkKML checks a document against the rules of the schema for the elements that it uses. It
// returns the number of placemarks.
func checkKML(t *testing.T, document []byte) (placemarks int) {
	t.Helper()
	decoder := xml.NewDecoder(bytes.NewReader(document))
	stack, positions := []string{""}, []int{0}
	ids, text := map[string]bool{}, ""
	for {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatalf("%v in\n%s", err, document)
		}
		switch token := token.(type) {
		case xml.StartElement:
			name, parent := token.Name.Local, stack[len(stack)-1]
			position := slices.Index(kmlChildren[parent], name)
			last := positions[len(positions)-1]
			if position < 0 || position+1 < last || position+1 == last && !slices.Contains(repeated, name) {
				t.Fatalf("%s is not allowed at this position in %q", name, parent)
			}
			checkKMLElement(t, token, ids)
			positions[len(positions)-1] = position + 1
			stack, positions, text = append(stack, name), append(positions, 0), ""
			if name == "Placemark" {
				placemarks++
			}
		case xml.CharData:
			text += string(token)
		case xml.EndElement:
			if pattern := kmlValues[token.Name.Local]; pattern != nil && !pattern.MatchString(text) {
				t.Errorf("%s is %q", token.Name.Local, text)
			}
			stack, positions, text = stack[:len(stack)-1], positions[:len(positions)-1], ""
		}
	}
	return placemarks
}

func TestKML(t *testing.T) {
	for _, n := range []int{0, 1, 3} {
		if got := checkKML(t, write(t, "kml", feature.Options{BaseURL: "https://newsmap.example"}, samples()[:n]...)); got != n {
			t.Errorf("%d placemarks, want %d", got, n)
		}
	}
}

// TestKMLOfHostileText checks that no text becomes markup in XML or in the HTML of a balloon.
func TestKMLOfHostileText(t *testing.T) {
	f := samples()[0]
	f.Title, f.Outlet, f.URL = "]]></name><script>\x00\x1b\xff", `<img src=x onerror="x">`, "javascript:alert(1)"
	f.Location.Evidence, f.Location.Role = "</p><script>alert(1)</script>", "<hero>"
	out := write(t, "kml", feature.Options{}, f)
	checkKML(t, out)
	var got struct {
		Document struct {
			Placemark struct {
				Name        string `xml:"name"`
				Description string `xml:"description"`
			}
		}
	}
	if err := xml.Unmarshal(out, &got); err != nil {
		t.Fatal(err)
	}
	p := got.Document.Placemark
	if p.Name != "]]></name><script>\ufffd\ufffd\ufffd" {
		t.Errorf("name %q", p.Name)
	}
	for _, bad := range []string{"<script", "<img", "href="} {
		if strings.Contains(p.Description, bad) {
			t.Errorf("%q is in the description: %s", bad, p.Description)
		}
	}
}

func BenchmarkKML(b *testing.B) {
	w, err := feature.NewWriter("kml", io.Discard, feature.Options{})
	if err != nil {
		b.Fatal(err)
	}
	list := samples()
	b.ReportAllocs()
	for b.Loop() {
		for _, f := range list {
			if err := w.Write(f); err != nil {
				b.Fatal(err)
			}
		}
	}
}
