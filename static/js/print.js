// @ts-check
// Printing. Paper shows the map as the screen does: it keeps its size in pixels
// and is scaled to the paper's width, so that nothing on it moves. Paper is light,
// so a dark map is drawn in the light colours meanwhile.

import { locale, t } from "./i18n.js";

/** The width that a page of A4 or Letter has between its margins, in CSS pixels. */
const paperWidth = 690;

/** The most that a map takes of a page's height, in CSS pixels. */
const paperHeight = 460;

const moments = new Intl.DateTimeFormat(locale, { dateStyle: "long", timeStyle: "short" });

/**
 * Keeps a map's size for paper.
 * @param {HTMLElement} frame that the map fills
 */
export function printMap(frame) {
  const root = document.documentElement;
  let theme = "";
  window.addEventListener("beforeprint", () => {
    const { width, height } = frame.getBoundingClientRect();
    frame.style.setProperty("--print-width", `${width}px`);
    frame.style.setProperty("--print-height", `${height}px`);
    frame.style.setProperty("--print-zoom", String(Math.min(1, paperWidth / width, paperHeight / height)));
    if (root.dataset.theme !== "dark") return;
    theme = "dark";
    setTheme("light");
  });
  window.addEventListener("afterprint", () => {
    if (theme) setTheme(theme);
    theme = "";
  });

  /** @param {string} name */
  function setTheme(name) {
    root.dataset.theme = name;
    document.dispatchEvent(new CustomEvent("themechange"));
  }
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
