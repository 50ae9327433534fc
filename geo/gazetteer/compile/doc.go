// Package compile writes a gazetteer index from its sources. [Compile] writes the
// default index from the GeoNames city lists and divisions in npm packages, names in
// other languages from Debian's libgeonames-common, county outlines from us-atlas,
// country names from golang.org/x/text, and the curated tables. [WriteDump] adds the
// files of the official GeoNames dump to an existing index: this is how users of the
// program build a bigger one.
//
// The package joins the sources into one list of places, computes the prominence of
// each place, and marks ambiguous names. The same sources give the same bytes. The
// package never downloads anything.
//
// # Duplicates
//
// A row of a dump is the same place as one of the base index if both have the same
// GeoNames id. Otherwise it is the same if one of its names folds to a name of the
// base's place in the same country, their feature classes are compatible, and their
// points are close: 8 km for towns, 2 km if both have GeoNames ids, 40 km for
// counties and mountains, up to 1,500 km for seas. The place keeps the point, name,
// population and rank of the base, except that the dump may add a missing population
// or a higher rank as a seat. Ids over 10,000,000,000 are ids of Who's On First, not
// GeoNames: such a place gets the id "wof:" with the number, unless it is the same as
// a place with a GeoNames id.
//
// A population above the country's is ignored. So is, for a town that the base does
// not contain, one above that of the country's largest town. Places of unknown size
// have the prominence .12, a third of that of the smallest town of the city lists. The
// spelling of their names decides which are ambiguous; see minShare.
//
// # What a bigger gazetteer gains and costs
//
// Measured on 2 cores shared with other work, over the embedded index, with files in
// the format of the dump for 142 countries: 2,215,194 rows of populated places and
// divisions and 1,582,916 alternate names, without the United States. LGL is
// cross-validated by outlet, GeoVirus was not used in training; p is that of a paired
// bootstrap over documents.
//
//	                                   embedded     with the files
//	places                              192,925          2,315,745
//	names                               351,112          6,131,027, of which 3,281,930 are ambiguous
//	LGL recognition F1                     .898               .895   p .05
//	LGL Acc@161                            .949               .948   p .15
//	LGL end-to-end F1                      .844               .841   p .07
//	GeoVirus recognition F1                .873               .875   p .21
//	GeoVirus Acc@161                       .876               .880   p .12
//	GeoVirus end-to-end F1                 .761               .768   p .04
//	LGL articles a second, one core       1,530                940
//	to open                               50 ms, unpacking   35 ms
//	memory of the process, LGL            92 MB             312 MB, mostly pages of the file
//	file                                12.8 MB             331 MB
//	to compile                             8 s                51 s, 1.2 GB
//
// A bigger gazetteer therefore helps with world news, because it contains villages and
// districts that the city lists lack. It may reduce the accuracy slightly for local
// news of a country to which it adds nothing. If no name were marked as ambiguous,
// end-to-end F1 would be .825 on LGL and .764 on GeoVirus, because of hamlets called
// City Hall, Control or George Washington.
package compile
