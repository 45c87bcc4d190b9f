/* The order of an agenda: by dragging, by buttons, by Alt+arrow. Each change sends the whole order with the one that was seen. */
(function () {
  "use strict";
  const place = document.getElementById("plan-agenda");
  if (!place) return;
  const { yishi } = window;
  const list = () => place.querySelector("#plan-items");
  const items = () => [...list().querySelectorAll(":scope > [data-item]")];
  let sending = false, again = null;

  async function save(focus) {
    if (sending) { again = focus; return; }
    sending = true;
    const order = items().map((item) => item.dataset.item).join(",");
    const body = new URLSearchParams({ order, seen: list().dataset.seen });
    try {
      const answer = await yishi.ask(place.dataset.orderUrl, { method: "POST", body });
      const given = await answer.json();
      if (again === null || given.error) show(given.parts, focus);
      else list().dataset.seen = order;
      if (!given.error) document.getElementById("messages").replaceChildren(); // what stood there was said of the old order
      said(given.error || "议程已保存");
    } catch {
      said("没有保存：网络不通。请稍后再试。");
    }
    sending = false;
    if (again !== null) { const next = again; again = null; save(next); }
  }
  const said = (words) => { const line = document.getElementById("save-state"); if (line) line.textContent = words; };
  function show(parts, focus) {
    for (const [id, html] of Object.entries(parts)) document.getElementById(id).innerHTML = html;
    draggable();
    const back = focus && place.querySelector(`[data-item="${focus}"]`);
    if (back) back.focus();
  }
  document.addEventListener("noted", (event) => show(event.detail.parts || {}, ""));

  function move(item, way) {
    const spare = place.querySelector("#plan-spare"), row = item;
    if (way === "up" && row.previousElementSibling) row.previousElementSibling.before(row);
    else if (way === "down" && row.nextElementSibling) row.nextElementSibling.after(row);
    else if (way === "on") list().append(row);
    else if (way === "off") spare.append(row);
    else return;
    save(row.dataset.item);
  }
  place.addEventListener("click", (event) => {
    const button = event.target.closest("[data-move]");
    if (button) move(button.closest("[data-item]"), button.dataset.move);
  });
  place.addEventListener("keydown", (event) => {
    const item = event.target.closest("[data-item]");
    if (!item || !event.altKey || !["ArrowUp", "ArrowDown"].includes(event.key)) return;
    event.preventDefault();
    const planned = list().contains(item);
    if (planned) move(item, event.key === "ArrowUp" ? "up" : "down");
    else if (event.key === "ArrowUp") move(item, "on");
  });

  function draggable() {
    if (!window.Sortable) return;
    for (const part of place.querySelectorAll(".plan-items")) {
      window.Sortable.create(part, {
        group: "agenda", handle: ".plan-grip", draggable: "[data-item]", animation: 120,
        onEnd: (event) => { if (event.to === list() || event.from === list()) save(event.item.dataset.item); },
      });
    }
  }
  draggable();
})();
