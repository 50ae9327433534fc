// @ts-check
// Live updates by server-sent events (GET /api/events).
//
//   import { follow } from "./live.js";
//   const stream = follow({
//     filters,                          // URLSearchParams, as for the other calls; no limit, no cursor
//     onStories: ({ counts }) => …,     // something happened to stories under the filters
//     onReset: () => …,                 // too many changes were missed: load everything again
//     onState: (state) => …,            // "live", "waiting" or "paused"
//   });
//   stream.close();                     // for other filters: close it, and follow again from stream.lastId
//
// After an interruption, even a restart of the server, the stream delivers what was missed.
// It delivers changes from the moment when it is "live" for the first time: start it before
// the map is loaded, so that nothing is missed in between. A hidden page closes its stream
// after a while, because browsers open only six connections to a server for all their tabs,
// and catches up when it is visible again.
//
// Nothing here touches the page.

/**
 * A story in the news. Of a deleted one only its id is known.
 * @typedef {object} NewsStory
 * @property {string} id
 * @property {"created" | "updated" | "deleted"} outcome
 * @property {string | null} title
 * @property {string | null} story_url
 * @property {string | null} outlet
 * @property {string | null} published RFC 3339
 */

/**
 * What happened since the news before, all of it together.
 * @typedef {object} News
 * @property {{created: number, updated: number, deleted: number}} counts deleted counts all that are gone, under the filters or not
 * @property {NewsStory[]} stories at most 50
 * @property {boolean} complete whether stories names all that counts counts
 */

/**
 * - live: what happens is told at once
 * - waiting: the connection is gone, and is tried again
 * - paused: nobody looks at the page
 * @typedef {"live" | "waiting" | "paused"} State
 */

/**
 * @typedef {object} Options
 * @property {URLSearchParams} [filters] none: all stories
 * @property {(news: News) => void} [onStories]
 * @property {() => void} [onReset]
 * @property {(state: State) => void} [onState] called when the state changes
 * @property {string} [since] id of the last event known, from another stream's lastId
 */

/** How long, in milliseconds, the connection may be lost before that is reported. */
const grace = 4_000;

/** How long, in milliseconds, a page may be hidden before its stream is paused. */
const outOfSight = 30_000;

/** Pauses, in milliseconds, between attempts after the browser has given up. */
const firstPause = 5_000;
const longestPause = 120_000;

/**
 * The pause before try number n (from 0): twice the one before, and up to half as
 * long again by chance, so that many pages do not come back in one moment.
 * @param {number} n
 * @param {number} [chance] 0..1
 */
export function pauseBefore(n, chance = Math.random()) {
  return Math.min(longestPause, firstPause * 2 ** n) * (1 + chance / 2);
}

/**
 * The address of a stream.
 * @param {URLSearchParams} filters
 * @param {string} since
 */
export function address(filters, since) {
  const asked = new URLSearchParams(filters);
  asked.delete("limit");
  asked.delete("cursor");
  if (since) asked.set("last_event_id", since);
  const query = asked.toString();
  return query ? `/api/events?${query}` : "/api/events";
}

/** A stream of news. It reconnects until it is closed. */
export class Stream {
  /** @param {Options} options */
  constructor({ filters = new URLSearchParams(), onStories = () => {}, onReset = () => {}, onState = () => {}, since = "" }) {
    this.filters = new URLSearchParams(filters);
    this.onStories = onStories;
    this.onReset = onReset;
    this.onState = onState;
    /** Id of the last event; another stream can continue from it. */
    this.lastId = since;
    /** @type {State | ""} */
    this.state = "";
    this.tries = 0;
    this.closed = false;
    /** @type {EventSource | null} */
    this.source = null;
    this.retryTimer = 0;
    this.graceTimer = 0;
    this.sightTimer = 0;
    this.seen = () => this.look();
    this.hidden = () => this.pause();
    document.addEventListener("visibilitychange", this.seen);
    window.addEventListener("pagehide", this.hidden); // an open stream keeps a page out of the back-forward cache
    window.addEventListener("pageshow", this.seen);
    this.open();
    this.look();
  }

  /** Closes the stream permanently. */
  close() {
    this.closed = true;
    this.drop();
    clearTimeout(this.sightTimer);
    document.removeEventListener("visibilitychange", this.seen);
    window.removeEventListener("pagehide", this.hidden);
    window.removeEventListener("pageshow", this.seen);
  }

  open() {
    this.drop();
    const source = (this.source = new EventSource(address(this.filters, this.lastId)));
    this.graceTimer = window.setTimeout(() => this.tell("waiting"), grace);
    source.addEventListener("ready", (event) => this.ready(/** @type {MessageEvent} */ (event)));
    source.addEventListener("stories", (event) => this.stories(/** @type {MessageEvent} */ (event)));
    source.addEventListener("error", () => this.broke(source));
  }

  /** Closes the connection and cancels all timers. */
  drop() {
    this.source?.close();
    this.source = null;
    clearTimeout(this.retryTimer);
    clearTimeout(this.graceTimer);
  }

  /** @param {MessageEvent} event */
  ready(event) {
    clearTimeout(this.graceTimer);
    this.graceTimer = 0;
    this.tries = 0;
    this.lastId = event.lastEventId;
    const reset = JSON.parse(event.data).reset;
    this.tell("live");
    if (reset) this.onReset();
  }

  /** @param {MessageEvent} event */
  stories(event) {
    this.lastId = event.lastEventId;
    this.onStories(JSON.parse(event.data));
  }

  /**
   * The browser tries again by itself after a broken connection, but not after an
   * answer that is not a stream, as of a proxy whose server restarts.
   * @param {EventSource} source
   */
  broke(source) {
    if (source !== this.source) return;
    if (!this.graceTimer) this.graceTimer = window.setTimeout(() => this.tell("waiting"), grace);
    if (source.readyState !== EventSource.CLOSED) return;
    this.source = null;
    this.retryTimer = window.setTimeout(() => this.open(), pauseBefore(this.tries++));
  }

  /** Pauses the stream while the page is hidden. */
  look() {
    clearTimeout(this.sightTimer);
    if (document.visibilityState === "hidden") {
      this.sightTimer = window.setTimeout(() => this.pause(), outOfSight);
    } else if (this.state === "paused") {
      this.tries = 0;
      this.state = "";
      this.open();
    }
  }

  pause() {
    if (this.closed) return;
    this.drop();
    this.tell("paused");
  }

  /** @param {State} state */
  tell(state) {
    if (state === this.state || this.closed) return;
    this.state = state;
    this.onState(state);
  }
}

/**
 * Follows the news under filters until close is called.
 * @param {Options} options
 */
export function follow(options) {
  return new Stream(options);
}
