// @ts-check
// Adding a story: the button for it, the drawer that it opens, and the point under
// a right click. The form itself is loaded when it is first opened.

import { addPoint, copyPoint, pointWords } from "./draft.js";
import * as api from "../lib/api.js";
import { el, icon } from "../lib/dom.js";
import { t } from "../lib/i18n.js";

const L = /** @type {any} */ (window).L;

/** The drawer's content. */
export function addDrawer() {
  return {
    title: t("add.button"),
    /** @param {HTMLElement} body */
    fill(body) {
      let isOpen = true;
      let leave = () => {};
      const note = el("p", { class: "quiet-text", role: "status" }, t("loading"));
      body.append(note);
      Promise.all([import("./form.js"), addStyle()]).then(
        ([{ fillAdd }]) => {
          if (!isOpen) return;
          note.remove();
          leave = fillAdd(body);
        },
        () => (note.textContent = t("error.unreachable")),
      );
      return () => {
        isOpen = false;
        leave();
      };
    },
  };
}

/** Loads the form's style, once. @returns {Promise<void>} */
function addStyle() {
  const href = new URL("../../css/add.css", import.meta.url).href;
  if ([...document.styleSheets].some((sheet) => sheet.href === href)) return Promise.resolve();
  return new Promise((resolve, reject) => {
    document.head.append(el("link", { rel: "stylesheet", href, onload: () => resolve(), onerror: () => reject(new Error("no style")) }));
  });
}

/**
 * Puts the button among the tools where the server takes stories, and offers the
 * point under a right click on the map.
 * @param {HTMLElement} tools
 * @param {import("../lib/state.js").State} state
 * @param {any} map
 */
export async function addAdding(tools, state, map) {
  let isOpen = false;
  const open = () => state.set({ drawer: "add" });
  map.on("contextmenu", (/** @type {any} */ { latlng }) => offerPoint(map, latlng.wrap(), isOpen ? open : null));
  try {
    isOpen = (await api.config()).can_add === true;
  } catch {
    return; // The connection's own notice says it.
  }
  if (!isOpen) return;
  const words = t("add.button");
  tools.prepend(
    el(
      "button",
      { type: "button", id: "add", class: "button icon-only", "aria-label": words, title: words, "aria-haspopup": "dialog", onclick: open },
      icon("plus"),
    ),
  );
}

/**
 * @param {any} map
 * @param {{lat: number, lng: number}} latlng
 * @param {(() => void) | null} open null where no story can be added
 */
function offerPoint(map, latlng, open) {
  const point = { lon: latlng.lng, lat: latlng.lat };
  const copy = el("button", { type: "button", class: "button" }, t("share.copy"));
  copy.addEventListener("click", async () => {
    copy.textContent = t((await copyPoint(point)) ? "share.copied" : "share.selected");
  });
  const add = open
    ? el("button", { type: "button", class: "button", onclick: () => (addPoint(point), map.closePopup(popup), open()) }, t("pick.add"))
    : null;
  const words = el("p", {}, el("bdi", { dir: "ltr", class: "figure" }, pointWords(point)));
  const content = el(
    "div",
    { class: "pick popup", role: "group", "aria-label": t("pick.label") },
    words,
    el("div", { class: "links" }, copy, add),
  );
  const popup = L.popup({ minWidth: open ? 240 : 120, closeButton: true })
    .setLatLng(latlng)
    .setContent(content)
    .openOn(map);
  copy.focus({ preventScroll: true });
}
