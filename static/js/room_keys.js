/* The keys of the room. The letters are listed by "?" (shell.js) and do nothing in a text. On a person 1, 2, 3 … choose
   and the arrows go to the next one; from within a text the same with Alt. No key is taken while an input method composes. */
(function () {
  "use strict";
  const { room } = window.yishi;
  if (!room) return;
  const { root } = room;
  const shown = () => room.section(root.dataset.at);
  const focus = (target) => {
    if (!target) return;
    for (let fold = target.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
    target.focus();
    target.scrollIntoView({ block: "center" });
  };
  const end = (field) => {
    focus(field);
    if (field) field.setSelectionRange(field.value.length, field.value.length);
  };
  const ways = {
    next: () => room.step(1),
    previous: () => room.step(-1),
    people: () => room.go(0),
    voices: () => focus(shown().querySelector("[data-voice] input:checked, [data-voice] fieldset input")),
    decision: () => end(shown().querySelector('[data-path$="/decision_text"]')),
    vote: () => focus(shown().querySelector(".ballot-form input.tiny, .ballot-form select, .ballot-form input:not([type=hidden])")),
    settle: () => focus(shown().querySelector("[data-settle] button")),
  };
  document.addEventListener("click", (event) => {
    const way = event.target.dataset && ways[event.target.dataset.roomKey];
    if (way) way();
  });

  const person = ".seat[data-person], [data-voice]";
  const boxes = (row) => row.querySelectorAll("fieldset input[type=radio]");
  const chosen = (row) => row.querySelector("fieldset input:checked") || boxes(row)[0];
  function choose(row, digit, stay) {
    const box = boxes(row)[digit - 1];
    if (!box) return false;
    if (!box.checked) box.click();
    if (!stay) box.focus();
    return true;
  }
  root.addEventListener("keydown", (event) => {
    if (event.isComposing || event.keyCode === 229 || event.ctrlKey || event.metaKey) return;
    const target = event.target, row = target.closest(person);
    const boxed = target.matches("input[type=radio], input[type=checkbox]");
    const digit = (/^(?:Digit)([1-9])$/.exec(event.code) || [])[1] || (/^[1-9]$/.test(event.key) ? event.key : "");
    if (event.altKey) {
      if (row && digit && choose(row, Number(digit), true)) event.preventDefault();
      return;
    }
    if (event.key === "Escape" && target.matches("input, textarea, select")) {
      shown().querySelector(".topic-title").focus({ preventScroll: true }); // where the letters are keys again
    } else if (!boxed) {
      return;
    } else if (row && digit) {
      if (choose(row, Number(digit), false)) event.preventDefault();
    } else if (row && ["ArrowUp", "ArrowDown"].includes(event.key)) {
      event.preventDefault();
      const rows = [...row.parentElement.querySelectorAll(person)];
      const next = rows[rows.indexOf(row) + (event.key === "ArrowUp" ? -1 : 1)];
      if (next) chosen(next).focus();
    } else if (row && event.key === "Enter") {
      event.preventDefault();
      end(row.querySelector("textarea"));
    } else {
      // shell.js leaves every input alone; a box takes no letters.
      const key = [...document.querySelectorAll("[data-room-key]")].find((each) => each.dataset.key === event.key);
      if (key && ways[key.dataset.roomKey]) { event.preventDefault(); key.click(); }
    }
  });
})();
