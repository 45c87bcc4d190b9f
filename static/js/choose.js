/* Choosing many of many: find by a word, tick a whole group. Without this every box is there to be ticked. */
(function () {
  "use strict";
  const part = document.querySelector("[data-choose]");
  if (!part) return;
  const field = part.querySelector("[data-choose-find]");
  const said = part.querySelector("[data-choose-count]");
  const groups = [...part.querySelectorAll("[data-choose-group]")].map((group) => ({
    group,
    all: group.querySelector("[data-choose-all]"),
    rows: [...group.querySelectorAll("[data-choose-row]")].map((row) => ({
      row, box: row.querySelector("input"), words: row.dataset.chooseRow.toLowerCase(),
    })),
  }));
  field.closest("[hidden]").hidden = false;
  part.querySelectorAll(".choose-all").forEach((label) => { label.hidden = false; });
  part.classList.add("choosing");

  function count() {
    let ticked = 0;
    for (const { all, rows } of groups) {
      const shown = rows.filter(({ row }) => !row.hidden);
      const chosen = shown.filter(({ box }) => box.checked).length;
      all.checked = chosen > 0 && chosen === shown.length;
      all.indeterminate = chosen > 0 && chosen < shown.length;
      ticked += rows.filter(({ box }) => box.checked).length;
    }
    said.textContent = `已选 ${ticked} 所`;
  }
  function find() {
    const asked = field.value.toLowerCase().split(/\s+/).filter(Boolean);
    for (const { group, rows } of groups) {
      for (const { row, words } of rows) row.hidden = !asked.every((word) => words.includes(word));
      group.hidden = rows.every(({ row }) => row.hidden);
    }
    count();
  }
  field.addEventListener("input", find);
  field.addEventListener("keydown", (event) => { if (event.key === "Enter") event.preventDefault(); });
  part.addEventListener("change", (event) => {
    const of = groups.find(({ all }) => all === event.target);
    if (of) for (const { row, box } of of.rows) if (!row.hidden) box.checked = event.target.checked;
    count();
  });
  find();
})();
