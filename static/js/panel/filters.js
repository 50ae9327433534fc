// @ts-check
// The form above the list and the chips under it. It shows the filters of the
// state and changes them; it keeps none of its own.

import { el, must } from "../lib/dom.js";
import { countryName, dayOf, languageName, percent } from "../lib/format.js";
import { locale, t } from "../lib/i18n.js";
import { roles } from "../lib/state.js";

/** @typedef {import("../lib/state.js").State} State */

/** Pause in typing, in milliseconds, before a filter is applied. */
const pause = 400;

/** Languages that are offered. The address may name others. */
const languages = [
  "ar",
  "bn",
  "de",
  "en",
  "es",
  "fa",
  "fr",
  "he",
  "hi",
  "id",
  "it",
  "ja",
  "ko",
  "nl",
  "pl",
  "pt",
  "ro",
  "ru",
  "sw",
  "tr",
  "uk",
  "ur",
  "vi",
  "zh",
];

export class Filters {
  /**
   * @param {HTMLFormElement} form
   * @param {State} state
   */
  constructor(form, state) {
    this.form = form;
    this.state = state;
    this.chips = must("#chips", form);
    /** @type {Map<string, string>} names of places by their ids, as far as they are known */
    this.placeNames = new Map();
    this.timer = 0;
    fillSelect(this.select("lang"), languages, languageName);
    fillSelect(this.select("country"), countryCodes(), countryName);
    form.addEventListener("input", (event) => this.#typed(event));
    form.addEventListener("change", (event) => this.#changed(event.target));
    form.addEventListener("submit", (event) => event.preventDefault());
    must("#clear", form).addEventListener("click", () => state.clearFilters());
    state.on(["filters", "period", "by"], () => this.write());
    this.write();
  }

  /** Writes the state into the form. */
  write() {
    const { filters } = this.state;
    const chosen = (filters.role ?? "").split(",").filter(Boolean);
    for (const role of roles) this.field(`role-${role}`).checked = chosen.length === 0 || chosen.includes(role);
    const { from, to } = readInterval(filters.datetime);
    this.#put(this.field("from"), from);
    this.#put(this.field("to"), to);
    this.#put(this.field("outlet"), filters.outlet ?? "");
    choose(this.select("lang"), filters.lang ?? "", languageName);
    choose(this.select("country"), (filters.country ?? "").toUpperCase(), countryName);
    this.field("confidence").value = filters.min_confidence ?? "0";
    this.#sayConfidence();
    this.#drawChips();
  }

  /**
   * Does not write over what is being typed.
   * @param {HTMLInputElement} field
   * @param {string} value
   */
  #put(field, value) {
    if (field !== document.activeElement) field.value = value;
  }

  /** @param {Event} event */
  #typed(event) {
    clearTimeout(this.timer);
    const field = event.target;
    if (!(field instanceof HTMLInputElement)) return;
    if (field.id === "confidence") this.#sayConfidence();
    if (field.id === "outlet") this.timer = window.setTimeout(() => this.state.filter({ outlet: field.value.trim() }), pause);
  }

