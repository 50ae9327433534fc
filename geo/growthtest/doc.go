// Package growthtest checks in tests how the work of a function grows with the size
// of its input. A limit on the wall clock fails on a slow or busy machine and passes
// on a fast one; the ratio between an input and one of twice the size tells linear
// work (2) from quadratic work (4) on any machine.
//
// It counts the processor time of the process where the system reports it, so that
// other processes hardly matter. Tests that use it must not run in parallel with
// others of their package.
package growthtest
