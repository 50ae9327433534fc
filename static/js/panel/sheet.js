// @ts-check
// On narrow screens the panel is a sheet at the lower edge that its handle
// raises and lowers; on wide ones the handle is hidden and this does nothing.

/**
 * @param {HTMLElement} panel
 * @param {HTMLElement} handle a button
 * @param {() => void} settled called when the panel has taken its new height
 */
export function addSheet(panel, handle, settled) {
  /** @param {boolean} open */
  const set = (open) => {
    panel.classList.toggle("open", open);
    handle.setAttribute("aria-expanded", String(open));
  };
  const isOpen = () => panel.classList.contains("open");

  let start = 0;
  let swiped = false;
  handle.addEventListener("pointerdown", (event) => {
    start = event.clientY;
    swiped = false;
    handle.setPointerCapture(event.pointerId);
  });
  handle.addEventListener("pointerup", (event) => {
    const way = event.clientY - start;
    if (Math.abs(way) < 24) return;
    swiped = true;
    set(way < 0);
  });
  handle.addEventListener("click", () => {
    if (!swiped) set(!isOpen());
    swiped = false;
  });
  panel.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !isOpen() || handle.offsetParent === null) return;
    set(false);
    handle.focus();
  });
  panel.addEventListener("transitionend", (event) => {
    if (event.target === panel) settled();
  });
  return { open: () => set(true), close: () => set(false) };
}
