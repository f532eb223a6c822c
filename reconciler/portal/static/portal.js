// Makes the parts of a page anew that have changed: whoever needs no script misses only that.
"use strict";
(() => {
  const { live, mark: shown, said } = document.body.dataset;
  if (!live || !window.EventSource) return;
  const SLOWEST = 60000, SAID = 30000, GAP = 2000, AGAIN = 3000;
  const served = new Map();
  const parts = (page) => page.querySelectorAll("[data-part][id]");
  parts(document).forEach((part) => served.set(part.id, part.outerHTML));
  let mark = shown, source = null, wait = 1000, timer = 0, due = 0, busy = false, again = false, last = 0, told = 0;

  // A part that somebody is in the midst of stays as it is until they are done.
  const changed = (field) => {
    if (field.type === "checkbox" || field.type === "radio") return field.checked !== field.defaultChecked;
    if (field.options) return [...field.options].some((each) => each.selected !== each.defaultSelected);
    return "defaultValue" in field && field.value !== field.defaultValue;
  };
  const inUse = (part) =>
    part.contains(document.activeElement) || part.contains(window.getSelection().isCollapsed ? null : window.getSelection().anchorNode)
    || [...part.querySelectorAll("input:not([type=hidden]), textarea, select")].some(changed);

  const replace = (old, fresh) => {
    const opened = [...old.querySelectorAll("details")].map((each) => each.open);
    const scrolled = [...old.querySelectorAll(".wide")].map((each) => each.scrollLeft);
    const made = document.adoptNode(fresh);
    made.querySelectorAll("details").forEach((each, number) => { each.open = opened[number] ?? each.open; });
    made.classList.add("changed");
    old.replaceWith(made);
    made.querySelectorAll(".wide").forEach((each, number) => { each.scrollLeft = scrolled[number] ?? 0; });
  };

  const say = () => {
    const region = document.getElementById("live");
    if (!region || Date.now() - told < SAID) return;
    told = Date.now();
    region.textContent = said;
    setTimeout(() => { region.textContent = ""; }, 5000);
  };

  const show = (page) => {
    let any = false, left = false;
    parts(page).forEach((fresh) => {
      const old = document.getElementById(fresh.id), text = fresh.outerHTML;
      if (!old || served.get(fresh.id) === text) return;
      if (inUse(old)) { left = true; return; }
      replace(old, fresh);
      served.set(fresh.id, text);
      any = true;
    });
    if (any) say();
    return left;
  };

  const refresh = async () => {
    due = 0;
    if (busy) { again = true; return; }
    busy = true;
    last = Date.now();
    try {
      const answer = await fetch(location.href, { headers: { "x-live": "1" }, redirect: "error" });
      if (!answer.ok) return;
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      mark = page.body.dataset.mark ?? mark;
      if (show(page)) setTimeout(soon, 10000);
    } catch { /* The server is away: the next event, or the next connection, asks again. */ } finally {
      busy = false;
      if (again) { again = false; soon(); }
      underWay();
    }
  };
  const soon = () => { if (!due) due = setTimeout(refresh, Math.max(100, GAP - (Date.now() - last))); };
  // What a page waits for without an event of its own: it is asked for until it is there.
  const underWay = () => { if (document.querySelector("[data-part] [data-under-way]")) setTimeout(soon, AGAIN); };

  const stop = () => { if (source) source.close(); source = null; clearTimeout(timer); };
  const connect = () => {
    stop();
    if (document.hidden) return;
    source = new EventSource(live);
    source.addEventListener("open", () => { wait = 1000; });
    source.addEventListener("mark", (event) => { if (event.data !== mark) soon(); });
    source.addEventListener("minute", soon);
    source.addEventListener("over", stop);
    source.addEventListener("error", () => {
      stop();
      timer = setTimeout(connect, wait * (1 + Math.random() / 2));
      wait = Math.min(wait * 2, SLOWEST);
    });
  };
  // A browser keeps few connections to one host: tabs that nobody looks at hold none.
  document.addEventListener("visibilitychange", () => (document.hidden ? stop() : connect()));
  window.addEventListener("pagehide", stop);
  window.addEventListener("pageshow", (event) => { if (event.persisted) connect(); });
  connect();
  underWay();
})();
