// The search page: loads the lists of articles when they are first needed, and shows matches from the first keystroke.
// If there are full-text indexes, articles that match in their text are added a moment later.
"use strict";
(() => {
  const form = document.getElementById("search");
  const status = document.getElementById("status");
  const found = document.getElementById("found");
  const pattern = document.getElementById("line");
  const fields = ["q", "topic", "source", "year"].map((name) => form.elements[name]).filter(Boolean);
  const said = form.dataset;
  const plural = new Intl.PluralRules(said.plural);
  const MOST = 50;
  const articles = [];
  let loading = null;
  let failed = false;
  let complete = false;
  let engine = null;
  let pause = 0;
  let inText = { asked: "", pages: [] };

  // Ignores case, accents, width, vowel points and the kind of kana; marks that make other letters (が, कि) stay.
  const LETTERS = {
    ß: "ss", æ: "ae", œ: "oe", ø: "o", ł: "l", đ: "d", ð: "d", þ: "th", ı: "i", ς: "σ", ى: "ی", ي: "ی", ك: "ک",
  };
  const plain = (text) =>
    text.normalize("NFKD").toLowerCase().normalize("NFKD")
      .replace(/[\u0300-\u036f\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670]/g, "")
      .replace(/[ßæœøłđðþıςىيك]/g, (letter) => LETTERS[letter])
      .replace(/[\u30a1-\u30f6]/g, (kana) => String.fromCharCode(kana.charCodeAt(0) - 0x60));

  const take = ({ prefix, topics, sources, rows }) => {
    for (const [url, title, summary, date, year, topicNumbers, sourceNumbers] of rows) {
      const topicNames = topicNumbers.map((number) => topics[number]);
      const sourceNames = sourceNumbers.map((number) => sources[number]);
      articles.push({
        url: prefix + url, title, summary, date, year, topics: topicNames, sources: sourceNames,
        head: plain(title),
        text: plain([title, summary, ...topicNames, ...sourceNames].join(" ")),
      });
    }
  };

  // Newest year first; the lists that have arrived are searched while the others load.
  const load = async () => {
    status.textContent = said.loading;
    for (const url of said.lists.split(" ").filter(Boolean)) {
      try {
        const answer = await fetch(url);
        if (!answer.ok) throw new Error(answer.status);
        take(await answer.json());
      } catch {
        failed = true;
        break;
      }
      show();
    }
    complete = true;
    show();
  };

  const value = (name) => (form.elements[name] ? form.elements[name].value.trim() : "");

  const matches = () => {
    const words = plain(value("q")).split(/\s+/).filter(Boolean);
    const [topic, source, year] = ["topic", "source", "year"].map(value);
    if (!words.length && !topic && !source && !year) return null;
    const hits = articles.filter((article) =>
      fits(article, [topic, source, year]) && words.every((word) => article.text.includes(word)));
    const inTitle = (article) => words.length > 0 && words.every((word) => article.head.includes(word));
    const shown = [...hits.filter(inTitle), ...hits.filter((article) => !inTitle(article))];
    return inText.asked === value("q") ? [...shown, ...further(new Set(shown))] : shown;
  };

  const fits = (article, [topic, source, year]) =>
    (!topic || article.topics.includes(topic)) && (!source || article.sources.includes(source)) &&
    (!year || article.year === year);

  // Articles that only match in their text, with an excerpt instead of the summary.
  const further = (shown) => {
    const filters = ["topic", "source", "year"].map(value);
    const known = new Map(articles.map((article) => [article.url, article]));
    return inText.pages
      .map(({ url, excerpt }) => [known.get(url), excerpt])
      .filter(([article]) => article && !shown.has(article) && fits(article, filters))
      .map(([article, excerpt]) => ({ ...article, summary: `… ${excerpt} …` }));
  };

  // https://pagefind.app/docs/api/: one index per year, merged here.
  const opened = async () => {
    const [newest, ...older] = said.indexes.split(" ");
    const pagefind = await import(`${newest}pagefind.js`);
    await pagefind.options({ baseUrl: said.root, excerptLength: 25 });
    for (const index of older) await pagefind.mergeIndex(index, { baseUrl: said.root });
    return pagefind;
  };

  const lookIntoText = async (asked) => {
    try {
      engine = engine || opened();
      const { results } = await (await engine).search(asked);
      const found = await Promise.all(results.slice(0, MOST).map((result) => result.data()));
      const text = (html) => new DOMParser().parseFromString(html, "text/html").body.textContent;
      // If a year does not have a word, Pagefind returns words that begin with the same letters.
      const stems = plain(asked).split(/\s+/).map((word) => word.slice(0, Math.max(4, word.length - 3)));
      const pages = found.filter(({ content }) => stems.every((stem) => plain(content).includes(stem)));
      inText = { asked, pages: pages.map(({ url, excerpt }) => ({ url, excerpt: text(excerpt) })) };
      show();
    } catch {
      // The matches from the lists have been shown already.
    }
  };

  const line = (article) => {
    const item = pattern.content.firstElementChild.cloneNode(true);
    const [link, summary, details] = item.querySelectorAll("a, p");
    link.href = article.url;
    link.textContent = article.title;
    if (article.summary) summary.textContent = article.summary;
    else summary.remove();
    details.textContent = [article.date, ...article.sources, ...article.topics].join(" · ");
    return item;
  };

  const show = () => {
    const hits = matches();
    found.replaceChildren(...(hits || []).slice(0, MOST).map(line));
    if (hits === null) status.textContent = failed ? said.failed : "";
    else if (failed && !hits.length) status.textContent = said.failed;
    else if (!hits.length) status.textContent = complete ? said.none : said.loading;
    else {
      const form_ = said[plural.select(hits.length)] || said.other;
      const more = hits.length > MOST ? ` ${said.first.replace("{n}", MOST)}` : "";
      status.textContent = form_.replace("{n}", hits.length) + more;
    }
  };

  const begin = () => {
    loading = loading || load();
  };

  const lookLater = () => {
    clearTimeout(pause);
    const asked = value("q");
    if (said.indexes && asked) pause = setTimeout(() => lookIntoText(asked), 150);
  };

  const keep = () => {
    const asked = new URLSearchParams(fields.filter((field) => field.value).map((field) => [field.name, field.value]));
    history.replaceState(null, "", asked.size ? `?${asked}` : location.pathname);
  };

  const ask = () => {
    begin();
    show();
    keep();
    lookLater();
  };

  form.addEventListener("focusin", begin);
  form.addEventListener("input", ask);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    ask();
  });

  const asked = new URLSearchParams(location.search);
  for (const field of fields) field.value = asked.get(field.name) || "";
  if (fields.some((field) => field.value)) begin();
  lookLater();
})();
