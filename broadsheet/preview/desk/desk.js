// Keeps the desk up to date: when the preview tells of a change, what is shown is fetched again and put in place,
// with the focus, the opened parts and the place on the page as they were.
"use strict";

const gone = document.getElementById("gone");

async function refresh() {
  const answer = await fetch(location.href, {cache: "no-store"});
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const selector of ["main", ".masthead"]) {
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
for (const selector of ["main", ".masthead"]) {
  const part = document.querySelector(selector);
  part.dataset.was = part.innerHTML;
}
frames();
