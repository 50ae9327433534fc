// @ts-check
// Small builders for page elements. Everything that comes from a story goes in
// as text, never as markup, so a story cannot run code on a page.

/**
 * Makes an element. Children are elements or strings; strings become text.
 * @param {string} tag
 * @param {Record<string, string | number | boolean | null | undefined | ((event: any) => void)>} [attributes]
 * @param {...(Node | string | null | undefined)} children
 * @returns {HTMLElement}
 */
export function el(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") {
      element.addEventListener(name.slice(2), value);
    } else if (value !== undefined && value !== null && value !== false) {
      element.setAttribute(name, value === true ? "" : String(value));
    }
  }
  for (const child of children) {
    if (child !== null && child !== undefined && child !== "") element.append(child);
  }
  return element;
}

const drawings = /** @type {Record<string, string>} */ ({
  share: "M8 9.5V1.8m0 0L5.2 4.6M8 1.8l2.8 2.8M3.5 7.5H3v6.5h10V7.5h-.5",
  close: "M3.5 3.5l9 9m0-9-9 9",
  play: "M4.5 2.8v10.4l8.5-5.2z",
  pause: "M5 3v10M11 3v10",
  sun: "M8 5a3 3 0 1 0 0 6 3 3 0 0 0 0-6M8 1v1.5M8 13.5V15M1 8h1.5M13.5 8H15M3 3l1.1 1.1M11.9 11.9 13 13M13 3l-1.1 1.1M4.1 11.9 3 13",
  moon: "M13.5 9.8A6 6 0 0 1 6.2 2.5a6 6 0 1 0 7.3 7.3z",
  auto: "M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2zm0 0v12",
  globe: "M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2zM2 8h12M8 2c2.2 1.6 3 3.7 3 6s-.8 4.4-3 6c-2.2-1.6-3-3.7-3-6s.8-4.4 3-6",
  filter: "M2 4h12M4.5 8h7M6.5 12h3",
  clock: "M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2zm0 2.8V8l2.2 1.6",
  plus: "M8 3v10M3 8h10",
  download: "M8 2v8m0 0 3.2-3.2M8 10 4.8 6.8M2.5 13.5h11",
});

/**
 * A small icon next to a text, which says the same.
 * @param {string} name one of drawings
 */
export function icon(name) {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  const path = document.createElementNS(space, "path");
  for (const [key, value] of Object.entries({ viewBox: "0 0 16 16", width: "16", height: "16", class: "icon", "aria-hidden": "true" }))
    svg.setAttribute(key, value);
  path.setAttribute("d", drawings[name]);
  svg.append(path);
  return svg;
}

/**
 * Finds an element that the page is known to have.
 * @param {string} selector
 * @param {ParentNode} [root]
 * @returns {HTMLElement}
 */
export function must(selector, root = document) {
  const found = root.querySelector(selector);
  if (!(found instanceof HTMLElement)) throw new Error(`the page has no ${selector}`);
  return found;
}

/**
 * A link to another site, or plain text where the address is not http or https.
 * @param {string | null | undefined} address
 * @param {string} label
 * @param {string} [className]
 * @returns {HTMLElement | null}
 */
export function outwardLink(address, label, className = "") {
  const href = safeAddress(address);
  if (!href) return null;
  return el("a", { href, class: className, rel: "noopener noreferrer", target: "_blank" }, label);
}

/**
 * Returns the address if a link may lead there, else an empty string.
 * @param {string | null | undefined} address
 */
export function safeAddress(address) {
  if (!address) return "";
  try {
    const url = new URL(address);
    return url.protocol === "http:" || url.protocol === "https:" ? url.href : "";
  } catch {
    return "";
  }
}

/** @param {string} id */
export function storyAddress(id) {
  return `/stories/${encodeURIComponent(id)}`;
}

/** @param {string} id */
export function placeAddress(id) {
  return `/places/${encodeURIComponent(id)}`;
}

/**
 * Puts the parts of a text into a fragment with every occurrence of the names
 * emphasised. Names match without regard to case or diacritics.
 * @param {string} text
 * @param {string[]} names
 * @returns {{fragment: DocumentFragment, found: boolean}}
 */
export function emphasise(text, names) {
  const folded = fold(text);
  const fragment = document.createDocumentFragment();
  let at = 0;
  let found = false;
  while (at < text.length) {
    const hit = nextHit(folded, names.map(fold), at);
    if (!hit) break;
    fragment.append(text.slice(at, hit.start), el("mark", {}, text.slice(hit.start, hit.end)));
    at = hit.end;
    found = true;
  }
  fragment.append(text.slice(at));
  return { fragment, found };
}

/**
 * @param {string} text
 * @param {string[]} names
 * @param {number} from
 */
function nextHit(text, names, from) {
  let best = null;
  for (const name of names) {
    if (!name) continue;
    for (let start = text.indexOf(name, from); start >= 0; start = text.indexOf(name, start + 1)) {
      const end = start + name.length;
      if (isLetter(text[start - 1]) || isLetter(text[end])) continue;
      if (!best || start < best.start || (start === best.start && end > best.end)) best = { start, end };
      break;
    }
  }
  return best;
}

/** @param {string | undefined} c */
function isLetter(c) {
  return c !== undefined && /[\p{L}\p{N}]/u.test(c);
}

/**
 * Folds case and diacritics and keeps the length, so that offsets hold.
 * @param {string} text
 */
function fold(text) {
  let out = "";
  for (const c of text) {
    const base = c.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
    out += base.length === c.length ? base : c;
  }
  return out;
}

/** Whether the reader prefers reduced motion. */
export function isStill() {
  return window.matchMedia("(prefers-reduced-motion: reduce)").matches;
}
