// Package cachetest is the test suite for implementations of geocode.Cache.
package cachetest
