package training

import (
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"io"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"newsmap/geo"
)

//go:embed trained.tsv
var trained string

// Trained reports whether the embedded weights were trained on the text of doc, so that a
// figure measured on it says nothing about unseen news. It ignores the id of doc and
// differences in case, spaces, accents and punctuation.
func Trained(doc *geo.Document) bool {
	f := fingerprint(doc.Text)
	return f != "" && strings.Contains(trained, "\n"+f+"\n")
}

// WriteTrained writes the list of the documents that Trained recognizes: one fingerprint a
// line, in order, without any text.
func WriteTrained(w io.Writer, docs []*geo.Document) error {
	var prints []string
	for _, d := range docs {
		if f := fingerprint(d.Text); f != "" {
			prints = append(prints, f)
		}
	}
	slices.Sort(prints)
	prints = slices.Compact(prints)
	_, err := io.WriteString(w, "# first 64 bits of the SHA-256 of the letters and digits of each text that the embedded weights were fitted to\n"+
		strings.Join(prints, "\n")+"\n")
	return err
}

// fingerprint returns the first 64 bits of the SHA-256 of a text's letters and digits in
// hexadecimal, or "" if it has none. The probability that two of a million texts have the same
// is one in 40 million.
func fingerprint(text string) string {
	bare := strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, norm.NFKD.String(text))
	if bare == "" {
		return ""
	}
	sum := sha256.Sum256([]byte(bare))
	return hex.EncodeToString(sum[:8])
}
