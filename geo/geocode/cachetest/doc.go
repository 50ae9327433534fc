// Package cachetest is the conformance suite for implementations of geocode.Cache.
package cachetest
