// @ts-check
// What the pages of a story and of a place share: times as the reader writes
// them, the choice of language and theme, and ways to take the page elsewhere.

import { el, icon, must } from "../lib/dom.js";
import { locale, t } from "../lib/i18n.js";
import { addLanguages, offered } from "./languages.js";
import { noteForPrint } from "./print.js";
import { addThemeSwitch } from "./theme.js";

/** How long a button shows "Copied", in milliseconds. */
const said = 2_000;

const day = 86_400_000;
const moments = new Intl.DateTimeFormat(locale, { dateStyle: "long", timeStyle: "short" });
const bareDays = new Intl.DateTimeFormat(locale, { dateStyle: "long", timeZone: "UTC" });

export function addPage() {
  for (const node of document.querySelectorAll("time[datetime]")) {
    const time = new Date(node.getAttribute("datetime") ?? "");
    if (!Number.isNaN(time.getTime())) node.textContent = (time.getTime() % day === 0 ? bareDays : moments).format(time);
  }
  addLanguages(must("#tools"), offered());
  addThemeSwitch(must("#tools"));
  must("#actions").append(
    linkButton(),
    el("button", { type: "button", class: "button", id: "print", onclick: () => window.print() }, t("page.print")),
  );
  noteForPrint(must("#print-note"));
}

/** A button that copies the page's address, or shares it where the device can. */
function linkButton() {
  const words = el("span", { role: "status" }, t("page.copyLink"));
  const button = el("button", { type: "button", class: "button", id: "copy-link" }, icon("share"), words);
  button.addEventListener("click", async () => {
    const address = new URL(location.href);
    address.searchParams.delete("locale"); // whoever gets it reads in a language of their own
    try {
      await navigator.clipboard.writeText(address.href);
      words.textContent = t("share.copied");
      setTimeout(() => (words.textContent = t("page.copyLink")), said);
    } catch {
      window.prompt(t("page.copyLink"), address.href); // where a page may not write to the clipboard
    }
  });
  return button;
}
