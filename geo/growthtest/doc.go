// Package growthtest checks in tests how the time of a function grows with the size of
// its input. It compares the times for an input and for one of four times the size: their
// ratio is 4 for linear work and 16 for quadratic work, on any machine. A fixed time
// limit would fail on a slow or busy machine and miss quadratic work on a fast one.
//
// It measures the processor time of the process if the system reports it, so that other
// processes hardly matter. Tests that use it must not run in parallel with other tests
// of their package.
package growthtest
