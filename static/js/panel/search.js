// @ts-check
// The search box: one field over text, places, countries and outlets, with
// suggestions (ARIA combobox with a listbox). The selected suggestion becomes a filter.

import * as api from "../lib/api.js";
import { el, must } from "../lib/dom.js";
import { t } from "../lib/i18n.js";

/** @typedef {import("../lib/api.js").Suggestion} Suggestion */

/** Pause in typing, in milliseconds, before suggestions are loaded. */
const pause = 150;

const most = 8;

export class Search {
  /**
   * @param {HTMLElement} root
   * @param {import("../lib/state.js").State} state
   * @param {object} options
   * @param {(at: {lat: number, lon: number}) => void} options.go
   * @param {(id: string, name: string) => void} options.name a place's name came by
   */
  constructor(root, state, { go, name }) {
    this.state = state;
    this.go = go;
    this.name = name;
    this.input = /** @type {HTMLInputElement} */ (must("#q", root));
    this.box = el("ul", { id: "suggestions", class: "suggestions", role: "listbox", "aria-label": t("search.suggestions"), hidden: true });
    root.append(this.box);
    /** @type {Suggestion[]} */
    this.offers = [];
    this.active = -1;
    this.timer = 0;
    this.running = new AbortController();
    for (const [key, value] of Object.entries({
      role: "combobox",
      "aria-autocomplete": "list",
      "aria-expanded": "false",
      "aria-controls": "suggestions",
    }))
      this.input.setAttribute(key, value);
    this.input.addEventListener("input", () => this.#typed());
    this.input.addEventListener("keydown", (event) => this.#key(event));
    this.input.addEventListener("search", () => this.input.value === "" && this.#apply({ q: "" })); // the clear button of the field
    root.addEventListener("focusout", (event) => {
      if (!(event.relatedTarget instanceof Node) || !root.contains(event.relatedTarget)) this.#close();
    });
    state.on(["filters"], () => this.write());
    this.write();
  }

  write() {
    if (this.input !== document.activeElement || this.input.value.trim() === (this.state.filters.q ?? ""))
      this.input.value = this.state.filters.q ?? "";
  }

  #typed() {
    clearTimeout(this.timer);
    this.running.abort();
    const text = this.input.value.trim();
    if (!text) return this.#close();
    this.#offer([textOffer(text)]);
    this.timer = window.setTimeout(() => this.#ask(text), pause);
  }

  /** @param {string} text */
  async #ask(text) {
    const mine = (this.running = new AbortController());
    try {
      const { suggestions } = await api.suggest(text, most, mine.signal);
      this.#offer([...suggestions.filter(({ kind }) => kind !== "text"), textOffer(text)]);
    } catch (error) {
      // Suggestions are optional: the text itself can still be searched for.
      if (!api.isAbort(error) && !(error instanceof api.ApiError)) throw error;
    }
  }

  /** @param {Suggestion[]} offers */
  #offer(offers) {
    if (document.activeElement !== this.input) return;
    this.offers = offers;
    this.#mark(-1);
    this.box.replaceChildren(...offers.map((offer, i) => this.#option(offer, i)));
    this.box.hidden = false;
    this.input.setAttribute("aria-expanded", "true");
  }

  /**
   * @param {Suggestion} offer
   * @param {number} i
   */
  #option(offer, i) {
    const { kind, name, label, stories } = offer;
    // The label of a place begins with its name, which is shown in bold.
    const around = label?.startsWith(`${name}, `) ? label.slice(name.length + 2) : label;
    const detail = around && around !== name ? around : "";
    const words =
      kind === "text"
        ? el("span", { class: "words" }, t("search.text", { text: name }))
        : el("span", { class: "words", dir: "auto" }, el("b", {}, name), detail ? el("small", {}, ` ${detail}`) : null);
    const option = el(
      "li",
      { id: `suggestion-${i}`, class: `suggestion ${kind}`, role: "option", "aria-selected": "false" },
      words,
      el("small", { class: "kind" }, kind === "text" ? "" : t(`kind.${kind}`)),
      stories ? el("small", { class: "figure" }, t("count.stories", { count: stories })) : null,
    );
    option.addEventListener("pointerdown", (event) => event.preventDefault()); // the field keeps the focus
    option.addEventListener("click", () => this.#choose(offer));
    return option;
  }

  /** @param {number} at */
  #mark(at) {
    this.active = at;
    [...this.box.children].forEach((option, i) => option.setAttribute("aria-selected", String(i === at)));
    const active = this.box.children[at];
    if (active) {
      this.input.setAttribute("aria-activedescendant", active.id);
      active.scrollIntoView({ block: "nearest" });
    } else {
      this.input.removeAttribute("aria-activedescendant");
    }
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const n = this.offers.length;
    if (event.isComposing) return;
    if (event.key === "Enter") {
      event.preventDefault();
      const offer = this.offers[this.active];
      if (offer && !this.box.hidden) this.#choose(offer);
      else this.#apply({ q: this.input.value.trim() });
    } else if (event.key === "Escape" && !this.box.hidden) {
      event.preventDefault();
      this.#close();
    } else if (event.key === "ArrowDown" && n > 0 && !this.box.hidden) {
      event.preventDefault();
      this.#mark(this.active + 1 < n ? this.active + 1 : -1);
    } else if (event.key === "ArrowUp" && n > 0 && !this.box.hidden) {
      event.preventDefault();
      this.#mark(this.active < 0 ? n - 1 : this.active - 1);
    }
  }

  /** @param {Suggestion} offer */
  #choose(offer) {
    const { kind, id, name, lat, lon, value } = offer;
    if (kind === "place" && id) this.name(id, name);
    if (kind !== "text") this.input.value = this.state.filters.q ?? "";
    this.#apply(value);
    if (kind === "place" && typeof lat === "number" && typeof lon === "number") this.go({ lat, lon });
  }

  /** @param {Record<string, string>} filters */
  #apply(filters) {
    this.#close();
    this.state.filter(filters);
  }

  #close() {
    clearTimeout(this.timer);
    this.running.abort();
    this.offers = [];
    this.#mark(-1);
    this.box.hidden = true;
    this.input.setAttribute("aria-expanded", "false");
  }
}

/**
 * @param {string} text
 * @returns {Suggestion}
 */
function textOffer(text) {
  return { kind: "text", name: text, value: { q: text } };
}
