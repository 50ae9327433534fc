// @ts-check
// A drawer at the edge of the page for what needs space: the stories that are not on the
// map, and the form to add one. The state says which is open.

import { el, icon } from "../lib/dom.js";
import { t } from "../lib/i18n.js";

export class Drawer {
  /**
   * @param {import("../lib/state.js").State} state
   * @param {Record<string, {title: string, fill: (body: HTMLElement) => void | (() => void)}>} contents by name;
   *   the function that fill returns is called on closing
   */
  constructor(state, contents) {
    this.state = state;
    this.contents = contents;
    this.title = el("h2", { id: "drawer-title" });
    this.body = el("div", { class: "drawer-body" });
    const close = el(
      "button",
      { type: "button", class: "button icon-only quiet", "aria-label": t("close"), title: t("close"), onclick: () => this.dialog.close() },
      icon("close"),
    );
    this.dialog = /** @type {HTMLDialogElement} */ (
      el("dialog", { class: "drawer", "aria-labelledby": "drawer-title" }, el("header", {}, this.title, close), this.body)
    );
    /** @type {void | (() => void)} */
    this.leave = undefined;
    this.dialog.addEventListener("close", () => {
      this.leave?.();
      this.leave = undefined;
      if (state.drawer !== "") state.set({ drawer: "" });
    });
    this.dialog.addEventListener("click", (event) => {
      if (event.target === this.dialog) this.dialog.close(); // the backdrop
    });
    document.body.append(this.dialog);
    state.on(["drawer"], () => this.#write());
    this.#write();
  }

  #write() {
    const content = this.contents[this.state.drawer];
    if (!content) {
      if (this.dialog.open) this.dialog.close();
      return;
    }
    if (this.dialog.open) return;
    this.title.textContent = content.title;
    this.body.replaceChildren();
    this.leave = content.fill(this.body);
    this.dialog.showModal();
  }
}
