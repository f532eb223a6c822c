// A schedule's form: shows the fields that belong to what is chosen, and what it means while somebody writes.
"use strict";
for (const form of document.querySelectorAll("form[data-preview]")) {
  const every = form.elements[form.dataset.depends];
  const fit = () => {
    for (const each of form.querySelectorAll("[data-for]")) each.hidden = !each.dataset.for.split(" ").includes(every.value);
  };
  let waiting = 0;
  let asked = 0;
  const preview = async () => {
    const mine = ++asked;
    const given = new URLSearchParams();
    for (const [name, value] of new FormData(form)) {
      if (!["csrf", "seen", "version", "whole", "do"].includes(name)) given.append(name, value);
    }
    const answer = await fetch(`${form.dataset.preview}?${given}`, { headers: { accept: "text/html" } });
    if (!answer.ok || mine !== asked) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const now = page.getElementById(form.dataset.into);
    const old = document.getElementById(form.dataset.into);
    if (now && old) old.replaceWith(document.importNode(now, true));
  };
  form.addEventListener("input", () => {
    fit();
    clearTimeout(waiting);
    waiting = setTimeout(preview, 250);
  });
  fit();
  // Somebody may have been faster than this script, or the browser has kept what was written.
  const touched = (each) => {
    if (!each.options) return each.value !== each.defaultValue || each.checked !== each.defaultChecked;
    return each.selectedIndex !== Math.max(0, [...each.options].findIndex((one) => one.defaultSelected));
  };
  if ([...form.querySelectorAll("input, select, textarea")].some(touched)) preview();
}