  /** @param {EventTarget | null} field */
  #changed(field) {
    if (!(field instanceof HTMLInputElement || field instanceof HTMLSelectElement)) return;
    clearTimeout(this.timer);
    if (field.id.startsWith("role-")) return this.#applyRoles();
    if (field.id === "from" || field.id === "to") return this.#applyDays();
    if (field.id === "outlet" || field.id === "lang" || field.id === "country") this.state.filter({ [field.id]: field.value.trim() });
    if (field.id === "confidence") this.state.filter({ min_confidence: Number(field.value) > 0 ? field.value : "" });
  }

  #applyRoles() {
    const chosen = roles.filter((role) => this.field(`role-${role}`).checked);
    this.state.filter({ role: chosen.length === roles.length ? "" : chosen.join(",") });
    this.write(); // no role selected means all roles
  }

  /** Days in the wrong order are reported, not sent: the server would refuse them. */
  #applyDays() {
    const from = this.field("from");
    const to = this.field("to");
    to.setCustomValidity(from.value && to.value && from.value > to.value ? t("filter.days.order") : "");
    if (!to.reportValidity() || !from.validity.valid) return;
    this.state.filter({ datetime: writeInterval(from.value, to.value) });
  }

  #sayConfidence() {
    const { value } = this.field("confidence");
    const words = Number(value) > 0 ? t("filter.confidence.from", { percent: percent(Number(value)) }) : t("filter.confidence.any");
    must("#confidence-words", this.form).textContent = words;
    this.field("confidence").setAttribute("aria-valuetext", words);
  }

  /** @param {string} id */
  field(id) {
    return /** @type {HTMLInputElement} */ (must(`#${id}`, this.form));
  }

  /** @param {string} id */
  select(id) {
    return /** @type {HTMLSelectElement} */ (must(`#${id}`, this.form));
  }

  #drawChips() {
    const { filters, period } = this.state;
    const words = Object.entries(filters).map(([name, value]) => /** @type {[string, string]} */ ([name, this.#words(name, value)]));
    if (period)
      words.push(["period", this.state.by === "fetched" ? t("chip.received", { when: t(`period.${period}`) }) : t(`period.${period}`)]);
    const hadFocus = this.chips.contains(document.activeElement);
    this.chips.replaceChildren(...words.map(([name, text]) => this.#chip(name, text)));
    must("#clear", this.form).hidden = words.length === 0;
    if (hadFocus) /** @type {HTMLElement | null} */ (this.chips.querySelector("button") ?? document.querySelector("#q"))?.focus();
  }

  /**
   * @param {string} name
   * @param {string} text
   */
  #chip(name, text) {
    const drop = () => (name === "period" ? this.state.set({ period: "" }) : this.state.filter({ [name]: "" }));
    return el(
      "button",
      { type: "button", class: "chip", "data-filter": name, "aria-label": t("chip.remove", { filter: text }), onclick: drop },
      el("span", { dir: "auto" }, text),
      el("span", { "aria-hidden": "true" }, "×"),
    );
  }

  /**
   * @param {string} name
   * @param {string} value
   */
  #words(name, value) {
    const each = (/** @type {(one: string) => string} */ say) => value.split(",").map(say).join(", ");
    switch (name) {
      case "q":
        return `“${value}”`;
      case "role":
        return each((role) => t(`role.${role}`));
      case "place":
        return t("chip.place", { place: each((id) => this.placeNames.get(id) ?? id) });
      case "country":
        return each((code) => countryName(code.toUpperCase()));
      case "lang":
        return each(languageName);
      case "min_confidence":
        return t("filter.confidence.from", { percent: percent(Number(value)) });
      case "datetime":
        return intervalWords(value);
      case "received":
        return t("chip.received", { when: intervalWords(value) });
    }
    return t("chip.other", { name: t(`filter.${name}`), value });
  }

  /**
   * Lets chips say names instead of ids.
   * @param {Iterable<{id: string, name: string}>} places
   */
  namePlaces(places) {
    const ids = this.state.filters.place?.split(",");
    if (!ids) return;
    for (const { id, name } of places) {
      if (ids.includes(id)) this.placeNames.set(id, name);
    }
    this.#drawChips();
  }
}

/** @param {string} value of the filter datetime */
function intervalWords(value) {
  const [from, to] = value.includes("/") ? value.split("/") : [value, value];
  const isOpen = (/** @type {string} */ end) => end === "" || end === "..";
  const words = (/** @type {string} */ end) => dayOf(new Date(end));
  if (isOpen(from)) return t("chip.until", { day: words(to) });
  if (isOpen(to)) return t("chip.since", { day: words(from) });
  return words(from) === words(to) ? words(from) : t("chip.between", { from: words(from), to: words(to) });
}

/**
 * Reads "from/to" into two dates of the form YYYY-MM-DD; open ends are empty.
 * @param {string | undefined} datetime
 */
export function readInterval(datetime) {
  if (!datetime) return { from: "", to: "" };
  const [from, to = from] = datetime.split("/");
  const day = (/** @type {string} */ s) => (/^\d{4}-\d{2}-\d{2}/.test(s) ? s.slice(0, 10) : "");
  return { from: day(from), to: day(to) };
}

/**
 * @param {string} from YYYY-MM-DD or empty
 * @param {string} to YYYY-MM-DD or empty
 */
function writeInterval(from, to) {
  return from || to ? `${from || ".."}/${to || ".."}` : "";
}

/**
 * @param {HTMLSelectElement} select
 * @param {string[]} codes
 * @param {(code: string) => string} name
 */
function fillSelect(select, codes, name) {
  const order = new Intl.Collator(locale);
  const options = codes.map((value) => ({ value, text: name(value) })).sort((a, b) => order.compare(a.text, b.text));
  select.replaceChildren(el("option", { value: "" }, t("filter.any")), ...options.map(({ value, text }) => el("option", { value }, text)));
}

/**
 * Chooses a value, which may be one, or several, that are not on offer.
 * @param {HTMLSelectElement} select
 * @param {string} value
 * @param {(code: string) => string} name
 */
function choose(select, value, name) {
  if (![...select.options].some((option) => option.value === value)) {
    select.append(el("option", { value }, value.split(",").map(name).join(", ")));
  }
  select.value = value;
}

/** All codes that the browser has a name for. */
function countryCodes() {
  const letters = [..."ABCDEFGHIJKLMNOPQRSTUVWXYZ"];
  const odd = new Set(["EU", "EZ", "UN", "QO", "ZZ", "XA", "XB", "AC", "CP", "CQ", "DG", "EA", "IC", "TA"]);
  const former = new Set(["AN", "BU", "CS", "DD", "DY", "FX", "HV", "NH", "NT", "RH", "SU", "TP", "UK", "VD", "YD", "YU", "ZR"]);
  return letters
    .flatMap((a) => letters.map((b) => a + b))
    .filter((code) => !odd.has(code) && !former.has(code) && countryName(code) !== code);
}
