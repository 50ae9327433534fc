// Package storetest contains the tests that every implementation of story.Store,
// story.ChangeLog and subscription.Store must pass: [Run], [RunChanges] and
// [RunSubscriptions]. A store's own tests cover only what is specific to it.
package storetest
