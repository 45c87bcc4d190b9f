/* The room: going from item to item, acts without a reload, what others write, and the keys. */
(function () {
  "use strict";
  const root = document.querySelector("[data-room]");
  if (!root) return;
  const { yishi } = window;
  const saving = yishi.autosave;
  const section = (number) => document.getElementById(`topic-${number}`);
  const numbers = () => [...root.querySelectorAll(".topic")].map((each) => Number(each.dataset.no));
  const fresh = new Map(); // item number → stamp of what is shown of it
  const late = new Map(); // parts that wait until nobody types in them
  let stamp = root.dataset.stamp;
  numbers().forEach((number) => fresh.set(number, stamp));

  /* Showing parts. A part in which somebody types is shown when they leave it. */
  const typing = (part) => part.contains(document.activeElement) && document.activeElement.matches("textarea, input:not([type=radio], [type=checkbox]), select");
  let pressed = false; // between press and release nothing is swapped, or the click would be lost
  function show(parts, own, force) {
    for (const [id, html] of Object.entries(parts)) {
      const part = document.getElementById(id);
      if (!part) continue;
      if (!force && part.matches(".topic, .room-margin") && (pressed || typing(part))) { late.set(id, { html, own }); continue; }
      late.delete(id);
      swap(part, html, own || force);
    }
  }
  // What is typed into the form of an act (a count, a reason) is not saved anywhere yet: it outlives the swap, and
  // so does why the act was refused, unless something was written since that may have mended it.
  const acts = (part) => [...part.querySelectorAll("form[data-act]")];
  const actOf = (form) => `${form.action} ${form.elements.candidate ? form.elements.candidate.value : ""}`;
  const fields = (form) => [...form.elements].filter((each) => each.name && each.type !== "hidden");
  const keptOf = (part) => new Map(acts(part).map((form) => [actOf(form), {
    values: new Map(fields(form).map((each) => [each.name, each.value])),
    says: form.querySelector(".act-says"),
  }]));
  function giveBack(part, kept, own) {
    for (const form of acts(part)) {
      const before = kept.get(actOf(form));
      if (!before) continue;
      for (const each of fields(form)) if (before.values.has(each.name)) each.value = before.values.get(each.name);
      if (!before.says) continue;
      if (own) before.says.replaceChildren();
      const place = form.querySelector(".act-says") || form.appendChild(document.createElement("div"));
      place.replaceWith(before.says); // the same node: an answer may be on its way to it
    }
  }
  function swap(part, html, own) {
    const active = part.contains(document.activeElement) ? document.activeElement : null;
    const group = active && active.closest("[data-path]");
    const act = active && active.closest("form[data-act]"), inAct = act && [actOf(act), active.name];
    const kept = keptOf(part);
    const open = [...part.querySelectorAll("details")].map((each) => each.open);
    part.innerHTML = html;
    const folds = part.querySelectorAll("details");
    if (part.matches(".topic") && folds.length === open.length) folds.forEach((each, index) => { each.open = each.open || open[index]; });
    if (saving && part.matches(".topic")) saving.restore(part);
    giveBack(part, kept, own);
    if (!active) return;
    const field = group && [...part.querySelectorAll("[data-path]")].find((each) => each.dataset.path === group.dataset.path);
    const target = field && (field.tagName === "FIELDSET" ? field.querySelector(`[value="${active.value}"]`) || field.querySelector("input") : field);
    const link = active.closest("[data-go]"), heading = part.querySelector(".topic-title");
    const form = inAct && acts(part).find((each) => actOf(each) === inAct[0]);
    const there = form && (form.elements[inAct[1]] || form.querySelector("button"));
    const next = target || there || (link && part.querySelector(`[data-go="${link.dataset.go}"]`)) || heading;
    if (next) next.focus({ preventScroll: true });
  }
  const showLate = () => {
    for (const [id, { html, own }] of [...late]) show({ [id]: html }, own);
  };
  root.addEventListener("focusout", () => setTimeout(showLate, 0));
  root.addEventListener("pointerdown", () => { pressed = true; });
  for (const end of ["pointerup", "pointercancel"]) {
    document.addEventListener(end, () => setTimeout(() => { pressed = false; showLate(); }, 0));
  }

  function arrived(given, own) {
    if (given.parts) show(given.parts, own, given.force);
    if (given.stamp) {
      for (const id of Object.keys(given.parts || {})) if (id.startsWith("topic-")) fresh.set(Number(id.slice(6)), given.stamp);
      stamp = given.stamp;
    }
  }
  document.addEventListener("noted", (event) => arrived(event.detail, true));

  /* From item to item: at once, from what the page has; the parts beside it follow. */
  function go(number) {
    if (!numbers().includes(number)) return;
    root.dataset.at = number;
    root.querySelectorAll(".topic").forEach((each) => { each.hidden = Number(each.dataset.no) !== number; });
    root.querySelectorAll("[data-go]").forEach((each) => {
      if (Number(each.dataset.go) === number && each.closest("#room-nav")) each.setAttribute("aria-current", "true");
      else each.removeAttribute("aria-current");
    });
    history.replaceState(null, "", `?item=${number}`);
    section(number).querySelectorAll("textarea").forEach((each) => { each.style.height = "auto"; if (each.scrollHeight) each.style.height = `${each.scrollHeight + 2}px`; });
    const heading = section(number).querySelector(".topic-title");
    heading.focus({ preventScroll: true });
    window.scrollTo({ top: 0 });
    refresh(number);
  }
  const step = (by) => { const known = numbers(); go(known[known.indexOf(Number(root.dataset.at)) + by]); };
  root.addEventListener("click", (event) => {
    const link = event.target.closest("[data-go]");
    if (link && !event.ctrlKey && !event.metaKey) { event.preventDefault(); go(Number(link.dataset.go)); }
  });
  async function refresh(number) {
    const since = fresh.get(number) === stamp ? `.${stamp.split(".")[1]}` : ""; // without a stamp the whole part comes
    try {
      const answer = await look(`item=${number}&since=${since}`);
      if (answer && Number(root.dataset.at) === number) arrived(answer);
    } catch { /* off line: what the page has stays */ }
  }
  async function look(query) {
    const answer = await fetch(`${root.dataset.strip}?${query}`, { headers: { "X-Requested-With": "XMLHttpRequest", "X-Background": "1" } });
    return answer.ok ? answer.json() : null;
  }

  /* Acts: vote, settle … The answer is what changed, or why not. */
  root.addEventListener("submit", async (event) => {
    const form = event.target;
    if (form.dataset.act === undefined || event.defaultPrevented) return;
    event.preventDefault();
    if (form.dataset.busy) return;
    form.dataset.busy = "yes";
    const says = form.querySelector(".act-says") || form.appendChild(Object.assign(document.createElement("div"), { className: "act-says" }));
    says.textContent = "";
    try {
      if (saving && !(await allSaved())) { says.textContent = "还有内容没有保存到服务器，稍后再办。"; return; }
      const body = new FormData(form);
      body.delete("csrfmiddlewaretoken"); // the header carries the token of the session as it is now
      const answer = await yishi.ask(form.action, { method: "POST", body });
      const given = await answer.json();
      if (answer.ok) {
        arrived({ ...given, force: true });
        if (form.dataset.settle !== undefined) window.scrollTo({ top: 0 }); // where it is said, with the way on
      }
      else if (given.findings) says.innerHTML = given.findings;
      else says.textContent = given.error;
      if (!answer.ok) says.scrollIntoView({ block: "nearest" });
    } catch {
      says.textContent = "网络不通，没有办成。恢复后再按一次，不会重复登记。";
    } finally {
      delete form.dataset.busy;
    }
  });
  async function allSaved() {
    for (let wait = 0; wait < 50; wait += 1) {
      if (saving.idle()) return true;
      saving.pump();
      await new Promise((resolve) => { setTimeout(resolve, 100); });
    }
    return false;
  }

  /* Others: what they wrote comes in by itself, but never into a field that is being written. */
  let polled = stamp;
  async function poll() {
    if (document.hidden) return;
    const given = await look(`item=${root.dataset.at}&since=${polled}`).catch(() => null);
    if (!given || given.stamp === polled) return;
    polled = given.stamp;
    if (given.state !== document.querySelector(".room-top .state").className.replace(/.*state-/, "")) news(["会议状态已变，请刷新页面。"]);
    for (const [path, { value, version }] of Object.entries(given.fields || {})) {
      for (const field of root.querySelectorAll(`[data-path="${CSS.escape(path)}"]`)) {
        if (!saving || field.dataset.base === version || saving.pending(path) || field.contains(document.activeElement)) continue;
        field.dataset.base = version;
        saving.fill(field, value);
      }
    }
    arrived(given);
    if (given.others && given.others.length) news(given.others.map((each) => `${each.name}也在记录；${each.wrote}有新内容。`));
  }
  setInterval(poll, 5000);
  function news(lines) {
    const place = document.getElementById("room-news");
    place.hidden = false;
    place.textContent = lines.join(" ");
  }

  /* Small helps: the next number in the order of speaking, the tally, everybody present. */
  const set = (field, value) => { field.value = value; field.dispatchEvent(new Event("input", { bubbles: true })); };
  root.addEventListener("input", (event) => {
    const voice = event.target.closest("[data-voice]");
    if (!voice || event.target.matches("[data-order]")) return;
    const order = voice.querySelector("[data-order]");
    if (order.value || !saving.read(event.target.closest("[data-path]"))) return;
    const taken = [...voice.parentElement.querySelectorAll("[data-order]")].map((each) => Number(each.value) || 0);
    set(order, Math.max(0, ...taken) + 1);
  });
  root.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    if (button.dataset.takeTally !== undefined) {
      const counts = button.closest(".tally").querySelectorAll("[data-count]");
      button.closest(".topic").querySelectorAll(".ballot-form").forEach((form) => {
        form.querySelectorAll("input.tiny").forEach((input) => { input.value = ""; });
        counts.forEach((count) => { form.elements[count.dataset.count].value = count.dataset.number; });
      });
    } else if (button.dataset.allPresent !== undefined) {
      root.querySelectorAll('.seat[data-member][data-status=""] [value=present]').forEach((box) => box.click());
    }
  });

  // The heading of the item stays in sight below the strip, however many lines that has.
  new ResizeObserver(([strip]) => {
    root.style.setProperty("--strip-height", `calc(${strip.borderBoxSize[0].blockSize}px + 0.5rem)`);
  }).observe(root.querySelector(".room-strip"));

  /* Keys: the letters are listed by "?" (shell.js); on a person 1, 2, 3 and the arrows. */
  root.ownerDocument.addEventListener("click", (event) => {
    const way = event.target.dataset && event.target.dataset.roomKey;
    if (way === "next") step(1);
    if (way === "previous") step(-1);
    if (way === "people") go(0);
  });
  root.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey || event.isComposing) return;
    const seat = event.target.closest(".seat[data-person]");
    if (event.key === "Escape" && event.target.matches("input, textarea, select")) {
      section(root.dataset.at).querySelector(".topic-title").focus({ preventScroll: true }); // where the letters are keys again
      return;
    }
    const boxed = event.target.matches("input[type=radio], input[type=checkbox]");
    if (seat && boxed && ["1", "2", "3"].includes(event.key)) {
      event.preventDefault();
      const box = seat.querySelectorAll("fieldset input")[Number(event.key) - 1];
      if (!box.checked) box.click();
      box.focus();
    } else if (seat && boxed && ["ArrowUp", "ArrowDown"].includes(event.key)) {
      event.preventDefault();
      const seats = [...root.querySelectorAll(".seat[data-person]")];
      const next = seats[seats.indexOf(seat) + (event.key === "ArrowUp" ? -1 : 1)];
      if (next) (next.querySelector("input:checked") || next.querySelector("input")).focus();
    } else if (boxed && ["n", "p", "0"].includes(event.key)) {
      // shell.js leaves every input alone; a box takes no letters.
      event.preventDefault();
      if (event.key === "0") go(0); else step(event.key === "n" ? 1 : -1);
    }
  });
})();
