// Package compile writes a gazetteer index from its sources. [Compile] makes the
// default one, of the GeoNames city lists and divisions as npm packages carry them,
// names in other languages from Debian's libgeonames-common, county outlines of
// us-atlas, country names of golang.org/x/text, and tables kept by hand.
// [CompileDump] lays files of the official GeoNames dump over an index that exists,
// which is how users of the program alone make a bigger one.
//
// It owns how the sources are joined into one list of places, how a place's
// prominence follows from its facts, and which names are held back. The same
// sources give the same bytes. It never fetches anything.
//
// # Duplicates
//
// A row of a dump is a place of the base if it has its GeoNames id; else if one of
// its names folds to one of the base's in the same country, their feature classes
// fit, and their points lie near: 8 km for towns, 2 km if both have GeoNames ids,
// 40 km for counties and mountains, up to 1,500 km for seas. Of the two the base's
// point, name, population and rank stay, unless the dump knows a population where
// the base has none, or a higher seat. Numbers over 10,000,000,000 are ids of Who's
// On First, not GeoNames: such a place becomes "wof:" and the number, unless a place
// with a GeoNames id beside it is the same.
//
// A population is not believed that is above the country's, or, for a town which
// the base lacks, above that of the country's largest town. Places of unknown size
// score .12, a third of the smallest town of the city lists. Which of their names
// are held back is told by how these are spelled; see leastShare.
//
// # What a bigger gazetteer buys and costs
//
// Measured on 2 cores that other work shared, over the embedded index, with packs in
// the dump's form for 142 countries: 2,215,194 rows of populated places and divisions
// and 1,582,916 alternate names, the United States not among them. LGL is
// cross-validated by outlet, GeoVirus not trained on; p is of a paired bootstrap over
// documents.
//
//	                                   embedded     with the packs
//	places                              192,925          2,315,745
//	names                               351,112          6,131,027, of which 3,281,930 are held back
//	LGL recognition F1                     .898               .895   p .05
//	LGL Acc@161                            .949               .948   p .15
//	LGL end-to-end F1                      .844               .841   p .07
//	GeoVirus recognition F1                .873               .875   p .21
//	GeoVirus Acc@161                       .876               .880   p .12
//	GeoVirus end-to-end F1                 .761               .768   p .04
//	LGL articles a second, one core       1,530                940
//	to open                               50 ms, unpacking   35 ms
//	memory of the process, LGL            92 MB             312 MB, most of it pages of the file
//	file                                12.8 MB             331 MB
//	to compile                             8 s                51 s, 1.2 GB
//
// So it pays for news of the world, where villages and districts come in that the
// city lists lack, and may cost a little on local news of a country that it adds
// nothing to. With no name held back, end-to-end F1 is .825 on LGL and .764 on
// GeoVirus: hamlets called City Hall, Control or George Washington.
package compile
