// Package storetest is the suite that every story.Store must pass. It owns what
// the contract means in practice; a store's own tests cover only what is
// particular to it.
package storetest
