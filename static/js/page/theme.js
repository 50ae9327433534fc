// @ts-check
// The switch between light, dark and the system's choice. boot.js applies it;
// this stores the choice, and keeps it in the address only if the address named one.

import { el, icon } from "../lib/dom.js";
import { t } from "../lib/i18n.js";

const choices = ["auto", "light", "dark"];
const drawings = /** @type {Record<string, string>} */ ({ auto: "auto", light: "sun", dark: "moon" });

/** The present choice. */
export function theme() {
  return document.documentElement.dataset.choice ?? "auto";
}

/** @param {string} choice */
export function setTheme(choice) {
  try {
    localStorage.setItem("newsmap.theme", choice);
  } catch {
    // Storage may be disabled: the choice then lasts until the page is closed.
  }
  document.dispatchEvent(new CustomEvent("themechoice", { detail: choice }));
}

/**
 * A button that goes through the choices.
 * @param {HTMLElement} place where it goes
 * @param {(choice: string) => void} [changed]
 */
export function addThemeSwitch(place, changed = () => {}) {
  const button = el("button", { type: "button", class: "button icon-only", id: "theme" });
  const draw = () => {
    const words = t("theme.button", { choice: t(`theme.${theme()}`) });
    button.replaceChildren(icon(drawings[theme()]));
    button.setAttribute("aria-label", words);
    button.title = words;
  };
  button.addEventListener("click", () => {
    const next = choices[(choices.indexOf(theme()) + 1) % choices.length];
    setTheme(next);
    changed(next);
  });
  document.addEventListener("themechange", draw);
  draw();
  place.append(button);
}
