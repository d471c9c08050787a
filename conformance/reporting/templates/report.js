"use strict";
(() => {
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const one = (id) => document.getElementById(id);
  const cards = all("details.requirement");
  const boxes = all("#filters input[type=checkbox]");
  const words = one("words");

  const speak = () => {
    const chosen = document.querySelector("input[name=language]:checked");
    if (chosen) document.documentElement.lang = chosen.value;
  };
  all("input[name=language]").forEach((radio) => radio.addEventListener("change", speak));
  speak();

  const wanted = () => {
    const groups = new Map();
    boxes.filter((box) => box.checked).forEach((box) => {
      const values = groups.get(box.dataset.group) || [];
      groups.set(box.dataset.group, [...values, box.value]);
    });
    return groups;
  };
  const fits = (card, groups, word) => {
    for (const [group, values] of groups) {
      const own = card.dataset[group].trim().split(/\s+/);
      if (!values.some((value) => own.includes(value))) return false;
    }
    return !word || card.textContent.toLowerCase().includes(word);
  };
  const filter = () => {
    const groups = wanted();
    const word = words.value.trim().toLowerCase();
    cards.forEach((card) => { card.hidden = !fits(card, groups, word); });
    all("section.chapter").forEach((chapter) => {
      chapter.hidden = !chapter.querySelector("details.requirement:not([hidden])");
    });
    one("shown").textContent = String(cards.filter((card) => !card.hidden).length);
  };
  const clear = () => {
    boxes.forEach((box) => { box.checked = false; });
    words.value = "";
    filter();
  };
  boxes.forEach((box) => box.addEventListener("change", filter));
  words.addEventListener("input", filter);
  one("clear").addEventListener("click", clear);
  one("unfold").addEventListener("click", () => cards.forEach((card) => { card.open = true; }));
  one("fold").addEventListener("click", () => cards.forEach((card) => { card.open = false; }));
  one("filters").hidden = false;
  filter();

  const reveal = () => {
    const target = one(decodeURIComponent(location.hash.slice(1)));
    if (!target) return;
    const box = target.closest("details");
    if (box && box.hidden) clear();
    if (box) {
      box.open = true;
      box.querySelector("summary").focus({ preventScroll: true });
      box.scrollIntoView();
    }
  };
  addEventListener("hashchange", reveal);
  reveal();

  if (navigator.clipboard) {
    all("button.copy").forEach((button) => {
      button.hidden = false;
      button.addEventListener("click", () => {
        navigator.clipboard.writeText(button.parentElement.querySelector("pre").textContent);
      });
    });
  }

  let folded = [];
  addEventListener("beforeprint", () => {
    folded = all("details:not([open])");
    folded.forEach((box) => { box.open = true; });
  });
  addEventListener("afterprint", () => { folded.forEach((box) => { box.open = false; }); });
})();
