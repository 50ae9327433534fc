// @ts-check
// The card at a name in a story's text: the place that was chosen for it, with its
// confidence and reasons. On a phone it is at the bottom of the screen.

import * as api from "../lib/api.js";
import { el, icon, placeAddress } from "../lib/dom.js";
import { percent } from "../lib/format.js";
import { glyph } from "../lib/glyph.js";
import { t } from "../lib/i18n.js";
import { explanation } from "./why.js";

/** Distance in pixels of the card from the name and from the edge of the screen. */
const gap = 6;
const edge = 12;

export class Card {
  /** @param {string} story id */
  constructor(story) {
    this.story = story;
    this.title = el("h2", { id: "card-title" });
    this.body = el("div", { class: "card-body" });
    const close = el(
      "button",
      {
        type: "button",
        class: "button icon-only quiet",
        "aria-label": t("close"),
        title: t("close"),
        onclick: () => this.root.hidePopover(),
      },
      icon("close"),
    );
    this.root = el(
      "div",
      { class: "card", popover: "auto", role: "dialog", "aria-labelledby": "card-title", tabindex: "-1" },
      el("div", { class: "card-head" }, this.title, close),
      this.body,
    );
    document.body.append(this.root);
  }

  /**
   * Opens the card at a name.
   * @param {HTMLElement} name
   * @param {import("../map/minimap.js").Spot} spot
   */
  async open(name, spot) {
    if (typeof this.root.showPopover !== "function") return; // older browsers have the list next to the text
    this.title.replaceChildren(glyph(spot), el("a", { href: placeAddress(spot.id) }, el("bdi", {}, spot.name)));
    this.body.replaceChildren(el("p", { class: "quiet-text" }, t("loading")));
    this.root.hidePopover();
    name.focus({ preventScroll: true }); // gets the focus back
    this.#place(name);
    this.root.showPopover();
    this.root.focus({ preventScroll: true });
    const asked = (this.asked = Symbol());
    const content = await this.#content(spot);
    if (asked !== this.asked) return; // another name was selected in the meantime
    this.body.replaceChildren(...content);
  }

  /** @param {HTMLElement} name */
  #place(name) {
    const width = Math.min(352, document.documentElement.clientWidth - 2 * edge);
    const box = name.getClientRects()[0];
    const column = /** @type {HTMLElement} */ (name.closest("article")).getBoundingClientRect(); // the map stays visible
    const left = Math.max(edge, Math.min(box.left, column.right - width));
    this.root.style.setProperty("--card-left", `${left + window.scrollX}px`);
    this.root.style.setProperty("--card-top", `${box.bottom + gap + window.scrollY}px`);
    this.root.style.setProperty("--card-width", `${width}px`);
  }

  /** @param {import("../map/minimap.js").Spot} spot */
  async #content(spot) {
    const all = el("p", { class: "links" }, el("a", { href: placeAddress(spot.id) }, t("story.allAbout", { place: spot.name })));
    try {
      const story = await api.story(this.story);
      const location = story.locations.find(({ place }) => place.id === spot.id);
      return [el("h3", { class: "why-title" }, t("why.title")), location ? explanation(location) : el("p", {}, t("why.gone")), all];
    } catch (error) {
      const words = error instanceof api.ApiError ? (error.isMissing ? t("story.gone") : error.message) : t("error.page");
      const known = el(
        "p",
        { class: "meta" },
        el("span", {}, t(`role.${spot.role}`)),
        el("span", {}, t("story.sure", { percent: percent(spot.confidence) })),
      );
      return [known, el("p", { class: "warning" }, words), all];
    }
  }
}
