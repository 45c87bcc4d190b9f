/* Finding rows of tables by a word or a code while one types. Without this the whole page is there to read. */
(function () {
  "use strict";
  const field = document.querySelector("[data-find]");
  if (!field) return;
  const said = document.querySelector("[data-found]");
  const parts = [...document.querySelectorAll("[data-find-in]")];
  const rows = parts.flatMap((part) => [...part.querySelectorAll("tbody tr")]);
  const words = new Map(rows.map((row) => [row, row.textContent.toLowerCase()]));
  field.closest("[hidden]").hidden = false;

  function find() {
    const asked = field.value.toLowerCase().split(/\s+/).filter(Boolean);
    for (const row of rows) row.hidden = !asked.every((word) => words.get(row).includes(word));
    for (const part of parts) part.hidden = !part.querySelector("tbody tr:not([hidden])");
    const left = rows.filter((row) => !row.hidden).length;
    said.textContent = asked.length ? (left ? `找到 ${left} 行` : "没有找到，换一个词再试") : "";
  }
  field.addEventListener("input", find);
  // an address with #P-04 leads to a row that may be hidden by what was asked before
  window.addEventListener("hashchange", () => { field.value = ""; find(); document.getElementById(location.hash.slice(1))?.scrollIntoView(); });
  find();
})();
