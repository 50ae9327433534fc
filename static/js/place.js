// @ts-check
// The place page: its map with the places near it, and its stories over time.

import * as api from "./lib/api.js";
import { addChart, readBins } from "./time/chart.js";
import { must } from "./lib/dom.js";
import { makeMinimap } from "./map/minimap.js";
import { addPage } from "./page/page.js";
import { readable } from "./lib/state.js";

/** Bars on a wide screen and on a phone. */
const wideBins = 60;
const narrowBins = 24;

const { map, spots } = makeMinimap();
addPage();
addNeighbours();
addTime();

/** Hovering a neighbour in the list highlights its marker, and vice versa. */
function addNeighbours() {
  for (const node of document.querySelectorAll("[data-near]")) {
    const spot = spots.get(/** @type {HTMLElement} */ (node).dataset.near ?? "");
    if (!spot) continue;
    const light = (/** @type {boolean} */ on) => () => {
      spot.marker.getElement()?.classList.toggle("lit", on);
      if (on && map.getBounds().contains(spot.marker.getLatLng())) spot.marker.openTooltip();
      else spot.marker.closeTooltip();
    };
    for (const [on, types] of /** @type {[boolean, string[]][]} */ ([
      [true, ["mouseenter", "focusin"]],
      [false, ["mouseleave", "focusout"]],
    ])) {
      for (const type of types) node.addEventListener(type, light(on));
    }
  }
}

async function addTime() {
  const place = document.body.dataset.placePage ?? "";
  const count = window.innerWidth < 600 ? narrowBins : wideBins;
  try {
    const bins = readBins(await api.histogram(new URLSearchParams({ place, bins: String(count) })));
    if (!bins || bins.counts.filter((n) => n > 0).length < 2) return; // one bar says nothing
    must("#over-time").hidden = false;
    addChart(
      must("#chart"),
      bins,
      (from, to) => `/?${readable(new URLSearchParams({ place, datetime: `${instant(from)}/${instant(to)}` }))}`,
    );
  } catch (error) {
    if (!(error instanceof api.ApiError)) throw error; // the page is complete without the chart
  }
}

/** @param {Date} time */
function instant(time) {
  return time.toISOString().replace(/\.\d+Z$/, "Z");
}
