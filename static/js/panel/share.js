// @ts-check
// The share menu: the address of this view, embed code, downloads, and a feed.

import { downloadLinks } from "./download.js";
import { el } from "../lib/dom.js";
import { locale, t } from "../lib/i18n.js";
import { addMenu } from "../lib/menu.js";
import { readable, writeAddress } from "../lib/state.js";

/** How long a button shows "Copied", in milliseconds. */
const said = 2_000;

/**
 * @param {HTMLElement} place
 * @param {import("../lib/state.js").State} state
 * @param {() => URLSearchParams} query what is in view, for the API
 */
export function addShare(place, state, query) {
  addMenu(place, {
    id: "share",
    label: t("share.label"),
    drawing: "share",
    fill: () => [
      el(
        "section",
        {},
        el("h2", {}, t("share.link")),
        copied("share-link", t("share.link"), new URL(writeAddress(state.shape), location.href).href),
      ),
      el("section", {}, el("h2", {}, t("share.embed")), copied("share-embed", t("share.embed"), frame(state))),
      el("section", {}, el("h2", {}, t("share.download")), el("div", { class: "buttons", id: "downloads" }, ...downloadLinks(query()))),
      el(
        "section",
        {},
        el("h2", {}, t("share.subscribe")),
        el("p", {}, t("share.subscribe.words")),
        el("a", { id: "subscribe", class: "button", href: feedAddress(query()) }, "Atom"),
      ),
    ],
  });
}

/** @param {URLSearchParams} query */
function feedAddress(query) {
  const asked = new URLSearchParams(query);
  for (const name of ["datetime", "received"]) asked.delete(name); // a feed has new stories, not those of a period
  return `/feed.atom${asked.size ? `?${readable(asked)}` : ""}`;
}

/** The code of a frame that shows this view. @param {import("../lib/state.js").State} state */
function frame(state) {
  const address = new URL(writeAddress({ ...state.shape, drawer: "" }, "/embed"), location.href);
  address.searchParams.set("locale", locale);
  const code = el("iframe", {
    src: address.href.replace(/%2C/g, ","),
    title: t("embed.title"),
    width: "800",
    height: "500",
    loading: "lazy",
  });
  return code.outerHTML;
}

/**
 * A field with something to copy, and a button that does.
 * @param {string} id
 * @param {string} label
 * @param {string} value
 */
function copied(id, label, value) {
  const field = /** @type {HTMLInputElement} */ (el("input", { id, type: "text", readonly: true, value, "aria-label": label, dir: "ltr" }));
  const button = el("button", { type: "button", class: "button" }, t("share.copy"));
  const status = el("span", { class: "visually-hidden", role: "status" });
  field.addEventListener("focus", () => field.select());
  button.addEventListener("click", async () => {
    const done = await copy(field);
    button.textContent = t(done ? "share.copied" : "share.selected");
    status.textContent = button.textContent;
    setTimeout(() => (button.textContent = t("share.copy")), said);
  });
  return el("div", { class: "copy" }, field, button, status);
}

/** Copies a field's text; where the browser forbids it, it stays selected. @param {HTMLInputElement} field */
async function copy(field) {
  try {
    await navigator.clipboard.writeText(field.value);
    return true;
  } catch {
    field.focus();
    field.select();
    return false;
  }
}
