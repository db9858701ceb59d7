// Added to every page while it is served. In a page: shows problems and badges, reloads the page when it has changed.
// As a shared worker: holds the one stream of all tabs, since a browser keeps only six connections to a host.
"use strict";

if (self.SharedWorkerGlobalScope) {
  const ports = new Set();
  let last = null;
  const stream = new EventSource("/__preview/events");
  stream.onmessage = (event) => {
    last = event.data;
    for (const port of ports) port.postMessage(last);
  };
  self.onconnect = (event) => {
    const port = event.ports[0];
    ports.add(port);
    port.onmessage = () => ports.delete(port);
    if (last) port.postMessage(last);
  };
} else {
  const own = document.currentScript;
  let tag = own.dataset.tag;
  const KEPT = `preview ${location.pathname}`;

  // The stream. It is opened here, before the page's own policy is read.
  let seen = "";
  const hear = (data) => {
    const news = JSON.parse(data);
    if (!document.dispatchEvent(new CustomEvent("preview", {detail: news, cancelable: true}))) return;
    show(news);
    if (news.state !== seen) check(news.changed || []);
    seen = news.state;
  };
  try {
    const worker = new SharedWorker(own.src, "preview");
    worker.port.onmessage = (event) => hear(event.data);
    addEventListener("pagehide", (event) => event.persisted || worker.port.postMessage("gone"));
  } catch {
    new EventSource("/__preview/events").onmessage = (event) => hear(event.data);
  }
  addEventListener("pageshow", (event) => event.persisted && check([]));

  // Whether this page is still the one that the preview would give now.
  async function check(changed) {
    try {
      const answer = await fetch(location.href, {method: "HEAD", cache: "no-store"});
      const now = answer.headers.get("Preview-Tag") || "";
      if (now === tag && !answer.redirected) {
        if (shows(changed)) reload();
      } else if (now && answer.headers.get("Preview-Rest") === own.dataset.rest) await restyle();
      else reload();
    } catch {
      // The preview has gone; the stream tells when it is back.
    }
  }

  function shows(changed) {
    const paths = new Set(changed);
    const loaded = performance.getEntriesByType("resource").map((entry) => new URL(entry.name));
    return loaded.some((url) => url.origin === location.origin && paths.has(url.pathname));
  }

  // A new style takes the place of the old one by way of the object model, which no policy of the page forbids.
  let sheet = null;
  async function restyle() {
    const text = await (await fetch(location.href, {cache: "no-store"})).text();
    // Not by a parser: a policy forbids the style of another document too, and says so on the console.
    const styles = [...text.matchAll(/<style>(.*?)<\/style>/gs)].map((found) => found[1]);
    if (!sheet) {
      for (const style of document.querySelectorAll("style")) style.sheet.disabled = true;
      sheet = new CSSStyleSheet();
      document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
    }
    sheet.replaceSync(styles.join("\n"));
    tag = text.match(/ data-tag="(\w+)"/)[1];
  }

  // What stays over a reload: the place on the page, the focus, what was typed, what was unfolded.
  function path(element) {
    const steps = [];
    for (let at = element; at.parentElement; at = at.parentElement) steps.unshift([...at.parentElement.children].indexOf(at));
    return steps;
  }
  const at = (steps) => steps.reduce((found, step) => found?.children[step], document.documentElement);
  const FIELDS = "input:not([type=hidden], [type=password], [type=file]), textarea, select";

  // A page in use is not taken away: a click would be lost under a button that is down, a navigation by a reload.
  let freeAt = 0;
  const keep = (milliseconds) => () => {
    freeAt = performance.now() + milliseconds;
  };
  addEventListener("pointerdown", keep(3000), true);
  addEventListener("pointerup", keep(30), true);
  addEventListener("pointercancel", keep(0), true);
  addEventListener("beforeunload", keep(5000));

  function reload() {
    const wait = freeAt - performance.now();
    if (wait > 0) {
      setTimeout(reload, Math.min(wait, 30));
      return;
    }
    const active = document.activeElement;
    const fields = [...document.querySelectorAll(FIELDS)];
    sessionStorage.setItem(KEPT, JSON.stringify({
      x: scrollX,
      y: scrollY,
      focus: active && active !== document.body ? path(active) : null,
      href: active?.getAttribute?.("href"),
      selection: active?.selectionStart === undefined ? null : [active.selectionStart, active.selectionEnd],
      fields: fields.map((field) => [path(field), field.value, field.checked]),
      open: [...document.querySelectorAll("details")].map((part) => [path(part), part.open]),
    }));
    location.reload();
  }

  function restore() {
    const kept = JSON.parse(sessionStorage.getItem(KEPT));
    sessionStorage.removeItem(KEPT);
    if (!kept || performance.getEntriesByType("navigation")[0].type !== "reload") return;
    for (const [steps, isOpen] of kept.open) if (at(steps)?.matches("details")) at(steps).open = isOpen;
    for (const [steps, value, isChecked] of kept.fields) {
      const field = at(steps);
      if (!field?.matches(FIELDS) || (field.value === value && field.checked === isChecked)) continue;
      [field.value, field.checked] = [value, isChecked];
      field.dispatchEvent(new Event("input", {bubbles: true}));
    }
    let focused = kept.focus && at(kept.focus);
    if (kept.href && focused?.getAttribute("href") !== kept.href) focused = document.querySelector(`a[href="${CSS.escape(kept.href)}"]`);
    focused?.focus({preventScroll: true});
    if (kept.selection && focused?.setSelectionRange) {
      try {
        focused.setSelectionRange(...kept.selection);
      } catch {
        // Fields for numbers and dates have no selection.
      }
    }
    scrollTo({left: kept.x, top: kept.y, behavior: "instant"});
  }
  addEventListener("load", restore);

  // Badge and problems stand in a tree of their own, so that the page's style does not reach them, nor theirs the page.
  const STYLE = `
    :host { all: initial; color-scheme: light; font: 15px/1.45 system-ui, sans-serif; }
    .badge, details { position: fixed; z-index: 2147483647; box-shadow: 0 2px 12px #0006; border-radius: 6px; }
    .badge { inset-block-start: 0; inset-inline-start: 50%; transform: translateX(-50%); border-start-start-radius: 0; border-start-end-radius: 0; padding: 3px 12px; white-space: nowrap; background: #7a4b00; color: #fff; font-weight: 600; pointer-events: none; }
    details { inset-inline: 12px; inset-block-end: 12px; max-block-size: calc(100vh - 60px); overflow: auto; background: #fff; color: #1a1a1a; border: 2px solid #a4161a; }
    details.mild { border-color: #7a4b00; }
    details:not([open]) { inset-inline-start: auto; }
    summary { position: sticky; inset-block-start: 0; padding: 6px 12px; background: #a4161a; color: #fff; font-weight: 600; cursor: pointer; }
    .mild summary { background: #7a4b00; }
    ol { margin: 0; padding: 0; list-style: none; }
    li { padding: 8px 12px; border-block-start: 1px solid #ccc; }
    p { margin: 2px 0; }
    code, pre { font: 13px/1.45 ui-monospace, monospace; }
    pre { margin: 6px 0; padding: 6px; background: #f1f1ee; overflow: auto; }`;
  let root = null;
  let last = "";

  function layer() {
    if (!root) {
      const host = document.createElement("broadsheet-preview");
      root = host.attachShadow({mode: "open"});
      const style = new CSSStyleSheet();
      style.replaceSync(STYLE);
      root.adoptedStyleSheets = [style];
      document.documentElement.append(host);
    }
    return root;
  }

  function show(news) {
    if (news.problems === last) return;
    last = news.problems;
    const old = root?.querySelector("details");
    if (!news.problems) {
      old?.remove();
      return;
    }
    const box = document.createElement("details");
    box.className = news.grave ? "grave" : "mild";
    box.open = old && old.className === box.className ? old.open : news.grave;
    box.lang = "en";
    box.innerHTML = news.problems;
    const summary = document.createElement("summary");
    summary.textContent = news.heading;
    box.prepend(summary);
    if (old) old.replaceWith(box);
    else layer().append(box);
  }

  if (own.dataset.badge) {
    const badge = document.createElement("div");
    badge.className = "badge";
    badge.lang = "en";
    badge.textContent = own.dataset.badge;
    layer().append(badge);
  }
}
