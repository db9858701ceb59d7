// The same pages as Broadsheet's as far as Eleventy makes them: article, lists of 10, topics, sources, months, feed, sitemap.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";

const PAGE = 10;
const SITE = "https://bench.example";
const HOUSE = { "@type": "NewsMediaOrganization", name: "The Bench", url: `${SITE}/` };
const slug = (text) => text.toLowerCase().replace(/[^a-z0-9]+/g, "-");
const day = new Intl.DateTimeFormat("en-US", { dateStyle: "long", timeZone: "UTC" });
const month = new Intl.DateTimeFormat("en-US", { month: "long", year: "numeric", timeZone: "UTC" });
const escaped = (text) => text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);

// What pages say of an article, newest first, worked out once in each build.
function entriesOf(items) {
  const recent = new Map();
  const entries = [];
  for (const item of items) {
    const { title, summary, topics, source } = item.data;
    const entry = {
      item,
      url: item.url,
      title,
      summary,
      source,
      sourceUrl: `/sources/${slug(source)}/`,
      names: topics,
      topics: topics.map((name) => `<a href="/topics/${slug(name)}/">${escaped(name)}</a>`).join(", "),
      iso: item.date.toISOString(),
      day: day.format(item.date),
      minutes: Math.max(1, Math.round(item.rawInput.split(" ").length / 230)),
      older: entries.at(-1),
      newer: undefined,
      related: recent.get(topics[0]) ?? [], // the three before it on its first topic
    };
    if (entry.older) entry.older.newer = entry;
    for (const name of topics) recent.set(name, [entry, ...(recent.get(name) ?? [])].slice(0, 3));
    entries.push(entry);
  }
  return entries.reverse();
}

function structuredData({ item, url, title, summary, names, source, iso }) {
  const article = {
    "@type": "NewsArticle",
    identifier: item.data.identifier,
    mainEntityOfPage: SITE + url,
    headline: title,
    description: summary,
    datePublished: iso,
    dateModified: iso,
    inLanguage: "en",
    articleSection: names,
    author: HOUSE,
    publisher: HOUSE,
    isBasedOn: [
      { "@type": "CreativeWork", name: source, url: item.data.source_url, publisher: { "@type": "Organization", name: source } },
    ],
    creditText: `From ${source}; edited by ${item.data.editor}`,
  };
  const trail = [
    { "@type": "ListItem", position: 1, name: "The Bench", item: `${SITE}/` },
    { "@type": "ListItem", position: 2, name: names[0], item: `${SITE}/topics/${slug(names[0])}/` },
    { "@type": "ListItem", position: 3, name: title },
  ];
  const graph = [article, { "@type": "BreadcrumbList", itemListElement: trail }];
  return JSON.stringify({ "@context": "https://schema.org", "@graph": graph }).replaceAll("<", "\\u003c");
}

function grouped(entries, keys) {
  const groups = new Map();
  for (const entry of entries)
    for (const key of keys(entry)) {
      if (!groups.has(key)) groups.set(key, []);
      groups.get(key).push(entry);
    }
  return [...groups].sort((a, b) => (a[0] < b[0] ? -1 : 1));
}

function pages(title, base, entries, size, above) {
  const count = Math.max(1, Math.ceil(entries.length / size));
  const url = (page) => (page === 1 ? base : `${base}page/${page}/`);
  return Array.from({ length: count }, (_, index) => ({
    title,
    above,
    url: url(index + 1),
    number: index + 1,
    count: entries.length,
    items: entries.slice(index * size, (index + 1) * size),
    newer: index > 0 ? url(index) : null,
    older: index + 1 < count ? url(index + 2) : null,
  }));
}

// A style sheet of Broadsheet's, with the policy that allows it.
function style(kind) {
  const sheet = readFileSync(`${kind}.css`, "utf8");
  const hash = createHash("sha256").update(sheet).digest("base64");
  const policy = `default-src 'self';img-src * data:;style-src 'sha256-${hash}';script-src 'none';base-uri 'none'`;
  return `<meta http-equiv="Content-Security-Policy" content="${policy}">\n<style>${sheet}</style>`;
}

export default function (config) {
  config.setQuietMode(true);
  config.amendLibrary("md", (md) => {
    md.set({ html: false, typographer: true });
    md.renderer.rules.heading_open = (tokens, index) =>
      `<${tokens[index].tag} id="${slug(tokens[index + 1].content)}">`;
  });
  config.addPassthroughCopy({ "static/favicon.svg": "static/favicon.svg" });
  config.addGlobalData("styles", { article: style("article"), list: style("list") });
  config.addFilter("slug", slug);
  config.addFilter("headings", (html) => [...html.matchAll(/<h2 id="([^"]*)">(.*?)<\/h2>/g)]);
  config.addFilter("structuredData", structuredData);
  config.addFilter("first20", (list) => list.slice(0, 20));
  config.addFilter("utc", (date) => date.toUTCString());

  let found; // the articles of this build, newest first
  config.on("eleventy.before", () => (found = undefined));
  const newest = (api) => (found ??= entriesOf(api.getFilteredByGlob("content/articles/*.md")));
  const topics = (entry) => entry.names;
  const source = (entry) => [entry.source];
  config.addCollection("newest", newest);
  config.addCollection("entries", (api) => new Map(newest(api).map((entry) => [entry.url, entry])));
  config.addCollection("topics", (api) => grouped(newest(api), topics));
  config.addCollection("sources", (api) => grouped(newest(api), source));
  config.addCollection("lists", (api) => {
    const under = (name) => ({ title: name, url: `/${slug(name)}/` });
    const lists = (name, keys) =>
      grouped(newest(api), keys).flatMap(([title, own]) =>
        pages(title, `/${slug(name)}/${slug(title)}/`, own, PAGE, under(name)),
      );
    return [...pages("The Bench", "/", newest(api), PAGE), ...lists("Topics", topics), ...lists("Sources", source)];
  });
  config.addCollection("months", (api) => {
    const above = { title: "Archive", url: "/archive/" };
    return grouped(newest(api), (entry) => [entry.iso.slice(0, 7)]).flatMap(([name, own]) =>
      pages(month.format(own[0].item.date), `/archive/${name.replace("-", "/")}/`, own, 100, above),
    );
  });
  return {
    dir: { input: "content", output: "site", includes: "../_includes" },
    markdownTemplateEngine: false, // articles are never templates
    htmlTemplateEngine: "njk",
  };
}
