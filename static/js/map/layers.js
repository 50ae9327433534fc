// @ts-check
// The choice between markers, heat and countries.

import { el } from "../lib/dom.js";
import { t } from "../lib/i18n.js";
import { layers } from "../lib/state.js";

/**
 * @param {HTMLElement} root
 * @param {import("../lib/state.js").State} state
 */
export function addLayerSwitch(root, state) {
  root.setAttribute("role", "radiogroup");
  root.setAttribute("aria-label", t("layers.label"));
  const inputs = layers.map(
    (layer) =>
      /** @type {HTMLInputElement} */ (el("input", { type: "radio", name: "layer", value: layer, onchange: () => state.set({ layer }) })),
  );
  root.replaceChildren(...inputs.map((input) => el("label", {}, input, el("span", {}, t(`layers.${input.value}`)))));
  const write = () => {
    for (const input of inputs) input.checked = input.value === state.layer;
  };
  state.on(["layer"], write);
  write();
}
