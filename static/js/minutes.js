/* The wording of minutes: htmx saves each text; here is said what is not saved yet, it is sent again when the line is
   back, and leaving with unsaved text is asked about. */
(function () {
  "use strict";
  const form = document.getElementById("wording");
  if (!form) return;
  const unsaved = new Map(); // text box → what was last sent of it
  const failed = new Set();
  const isText = (element) => element instanceof HTMLTextAreaElement && form.contains(element);
  function say(box, words) {
    const place = document.querySelector(`#state-${box.name.split("-")[1]} .saving`);
    if (place) place.textContent = words;
  }
  form.addEventListener("input", (event) => {
    if (!isText(event.target)) return;
    if (!unsaved.has(event.target)) unsaved.set(event.target, null);
    say(event.target, "还没有保存");
  });
  form.addEventListener("htmx:beforeRequest", (event) => {
    if (!isText(event.target)) return;
    unsaved.set(event.target, event.target.value);
    say(event.target, "正在保存");
  });
  form.addEventListener("htmx:afterRequest", (event) => {
    const box = event.target;
    if (!isText(box)) return;
    if (!event.detail.successful) {
      failed.add(box);
      say(box, "没有保存：连不上服务器。文字还在这里，恢复后自动再存。");
      return;
    }
    failed.delete(box);
    // The answer is in its place by now: it says whether this text was saved or why not.
    const saved = document.querySelector(`#state-${box.name.split("-")[1]} .saved`);
    if (saved && unsaved.get(box) === box.value) unsaved.delete(box);
  });
  const again = () => failed.forEach((box) => window.htmx.trigger(box, "change"));
  window.addEventListener("online", again);
  setInterval(() => { if (navigator.onLine) again(); }, 10000);
  let leaving = false;
  form.addEventListener("submit", () => { leaving = true; });
  window.addEventListener("beforeunload", (event) => { if (unsaved.size && !leaving) event.preventDefault(); });
})();
