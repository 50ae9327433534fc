// @ts-check
// The choice of the page's language. The server translates, so a choice loads the
// same address again; a cookie keeps it for the pages that follow.

import { el } from "../lib/dom.js";
import { locale, t } from "../lib/i18n.js";
import { addMenu } from "../lib/menu.js";

/** Seconds. */
const year = 365 * 24 * 3600;

/**
 * @param {HTMLElement} place
 * @param {{code: string, name: string}[]} languages
 */
export function addLanguages(place, languages) {
  if (languages.length < 2) return;
  const choose = (/** @type {string} */ code) => (/** @type {Event} */ event) => {
    event.preventDefault();
    document.cookie = `locale=${code};path=/;max-age=${year};samesite=lax`;
    const address = new URL(location.href);
    address.searchParams.delete("locale");
    if (address.href === location.href) location.reload();
    else location.replace(address.href);
  };
  addMenu(place, {
    id: "language",
    label: t("language.label"),
    drawing: "globe",
    fill: () => [
      el(
        "ul",
        { class: "menu-list" },
        ...languages.map(({ code, name }) =>
          el(
            "li",
            {},
            el(
              "a",
              {
                href: `?locale=${code}`,
                lang: code,
                hreflang: code,
                "aria-current": code === locale ? "true" : null,
                onclick: choose(code),
              },
              name,
            ),
          ),
        ),
      ),
    ],
  });
}

/** The languages that the server offers, as the page's head lists them. */
export function offered() {
  return [...document.querySelectorAll('link[rel="alternate"][hreflang]')].map((link) => ({
    code: link.getAttribute("hreflang") ?? "",
    name: link.getAttribute("title") ?? "",
  }));
}
