// @ts-check
// Countries that stories name, drawn as areas with a small label: a pin at the centre of a
// country would mean nothing.

import { countries } from "./countries.js";
import { el } from "../lib/dom.js";
import { compact, countryName } from "../lib/format.js";
import { doubtBelow, sizeOf } from "./group.js";
import { locale, t } from "../lib/i18n.js";
import { nearestLon } from "./map.js";
import { fineZoom, labelPoints } from "./outlines.js";

const L = /** @type {any} */ (window).L;

/** @typedef {import("./group.js").Group} Group */

/** Distance of a label from other things on the map, in pixels. */
const room = 3;

export class Areas {
  /**
   * @param {any} map
   * @param {object} options
   * @param {(group: Group, opener: HTMLElement | null) => void} options.open
   * @param {(group: Group | null) => void} options.hover
   */
  constructor(map, { open, hover }) {
    this.map = map;
    this.open = open;
    this.hover = hover;
    map.createPane("areas").style.zIndex = "350";
    map.createPane("area-labels").style.zIndex = "590";
    this.renderer = L.svg({ pane: "areas", padding: 0.3 });
    this.shapes = L.layerGroup();
    this.labels = L.layerGroup();
    /** @type {Map<string, {group: Group, shape: any, label: any}>} */
    this.shown = new Map();
    this.turn = 0;
    map.on("markersdrawn", () => this.#makeRoom());
    map.on("zoomend", () => this.#refine());
  }

  /** @param {boolean} on */
  show(on) {
    for (const layer of [this.shapes, this.labels]) {
      if (on) layer.addTo(this.map);
      else layer.remove();
    }
    this.#makeRoom();
  }

  get grain() {
    return this.map.getZoom() >= fineZoom ? /** @type {const} */ ("fine") : /** @type {const} */ ("coarse");
  }

  /** @param {Group[]} groups of countries */
  async take(groups) {
    const turn = ++this.turn;
    this.groups = groups;
    const grain = this.grain;
    this.drawnGrain = grain;
    const shapes = await countries(grain).catch(() => []);
    const points = await labelPoints(grain).catch(() => new Map());
    const outlines = new Map(shapes.map((country) => [country.code, country]));
    if (turn !== this.turn) return;
    this.shapes.clearLayers();
    this.labels.clearLayers();
    this.shown.clear();
    for (const group of groups)
      this.#add(group, outlines.get(group.country ?? "")?.polygons ?? null, points.get(group.country ?? "") ?? group);
    this.#makeRoom();
  }

  #refine() {
    if (this.groups && this.grain !== this.drawnGrain) this.take(this.groups);
  }

  /**
   * @param {Group} group
   * @param {import("./countries.js").Ring[][] | null} polygons
   * @param {{lat: number, lon: number}} at where its label stands
   */
  #add(group, polygons, at) {
    const name = group.country && locale !== "en" ? countryName(group.country) : group.name;
    const doubt = group.confidence < doubtBelow ? " doubt" : "";
    const options = { renderer: this.renderer, className: `area-shape ${group.role}${doubt}`, weight: 1, bubblingMouseEvents: false };
    const shape = polygons
      ? L.polygon(
          polygons.map((rings) => rings.map((ring) => ring.map(([lon, lat]) => [lat, lon]))),
          options,
        )
      : L.circle([group.lat, group.lon], { ...options, radius: 60_000 });
    const lon = nearestLon(at.lon, this.map.getCenter().lng);
    const text = el(
      "span",
      { class: `area-label ${group.role}${doubt}` },
      el("span", {}, name),
      el("b", { "data-count": compact(sizeOf(group)) }),
    );
    const label = L.marker([at.lat, lon], {
      icon: L.divIcon({ className: "area-marker", html: text, iconSize: null }),
      pane: "area-labels",
      keyboard: false,
      riseOnHover: true,
    });
    for (const part of [shape, label]) {
      part.on("click", () => this.open(group, label.getElement()));
      part.on("mouseover", () => this.#light(group));
      part.on("mouseout", () => this.#light(null));
    }
    this.shown.set(group.id, { group, shape, label });
    this.shapes.addLayer(shape);
    this.labels.addLayer(label);
    this.#dress(label.getElement(), group, name);
  }

  /**
   * @param {HTMLElement | null} element
   * @param {Group} group
   * @param {string} name
   */
  #dress(element, group, name) {
    if (!element) return;
    element.setAttribute("role", "button");
    element.setAttribute("aria-label", t("marker.country", { place: name, role: t(`role.${group.role}`), count: sizeOf(group) }));
    element.dataset.place = group.id;
    element.tabIndex = 0;
    element.onfocus = () => this.#light(group);
    element.onblur = () => this.#light(null);
    element.onkeydown = (event) => {
      if (event.key !== "Enter" && event.key !== " ") return;
      event.preventDefault();
      this.open(group, element);
    };
  }

  /** @param {Group | null} group */
  #light(group) {
    this.highlight(group ? new Set([group.id]) : null);
    this.hover(group);
  }

  /** @param {Set<string> | null} placeIds */
  highlight(placeIds) {
    for (const [id, { shape, label }] of this.shown) {
      const lit = placeIds?.has(id) ?? false;
      shape.getElement()?.classList.toggle("lit", lit);
      label.getElement()?.classList.toggle("lit", lit);
    }
  }

  /** Hides labels that would overlap markers or each other. */
  #makeRoom() {
    if (!this.map.hasLayer(this.labels)) return;
    const frame = this.map.getContainer().getBoundingClientRect();
    const taken = [...this.map.getPane("markerPane").children].map((element) => element.getBoundingClientRect());
    const order = [...this.shown.values()].sort((a, b) => sizeOf(b.group) - sizeOf(a.group));
    const boxes = order.map(({ label }) => label.getElement()?.firstElementChild?.getBoundingClientRect());
    order.forEach(({ label }, i) => {
      const box = boxes[i];
      const element = label.getElement();
      if (!box || !element) return;
      const outside = box.right < frame.left || box.left > frame.right || box.bottom < frame.top || box.top > frame.bottom;
      const hidden = outside || taken.some((other) => overlap(box, other));
      element.classList.toggle("crowded", hidden);
      element.tabIndex = hidden ? -1 : 0;
      if (!hidden) taken.push(box);
    });
  }

  /** @param {string} placeId */
  elementOf(placeId) {
    return this.shown.get(placeId)?.label.getElement() ?? null;
  }
}

/**
 * @param {DOMRect} a
 * @param {DOMRect} b
 */
function overlap(a, b) {
  return a.left < b.right + room && a.right > b.left - room && a.top < b.bottom + room && a.bottom > b.top - room;
}
