// Package overview answers what a map asks about all stories and places at once: which
// places and outlets begin with a text, how many stories each country has, what is near a
// place, and which place names fit on a map.
//
// It reads summaries of stories and a gazetteer. It knows nothing of HTTP, of the form of
// answers, or of a particular store.
package overview
