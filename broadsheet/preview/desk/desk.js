// Keeps the desk up to date: when the preview tells of a change, what is shown is fetched again and put in place,
// with the focus, the opened parts and the place on the page as they were.
"use strict";

const PARTS = ["main", ".masthead"];
let news = false;
let isBusy = false;

// The script of all pages, which comes after this one, hears the news. What it would do with them in a page of the site
// is not done here.
document.addEventListener("preview", (event) => {
  event.preventDefault();
  news = true;
  if (!isBusy && document.readyState !== "loading") refresh();
});
async function refresh() {
  isBusy = true;
  while (news) {
    news = false;
    try {
      exchange(await (await fetch(location.href, {cache: "no-store"})).text());
    } catch {
      // The preview has ended; the news come again when it is back.
    }
  }
  isBusy = false;
}

function exchange(html) {
  const fresh = new DOMParser().parseFromString(html, "text/html");
  for (const selector of PARTS) {
    const [old, now] = [document.querySelector(selector), fresh.querySelector(selector)];
    if (old && now && old.dataset.was !== now.innerHTML) put(old, now);
  }
  document.title = fresh.title;
}

function put(old, now) {
  const held = old.contains(document.activeElement) ? document.activeElement : null;
  const [id, link, value] = [held?.id, held?.getAttribute?.("href"), held?.value];
  for (const part of old.querySelectorAll("details[id]")) {
    const same = now.querySelector(`#${CSS.escape(part.id)}`);
    if (same) same.open = part.open;
  }
  const html = now.innerHTML;
  old.replaceChildren(...now.childNodes);
  old.dataset.was = html;
  const again = (id && document.getElementById(id)) || (link && old.querySelector(`a[href="${CSS.escape(link)}"]`));
  if (again) {
    if (value !== undefined && "value" in again) again.value = value;
    again.focus({preventScroll: true});
  }
  frames();
}

// Entries of a feed are as high as what is in them.
function frames() {
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
    part.dataset.was = part.innerHTML;
  }
  frames();
  refresh();
});
