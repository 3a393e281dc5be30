// Keys as in other readers. Without this file every page works by links and forms alone.
const GO = { h: "/", f: "/feeds", s: "/search", p: "/problems" };
const dialog = document.getElementById("keys");
let going = -Infinity; // when g was pressed, in milliseconds of the page

const entries = () => [...document.querySelectorAll("[data-entry]")];
const current = () => document.activeElement?.closest?.("[data-entry]") ?? null;

function step(by) {
  const all = entries();
  const at = all.indexOf(current());
  // from nowhere, begin with what is seen: a reader who came back stands far down
  const seen = all.findIndex((entry) => entry.getBoundingClientRect().bottom > 0);
  const next = all[at < 0 ? seen : at + by];
  const link = next?.querySelector("h3 a");
  link?.focus({ preventScroll: true });
  next?.scrollIntoView({ block: "nearest" });
}

function source() {
  const address = current()?.dataset.source ?? document.querySelector("a.source")?.href;
  if (address) window.open(address, "_blank", "noopener,noreferrer");
}

const DO = {
  j: () => step(1),
  k: () => step(-1),
  o: () => current()?.querySelector("h3 a")?.click(),
  v: source,
  "/": () => document.getElementById("q")?.focus(),
  "?": () => dialog.showModal(),
};

document.addEventListener("keydown", (event) => {
  const typing = event.target.closest?.("input, textarea, select, [contenteditable]");
  if (typing || dialog.open || event.ctrlKey || event.metaKey || event.altKey) return;
  const went = event.timeStamp - going < 1500 && GO[event.key];
  going = event.key === "g" ? event.timeStamp : -Infinity;
  if (went) {
    location.href = went;
  } else if (Object.hasOwn(DO, event.key)) {
    event.preventDefault();
    DO[event.key]();
  }
});

for (const line of document.querySelectorAll(".keys")) line.hidden = false;
