// Package store opens a Store by its URL. It owns the URL's forms and
// nothing else: what keeps the stories is in packages below it, and each passes
// the suite in package storetest.
package store
