// The mapping editor, faster: a field of the app is dragged onto a row, or picked up by keyboard, and previews follow.
"use strict";
(() => {
  const form = document.getElementById("mapping");
  const said = document.getElementById("said");
  const rows = () => [...form.querySelectorAll(".target[data-row]")].filter((row) => row.querySelector("select.source"));
  let picked = null; // the chip that is carried
  let at = -1; // the row that is shown as its place

  const say = (text, field = "", target = "") => {
    said.textContent = text.replace("%f", () => field).replace("%t", () => target);
  };
  const name = (chip) => chip.querySelector("strong").textContent;
  const clear = () => form.querySelectorAll(".over").forEach((row) => row.classList.remove("over"));

  const drop = (chip, row) => {
    const source = row.querySelector("select.source");
    source.value = `from:${chip.dataset.field}`;
    source.dispatchEvent(new Event("change", { bubbles: true }));
    say(said.dataset.dropped, name(chip), row.dataset.label);
    let next = source;
    if (row.classList.contains("new") && !row.querySelector("select").value) next = row.querySelector("select");
    next.focus();
  };
  const over = (row) => {
    clear();
    if (row) row.classList.add("over");
  };
  const show = (next) => {
    const all = rows();
    at = (next + all.length) % all.length;
    over(all[at]);
    all[at].scrollIntoView({ block: "nearest" });
    say("%t", "", all[at].closest("section").querySelector("h3").textContent + ", " + all[at].dataset.label);
  };
  const letGo = () => {
    if (picked) picked.setAttribute("aria-pressed", "false");
    picked = null;
    at = -1;
    clear();
  };
  const pressed = (event) => {
    const chip = event.currentTarget;
    const step = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
    if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      if (picked === chip && at >= 0) {
        const row = rows()[at];
        letGo();
        drop(chip, row);
      } else if (picked === chip) {
        letGo();
        say(said.dataset.letGo);
      } else {
        letGo();
        picked = chip;
        chip.setAttribute("aria-pressed", "true");
        say(said.dataset.picked, name(chip));
      }
    } else if (picked === chip && step) {
      event.preventDefault();
      show(at < 0 && step < 0 ? -1 : at + step);
    } else if (picked === chip && event.key === "Escape") {
      letGo();
      say(said.dataset.letGo);
    }
  };
  for (const chip of form.querySelectorAll(".chip")) {
    chip.draggable = true;
    chip.tabIndex = 0;
    chip.setAttribute("role", "button");
    chip.setAttribute("aria-pressed", "false");
    chip.setAttribute("aria-describedby", "how-to-drag");
    chip.addEventListener("keydown", pressed);
    chip.addEventListener("blur", letGo);
    chip.addEventListener("dragstart", (event) => {
      letGo();
      picked = chip;
      event.dataTransfer.effectAllowed = "copy";
      event.dataTransfer.setData("text/plain", chip.dataset.field);
    });
    chip.addEventListener("dragend", letGo);
  }
  const rowOf = (event) => {
    const row = picked && event.target.closest ? event.target.closest(".target[data-row]") : null;
    return row && row.querySelector("select.source") ? row : null;
  };
  form.addEventListener("dragover", (event) => {
    const row = rowOf(event);
    over(row);
    if (row) event.preventDefault();
  });
  form.addEventListener("drop", (event) => {
    const row = rowOf(event), chip = picked;
    if (!row) return;
    event.preventDefault();
    letGo();
    drop(chip, row);
  });

  // The page as it would be of the form as it is now; nothing is kept.
  const posted = async (wish) => {
    const fields = new URLSearchParams(new FormData(form));
    fields.set("do", wish);
    const answer = await fetch(form.action, { method: "POST", body: fields }).catch(() => null);
    return answer && answer.ok ? new DOMParser().parseFromString(await answer.text(), "text/html") : null;
  };

  // What a row does to its value comes with all of its fields when somebody opens it.
  form.addEventListener("toggle", async (event) => {
    const steps = event.target, row = steps.closest(".target[data-row]");
    if (!row || !steps.open || steps.dataset.asked || !steps.querySelector("[data-more]")) return;
    steps.dataset.asked = "yes";
    const page = await posted(`open:${row.dataset.row}`), other = page && page.getElementById(row.id);
    delete steps.dataset.asked;
    if (!other || other.dataset.label !== row.dataset.label) return;
    const focused = steps.contains(document.activeElement);
    const fresh = document.adoptNode(other.querySelector("details.steps"));
    fresh.open = true;
    steps.replaceWith(fresh);
    const list = page.getElementById("references");
    if (list && !document.getElementById("references")) form.append(document.adoptNode(list));
    if (focused) fresh.querySelector("summary").focus();
  }, true);

  // What is said of it, a moment after the last change.
  let waiting = 0, asked = 0;
  const look = async () => {
    const mine = ++asked;
    const page = await posted("look");
    if (!page || mine !== asked) return;
    for (const id of ["verdict", "preview", "difference"]) {
      const now = document.getElementById(id), next = page.getElementById(id);
      if (now && next && now.innerHTML !== next.innerHTML) {
        now.replaceChildren(...next.childNodes);
        now.className = next.className;
      }
    }
    const next = new Map([...page.querySelectorAll(".target[data-row]")].map((row) => [row.dataset.row, row]));
    for (const row of form.querySelectorAll(".target[data-row]")) {
      const own = row.querySelector(".told"), other = next.get(row.dataset.row);
      if (!own) continue;
      // Rows that were taken out have moved the others: what is said of those comes with the next page.
      own.replaceChildren(...(other && other.dataset.label === row.dataset.label ? other.querySelector(".told").childNodes : []));
    }
  };
  const later = () => {
    clearTimeout(waiting);
    waiting = setTimeout(look, 400);
  };
  form.addEventListener("input", later);
  form.addEventListener("change", later);
})();
