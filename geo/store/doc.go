// Package store opens a Store by its URL. It defines the forms of that URL and
// nothing else. The implementations are in packages below it and pass the tests of
// package storetest.
package store
