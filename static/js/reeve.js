// Comforts for pages that already work without any script: keys for rows and
// deeds, theme, times that stay true, printing, copying, a warning before typed
// text is lost. Nothing here fetches anything or moves by itself.
(() => {
  const root = document.documentElement;
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const one = (selector, within = document) => within.querySelector(selector);

  const remember = {
    get(name) {
      try {
        return localStorage.getItem("reeve." + name);
      } catch {
        return null;
      }
    },
    set(name, value) {
      try {
        if (value === null) localStorage.removeItem("reeve." + name);
        else localStorage.setItem("reeve." + name, value);
      } catch {
        // Not remembered, then; it still holds for this page.
      }
    },
  };

  // Theme: light, dark, or as the system says.
  function setUpTheme() {
    const group = one("[data-theme-switch]");
    if (!group) return;
    const buttons = all("[data-theme-value]", group);
    const show = () => {
      const now = root.dataset.theme || "system";
      for (const b of buttons) b.setAttribute("aria-pressed", String(b.dataset.themeValue === now));
    };
    for (const b of buttons) {
      b.addEventListener("click", () => {
        const value = b.dataset.themeValue;
        if (value === "system") delete root.dataset.theme;
        else root.dataset.theme = value;
        remember.set("theme", value === "system" ? null : value);
        show();
      });
    }
    group.hidden = false;
    show();
  }

  // The rail's checkbox means "narrow" on wide windows and "open" on small ones;
  // only the first is worth remembering.
  function setUpRail() {
    const box = one("#rail-toggle");
    if (!box) return;
    const wide = matchMedia("(min-width: 50rem)");
    const restore = () => {
      box.checked = wide.matches && remember.get("rail") === "narrow";
      delete root.dataset.rail;
    };
    restore();
    wide.addEventListener("change", restore);
    box.addEventListener("change", () => {
      if (wide.matches) remember.set("rail", box.checked ? "narrow" : null);
    });
  }

  function setUpMenus() {
    const menus = all("[data-menu]");
    document.addEventListener("click", (event) => {
      for (const m of menus) if (m.open && !m.contains(event.target)) m.open = false;
    });
    for (const m of menus) {
      m.addEventListener("keydown", (event) => {
        if (event.key !== "Escape" || !m.open) return;
        m.open = false;
        one("summary", m).focus();
        event.stopPropagation();
      });
    }
  }

  // Relative times: the rule of views/components/time.go, so that a page left
  // open does not lie. The page's own clock counts, not the machine's.
  function span(seconds) {
    const minute = 60, hour = 3600, day = 86400;
    const n = (unit) => Math.floor(seconds / unit);
    if (seconds < minute) return n(1) + " s";
    if (seconds < hour) return n(minute) + " min";
    if (seconds < 2 * day) return n(hour) + " h";
    if (seconds < 70 * day) return n(day) + " d";
    if (seconds < 730 * day) return n(30 * day) + " mo";
    return n(365 * day) + " y";
  }

  function ago(seconds) {
    const length = Math.abs(seconds);
    if (length < 60) return "just now";
    return seconds < 0 ? "in " + span(length) : span(length) + " ago";
  }

  function setUpTimes() {
    const start = Date.parse(document.body.dataset.now || "");
    const times = all("time.DateTime--relative");
    if (Number.isNaN(start) || times.length === 0) return;
    const opened = performance.now();
    setInterval(() => {
      const now = start + (performance.now() - opened);
      for (const t of times) {
        const text = one(".DateTime-text", t);
        const words = ago((now - Date.parse(t.dateTime)) / 1000);
        if (text && text.textContent !== words) text.textContent = words;
      }
    }, 30000);
  }

  function setUpPrint() {
    for (const b of all("[data-print]")) {
      b.hidden = false;
      b.addEventListener("click", () => print());
    }
    let opened = [];
    addEventListener("beforeprint", () => {
      opened = all("main details:not([open])");
      for (const d of opened) d.open = true;
    });
    addEventListener("afterprint", () => {
      for (const d of opened) d.open = false;
      opened = [];
    });
  }

  function setUpCopy() {
    document.addEventListener("click", async (event) => {
      const button = event.target.closest?.("[data-copy]");
      if (!button) return;
      try {
        await navigator.clipboard.writeText(button.dataset.copy);
      } catch {
        const value = button.parentElement && one("bdi", button.parentElement);
        if (value) getSelection().selectAllChildren(value);
        return;
      }
      const words = one(".usa-sr-only", button);
      const before = words?.textContent;
      button.classList.add("is-copied");
      if (words) words.textContent = "Copied";
      setTimeout(() => {
        button.classList.remove("is-copied");
        if (words) words.textContent = before;
      }, 1500);
    });
  }

  // Forms marked data-guard ask before their typed text is lost.
  function setUpGuards() {
    const state = (form) => JSON.stringify([...new FormData(form)].map(([k, v]) => [k, String(v)]));
    const forms = all("form[data-guard]").map((form) => ({ form, first: state(form), sent: false }));
    if (forms.length === 0) return;
    for (const f of forms) f.form.addEventListener("submit", () => (f.sent = true));
    addEventListener("pageshow", () => forms.forEach((f) => (f.sent = false)));
    addEventListener("beforeunload", (event) => {
      if (forms.some((f) => !f.sent && state(f.form) !== f.first)) event.preventDefault();
    });
  }

  // Bulk deeds show themselves while rows are selected.
  function setUpBulk() {
    const bars = all("[data-bulk]");
    if (bars.length === 0) return;
    const show = () => {
      for (const bar of bars) {
        const mine = all("[data-select]").filter((box) => box.form === bar);
        const count = mine.filter((box) => box.checked).length;
        bar.hidden = count === 0;
        const words = one("[data-bulk-count]", bar);
        if (words) words.textContent = count === 1 ? "1 selected" : count + " selected";
      }
    };
    document.addEventListener("change", (event) => {
      if (event.target.matches?.("[data-select]")) show();
    });
    addEventListener("pageshow", show);
    show();
  }

  // Keys. Letters act only outside text fields, without modifiers, and can be
  // switched off in the help (WCAG 2.1.4).
  function setUpKeys() {
    const help = one("#key-help");
    const rows = () => all("[data-rows] tbody > tr").filter((r) => one("[data-open]", r));
    const rowOf = (element) => element?.closest?.("[data-rows] tbody > tr");
    let last = null;

    function move(step) {
      const list = rows();
      if (list.length === 0) return false;
      const here = list.indexOf(rowOf(document.activeElement) || last);
      const current = here >= 0 ? here : list.findIndex((r) => r.hasAttribute("aria-current"));
      const next = current < 0 ? 0 : Math.min(list.length - 1, Math.max(0, current + step));
      last = list[next];
      const link = one("[data-open]", last);
      link.focus({ preventScroll: true });
      last.scrollIntoView({ block: "nearest" });
      return true;
    }

    function select() {
      const row = rowOf(document.activeElement) || last;
      const box = row && one("[data-select]", row);
      if (!box) return false;
      box.click();
      return true;
    }

    function deed(key) {
      const target = all("[data-key]").find((e) => e.dataset.key === key && !e.disabled && e.checkVisibility?.() !== false);
      if (!target) return false;
      if (target.matches("input")) target.focus();
      target.click();
      // What a key unfolds is for typing into.
      if (target.matches("summary") && target.parentElement.open) one("input:not([type=hidden]), select, textarea", target.parentElement)?.focus();
      return true;
    }

    function openHelp() {
      if (!help || help.open) return false;
      const list = one("[data-page-keys]", help);
      const lines = all("[data-key]").filter((e) => !help.contains(e));
      list.replaceChildren(
        ...lines.map((e) => {
          const line = document.createElement("div");
          const key = document.createElement("dt");
          const cap = document.createElement("kbd");
          const does = document.createElement("dd");
          line.className = "KeyList-line";
          cap.className = "KeyHint";
          cap.textContent = e.dataset.key;
          const label = e.matches("input") ? e.labels?.[0] : e;
          const words = label?.cloneNode(true);
          words?.querySelectorAll(".KeyHint").forEach((k) => k.remove());
          does.textContent = (words?.textContent || e.title).trim();
          key.append(cap);
          line.append(key, does);
          return line;
        }),
      );
      list.hidden = lines.length === 0;
      one("[data-page-keys-title]", help).hidden = lines.length === 0;
      help.showModal();
      return true;
    }

    const off = help && one("[data-keys-off]", help);
    if (off) {
      off.checked = remember.get("keys") === "off";
      off.addEventListener("change", () => remember.set("keys", off.checked ? "off" : null));
    }
    for (const b of all("[data-help]")) {
      b.hidden = false;
      b.addEventListener("click", () => {
        b.closest("details")?.removeAttribute("open");
        openHelp();
      });
    }

    document.addEventListener("keydown", (event) => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
      const at = event.target;
      const typing = at.matches?.("textarea, select, [contenteditable], input:not([type=checkbox], [type=radio], [type=submit], [type=button])");
      if (event.key === "Escape" && typing) {
        at.blur();
        return;
      }
      if (typing || one("dialog[open]") || off?.checked) return;
      let done = false;
      switch (event.key) {
        case "j":
          done = move(1);
          break;
        case "k":
          done = move(-1);
          break;
        case "x":
          done = select();
          break;
        case "/": {
          const search = one("[data-search]");
          search?.focus();
          search?.select();
          done = Boolean(search);
          break;
        }
        case "?":
          done = openHelp();
          break;
        case "Enter": {
          if (at !== document.body || !last) break;
          const link = one("[data-open]", last);
          link?.click();
          done = Boolean(link);
          break;
        }
      }
      if (!done && event.key.length === 1) done = deed(event.key);
      if (done) event.preventDefault();
    });
  }

  setUpTheme();
  setUpRail();
  setUpMenus();
  setUpTimes();
  setUpPrint();
  setUpCopy();
  setUpGuards();
  setUpBulk();
  setUpKeys();
  one("[data-focus]:not([data-gallery] *)")?.focus();
})();
