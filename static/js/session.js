// Warns before the session ends, keeps it going when asked to, and covers the page
// once it has ended. The server decides when that is: it is asked before each step,
// since another tab may have been used meanwhile. Asking is no sign of life.
(() => {
  const warning = document.querySelector("#session-warning");
  const over = document.querySelector("#session-over");
  if (!warning?.showModal || !over) return;
  const part = (name, within = document) => within.querySelector(`[data-session-${name}]`);
  const who = warning.dataset.sessionWho;
  const warnAt = 120; // seconds before the end
  const note = "reeve.session"; // tells this browser's other tabs that something changed

  // Date, not performance: a machine that slept must not believe that no time passed.
  let end = Date.now() + Number(warning.dataset.sessionLeft) * 1000;
  let timer = 0;
  let asking = null;
  let said = 0;

  const left = () => Math.max(0, Math.round((end - Date.now()) / 1000));

  function words(seconds) {
    if (seconds >= 60) {
      const m = Math.floor(seconds / 60), s = seconds % 60;
      return (m === 1 ? "1 minute" : m + " minutes") + (s === 0 ? "" : " " + s + " s");
    }
    return seconds === 1 ? "1 second" : seconds + " seconds";
  }

  // ask learns from the server how long it still is; without an answer this page's
  // own count goes on.
  function ask() {
    asking ??= fetch("/account/session", { cache: "no-store", headers: { Accept: "application/json" } })
      .then((r) => (r.ok ? r.json() : null))
      .catch(() => null)
      .then((answer) => {
        asking = null;
        if (!answer) return { silent: true };
        const same = answer.who === who;
        end = Date.now() + (same ? answer.left : 0) * 1000;
        return { other: Boolean(answer.who) && !same };
      });
    return asking;
  }

  async function look() {
    const answer = await ask();
    settle(answer);
  }

  function settle(answer = {}) {
    clearTimeout(timer);
    const seconds = left();
    if (seconds === 0) {
      cover(answer.other);
      return;
    }
    uncover();
    if (seconds > warnAt) {
      if (warning.open) warning.close();
      // Not later than a quarter of an hour: a timer is no clock.
      timer = setTimeout(look, Math.min((seconds - warnAt) * 1000, 900000));
      return;
    }
    warn(seconds);
  }

  function warn(seconds) {
    if (!warning.open) {
      warning.showModal();
      said = Infinity;
    }
    part("clock", warning).textContent = words(seconds);
    // Read out now and then, not every second.
    for (const at of [120, 60, 30, 10]) {
      if (seconds <= at && said > at) {
        said = at;
        part("said", warning).textContent = "Your session ends in " + words(seconds) + ".";
      }
    }
    timer = setTimeout(() => (left() === 0 ? look() : settle()), 1000);
  }

  // typed reports whether something stands on the page that a new page would lose.
  function typed() {
    return [...document.querySelectorAll("main form[method=post] :is(input, textarea, select)")].some((e) => {
      if (e.matches("[type=checkbox], [type=radio]")) return e.checked !== e.defaultChecked;
      if (e.matches("select")) return [...e.options].some((o) => o.selected !== o.defaultSelected) && !(e.selectedIndex === 0 && !e.querySelector("[selected]"));
      return e.type !== "hidden" && e.value !== e.defaultValue;
    });
  }

  function cover(other = false) {
    if (warning.open) warning.close();
    const keep = !other && typed();
    const link = part("in", over);
    const back = { ended: "1", ...(keep ? {} : { return: location.pathname + location.search }) };
    link.href = other ? "/" : "/login?" + new URLSearchParams(back);
    if (keep) {
      link.target = "_blank";
      link.rel = "noopener";
    } else {
      link.removeAttribute("target");
    }
    for (const [name, on] of [["other", other], ["typed", keep], ["ended", !other && !keep]]) part(name, over).hidden = !on;
    for (const [name, on] of [["start", other], ["tab", keep], ["here", !other && !keep]]) part(name, over).hidden = !on;
    document.documentElement.classList.add("is-covered");
    if (!over.open) over.showModal();
  }

  function uncover() {
    document.documentElement.classList.remove("is-covered");
    if (over.open) over.close();
  }

  async function stay() {
    let kept = false;
    try {
      kept = (await fetch("/account/extend", { method: "POST", redirect: "manual" })).status === 204;
    } catch {
      // No network: the count goes on, and the button can be pressed again.
    }
    if (kept) tell();
    await asking; // a question from before would bring the answer from before
    await look();
  }

  function tell() {
    try {
      localStorage.setItem(note, String(Date.now()));
    } catch {
      // The other tabs ask for themselves before they warn.
    }
  }

  part("stay", warning).addEventListener("click", stay);
  // Escape is an answer too: somebody is there.
  warning.addEventListener("cancel", (event) => {
    event.preventDefault();
    stay();
  });
  over.addEventListener("cancel", (event) => event.preventDefault());
  over.addEventListener("close", () => {
    if (document.documentElement.classList.contains("is-covered")) over.showModal();
  });

  addEventListener("storage", async (event) => {
    if (event.key !== note) return;
    await asking;
    look();
  });
  // Whoever comes back to the page, from another tab or from the night, sees how it
  // stands now; a page that the browser kept for "back" may be an old one.
  addEventListener("focus", look);
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) look();
  });
  addEventListener("pageshow", (event) => {
    if (event.persisted) look();
  });

  settle();
})();
