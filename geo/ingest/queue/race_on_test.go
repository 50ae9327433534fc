//go:build race

package queue_test

// raced says that times mean nothing.
const raced = true
