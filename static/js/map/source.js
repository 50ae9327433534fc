// @ts-check
// What the map draws: the features under the filters if there are few of them in
// view, or else clusters from the server. There is one request at a time; a newer one
// aborts the one before it.

import * as api from "../lib/api.js";
import { groupOfArea } from "./group.js";
import { bboxOf } from "./map.js";

/** @typedef {import("../lib/api.js").Feature} Feature */
/** @typedef {import("../lib/api.js").Cell} Cell */

/**
 * @typedef {object} Drawn
 * @property {"features" | "cells"} mode
 * @property {Feature[]} features newest first
 * @property {Cell[]} cells
 * @property {import("./group.js").Group[]} areas countries beside the cells; without cells, they are among the features
 * @property {boolean} cut whether there are more features in view than are given
 */

/** With more features in view than this, clusters from the server are drawn. */
export const mostFeatures = 2_000;

/** How long the map must not move, in milliseconds, before its view is loaded. */
const pause = 120;

/** How much more than the view is loaded on each side, as a share of its size. */
const margin = 0.3;

export class Source {
  /**
   * @param {object} options
   * @param {import("../lib/state.js").State} options.state
   * @param {any} options.map
   * @param {(drawn: Drawn) => void} options.draw
   * @param {(counts: api.Counts) => void} options.count all under the filters, wherever they lie
   * @param {(error: unknown) => void} options.fail
   * @param {(busy: boolean) => void} options.busy
   */
  constructor({ state, map, draw, count, fail, busy }) {
    this.state = state;
    this.map = map;
    this.draw = draw;
    this.count = count;
    this.fail = fail;
    this.busy = busy;
    /** Whether all features under the filters are loaded. */
    this.whole = false;
    /** @type {{bounds: any, zoom: number} | null} what is here; zoom is -1 for features, which fit any */
    this.covered = null;
    this.running = new AbortController();
    this.timer = 0;
    /** Whether this server has no clusters. */
    this.plain = false;
    map.on("moveend", () => this.#moved());
  }

  /** Loads everything again, because the filters or the stories have changed. */
  load() {
    this.whole = false;
    this.covered = null;
    return this.#run(async (signal) => {
      const { counts } = await api.stories(this.state.query({ limit: "1" }), signal);
      if (counts) this.count(counts);
      if (!counts || counts.features > mostFeatures) return this.#fill(signal);
      const { features, cut } = await api.features(this.#features(""), signal);
      this.whole = !cut;
      this.draw({ mode: "features", features, cells: [], areas: [], cut });
    });
  }

  #moved() {
    clearTimeout(this.timer);
    if (this.whole || this.#covers()) return;
    this.timer = window.setTimeout(() => this.#run((signal) => this.#fill(signal)), pause);
  }

  #covers() {
    const { covered } = this;
    return covered !== null && covered.bounds.contains(this.map.getBounds()) && (covered.zoom < 0 || covered.zoom === this.#zoom());
  }

  #zoom() {
    return Math.round(this.map.getZoom());
  }

  /** @param {string} bbox */
  #features(bbox) {
    return this.state.query({ bbox, limit: String(mostFeatures), evidence: "0" });
  }

  /**
   * Asks for what is in view and a little around it.
   * @param {AbortSignal} signal
   */
  async #fill(signal) {
    const bounds = this.map.getBounds().pad(margin);
    const bbox = bboxOf(bounds);
    const zoom = this.#zoom();
    const clusters = await this.#clusters(bbox, zoom, signal);
    if (clusters && clusters.features > mostFeatures) {
      this.covered = { bounds, zoom };
      this.draw({ mode: "cells", features: [], cells: clusters.cells, areas: (clusters.areas ?? []).map(groupOfArea), cut: clusters.cut });
      return;
    }
    const { features, cut } = await api.features(this.#features(bbox), signal);
    this.covered = cut ? null : { bounds, zoom: -1 };
    this.draw({ mode: "features", features, cells: [], areas: [], cut });
  }

  /**
   * The server's clusters, or null where it makes none.
   * @param {string} bbox
   * @param {number} zoom
   * @param {AbortSignal} signal
   */
  async #clusters(bbox, zoom, signal) {
    if (this.plain) return null;
    try {
      return await api.clusters(this.state.query({ bbox, zoom: String(zoom) }), signal);
    } catch (error) {
      if (!(error instanceof api.ApiError) || !error.isMissing) throw error;
      this.plain = true;
      return null;
    }
  }

  /** @param {(signal: AbortSignal) => Promise<void>} job */
  async #run(job) {
    clearTimeout(this.timer);
    this.running.abort();
    const mine = (this.running = new AbortController());
    this.busy(true);
    try {
      await job(mine.signal);
    } catch (error) {
      if (!mine.signal.aborted) this.fail(error);
    } finally {
      if (this.running === mine) this.busy(false);
    }
  }
}
