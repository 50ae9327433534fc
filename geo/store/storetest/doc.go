// Package storetest holds the suites that every story.Store, story.ChangeLog and
// subscription.Store must pass. It owns what
// the contracts mean in practice; a store's own tests cover only what is
// particular to it.
package storetest
