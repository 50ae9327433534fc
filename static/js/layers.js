// @ts-check
// The choice between markers, heat and countries.

import { el } from "./dom.js";
import { t } from "./i18n.js";
import { layers } from "./state.js";

/**
 * @param {HTMLElement} root
 * @param {import("./state.js").State} state
 */
export function addLayerSwitch(root, state) {
  root.setAttribute("role", "radiogroup");
  root.setAttribute("aria-label", t("layers.label"));
  const inputs = layers.map((layer) => /** @type {HTMLInputElement} */ (el("input", { type: "radio", name: "layer", value: layer, onchange: () => state.set({ layer }) })));
  root.replaceChildren(...inputs.map((input) => el("label", {}, input, el("span", {}, t(`layers.${input.value}`)))));
  const write = () => {
    for (const input of inputs) input.checked = input.value === state.layer;
  };
  state.on(["layer"], write);
  write();
}
