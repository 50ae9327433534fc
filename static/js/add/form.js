// @ts-check
// The form to add a story, and next to it what newsmap finds in the text. Nothing is
// stored on the server before "save"; the draft is kept in the tab until then.

import { AddMap } from "./map.js";
import {
  copyPoint,
  dropDraft,
  emptyDraft,
  loadDraft,
  loadToken,
  mostPoints,
  pointWords,
  readPoint,
  rounded,
  saveDraft,
  saveToken,
} from "./draft.js";
import * as api from "../lib/api.js";
import { el, icon, safeAddress, storyAddress } from "../lib/dom.js";
import { countryName, listOf, percent } from "../lib/format.js";
import { glyph } from "../lib/glyph.js";
import { t } from "../lib/i18n.js";
import { explanation } from "../panel/why.js";

/** @typedef {import("./draft.js").Draft} Draft */
/** @typedef {import("./draft.js").Point} Point */

/** Pause in typing, in milliseconds, before the text is sent for a preview. */
const pause = 500;

/** Maximum number of unlocated names that are listed. */
const mostUnlocated = 12;

/** The fields whose text the draft stores under the same name. */
const texts = /** @type {const} */ (["title", "text", "url", "original", "outlet", "published", "lang"]);

/**
 * Fills the drawer; the function that it returns is called on closing.
 * @param {HTMLElement} body
 */
export function fillAdd(body) {
  const form = new AddForm();
  body.append(form.root);
  form.start();
  return () => form.stop();
}

