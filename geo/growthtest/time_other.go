//go:build !unix

package growthtest

import "time"

// processorTime returns the wall-clock time, as this system does not report processor
// time.
func processorTime() time.Duration { return wallTime() }
