package geo

import "time"

// Document is a text to be geoparsed, with what is known about it. Only Text is required.
type Document struct {
	ID     string
	Title  string
	Text   string
	Domain string    // host name of the outlet that published it, without "www."
	Outlet string    // name of that outlet
	URL    string    // address of the original
	Lang   string    // BCP 47, empty if unknown
	Date   time.Time // publication, zero if unknown

	// Points are the coordinates that the publisher itself gives, as in GeoRSS; it may be
	// empty. They take precedence over what the text alone suggests.
	Points []Coordinate
}

// Field is the part of a Document that a Toponym is in.
type Field uint8

// The fields of a Document.
const (
	FieldText Field = iota
	FieldTitle
)

func (f Field) String() string {
	if f == FieldTitle {
		return "title"
	}
	return "text"
}

// ToponymKind is the kind of a Toponym, as recognition finds it.
type ToponymKind uint8

// The kinds of Toponym.
const (
	KindName       ToponymKind = iota // a plain place name
	KindDemonym                       // an adjective or people name: "Turkish", "Texans"
	KindDateline                      // part of a dateline, which says where a story was filed
	KindCoordinate                    // coordinates written in the text
)

var kindNames = [...]string{"name", "demonym", "dateline", "coordinate"}

func (k ToponymKind) String() string { return kindNames[k] }

// Toponym is a span of a Document that names a place.
type Toponym struct {
	Start, End int // Unicode code points of the field's text; End is exclusive
	Text       string
	Field      Field
	Kind       ToponymKind
	Confidence float64 // 0..1, that the span names a place at all

	// Coordinate is the point that the span spells out (lon, lat in degrees). It is nil unless
	// Kind is KindCoordinate.
	Coordinate *Coordinate
}