class AddForm {
  constructor() {
    this.draft = loadDraft();
    /** @type {Draft | null} the draft before it was cleared, for undo */
    this.cleared = null;
    this.timer = 0;
    this.asking = new AbortController();
    this.alive = new AbortController();
    this.fields = {
      title: input({ type: "text", id: "add-headline", maxlength: "2000", dir: "auto" }),
      text: input({ id: "add-text", rows: "9", dir: "auto" }, "textarea"),
      url: input({
        type: "url",
        id: "add-url",
        inputmode: "url",
        placeholder: "https://",
        maxlength: "2048",
        dir: "ltr",
        autocomplete: "off",
      }),
      original: input({
        type: "url",
        id: "add-original",
        inputmode: "url",
        placeholder: "https://",
        maxlength: "2048",
        dir: "ltr",
        autocomplete: "off",
      }),
      outlet: input({ type: "text", id: "add-outlet", maxlength: "500", dir: "auto" }),
      published: input({ type: "date", id: "add-published", min: "1605-01-01" }),
      lang: input({ type: "text", id: "add-lang", maxlength: "35", dir: "ltr", autocapitalize: "none", spellcheck: "false" }),
    };
    this.token = input({
      type: "password",
      id: "add-token",
      autocomplete: "off",
      dir: "ltr",
      "aria-describedby": "add-token-hint add-said",
    });
    this.token.value = loadToken();
    this.point = input({
      type: "text",
      id: "add-point",
      dir: "ltr",
      placeholder: "36.2, 37.16",
      autocomplete: "off",
      "aria-describedby": "add-points-hint",
    });
    this.points = el("ul", { class: "chips-list" });
    this.pointNote = el("p", { class: "quiet-text", role: "status" });
    this.read = el("button", { type: "button", class: "button", onclick: () => this.#readPage() }, t("add.url.read"));
    this.save = el("button", { type: "submit", class: "button primary" }, t("add.save"));
    this.clear = el("button", { type: "button", class: "button quiet", onclick: () => this.#clear() }, t("add.clear"));
    this.said = el("p", { class: "said", id: "add-said", role: "alert" });
    this.status = el("p", { class: "quiet-text", role: "status" });
    this.found = el("ol", { class: "found" });
    this.article = el("div", { class: "article-found" });
    this.frame = el("div", { class: "map", role: "application", "aria-label": t("add.preview.map"), tabindex: "0" });
    this.textPart = el("div", { class: "part" }, labelled(t("add.headline"), this.fields.title), labelled(t("add.text"), this.fields.text));
    this.urlPart = el("div", { class: "part" }, labelled(t("add.url"), this.fields.url), el("div", {}, this.read));
    this.originalLabel = labelled(t("add.original"), this.fields.original);
    this.modes = this.#modes();
    this.root = this.#build();
  }

  /** The form is in the page. */
  start() {
    this.map = new AddMap(this.frame, (point) => this.#pick(point));
    for (const name of texts) this.fields[name].value = this.draft[name];
    this.#showMode();
    this.#showPoints();
    this.#preview(0);
    if (window.matchMedia("(pointer: fine)").matches) this.fields[this.draft.mode].focus();
  }

  stop() {
    clearTimeout(this.timer);
    this.asking.abort();
    this.alive.abort();
    this.map?.remove();
  }

  #build() {
    const more = el(
      "details",
      { class: "more-fields" },
      el("summary", {}, t("add.more")),
      el(
        "div",
        { class: "pair" },
        labelled(t("filter.outlet"), this.fields.outlet),
        labelled(t("add.published"), this.fields.published),
        labelled(t("add.lang"), this.fields.lang),
        this.originalLabel,
      ),
    );
    const addPoint = el("button", { type: "button", class: "button", onclick: () => this.#typedPoint() }, t("add.point.add"));
    const points = el(
      "fieldset",
      { class: "points" },
      el("legend", {}, t("add.points")),
      el("p", { class: "quiet-text", id: "add-points-hint" }, t("add.points.hint")),
      el("div", { class: "row-fields" }, labelled(t("add.point"), this.point), addPoint),
      this.points,
      this.pointNote,
    );
    const write = el("div", { class: "write" }, this.modes, this.textPart, this.urlPart, more, points);
    const preview = el(
      "section",
      { class: "preview", "aria-labelledby": "add-preview-title" },
      el("h3", { id: "add-preview-title" }, t("add.preview")),
      el("div", { class: "mini" }, this.frame),
      this.status,
      this.article,
      this.found,
    );
    const token = el(
      "div",
      { class: "token" },
      labelled(t("add.token"), this.token),
      el("p", { class: "quiet-text", id: "add-token-hint" }, t("add.token.hint")),
    );
    const foot = el(
      "div",
      { class: "foot" },
      token,
      this.said,
      el("div", { class: "row-fields" }, this.save, this.clear),
      el("p", { class: "quiet-text" }, t("add.kept")),
    );
    const form = el(
      "form",
      { class: "add-form", novalidate: true, autocomplete: "off" },
      el("div", { class: "columns" }, write, preview),
      foot,
    );
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (document.activeElement === this.point)
        this.#typedPoint(); // Enter there means the point
      else this.#save();
    });
    form.addEventListener("input", (event) => this.#typed(event.target));
    return form;
  }

  #modes() {
    /** @type {["text" | "url", string][]} */
    const modes = [
      ["text", t("add.mode.text")],
      ["url", t("add.mode.url")],
    ];
    const labels = modes.map(([mode, words]) => {
      const radio = input({ type: "radio", name: "add-mode", value: mode });
      /** @type {HTMLInputElement} */ (radio).checked = this.draft.mode === mode;
      radio.addEventListener("change", () => {
        this.draft.mode = mode;
        saveDraft(this.draft);
        this.#showMode();
        this.#preview(0);
      });
      return el("label", {}, radio, el("span", {}, words));
    });
    return el("div", { class: "switch flat", role: "radiogroup", "aria-label": t("add.mode") }, ...labels);
  }

  #showMode() {
    const isText = this.draft.mode === "text";
    this.textPart.hidden = !isText;
    this.urlPart.hidden = isText;
    this.originalLabel.hidden = !isText;
    for (const radio of this.modes.querySelectorAll("input")) radio.checked = radio.value === this.draft.mode;
    this.#say("");
  }

  /** @param {EventTarget | null} target */
  #typed(target) {
    if (target === this.token) {
      saveToken(this.token.value.trim());
      this.token.removeAttribute("aria-invalid");
      return;
    }
    const name = texts.find((one) => this.fields[one] === target);
    if (!name) return;
    this.draft[name] = this.fields[name].value;
    saveDraft(this.draft);
    this.fields[name].removeAttribute("aria-invalid");
    this.#say("");
    if (this.draft.mode === "text") this.#preview(pause);
    else if (name === "url") this.#showNothing();
  }

  /** Looks through the text once typing rests. @param {number} after milliseconds */
  #preview(after) {
    clearTimeout(this.timer);
    this.asking.abort();
    if (this.draft.mode === "url" || !(this.draft.text.trim() || this.draft.title.trim())) return this.#showNothing();
    this.timer = window.setTimeout(() => this.#ask(this.#body(), {}), after);
  }

  #showNothing() {
    this.asking.abort();
    this.found.replaceChildren();
    this.article.replaceChildren();
    this.map?.showPlaces([]);
    this.status.textContent = t(this.draft.mode === "url" ? "add.preview.emptyUrl" : "add.preview.empty");
  }

  /** The request body for the server. */
  #body() {
    const { mode, title, text, url, original, outlet, published, lang, points } = this.draft;
    const rest = { outlet: outlet.trim(), lang: lang.trim(), date: published, points };
    return mode === "url" ? { url: url.trim(), ...rest } : { title: title.trim(), text, url: original.trim(), ...rest };
  }

