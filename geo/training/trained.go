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
// figure measured on it says nothing about unseen news. It compares only the letters and digits
// of the text, ignoring case and accents.
func Trained(doc *geo.Document) bool {
	f := fingerprint(doc.Text)
	return f != "" && strings.Contains(trained, "\n"+f+"\n")
}

// WriteTrained writes the list of documents that [Trained] uses: one fingerprint per line, in
// order, without any text.
func WriteTrained(w io.Writer, docs []*geo.Document) error {
	var fingerprints []string
	for _, d := range docs {
		if f := fingerprint(d.Text); f != "" {
			fingerprints = append(fingerprints, f)
		}
	}
	slices.Sort(fingerprints)
	fingerprints = slices.Compact(fingerprints)
	_, err := io.WriteString(w, "# first 64 bits of the SHA-256 of the letters and digits of each text that the embedded weights were fitted to\n"+
		strings.Join(fingerprints, "\n")+"\n")
	return err
}

// fingerprint returns the first 64 bits of the SHA-256 of a text's letters and digits in
// hexadecimal, or "" if it has none. Among a million different texts, the probability that any
// two have the same fingerprint is one in 40 million.
func fingerprint(text string) string {
	letters := strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, norm.NFKD.String(text))
	if letters == "" {
		return ""
	}
	sum := sha256.Sum256([]byte(letters))
	return hex.EncodeToString(sum[:8])
}
