// Checks of our own in the spirit of the accessibility guidelines; returns a list of sentences, empty when all is well.
() => {
  const found = [];
  const seen = (element) => element.checkVisibility({ visibilityProperty: true, contentVisibilityAuto: true });
  const name = (element) => `${element.tagName.toLowerCase()}#${element.id}.${element.className}`;

  if (!["nl", "en"].includes(document.documentElement.lang)) found.push("the page has no language");
  if (!document.title.trim()) found.push("the page has no title");
  if (document.querySelectorAll("main").length !== 1) found.push("there is not one main landmark");
  if (!document.querySelector("nav[aria-label], nav[aria-labelledby]")) found.push("the navigation has no name");

  const ids = [...document.querySelectorAll("[id]")].map((element) => element.id);
  ids.filter((id, at) => ids.indexOf(id) !== at).forEach((id) => found.push(`id twice: ${id}`));
  document.querySelectorAll("[aria-labelledby]").forEach((element) => {
    if (!document.getElementById(element.getAttribute("aria-labelledby"))) found.push(`label lost: ${name(element)}`);
  });
  document.querySelectorAll("a[href^='#']").forEach((link) => {
    if (!document.getElementById(decodeURIComponent(link.hash.slice(1)))) found.push(`link leads nowhere: ${link.hash}`);
  });

  let level = 0;
  const headings = [...document.querySelectorAll("h1, h2, h3, h4, h5, h6")];
  if (headings.filter((heading) => heading.tagName === "H1").length !== 1) found.push("there is not one h1");
  headings.forEach((heading) => {
    const own = Number(heading.tagName[1]);
    if (own > level + 1) found.push(`heading level skipped before: ${heading.textContent.trim()}`);
    if (!heading.textContent.trim()) found.push("empty heading");
    level = own;
  });

  document.querySelectorAll("input").forEach((field) => {
    if (!field.labels.length || ![...field.labels].some((label) => label.innerText.trim())) found.push(`no label: ${name(field)}`);
  });
  document.querySelectorAll("button, a[href], summary").forEach((element) => {
    if (seen(element) && !element.innerText.trim()) found.push(`no name: ${name(element)}`);
  });
  document.querySelectorAll("fieldset").forEach((set) => {
    if (!set.querySelector("legend")) found.push(`no legend: ${name(set)}`);
  });
  document.querySelectorAll("thead th").forEach((cell) => {
    if (cell.scope !== "col") found.push("a column heading without scope");
  });

  const light = ([red, green, blue]) => {
    const [r, g, b] = [red, green, blue].map((value) => {
      const part = value / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const parts = (colour) => colour.match(/[\d.]+/g).map(Number);
  const ground = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const colour = parts(getComputedStyle(at).backgroundColor);
      if (colour.length < 4 || colour[3] > 0) return colour.slice(0, 3);
    }
    return [255, 255, 255];
  };
  const poor = new Set();
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const element = node.parentElement;
    if (!node.data.trim() || !seen(element)) continue;
    const one = light(parts(getComputedStyle(element).color));
    const other = light(ground(element));
    const ratio = (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
    if (ratio < 4.5) poor.add(`contrast ${ratio.toFixed(2)}: ${name(element)}`);
  }
  return [...found, ...poor];
}
