// @ts-check
// Runs before the first paint, so that no page flashes in the wrong theme. The
// address takes precedence over the earlier choice, and that over the system's.

(() => {
  const root = document.documentElement;
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  const themes = ["light", "dark"];

  /** @returns {string} light, dark or auto */
  function chosen() {
    const asked = new URLSearchParams(location.search).get("theme") ?? "";
    if (themes.includes(asked)) return asked;
    try {
      const kept = localStorage.getItem("newsmap.theme") ?? "";
      return themes.includes(kept) ? kept : "auto";
    } catch {
      return "auto"; // storage may be disabled
    }
  }

  /** @param {string} choice */
  function apply(choice) {
    root.dataset.choice = choice;
    root.dataset.theme = themes.includes(choice) ? choice : dark.matches ? "dark" : "light";
    document.dispatchEvent(new CustomEvent("themechange"));
  }

  apply(chosen());
  dark.addEventListener("change", () => apply(root.dataset.choice ?? "auto"));
  document.addEventListener("themechoice", (event) => apply(/** @type {CustomEvent} */ (event).detail));
})();
