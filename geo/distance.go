package geo

import (
	"math"

	"github.com/paulmach/orb"
)

// EarthRadiusKM is the mean radius of the Earth (IUGG, R1).
const EarthRadiusKM = 6371.0088

// DistanceKM returns the great-circle distance between a and b (lon, lat in degrees) in
// kilometres, by the haversine formula (Sinnott, 1984).
func DistanceKM(a, b orb.Point) float64 {
	const rad = math.Pi / 180
	dLat := (b[1] - a[1]) * rad
	dLon := (b[0] - a[0]) * rad
	sinLat, sinLon := math.Sin(dLat/2), math.Sin(dLon/2)
	h := sinLat*sinLat + math.Cos(a[1]*rad)*math.Cos(b[1]*rad)*sinLon*sinLon
	return 2 * EarthRadiusKM * math.Asin(math.Min(1, math.Sqrt(h)))
}
