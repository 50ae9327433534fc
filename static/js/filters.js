// @ts-check
// The form above the list. It reads and writes the same filters as the address.

import { readInterval, writeInterval } from "./address.js";
import { el, must } from "./dom.js";

const roles = ["focus", "dateline", "mention"];

/** Filters that the form has no field for; they show as chips. */
const chipNames = /** @type {Record<string, string>} */ ({ place: "Place", country: "Country", lang: "Language", min_confidence: "Confidence from" });

/** Typing rests this long, in milliseconds, before a search starts. */
const pause = 300;

export class Filters {
  /**
   * @param {HTMLFormElement} form
   * @param {URLSearchParams} filters
   * @param {(filters: URLSearchParams) => void} changed
   */
  constructor(form, filters, changed) {
    this.form = form;
    this.changed = changed;
    this.chips = must("#chips", form);
    /** @type {Map<string, string>} names of places by their ids, as far as the features tell */
    this.placeNames = new Map();
    this.write(filters);
    let timer = 0;
    form.addEventListener("input", (event) => {
      clearTimeout(timer);
      const typed = event.target instanceof HTMLInputElement && ["search", "text"].includes(event.target.type);
      timer = window.setTimeout(() => this.apply(), typed ? pause : 0);
    });
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      clearTimeout(timer);
      this.apply();
    });
    must("#clear", form).addEventListener("click", () => this.clear());
  }

  clear() {
    this.write(new URLSearchParams());
    this.apply();
  }

  /** @param {URLSearchParams} filters */
  write(filters) {
    this.field("q").value = filters.get("q") ?? "";
    this.field("outlet").value = filters.get("outlet") ?? "";
    const chosen = (filters.get("role") ?? "").split(",").filter(Boolean);
    for (const role of roles) this.field(`role-${role}`).checked = chosen.length === 0 || chosen.includes(role);
    const { from, to } = readInterval(filters.get("datetime"));
    this.field("from").value = from;
    this.field("to").value = to;
    /** @type {Record<string, string>} */
    this.extra = {};
    for (const name of Object.keys(chipNames)) {
      const value = filters.get(name);
      if (value) this.extra[name] = value;
    }
    if (from || to || filters.get("outlet")) /** @type {HTMLDetailsElement} */ (must("details", this.form)).open = true;
    this.drawChips();
  }

  /** @returns {URLSearchParams} */
  read() {
    const filters = new URLSearchParams();
    const set = (/** @type {string} */ name, /** @type {string} */ value) => value && filters.set(name, value);
    set("q", this.field("q").value.trim());
    const chosen = roles.filter((role) => this.field(`role-${role}`).checked);
    if (chosen.length > 0 && chosen.length < roles.length) set("role", chosen.join(","));
    set("datetime", writeInterval(this.field("from").value, this.field("to").value));
    set("outlet", this.field("outlet").value.trim());
    for (const [name, value] of Object.entries(this.extra ?? {})) set(name, value);
    return filters;
  }

  apply() {
    const chosen = roles.filter((role) => this.field(`role-${role}`).checked);
    if (chosen.length === 0) for (const role of roles) this.field(`role-${role}`).checked = true;
    const filters = this.read();
    must("#clear", this.form).hidden = filters.size === 0;
    this.changed(filters);
  }

  /**
   * @param {string} id
   * @returns {HTMLInputElement}
   */
  field(id) {
    return /** @type {HTMLInputElement} */ (must(`#${id}`, this.form));
  }

  drawChips() {
    const chips = Object.entries(this.extra ?? {}).map(([name, value]) => {
      const words = `${chipNames[name]} ${name === "place" ? this.namesOf(value) : value}`;
      return el("button", { type: "button", class: "chip", "aria-label": `Remove the filter ${words}`, onclick: () => this.drop(name) }, `${words} ×`);
    });
    this.chips.replaceChildren(...chips);
    must("#clear", this.form).hidden = this.read().size === 0;
  }

  /** @param {string} ids joined by commas */
  namesOf(ids) {
    return ids
      .split(",")
      .map((id) => this.placeNames.get(id) ?? id)
      .join(", ");
  }

  /**
   * Lets the chip of the place filter say names instead of ids.
   * @param {Iterable<import("./api.js").Feature>} features
   */
  namePlaces(features) {
    const ids = this.extra?.place?.split(",");
    if (!ids) return;
    for (const feature of features) {
      if (ids.includes(feature.place_id)) this.placeNames.set(feature.place_id, feature.place);
    }
    this.drawChips();
  }

  /** @param {string} name */
  drop(name) {
    delete this.extra?.[name];
    this.drawChips();
    this.apply();
  }

  /**
   * Offers outlets as suggestions.
   * @param {Iterable<string>} names
   */
  suggestOutlets(names) {
    must("#outlets", this.form).replaceChildren(...[...names].sort().slice(0, 200).map((value) => el("option", { value })));
  }
}
