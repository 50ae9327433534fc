// @ts-check
// Whether the server answers. Once a request gets no answer, this asks the
// server at growing intervals until it is back, and reports both.

const first = 2_000;
const longest = 15_000;

let up = true;
let pause = first;
let timer = 0;

/** @type {Set<(up: boolean) => void>} */
const listeners = new Set();

/**
 * Calls back when the server goes and when it is back.
 * @param {(up: boolean) => void} hear
 */
export function watch(hear) {
  listeners.add(hear);
}

/**
 * Takes down whether a request got an answer.
 * @param {boolean} answered
 */
export function report(answered) {
  if (answered === up) return;
  up = answered;
  clearTimeout(timer);
  pause = first;
  if (!up) timer = window.setTimeout(probe, pause);
  for (const hear of listeners) hear(up);
}

async function probe() {
  try {
    const response = await fetch("/healthz", { cache: "no-store" });
    if (response.ok) return report(true);
  } catch {
    // As before: no answer.
  }
  pause = Math.min(longest, pause * 1.5);
  timer = window.setTimeout(probe, pause);
}

window.addEventListener("online", () => {
  if (!up) probe();
});
