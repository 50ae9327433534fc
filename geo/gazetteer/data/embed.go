// Package data holds the compiled default gazetteer, and nothing else: its
// sources, their versions and licences are in NOTICE, its checksum in
// SHA256SUMS, and the tables kept by hand that went into it under tables.
// refresh.sh makes it again, byte for byte.
package data

import _ "embed"

//go:embed newsmap.gaz
var index string

// Index returns the compiled gazetteer. The bytes lie in the program itself.
func Index() string { return index }
