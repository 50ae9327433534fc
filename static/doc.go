// Package static embeds the pages, style sheets, scripts, messages and vendored
// browser libraries that newsmap serves, so that the program needs no file beside
// it.
//
// Scripts are plain ES modules that browsers run as they stand; there is no
// build step. Each module is one thing on the page. The map page is put together
// in js/main.js, the embedded map in js/embed.js, and both stand on js/stage.js,
// the map with its layers:
//
//	address <-> state.js -> source.js -> markers.js, areas.js, heat.js, choropleth.js
//	                     -> list.js, filters.js, search.js, time.js, share.js, drawer.js
//	api.js (requests, errors in words) -> connection.js (is the server there?)
//	i18n.js, format.js (words, numbers and dates of the reader's language)
//
// What a reader can change lives in state.js alone, which the address mirrors.
// Modules hear of changes there and call the server through api.js; they do not
// know each other. All words stand in messages/LANGUAGE.json, which templates use
// by {{t "key"}} and scripts by t("key"); colours, type and spacing are the custom
// properties at the head of css/base.css, where the dark theme changes colours
// only. boot.js applies the theme before the first paint and fires "themechange".
//
// The folder vendor has the work of others, unchanged, each with its licence. The folder
// data has outlines and borders that its scripts make from public packages. Both have
// SHA256SUMS, which a test compares. The package has no Go logic.
package static
