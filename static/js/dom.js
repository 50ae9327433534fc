// @ts-check
// Small builders for page elements. Everything that comes from a story goes in
// as text, never as markup, so a story cannot run code on a page.

/**
 * Makes an element. Children are elements or strings; strings become text.
 * @param {string} tag
 * @param {Record<string, string | boolean | EventListener | undefined>} [attributes]
 * @param {...(Node | string | null | undefined)} children
 * @returns {HTMLElement}
 */
export function el(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") {
      element.addEventListener(name.slice(2), value);
    } else if (value !== undefined && value !== false) {
      element.setAttribute(name, value === true ? "" : value);
    }
  }
  for (const child of children) {
    if (child !== null && child !== undefined && child !== "") element.append(child);
  }
  return element;
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

const dayFormat = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" });

/**
 * A time element for an RFC 3339 time, or null if it is unknown.
 * @param {string | null | undefined} time
 */
export function timeElement(time) {
  if (!time) return null;
  const date = new Date(time);
  if (Number.isNaN(date.getTime())) return null;
  return el("time", { datetime: time }, dayFormat.format(date));
}

const numberFormat = new Intl.NumberFormat("en-GB");

/**
 * "1 story", "1,234 stories".
 * @param {number} n
 * @param {string} one
 * @param {string} many
 */
export function count(n, one, many) {
  return `${numberFormat.format(n)} ${n === 1 ? one : many}`;
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
