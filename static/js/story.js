// @ts-check
// The story page: text, list of places and map are linked. Hovering or focusing a place
// in one of them highlights it in the others, and selecting it scrolls to it. A name in
// the text also explains why that place was chosen.

import { Card } from "./panel/card.js";
import { isStill } from "./lib/dom.js";
import { makeMinimap } from "./map/minimap.js";
import { addPage } from "./page/page.js";
import { whyHere } from "./panel/why.js";

const story = document.body.dataset.story ?? "";
const card = new Card(story);
const { map, spots } = makeMinimap({ hover: light, choose });

/** @param {string} id */
function parts(id) {
  return [...document.querySelectorAll("[data-place]")].filter((node) => /** @type {HTMLElement} */ (node).dataset.place === id);
}

/**
 * Highlights everything that belongs to a place, or nothing if the id is empty.
 * @param {string} id
 */
function light(id) {
  for (const node of document.querySelectorAll(".lit")) node.classList.remove("lit");
  if (!id) return;
  for (const node of parts(id)) node.classList.add("lit");
}

/**
 * Makes a place the chosen one: it stays marked, and the map goes there.
 * @param {string} id
 * @param {{scroll?: boolean}} [options]
 */
function choose(id, { scroll = true } = {}) {
  for (const node of document.querySelectorAll(".chosen")) node.classList.remove("chosen");
  const spot = spots.get(id);
  if (!spot || spot.kind !== "place") return;
  for (const node of parts(id)) node.classList.add("chosen");
  const there = spot.marker.getLatLng();
  if (!map.getBounds().pad(-0.1).contains(there)) map.panTo(there);
  spot.marker.openTooltip();
  const word = document.querySelector("mark.chosen");
  if (scroll && word) word.scrollIntoView({ block: "center", behavior: isStill() ? "auto" : "smooth" });
  reveal(spot.element);
  history.replaceState(null, "", `#place-${id}`);
}

/**
 * Scrolls the list of places, and nothing else, until an entry is in sight.
 * @param {HTMLElement} entry
 */
function reveal(entry) {
  const list = entry.parentElement;
  if (!list || list.scrollHeight <= list.clientHeight) return;
  const top = entry.offsetTop - list.offsetTop;
  if (top < list.scrollTop || top + entry.offsetHeight > list.scrollTop + list.clientHeight) list.scrollTop = top;
}

/** The place of an element of the page, or an empty string. @param {EventTarget | null} target */
function placeAt(target) {
  const node = target instanceof Element ? target.closest("[data-place]") : null;
  if (!(node instanceof HTMLElement) || node.closest(".leaflet-container")) return "";
  return node.dataset.place ?? "";
}

for (const type of ["mouseover", "focusin"]) {
  document.addEventListener(type, (event) => {
    const id = placeAt(event.target);
    if (id) light(id);
  });
}
for (const type of ["mouseout", "focusout"]) {
  document.addEventListener(type, (event) => {
    if (placeAt(event.target)) light("");
  });
}

document.addEventListener("click", (event) => {
  const { target } = event;
  if (!(target instanceof Element)) return;
  const link = target.closest("a");
  if (link && !link.matches("[data-place]")) return; // links to other pages work as usual
  if (target.closest("summary, .why-body, button")) return; // these handle clicks themselves
  const id = placeAt(target);
  if (!id) return;
  event.preventDefault();
  const name = target.closest("mark");
  choose(id, { scroll: !name });
  const spot = spots.get(id);
  if (name && link && spot) card.open(link, spot);
});

addPage();
for (const spot of spots.values()) {
  if (spot.kind !== "place") continue;
  spot.element.querySelector(".reasons")?.remove(); // they are in the answer
  spot.element.querySelector(".links")?.before(whyHere(story, spot.id, { evidence: false }));
}

const named = /^#(?:place|entry)-(.+)$/.exec(location.hash);
if (named) choose(decodeURIComponent(named[1]), { scroll: false }); // the browser has scrolled there
