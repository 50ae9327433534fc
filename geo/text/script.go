package text

import "unicode"

// unspacedScripts are the scripts that write words without spaces between them.
var unspacedScripts = []*unicode.RangeTable{unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar}

// firstUnspaced is the first code point of these scripts, which is Thai.
const firstUnspaced = 0x0e00

// IsUnspaced reports whether r is of a script that writes words without spaces
// between them, such as Chinese, Japanese or Thai.
func IsUnspaced(r rune) bool { return r >= firstUnspaced && unicode.In(r, unspacedScripts...) }
