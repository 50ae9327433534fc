package evaluation

import (
	"errors"
	"strings"
	"testing"

	"newsmap/geo"
)

func TestRead(t *testing.T) {
	const corpus = `{"id":"1","title":"T","domain":"a.org","url":"http://a.org/1","date":"2009-03-20 12:24:52.002364-05","text":"Évry burns",` +
		`"mentions":[{"start":0,"end":4,"text":"Évry","lat":48.63,"lon":2.44,"geonameid":1,"name":"Évry","fcode":"PPLA2"}]}

{"id":"2","text":"Main Street","mentions":[{"start":0,"end":11,"text":"Main Street","lat":null,"lon":null,"geonameid":null,"name":null,"fcode":null}]}
`
	docs, err := Read(strings.NewReader(corpus))
	if err != nil {
		t.Fatal(err)
	}
	if len(docs) != 2 || docs[0].Domain != "a.org" || docs[0].Date.Year() != 2009 {
		t.Fatalf("got %+v", docs)
	}
	m := docs[0].Mentions[0]
	if m.Neutral() || m.Point.Lat != 48.63 || m.Point.Lon != 2.44 || m.GeoNameID != 1 || m.FeatureCode != "PPLA2" {
		t.Errorf("got %+v", m)
	}
	if !docs[1].Mentions[0].Neutral() {
		t.Error("a mention without coordinates is not neutral")
	}
}

func TestReadRefuses(t *testing.T) {
	tests := map[string]struct{ line, want string }{
		"not JSON":                     {"{\"id\":\"1\"}\nnonsense", "line 2"},
		"span past the end":            {`{"text":"abc","mentions":[{"start":1,"end":4}]}`, "code points"},
		"span reversed":                {`{"text":"abc","mentions":[{"start":2,"end":1}]}`, "line 1"},
		"span negative":                {`{"text":"abc","mentions":[{"start":-1,"end":1}]}`, "line 1"},
		"bytes instead of code points": {`{"text":"éé","mentions":[{"start":0,"end":4}]}`, "2 code points"},
		"an id that is an array":       {`{"id":[1],"text":"abc"}`, "id is neither"},
		"a text that is a number":      {`{"text":7}`, "text is a JSON number; expected a string"},
		"a list of numbers":            {`{"mentions":[7]}`, "mentions is a JSON number; expected an object"},
		"a latitude in quotes":         {`{"mentions":[{"lat":"1"}]}`, "mentions.lat is a JSON string; expected a number"},
		"not an object":                {`[1]`, "is a JSON array"},
		"NaN":                          {`{"text":"abc","mentions":[{"start":0,"end":1,"lat":NaN,"lon":0}]}`, "is not JSON"},
		"cut":                          {`{"text":"abc","men`, "is not JSON"},
		"a line too long":              {`{"text":"` + strings.Repeat("a", maxLine) + `"}`, "longer than 16 MiB"},
		"no longitude":                 {`{"text":"abc","mentions":[{"start":0,"end":1,"lat":1}]}`, "is missing"},
		"latitude out of range":        {`{"text":"abc","mentions":[{"start":0,"end":1,"lat":91,"lon":0}]}`, "out of range"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := Read(strings.NewReader(test.line))
			if !errors.Is(err, geo.ErrInvalid) || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got error %v, want one with %q", err, test.want)
			}
		})
	}
}

func TestReadNumberedDocuments(t *testing.T) {
	docs, err := Read(strings.NewReader(`{"id":12345678901234567890,"outlet":"The Herald","text":"abc"}`))
	if err != nil || len(docs) != 1 || docs[0].ID != "12345678901234567890" || docs[0].Outlet != "The Herald" {
		t.Errorf("got %+v, %v", docs, err)
	}
}

func TestReadFileOfFolder(t *testing.T) {
	if _, err := ReadFile(t.TempDir()); !errors.Is(err, geo.ErrInvalid) || !strings.Contains(err.Error(), "is a folder") {
		t.Errorf("got %v", err)
	}
}

// FuzzRead checks that any bytes are either documents whose mentions are in their texts, or an
// error that wraps geo.ErrInvalid.
func FuzzRead(f *testing.F) {
	f.Add(`{"id":"1","text":"Évry burns","mentions":[{"start":0,"end":4,"lat":48.63,"lon":2.44}]}`)
	f.Add("{\"id\":7}\n\n[]")
	f.Add(`{"text":"abc","mentions":[{"start":0,"end":1,"lat":1e400,"lon":0}]}`)
	f.Fuzz(func(t *testing.T, in string) {
		docs, err := Read(strings.NewReader(in))
		if err != nil && !errors.Is(err, geo.ErrInvalid) {
			t.Errorf("got %v", err)
		}
		for i := range docs {
			length := len([]rune(docs[i].Text))
			for _, m := range docs[i].Mentions {
				if m.Start < 0 || m.End <= m.Start || m.End > length {
					t.Errorf("%+v in %d code points", m, length)
				}
			}
		}
	})
}
