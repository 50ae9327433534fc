// Package gazetteer returns the places that a name may mean. It reads them from a
// memory-mapped index file.
//
// The package contains the format of the index (format.go), its reader ([Open],
// [Default]), the folding of names ([Fold], [TolerantKey]) and the lookups. It does
// not decide what a name means in a text; package resolution does. Package compile
// writes an index from GeoNames data and from curated tables. Package data embeds
// the default index.
//
// A lookup folds the name, checks a Bloom filter, finds the key in a front-coded
// sorted list, and reads records of fixed width. The strings of the result point
// into the file. If the name is unknown, the lookup tries tolerant keys, which
// match the romanisations of an Arabic or Slavic name, and bounded edit distance.
//
// The default index contains data of GeoNames (https://www.geonames.org, CC BY
// 4.0) and others; see data/NOTICE.
package gazetteer
