// Keeps the dashboard up to date: on every event of the preview, the page is fetched again and its parts are replaced.
// Focus, open details and scroll position are kept.
"use strict";

const PARTS = ["main", ".masthead"];
let isStale = false;
let isRefreshing = false;

// Sent by client.js, which comes after this script. What it does on pages of the site is not done here.
document.addEventListener("preview", (event) => {
  event.preventDefault();
  isStale = true;
  if (!isRefreshing && document.readyState !== "loading") refresh();
});

async function refresh() {
  isRefreshing = true;
  while (isStale) {
    isStale = false;
    try {
      update(await (await fetch(location.href, {cache: "no-store"})).text());
    } catch {
      // The preview has ended; there is another event when it is back.
    }
  }
  isRefreshing = false;
}

function update(html) {
  const fetched = new DOMParser().parseFromString(html, "text/html");
  for (const selector of PARTS) {
    const [part, replacement] = [document.querySelector(selector), fetched.querySelector(selector)];
    if (part && replacement && part.dataset.html !== replacement.innerHTML) replace(part, replacement);
  }
  document.title = fetched.title;
}

function replace(part, replacement) {
  const focused = part.contains(document.activeElement) ? document.activeElement : null;
  const [id, href, value] = [focused?.id, focused?.getAttribute?.("href"), focused?.value];
  for (const details of part.querySelectorAll("details[id]")) {
    const same = replacement.querySelector(`#${CSS.escape(details.id)}`);
    if (same) same.open = details.open;
  }
  const html = replacement.innerHTML;
  part.replaceChildren(...replacement.childNodes);
  part.dataset.html = html;
  const again = (id && document.getElementById(id)) || (href && part.querySelector(`a[href="${CSS.escape(href)}"]`));
  if (again) {
    if (value !== undefined && "value" in again) again.value = value;
    again.focus({preventScroll: true});
  }
  fitFrames();
}

// The iframes of feed entries are as high as their content.
function fitFrames() {
  for (const frame of document.querySelectorAll("iframe")) {
    const fit = () => {
      const height = frame.contentDocument?.body?.offsetHeight;
      if (height) frame.style.blockSize = `${height + 2}px`;
    };
    frame.addEventListener("load", fit);
    frame.closest("details")?.addEventListener("toggle", fit);
    fit();
  }
}

document.addEventListener("change", (event) => {
  if (event.target.matches("select")) event.target.form.requestSubmit();
});
document.addEventListener("DOMContentLoaded", () => {
  for (const selector of PARTS) {
    const part = document.querySelector(selector);
    part.dataset.html = part.innerHTML;
  }
  fitFrames();
  refresh();
});
