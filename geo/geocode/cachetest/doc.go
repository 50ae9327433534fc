// Package cachetest is the suite that every geocode.Cache passes.
package cachetest
