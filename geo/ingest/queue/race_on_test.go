//go:build race

package queue_test

// raceDetector reports whether the race detector is on, which makes tests slow.
const raceDetector = true