  /** Asks the server to read the page at the address. */
  async #readPage() {
    if (!this.#hasAddress() || !this.#hasToken()) return;
    this.read.textContent = t("add.url.reading");
    const story = await this.#ask(this.#body(), this.#authorization());
    this.read.textContent = t("add.url.read");
    if (!story) return;
    const start = (story.text ?? "").trim().slice(0, 280);
    this.article.replaceChildren(
      el("h4", { dir: "auto" }, story.title || t("story.untitled")),
      el("p", { class: "meta" }, story.outlet ? el("span", {}, el("bdi", {}, story.outlet)) : null),
      el("p", { class: "quiet-text", dir: "auto" }, start.length < (story.text ?? "").trim().length ? `${start}…` : start),
    );
  }

  /**
   * Asks what newsmap would make of the story, and shows it.
   * @param {object} body
   * @param {Record<string, string>} headers
   * @returns {Promise<(api.Story & {text?: string}) | null>}
   */
  async #ask(body, headers) {
    this.asking.abort();
    const { signal } = (this.asking = new AbortController());
    this.status.textContent = t("add.preview.busy");
    try {
      const { story } = await post("/api/geoparse", { ...body, preview: true }, headers, signal);
      if (signal.aborted) return null;
      this.#show(story);
      return story;
    } catch (error) {
      if (signal.aborted) return null;
      this.status.textContent = "";
      this.#fail(error);
      return null;
    }
  }

  /** @param {api.Story} story */
  #show(story) {
    const { locations, unlocated = [] } = story;
    this.#say("");
    this.article.replaceChildren();
    this.map?.showPlaces(locations);
    this.map?.showPoints(this.draft.points);
    this.status.textContent = locations.length > 0 ? t("add.preview.count", { count: locations.length }) : t("add.preview.none");
    const names = [...new Set(unlocated.map(({ text }) => text))];
    const lost =
      names.length > 0 ? el("li", { class: "quiet-text" }, `${t("story.unlocated")}: ${listOf(names.slice(0, mostUnlocated))}`) : null;
    this.found.replaceChildren(...locations.map(foundPlace), ...(lost ? [lost] : []));
  }

  /** @param {Point} point from the map */
  async #pick(point) {
    const copied = await copyPoint(point);
    this.#addPoint(point, copied ? "add.point.copied" : "add.point.added");
  }

  #typedPoint() {
    const point = readPoint(this.point.value);
    this.point.toggleAttribute("aria-invalid", !point);
    if (!point) {
      this.pointNote.textContent = t("add.point.wrong");
      this.point.focus();
      return;
    }
    this.point.value = "";
    this.#addPoint(point, "add.point.added");
    this.map?.lookAt(point);
  }

  /**
   * @param {Point} point
   * @param {string} key of the message
   */
  #addPoint(point, key) {
    if (this.draft.points.length >= mostPoints) return;
    this.draft.points = [...this.draft.points, rounded(point)];
    this.pointNote.textContent = t(key, { point: pointWords(point) });
    this.#changedPoints();
  }

  #changedPoints() {
    saveDraft(this.draft);
    this.#showPoints();
    if (this.draft.mode === "text") this.#preview(pause);
  }

  #showPoints() {
    const { points } = this.draft;
    this.map?.showPoints(points);
    this.points.replaceChildren(
      ...points.map((point, i) => {
        const words = t("add.point.remove", { point: pointWords(point) });
        const remove = el("button", { type: "button", class: "button icon-only quiet", "aria-label": words, title: words }, icon("close"));
        remove.addEventListener("click", () => {
          this.draft.points = points.filter((_, at) => at !== i);
          this.pointNote.textContent = "";
          this.#changedPoints();
          /** @type {HTMLElement} */ (this.points.querySelector("button") ?? this.point).focus();
        });
        return el("li", {}, el("bdi", { dir: "ltr", class: "figure" }, pointWords(point)), remove);
      }),
    );
  }

  async #save() {
    if (this.saving) return;
    const isUrl = this.draft.mode === "url";
    if (isUrl && !this.#hasAddress()) return;
    if (!isUrl && !(this.draft.text.trim() || this.draft.title.trim())) return this.#complain(this.fields.text, t("add.empty"));
    if (!this.#hasToken()) return;
    this.saving = true;
    this.save.textContent = t("add.saving");
    try {
      const { story } = await post("/api/stories", this.#body(), this.#authorization(), this.alive.signal);
      dropDraft();
      location.href = storyAddress(story.id);
    } catch (error) {
      if (!this.alive.signal.aborted) this.#fail(error);
      this.save.textContent = t("add.save");
    } finally {
      this.saving = false;
    }
  }

  #authorization() {
    return { Authorization: `Bearer ${this.token.value.trim()}` };
  }

  #hasToken() {
    const token = this.token.value.trim();
    if (/^[\x21-\x7e]+$/.test(token)) return true;
    this.#complain(this.token, token ? t("add.token.wrong") : t("add.token.missing")); // a header cannot contain other characters
    return false;
  }

  #hasAddress() {
    if (safeAddress(this.draft.url.trim())) return true;
    this.#complain(this.fields.url, t("add.url.wrong"));
    return false;
  }

  /** @param {unknown} error */
  #fail(error) {
    if (!(error instanceof api.ApiError)) {
      console.error(error);
      return this.#say(t("error.page"));
    }
    if (error.status === 401) return this.#complain(this.token, t("add.token.wrong"));
    const names = /** @type {Record<string, keyof AddForm["fields"]>} */ ({
      date: "published",
      published: "published",
      lang: "lang",
      outlet: "outlet",
      title: "title",
      text: "text",
      url: this.draft.mode === "url" ? "url" : "original",
    });
    const field = this.fields[names[error.parameter]];
    field?.setAttribute("aria-invalid", "true");
    this.#say(error.message);
  }

  /**
   * Says what is wrong with a field, and goes there.
   * @param {HTMLElement} field
   * @param {string} words
   */
  #complain(field, words) {
    field.setAttribute("aria-invalid", "true");
    this.#say(words);
    field.focus();
  }

  /** @param {string} words */
  #say(words) {
    this.said.replaceChildren(words);
  }

  /** Clears the form, and offers to undo that. */
  #clear() {
    this.cleared = this.draft;
    this.#take({ ...emptyDraft(), mode: this.draft.mode });
    const undo = el("button", { type: "button", class: "button quiet" }, t("add.undo"));
    undo.addEventListener("click", () => {
      if (this.cleared) this.#take(this.cleared);
      this.fields[this.draft.mode].focus();
    });
    this.said.replaceChildren(t("add.cleared"), " ", undo);
  }

  /** @param {Draft} draft */
  #take(draft) {
    this.draft = draft;
    saveDraft(draft);
    for (const name of texts) this.fields[name].value = draft[name];
    this.pointNote.textContent = "";
    this.#showMode();
    this.#showPoints();
    this.#preview(0);
  }
}

