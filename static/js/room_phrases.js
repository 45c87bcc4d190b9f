/* 常用语: while somebody stands in a text, a bar at the foot of the page offers what the school writes often there. One tap,
   or Alt+P, an arrow and Enter, puts it where the cursor is; the field keeps the focus on a tablet. */
(function () {
  "use strict";
  const bar = document.getElementById("room-phrases");
  if (!bar) return;
  const list = bar.querySelector("[data-phrases]");
  let known = null, field = null, shown = "";

  function placeOf(target) {
    if (!target.matches("textarea, input:not([type]), input[type=text]")) return "";
    const path = target.dataset.path || "", name = target.name || "";
    if (/^(opinion|written)\/.*\/text$/.test(path)) return "opinion";
    if (path.endsWith("/decision_text")) return "decision";
    return /reason$/.test(path) || ["reason", "despite"].includes(name) ? "reason" : "";
  }
  async function load() {
    if (known) return;
    try {
      const answer = await fetch(bar.dataset.phrasesUrl, { headers: { "X-Requested-With": "XMLHttpRequest", "X-Background": "1" } });
      if (answer.ok) known = await answer.json();
    } catch { /* off line: the bar stays away, and is asked for again */ }
  }
  load(); // at hand before the first field is entered
  function show(place) {
    const phrases = (known && known[place]) || [];
    bar.hidden = !place || !known;
    document.documentElement.classList.toggle("with-phrases", !bar.hidden);
    if (bar.hidden || shown === place) return;
    shown = place;
    list.replaceChildren(...phrases.map((text) => {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "btn btn-small";
      button.textContent = text;
      button.tabIndex = -1;
      button.dataset.phrase = "";
      return button;
    }));
    bar.querySelector("[data-no-phrases]").hidden = phrases.length > 0;
    list.scrollLeft = 0;
  }
  document.addEventListener("focusin", async (event) => {
    if (bar.contains(event.target)) return;
    field = placeOf(event.target) ? event.target : null;
    if (!field) { show(""); return; }
    await load();
    if (field) show(placeOf(field));
  });
  document.addEventListener("focusout", (event) => {
    if (!event.relatedTarget) setTimeout(() => { if (document.activeElement === document.body) show(""); }, 0);
  });
  function put(text) {
    if (!field) return;
    if (!field.isConnected) { // the part was shown anew meanwhile
      const same = [...document.querySelectorAll("[data-path]")].find((each) => each.dataset.path && each.dataset.path === field.dataset.path);
      if (!same) return;
      field = same;
    }
    field.focus();
    // This way the browser's own undo takes it back too.
    if (!document.execCommand("insertText", false, text)) {
      field.setRangeText(text, field.selectionStart, field.selectionEnd, "end");
      field.dispatchEvent(new Event("input", { bubbles: true }));
    }
  }
  bar.addEventListener("pointerdown", (event) => { if (event.target.closest("[data-phrase]")) event.preventDefault(); });
  bar.addEventListener("click", (event) => {
    const button = event.target.closest("[data-phrase]");
    if (button) put(button.textContent);
  });
  document.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.altKey && event.code === "KeyP" && !bar.hidden && !bar.contains(event.target)) {
      event.preventDefault();
      const first = list.querySelector("[data-phrase]");
      if (first) first.focus();
      return;
    }
    if (!bar.contains(event.target)) return;
    const all = [...list.querySelectorAll("[data-phrase]")], at = all.indexOf(event.target);
    const to = { ArrowRight: at + 1, ArrowDown: at + 1, ArrowLeft: at - 1, ArrowUp: at - 1 }[event.key];
    if (to !== undefined && at >= 0) { event.preventDefault(); (all[to] || event.target).focus(); }
    if (event.key === "Escape" && field) { event.preventDefault(); event.stopPropagation(); field.focus(); }
  }, true);
})();
