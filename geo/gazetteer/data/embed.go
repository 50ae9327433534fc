// Package data embeds the compiled default gazetteer. NOTICE lists its sources with
// their versions and licences, SHA256SUMS its checksum, and tables contains the
// curated tables. refresh.sh compiles it again, with the same bytes.
package data

import _ "embed"

//go:embed newsmap.gaz
var index string

// Index returns the compiled gazetteer. The bytes are part of the program.
func Index() string { return index }
