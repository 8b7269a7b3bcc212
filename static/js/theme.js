// Runs before the first paint, so that neither the colours nor the width of the
// rail jump. Everything else is in reeve.js.
(() => {
  const root = document.documentElement;
  root.dataset.scripts = "";
  try {
    const theme = localStorage.getItem("reeve.theme");
    if (theme === "light" || theme === "dark") root.dataset.theme = theme;
    if (localStorage.getItem("reeve.rail") === "narrow") root.dataset.rail = "narrow";
  } catch {
    // Storage may be refused; the system's colours and the wide rail stay.
  }
})();
