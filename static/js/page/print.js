// @ts-check
// Printing. Paper shows the map as the screen does: it keeps its size in pixels
// and is scaled to the paper's width, so that nothing on it moves and nothing has
// to be drawn in the moment that there is before printing.

import { el } from "../lib/dom.js";
import { locale, t } from "../lib/i18n.js";

/** The width that a page of A4 or Letter has between its margins, in CSS pixels. */
const paperWidth = 690;

/** Maximum height of the map on a printed page, in CSS pixels. */
const paperHeight = 460;

const moments = new Intl.DateTimeFormat(locale, { dateStyle: "long", timeStyle: "short" });

/**
 * Keeps a map's size for paper.
 * @param {HTMLElement} frame that the map fills
 */
export function printMap(frame) {
  window.addEventListener("beforeprint", () => {
    const { width, height } = frame.getBoundingClientRect();
    if (width * height === 0) return; // a hidden map is not printed
    frame.style.setProperty("--print-width", `${width}px`);
    frame.style.setProperty("--print-height", `${height}px`);
    frame.style.setProperty("--print-zoom", String(Math.min(1, paperWidth / width, paperHeight / height)));
  });
}

/**
 * Makes the map page printable: its map, its list, and a note below them.
 * @param {HTMLElement} frame that the map fills
 * @param {HTMLElement} foot where the note goes
 */
export function printPage(frame, foot) {
  const note = el("p", { class: "print-note" });
  note.hidden = true; // on the screen, the browser shows the address
  window.addEventListener("beforeprint", () => (note.hidden = false));
  window.addEventListener("afterprint", () => (note.hidden = true));
  foot.append(note);
  printMap(frame);
  noteForPrint(note);
}

/**
 * Writes where and when a page was printed into an element that only paper shows.
 * @param {HTMLElement} note
 */
export function noteForPrint(note) {
  window.addEventListener("beforeprint", () => {
    note.textContent = t("print.note", { day: moments.format(new Date()), address: location.href });
  });
}
