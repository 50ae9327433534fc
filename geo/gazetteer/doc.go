// Package gazetteer answers which places a name may mean, from an index file
// that is read in place.
//
// It owns the format of the index (format.go), its reader ([Open], [Default]),
// the folding of names ([Fold], [Tolerant]) and the lookups. It never decides
// what a name means in a text: that is resolution's work. Package compile, below
// it, writes the index from GeoNames data and from tables kept by hand; package
// data holds the default one.
//
// A lookup folds the name, asks a Bloom filter, finds the key in a front-coded
// sorted list, and reads fixed-width records; the strings of its answer point
// into the file. Only if the name is unknown do tolerant keys, which bring the
// romanisations of one Arabic or Slavic name together, and bounded edit distance
// come in.
//
// The default index is made of data of GeoNames (https://www.geonames.org,
// CC BY 4.0); see data/NOTICE.
package gazetteer