/** @param {api.Location} location */
function foundPlace(location) {
  const { place, role, confidence } = location;
  const around = [place.admin1, place.country ? countryName(place.country) : ""].filter((part) => part && part !== place.name).join(", ");
  return el(
    "li",
    {},
    el("p", { class: "found-name" }, glyph(location), el("b", {}, el("bdi", {}, place.name))),
    el(
      "p",
      { class: "meta" },
      el("span", { class: `role ${role}` }, t(`role.${role}`)),
      around ? el("span", {}, el("bdi", {}, around)) : null,
      el("span", { title: t("story.sure.title") }, t("story.sure", { percent: percent(confidence) })),
    ),
    el("details", { class: "why" }, el("summary", {}, t("why.title")), el("div", { class: "why-body" }, explanation(location))),
  );
}

/**
 * @param {Record<string, string>} attributes
 * @param {string} [tag]
 */
function input(attributes, tag = "input") {
  return /** @type {HTMLInputElement} */ (el(tag, attributes));
}

/**
 * @param {string} words
 * @param {HTMLElement} field
 */
function labelled(words, field) {
  return el("label", { class: "field", for: field.id }, el("span", {}, words), field);
}

/**
 * @param {string} path
 * @param {object} body
 * @param {Record<string, string>} headers
 * @param {AbortSignal} signal
 */
function post(path, body, headers, signal) {
  return api.request(path, {
    method: "POST",
    body: JSON.stringify(body),
    headers: { "Content-Type": "application/json", ...headers },
    signal,
  });
}
