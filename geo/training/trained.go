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

// Trained tells whether the embedded weights were fitted to the text of doc, so
// that a figure measured on it with them says nothing of unseen news. Texts that
// differ only in case, spaces, accents or punctuation count as the same, and a
// document that was given another id is known again.
func Trained(doc *geo.Document) bool {
	f := fingerprint(doc.Text)
	return f != "" && strings.Contains(trained, "\n"+f+"\n")
}

// WriteTrained writes the list that Trained reads, of the documents of docs: one
// start of the SHA-256 of a text's letters and digits a line, in order, and no
// text.
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

// fingerprint is the first 64 bits of the SHA-256 of a text's letters and digits,
// in hexadecimal; empty if it has none. Among a million texts two are taken for
// one once in forty million times.
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
