// The form of search.html: words in, pages out. Everything comes from this site's own index.
const field = document.getElementById("words");
const told = document.getElementById("told");
const list = document.getElementById("found");
const pagefind = await import("./pagefind/pagefind.js");
await pagefind.init();

function entry(url, title, excerpt) {
  const item = document.createElement("li");
  const link = document.createElement("a");
  link.href = url;
  link.textContent = title;
  const text = document.createElement("p");
  // The index marks what was found and escapes the rest; only the marks are put back.
  const parts = new DOMParser().parseFromString(excerpt, "text/html").body.childNodes;
  for (const part of parts) {
    const kept = document.createElement(part.nodeName === "MARK" ? "mark" : "span");
    kept.textContent = part.textContent;
    text.append(kept);
  }
  item.append(link, text);
  return item;
}

async function search() {
  const words = field.value.trim();
  if (!words) { list.replaceChildren(); told.textContent = ""; return; }
  const found = await pagefind.debouncedSearch(words, {}, 150);
  if (!found) return;
  const pages = await Promise.all(found.results.slice(0, 10).map(one => one.data()));
  list.replaceChildren(...pages.flatMap(page => {
    const parts = page.sub_results.length ? page.sub_results.slice(0, 3) : [page];
    return parts.map(part => entry(part.url ?? page.url,
      part.title && part.title !== page.meta.title ? `${page.meta.title} · ${part.title}` : page.meta.title,
      part.excerpt ?? page.excerpt));
  }));
  told.textContent = told.dataset[pages.length ? "some" : "none"].replace("0", found.results.length);
  document.documentElement.dataset.searched = words;
}

field.addEventListener("input", search);
field.value = new URLSearchParams(location.search).get("q") ?? "";
search();
