/* The order of speaking: by itself as people speak, by the number typed, by dragging, or by Alt and the arrows. Each change
   writes the numbers 1 … n of those who have one; each number saves itself like any field. */
(function () {
  "use strict";
  const { room, autosave: saving } = window.yishi;
  if (!room || !saving) return;
  const { root } = room;
  const rows = (list) => [...list.querySelectorAll(":scope > [data-voice]")];
  const field = (row) => row.querySelector("[data-order]");
  const number = (row) => Number(field(row).value) || 0;
  const set = (row, value) => {
    if (field(row).value === String(value)) return;
    field(row).value = value;
    field(row).dispatchEvent(new Event("input", { bubbles: true }));
  };

  // Whoever says something, or takes a stance, has spoken next.
  root.addEventListener("input", (event) => {
    const row = event.target.closest("[data-voice]"), list = row && row.parentElement;
    if (!row) return;
    if (!event.target.matches("[data-order]") && !field(row).value && saving.read(event.target.closest("[data-path]"))) {
      set(row, Math.max(0, ...rows(list).map(number)) + 1);
    }
    // What is long has the width of the page; it gets it once, while it is being written.
    if (event.target.matches("textarea") && event.target.value.length > 60) row.dataset.long = "";
    suggest(list);
  });

  /* Rows stand as the page shows them; those with a number, and the one that was moved, are numbered in that order. */
  function renumber(list, moved) {
    rows(list).filter((row) => row === moved || number(row)).forEach((row, at) => set(row, at + 1));
    suggest(list);
  }
  function place(row, before) {
    const list = row.parentElement, active = document.activeElement;
    if (list.moveBefore) list.moveBefore(row, before); // keeps the focus, and what is being written
    else { list.insertBefore(row, before); if (active && row.contains(active)) active.focus(); }
    renumber(list, row);
    row.scrollIntoView({ block: "nearest" });
  }
  root.addEventListener("keydown", (event) => {
    const row = event.target.closest("[data-voice]");
    if (!row || !event.altKey || event.isComposing || !["ArrowUp", "ArrowDown"].includes(event.key)) return;
    event.preventDefault();
    const all = rows(row.parentElement), at = all.indexOf(row), up = event.key === "ArrowUp";
    const beside = all[at + (up ? -1 : 1)];
    if (beside) place(row, up ? beside : beside.nextSibling);
  });

  // The chair speaks last: said and offered, never done by itself.
  function suggest(list) {
    const hint = list.parentElement.querySelector("[data-chair-hint]");
    if (!hint) return;
    const chair = rows(list).find((row) => row.dataset.chair !== undefined);
    const last = Math.max(0, ...rows(list).filter((row) => row !== chair).map(number));
    hint.hidden = !(chair && number(chair) && number(chair) <= last);
    const at = hint.querySelector("[data-at]"), now = chair ? String(number(chair)) : "";
    if (at.textContent !== now) at.textContent = now;
  }
  root.addEventListener("click", (event) => {
    if (event.target.dataset.chairLast === undefined) return;
    const list = event.target.closest(".topic").querySelector(".voices"), chair = list.querySelector("[data-chair]");
    place(chair, rows(list).at(-1).nextSibling);
    const back = chair.querySelector("fieldset input:checked, fieldset input");
    if (back) back.focus();
  });

  const dressed = new WeakSet();
  function dress() {
    root.querySelectorAll(".voices").forEach((list) => {
      suggest(list);
      if (!window.Sortable || dressed.has(list)) return;
      dressed.add(list);
      window.Sortable.create(list, {
        handle: ".voice-grip", draggable: "[data-voice]", animation: 120,
        onEnd: ({ item, oldIndex, newIndex }) => { if (oldIndex !== newIndex) renumber(list, item); },
      });
    });
  }
  new MutationObserver(dress).observe(root.querySelector(".room-desk"), { childList: true, subtree: true });
  dress();
})();
