// The same pages as Broadsheet's as far as Eleventy makes them: article, lists of 10, topics, sources, months, feed, sitemap.
const PAGE = 10;
const slug = (text) => text.toLowerCase().replace(/[^a-z0-9]+/g, "-");
const day = new Intl.DateTimeFormat("en-GB", { dateStyle: "long", timeZone: "UTC" });

function grouped(articles, keys) {
  const groups = new Map();
  for (const article of articles)
    for (const key of keys(article)) {
      if (!groups.has(key)) groups.set(key, []);
      groups.get(key).push(article);
    }
  return [...groups].sort((a, b) => (a[0] < b[0] ? -1 : 1));
}

function pages(title, base, articles, size) {
  const count = Math.max(1, Math.ceil(articles.length / size));
  const url = (page) => (page === 1 ? base : `${base}page/${page}/`);
  return Array.from({ length: count }, (_, index) => ({
    title,
    url: url(index + 1),
    items: articles.slice(index * size, (index + 1) * size),
    newer: index > 0 ? url(index) : null,
    older: index + 1 < count ? url(index + 2) : null,
  }));
}

export default function (config) {
  config.setQuietMode(true);
  config.amendLibrary("md", (md) => md.set({ html: false, typographer: true }));
  config.addPassthroughCopy("content/style.css");
  config.addFilter("slug", slug);
  config.addFilter("iso", (date) => date.toISOString());
  config.addFilter("day", (date) => day.format(date));
  config.addFilter("first20", (list) => list.slice(0, 20));
  config.addFilter("utc", (date) => date.toUTCString());
  const newest = (api) => api.getFilteredByGlob("content/articles/*.md").reverse();
  config.addCollection("newest", newest);
  config.addCollection("topics", (api) => grouped(newest(api), (a) => a.data.topics));
  config.addCollection("sources", (api) => grouped(newest(api), (a) => [a.data.source]));
  config.addCollection("lists", (api) => {
    const all = newest(api);
    const month = (a) => [`${a.date.getUTCFullYear()}/${String(a.date.getUTCMonth() + 1).padStart(2, "0")}`];
    return [
      ...pages("The Bench", "/", all, PAGE),
      ...grouped(all, (a) => a.data.topics).flatMap(([name, own]) => pages(name, `/topics/${slug(name)}/`, own, PAGE)),
      ...grouped(all, (a) => [a.data.source]).flatMap(([name, own]) => pages(name, `/sources/${slug(name)}/`, own, PAGE)),
      ...grouped(all, month).flatMap(([name, own]) => pages(name, `/archive/${name}/`, own, 100)),
    ];
  });
  return {
    dir: { input: "content", output: "site", includes: "../_includes" },
    markdownTemplateEngine: false, // articles are never templates
    htmlTemplateEngine: "njk",
  };
}
