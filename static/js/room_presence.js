/* The room: who comes, goes or stands aside at an item, by one click or one key, and check-ins confirmed. */
(function () {
  "use strict";
  const root = document.querySelector("[data-room]");
  if (!root) return;
  const { yishi } = window;
  let busy = false;
  root.addEventListener("submit", async (event) => {
    const form = event.target, button = event.submitter;
    if (form.dataset.presence === undefined) return;
    event.preventDefault();
    if (busy) return;
    busy = true;
    const row = (button && button.closest("[data-moves], .seat, .coming")) || form;
    const name = button && (button.closest("[data-moves]") ? button.value.split("/")[1] : "");
    say(row, "");
    try {
      const body = new FormData(form, button);
      body.delete("csrfmiddlewaretoken"); // the header carries the token of the session as it is now
      body.set("at", root.dataset.at);
      const answer = await yishi.ask(form.action, { method: "POST", body });
      const given = await answer.json();
      if (answer.ok) {
        document.dispatchEvent(new CustomEvent("noted", { detail: { ...given, force: true } }));
        const again = name && [...root.querySelectorAll(".topic:not([hidden]) [data-move]")].find((each) => each.value.split("/")[1] === name);
        if (again) again.focus({ preventScroll: true });
        else if (document.activeElement === document.body) {
          (root.querySelector(".coming [name=here]") || root.querySelector(".topic:not([hidden]) .topic-title")).focus({ preventScroll: true });
        }
      } else say(row, given.error);
    } catch {
      say(row, "网络不通，没有登记。恢复后再按一次，不会重复登记。");
    } finally {
      busy = false;
    }
  });
  function say(row, words) {
    let place = row.querySelector(":scope > .move-says");
    if (!words) { if (place) place.remove(); return; }
    if (!place) {
      place = Object.assign(document.createElement("div"), { className: "wrong field-note move-says" });
      place.setAttribute("role", "alert");
      row.append(place);
    }
    place.textContent = words;
  }
  // A letter presses the button of the row in which the focus is; text fields keep their letters.
  const KEYS = { d: ["arrived"], l: ["left"], h: ["recused", "rejoined"] };
  root.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey || event.isComposing) return;
    const row = event.target.closest("[data-moves]"), kinds = KEYS[event.key];
    if (!row || !kinds || event.target.matches("textarea, select, input:not([type=radio], [type=checkbox])")) return;
    const button = kinds.map((kind) => row.querySelector(`[data-move="${kind}"]`)).find(Boolean);
    if (!button) return;
    event.preventDefault();
    event.stopPropagation();
    button.click();
  });
})();
