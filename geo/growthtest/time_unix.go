//go:build unix

package growthtest

import (
	"syscall"
	"time"
)

// processorTime returns the time that all threads of the process have run so far, in
// user code and in the kernel.
func processorTime() time.Duration {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		return wallTime()
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}
