// The pages work without this. It saves typing (it knows the visitor's zone and clock), saves reloads, and keeps a form
// from being sent twice.
"use strict";

const root = document.documentElement;
root.classList.add("script");

const say = (text) => { document.getElementById("live").textContent = text; };

// Shows another of our pages in place of this one. Where that fails, the browser goes there itself.
let latest = 0;
async function show(address, { focus, record = "push", quietly = false }) {
  const mine = ++latest;
  try {
    const answer = await fetch(address, { headers: { accept: "text/html" } });
    if (!answer.ok) throw new Error(String(answer.status));
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    // The visitor was quicker than the network.
    if (mine !== latest || (quietly && document.querySelector("main :focus"))) return;
    document.querySelector("main").replaceWith(document.adoptNode(page.querySelector("main")));
    document.title = page.title;
    if (record === "push") history.pushState(null, "", address);
    if (record === "replace") history.replaceState(null, "", address);
    if (focus) document.getElementById(focus)?.focus();
    say(document.getElementById("shown")?.textContent ?? page.title);
  } catch {
    if (!quietly) location.assign(address);
  }
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-swap]");
  if (!link || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  show(link.href, { focus: link.dataset.focus });
});

document.addEventListener("change", (event) => {
  const form = event.target.closest("form.shown");
  if (!form) return;
  const query = new URLSearchParams(new FormData(form));
  show(`${form.action}?${query}`, { focus: event.target.id, record: "replace" });
});

addEventListener("popstate", () => show(location.href, { record: "none" }));

// A second press of the button would send the same form: the server books once, and the visitor sees that it works.
document.addEventListener("submit", (event) => {
  const button = event.target.querySelector("[data-sending]");
  if (!button) return;
  // Not now: a disabled button is not sent.
  setTimeout(() => {
    button.dataset.label = button.textContent;
    button.textContent = button.dataset.sending;
    button.disabled = true;
  });
});

addEventListener("pageshow", () => {
  for (const button of document.querySelectorAll("[data-label]")) {
    button.textContent = button.dataset.label;
    button.disabled = false;
  }
});

// Arrows go from slot to slot.
document.addEventListener("keydown", (event) => {
  const steps = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -1, ArrowDown: 1 };
  const slot = event.target.closest?.("a.slot");
  if (!slot || !(event.key in steps)) return;
  const all = [...document.querySelectorAll("a.slot")];
  const next = all[all.indexOf(slot) + steps[event.key]];
  if (!next) return;
  event.preventDefault();
  next.focus();
});

// The visitor's own zone and clock, unless the address says which.
const main = document.querySelector("main");
const asked = new URLSearchParams(location.search);
if (main.dataset.zone && !asked.has("tz") && !main.querySelector("#problems")) {
  const own = new Intl.DateTimeFormat(undefined, { hour: "numeric" }).resolvedOptions();
  const clock = own.hourCycle === "h11" || own.hourCycle === "h12" ? "12" : "24";
  if (!asked.has("clock")) asked.set("clock", clock);
  asked.set("tz", own.timeZone);
  if (own.timeZone !== main.dataset.zone || asked.get("clock") !== main.dataset.clock) {
    show(`${location.pathname}?${asked}`, { record: "replace", quietly: true });
  }
}
