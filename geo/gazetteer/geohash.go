package gazetteer

import (
	"math"
	"strings"

	"github.com/paulmach/orb"
)

// The id of a place of the city lists without a GeoNames id is the geohash
// (Niemeyer, 2008) of its point in nine letters, about five metres wide.
const (
	geohashLetters  = 9
	geohashAlphabet = "0123456789bcdefghjkmnpqrstuvwxyz"
)

// Geohash returns the 45-bit geohash of p (lon, lat in degrees).
func Geohash(p orb.Point) uint64 {
	const lonBits, latBits = 23, 22
	lon := cell(p[0], 180, lonBits)
	lat := cell(p[1], 90, latBits)
	var hash uint64
	for i := range lonBits + latBits {
		hash <<= 1
		if i%2 == 0 {
			hash |= lon >> (lonBits - 1 - i/2) & 1
		} else {
			hash |= lat >> (latBits - 1 - i/2) & 1
		}
	}
	return hash
}

// cell returns the number of the interval that contains v, if the range from
// -limit to limit is divided into 2^bits intervals.
func cell(v, limit float64, bits int) uint64 {
	n := math.Floor((v + limit) / (2 * limit) * float64(uint64(1)<<bits))
	return uint64(min(max(n, 0), float64(uint64(1)<<bits-1)))
}

// CityID returns the stored form of the id "city:" with the geohash.
func CityID(hash uint64) uint64 { return idCity<<idKindBits | hash&idNumber }

// WOFID returns the stored form of the id "wof:" with a Who's On First id.
func WOFID(number uint64) uint64 { return idWOF<<idKindBits | number&idNumber }

func appendGeohash(dst []byte, hash uint64) []byte {
	for i := geohashLetters - 1; i >= 0; i-- {
		dst = append(dst, geohashAlphabet[hash>>(5*i)&31])
	}
	return dst
}

func parseGeohash(s string) (uint64, bool) {
	if len(s) != geohashLetters {
		return 0, false
	}
	var hash uint64
	for i := range len(s) {
		n := strings.IndexByte(geohashAlphabet, s[i])
		if n < 0 {
			return 0, false
		}
		hash = hash<<5 | uint64(n)
	}
	return hash, true
}
