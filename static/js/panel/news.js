// @ts-check
// Stories that arrive while the page is open. A button counts them, and they are drawn
// only when the reader presses it, so that nothing moves unexpectedly.

import { t } from "../lib/i18n.js";
import { follow } from "./live.js";

export class News {
  /**
   * @param {HTMLElement} button
   * @param {import("../lib/state.js").State} state
   * @param {object} options
   * @param {() => void} options.reload
   * @param {(ids: string[]) => void} options.gone stories were removed
   */
  constructor(button, state, { reload, gone }) {
    this.button = button;
    this.state = state;
    this.gone = gone;
    this.created = 0;
    this.updated = 0;
    /** @type {import("./live.js").Stream | null} */
    this.stream = null;
    button.addEventListener("click", () => {
      this.clear();
      reload();
    });
    state.on(["filters", "period", "by"], () => this.#follow());
    this.#follow();
  }

  /** New filters need a new stream, which continues where the last one was. */
  #follow() {
    this.clear();
    this.stream?.close();
    this.stream = follow({
      filters: this.state.query(),
      since: this.stream?.lastId,
      onStories: (news) => this.#take(news),
      onReset: () => this.#tell(t("news.many")),
    });
  }

  /** @param {import("./live.js").News} news */
  #take({ counts, stories }) {
    const gone = stories.filter(({ outcome }) => outcome === "deleted").map(({ id }) => id);
    if (gone.length > 0) this.gone(gone);
    this.created += counts.created;
    this.updated += counts.updated;
    if (this.created > 0) this.#tell(t("news.new", { count: this.created }));
    else if (this.updated > 0) this.#tell(t("news.updated", { count: this.updated }));
  }

  /** @param {string} words */
  #tell(words) {
    this.button.textContent = words;
    this.button.hidden = false;
  }

  clear() {
    this.created = 0;
    this.updated = 0;
    this.button.hidden = true;
  }
}
