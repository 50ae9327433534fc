package sequence

import "slices"

// quantile returns the q-quantile of the magnitudes of the non-zero values.
func quantile(values []float32, q float64) float32 {
	sizes := make([]float32, 0, len(values)/4)
	for _, v := range values {
		if v < 0 {
			v = -v
		}
		if v > 0 {
			sizes = append(sizes, v)
		}
	}
	if len(sizes) == 0 {
		return 0
	}
	slices.Sort(sizes)
	return sizes[int(q*float64(len(sizes)-1))]
}
