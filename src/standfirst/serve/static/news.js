// The river while it is open: a line that says how many articles came since, and, while feeds are being read for the
// first time, the articles themselves. Asks only while the page is seen.
const CALM = 30_000;
const COLLECTING = 3_000;
let asking = false;
let shown = ""; // the page as it was last put here

const box = () => document.getElementById("news");
const collecting = () => "collecting" in box().dataset && "top" in box().dataset;
// nobody's place is lost: the page is changed only while its reader is at the top and holds nothing
const untouched = () => scrollY < 200 && !document.activeElement?.closest("#main a, #feeds a");

async function renew() {
  const answer = await fetch(location.href);
  if (!answer.ok) return;
  const text = await answer.text();
  if (text === shown) return;
  shown = text;
  const fresh = new DOMParser().parseFromString(text, "text/html");
  for (const part of ["#main", "#feeds"]) {
    const [old, made] = [document.querySelector(part), fresh.querySelector(part)];
    if (old && made) old.replaceChildren(...made.childNodes);
  }
  for (const line of document.querySelectorAll(".keys")) line.hidden = false;
}

async function tell() {
  const { held, query } = box().dataset;
  const answer = await fetch(`/river/news?held=${held}${query && "&"}${query}`);
  if (answer.status !== 200) return;
  const line = new DOMParser().parseFromString(await answer.text(), "text/html").body;
  // said again only when the number changed, since a screen reader reads it out
  if (line.textContent !== box().textContent) box().replaceChildren(...line.childNodes);
}

async function look() {
  if (document.hidden || asking) return;
  asking = true;
  try {
    await (collecting() && untouched() ? renew() : tell());
  } catch {
    // the server is away: the page stays as it is and asks again
  }
  asking = false;
}

function again() {
  setTimeout(async () => {
    await look();
    again();
  }, collecting() ? COLLECTING : CALM);
}

again();
document.addEventListener("visibilitychange", look);
