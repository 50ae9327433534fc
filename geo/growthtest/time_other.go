//go:build !unix

package growthtest

import "time"

// processorTime returns wall-clock time: this system does not report another.
func processorTime() time.Duration { return wallTime() }
