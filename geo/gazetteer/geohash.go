package gazetteer

import (
	"math"
	"strings"

	"github.com/paulmach/orb"
)

// A place of the city lists that has no GeoNames id is known by the geohash
// (Niemeyer, 2008) of its point in nine letters, about five metres wide.
const (
	geohashLetters  = 9
	geohashAlphabet = "0123456789bcdefghjkmnpqrstuvwxyz"
)

// Geohash returns the 45 bits of a point's geohash.
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

// cell numbers the interval of -limit..limit, cut in 2^bits, where v lies.
func cell(v, limit float64, bits int) uint64 {
	n := math.Floor((v + limit) / (2 * limit) * float64(uint64(1)<<bits))
	return uint64(min(max(n, 0), float64(uint64(1)<<bits-1)))
}

// CityID is the stored form of the id "city:" and the geohash.
func CityID(hash uint64) uint64 { return idCity<<idKindBits | hash&idNumber }

// WOFID is the stored form of the id "wof:" and a number of Who's On First.
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
