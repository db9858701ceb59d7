// Added to every served page. In a page: shows problems and badges, and reloads the page when it has changed.
// As a shared worker: has the one event stream for all tabs, since browsers open only six connections to a host.
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
  const script = document.currentScript;
  let tag = script.dataset.tag;
  const STORAGE_KEY = `preview ${location.pathname}`;

  // The event stream. It is opened here, before the page's own security policy applies.
  let lastState = "";
  const receive = (data) => {
    const message = JSON.parse(data);
    if (!document.dispatchEvent(new CustomEvent("preview", {detail: message, cancelable: true}))) return;
    showProblems(message);
    if (message.state !== lastState) check(message.changed || []);
    lastState = message.state;
  };
  try {
    const worker = new SharedWorker(script.src, "preview");
    worker.port.onmessage = (event) => receive(event.data);
    addEventListener("pagehide", (event) => event.persisted || worker.port.postMessage("closed"));
  } catch {
    new EventSource("/__preview/events").onmessage = (event) => receive(event.data);
  }
  addEventListener("pageshow", (event) => event.persisted && check([]));

  // Reload the page or replace its CSS if it has changed, or a file that it uses.
  async function check(changed) {
    try {
      const response = await fetch(location.href, {method: "HEAD", cache: "no-store"});
      const currentTag = response.headers.get("Preview-Tag") || "";
      if (currentTag === tag && !response.redirected) {
        if (usesAny(changed)) reload();
      } else if (currentTag && response.headers.get("Preview-Content-Tag") === script.dataset.contentTag) await restyle();
      else reload();
    } catch {
      // The preview has ended; there is another event when it is back.
    }
  }

  function usesAny(changed) {
    const paths = new Set(changed);
    const loaded = performance.getEntriesByType("resource").map((entry) => new URL(entry.name));
    return loaded.some((url) => url.origin === location.origin && paths.has(url.pathname));
  }

  // CSS is replaced through the object model, which no security policy of the page forbids.
  let sheet = null;
  async function restyle() {
    const text = await (await fetch(location.href, {cache: "no-store"})).text();
    // Not with DOMParser: the policy applies to the style elements of other documents too, and logs an error.
    const styles = [...text.matchAll(/<style>(.*?)<\/style>/gs)].map((found) => found[1]);
    if (!sheet) {
      for (const style of document.querySelectorAll("style")) style.sheet.disabled = true;
      sheet = new CSSStyleSheet();
      document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
    }
    sheet.replaceSync(styles.join("\n"));
    tag = text.match(/ data-tag="(\w+)"/)[1];
  }

  // Kept across a reload: scroll position, focus, form fields, open details. Elements are found again by their path.
  function path(element) {
    const steps = [];
    for (let node = element; node.parentElement; node = node.parentElement) steps.unshift([...node.parentElement.children].indexOf(node));
    return steps;
  }
  const elementAt = (steps) => steps.reduce((node, step) => node?.children[step], document.documentElement);
  const FIELDS = "input:not([type=hidden], [type=password], [type=file]), textarea, select";

  // No reload while the page is in use: it would lose a click between press and release, or cancel a navigation.
  let busyUntil = 0;
  const busyFor = (milliseconds) => () => {
    busyUntil = performance.now() + milliseconds;
  };
  addEventListener("pointerdown", busyFor(3000), true);
  addEventListener("pointerup", busyFor(30), true);
  addEventListener("pointercancel", busyFor(0), true);
  addEventListener("beforeunload", busyFor(5000));

  function reload() {
    const wait = busyUntil - performance.now();
    if (wait > 0) {
      setTimeout(reload, Math.min(wait, 30));
      return;
    }
    const active = document.activeElement;
    const fields = [...document.querySelectorAll(FIELDS)];
    sessionStorage.setItem(STORAGE_KEY, JSON.stringify({
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
    const saved = JSON.parse(sessionStorage.getItem(STORAGE_KEY));
    sessionStorage.removeItem(STORAGE_KEY);
    if (!saved || performance.getEntriesByType("navigation")[0].type !== "reload") return;
    for (const [steps, isOpen] of saved.open) if (elementAt(steps)?.matches("details")) elementAt(steps).open = isOpen;
    for (const [steps, value, isChecked] of saved.fields) {
      const field = elementAt(steps);
      if (!field?.matches(FIELDS) || (field.value === value && field.checked === isChecked)) continue;
      [field.value, field.checked] = [value, isChecked];
      field.dispatchEvent(new Event("input", {bubbles: true}));
    }
    let focused = saved.focus && elementAt(saved.focus);
    if (saved.href && focused?.getAttribute("href") !== saved.href) focused = document.querySelector(`a[href="${CSS.escape(saved.href)}"]`);
    focused?.focus({preventScroll: true});
    if (saved.selection && focused?.setSelectionRange) {
      try {
        focused.setSelectionRange(...saved.selection);
      } catch {
        // Number and date fields have no selection.
      }
    }
    scrollTo({left: saved.x, top: saved.y, behavior: "instant"});
  }
  addEventListener("load", restore);

  // Badge and problems are in a shadow tree: the page's CSS does not apply to them, nor theirs to the page.
  const STYLE = `
    :host { all: initial; color-scheme: light; font: 15px/1.45 system-ui, sans-serif; }
    .badge, details { position: fixed; z-index: 2147483647; box-shadow: 0 2px 12px #0006; border-radius: 6px; }
    .badge { inset-block-start: 0; inset-inline-start: 50%; transform: translateX(-50%); border-start-start-radius: 0; border-start-end-radius: 0; padding: 3px 12px; white-space: nowrap; background: #7a4b00; color: #fff; font-weight: 600; pointer-events: none; }
    details { inset-inline: 12px; inset-block-end: 12px; max-block-size: calc(100vh - 60px); overflow: auto; background: #fff; color: #1a1a1a; border: 2px solid #a4161a; }
    details.warnings { border-color: #7a4b00; }
    details:not([open]) { inset-inline-start: auto; }
    summary { position: sticky; inset-block-start: 0; padding: 6px 12px; background: #a4161a; color: #fff; font-weight: 600; cursor: pointer; }
    .warnings summary { background: #7a4b00; }
    ol { margin: 0; padding: 0; list-style: none; }
    li { padding: 8px 12px; border-block-start: 1px solid #ccc; }
    p { margin: 2px 0; }
    code, pre { font: 13px/1.45 ui-monospace, monospace; }
    pre { margin: 6px 0; padding: 6px; background: #f1f1ee; overflow: auto; }`;
  let shadowRoot = null;
  let shownProblems = "";

  function overlay() {
    if (!shadowRoot) {
      const host = document.createElement("broadsheet-preview");
      shadowRoot = host.attachShadow({mode: "open"});
      const style = new CSSStyleSheet();
      style.replaceSync(STYLE);
      shadowRoot.adoptedStyleSheets = [style];
      document.documentElement.append(host);
    }
    return shadowRoot;
  }

  function showProblems(message) {
    if (message.problems === shownProblems) return;
    shownProblems = message.problems;
    const old = shadowRoot?.querySelector("details");
    if (!message.problems) {
      old?.remove();
      return;
    }
    const box = document.createElement("details");
    box.className = message.hasErrors ? "errors" : "warnings";
    box.open = old && old.className === box.className ? old.open : message.hasErrors; // warnings wait for a click
    box.lang = "en";
    box.innerHTML = message.problems;
    const summary = document.createElement("summary");
    summary.textContent = message.heading;
    box.prepend(summary);
    if (old) old.replaceWith(box);
    else overlay().append(box);
  }

  if (script.dataset.badge) {
    const badge = document.createElement("div");
    badge.className = "badge";
    badge.lang = "en";
    badge.textContent = script.dataset.badge;
    overlay().append(badge);
  }
}
