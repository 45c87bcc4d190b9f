/* The room: going from item to item, acts without a reload, and what others write. */
(function () {
  "use strict";
  const root = document.querySelector("[data-room]");
  if (!root) return;
  const { yishi } = window;
  const saving = yishi.autosave;
  const section = (number) => document.getElementById(`topic-${number}`);
  const numbers = () => [...root.querySelectorAll(".topic")].map((each) => Number(each.dataset.no));
  const fresh = new Map(); // item number → stamp of what is shown of it
  const last = new Map(); // part → what is shown of it
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
      if (!force && (pressed || (part.matches(".topic, .room-margin") && typing(part)))) { late.set(id, { html, own }); continue; }
      late.delete(id);
      if (!part.matches(".topic") && last.get(id) === html) continue;
      last.set(id, html);
      swap(part, html, own || force);
    }
  }
  // What is typed into the form of an act (a count, a reason) is not saved anywhere yet: it outlives the swap, and
  // so does why the act was refused, unless something was written since that may have mended it.
  const acts = (part) => [...part.querySelectorAll("form[data-act]")];
  const actOf = (form) => `${form.action} ${form.dataset.act}`;
  const fields = (form) => [...form.elements].filter((each) => each.name && each.type !== "hidden");
  const BOXES = "[type=radio], [type=checkbox]";
  const nameOf = (field) => (field.matches(BOXES) ? `${field.name} ${field.value}` : field.name);
  const keptOf = (part) => new Map(acts(part).map((form) => [actOf(form), {
    values: new Map(fields(form).map((each) => [nameOf(each), each.matches(BOXES) ? each.checked : each.value])),
    says: form.querySelector(".act-says"),
  }]));
  function giveBack(part, kept, own) {
    for (const form of acts(part)) {
      const before = kept.get(actOf(form));
      if (!before) continue;
      for (const each of fields(form)) {
        if (before.values.has(nameOf(each))) each[each.matches(BOXES) ? "checked" : "value"] = before.values.get(nameOf(each));
      }
      form.dispatchEvent(new CustomEvent("act-given-back", { bubbles: true }));
      if (!before.says) continue;
      if (own) before.says.replaceChildren();
      const place = form.querySelector(".act-says") || form.appendChild(document.createElement("div"));
      place.replaceWith(before.says); // the same node: an answer may be on its way to it
    }
  }
  // What is open stays open: a fold is known by its words (but for numbers) and the finding it stands in.
  function foldsOf(part) {
    const times = new Map();
    return [...part.querySelectorAll("details")].map((fold) => {
      const of = fold.closest("[data-rule]"), words = fold.querySelector("summary").textContent.replace(/[\d\s（）条人]+/g, "");
      const name = `${of ? of.dataset.rule : ""} ${words}`, nth = times.get(name) || 0;
      times.set(name, nth + 1);
      return [`${name} ${nth}`, fold];
    });
  }
  function swap(part, html, own) {
    const active = part.contains(document.activeElement) ? document.activeElement : null;
    const group = active && active.closest("[data-path]");
    const act = active && active.closest("form[data-act]"), inAct = act && [actOf(act), active.name && nameOf(active)];
    const kept = keptOf(part);
    const open = new Map(foldsOf(part).map(([name, fold]) => [name, fold.open]));
    part.innerHTML = html;
    for (const [name, fold] of foldsOf(part)) if (open.get(name)) fold.open = true;
    if (saving && part.matches(".topic")) saving.restore(part);
    giveBack(part, kept, own);
    if (!active) return;
    const field = group && [...part.querySelectorAll("[data-path]")].find((each) => each.dataset.path === group.dataset.path);
    const target = field && (field.tagName === "FIELDSET" ? field.querySelector(`[value="${active.value}"]`) || field.querySelector("input") : field);
    const link = active.closest("[data-go]"), heading = part.querySelector(".topic-title");
    const form = inAct && acts(part).find((each) => actOf(each) === inAct[0]);
    const there = form && (fields(form).find((each) => nameOf(each) === inAct[1]) || form.querySelector("button"));
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
      if (saving && !(await allSaved())) { says.textContent = "还有内容没有保存到服务器，没有办。等右上角显示“已保存”后再按一次。"; return; }
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
      if (!answer.ok) form.dispatchEvent(new CustomEvent("act-refused", { bubbles: true, detail: given }));
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
  const missed = new Map(); // what came for a field while somebody stood in it
  function take(path, { value, version }) {
    for (const field of root.querySelectorAll(`[data-path="${CSS.escape(path)}"]`)) {
      if (!saving || field.dataset.base === version || saving.pending(path)) continue;
      if (field.contains(document.activeElement)) { missed.set(path, { value, version }); continue; }
      field.dataset.base = version;
      saving.fill(field, value);
    }
  }
  root.addEventListener("focusout", () => setTimeout(() => {
    for (const [path, text] of [...missed]) { missed.delete(path); take(path, text); }
  }, 0));
  async function poll() {
    if (document.hidden) return;
    const given = await look(`item=${root.dataset.at}&since=${polled}`).catch(() => null);
    if (!given) return;
    company(given.company || []);
    if (given.stamp === polled) return;
    polled = given.stamp;
    if (given.state !== document.querySelector(".room-top .state").className.replace(/.*state-/, "")) news(["会议状态已变，请刷新页面。"]);
    for (const [path, text] of Object.entries(given.fields || {})) take(path, text);
    arrived(given);
    if (given.others && given.others.length) news(given.others.map((each) => `${each.name}也在记录；${each.wrote}有新内容。`));
  }
  setInterval(poll, 5000);
  poll();
  document.addEventListener("visibilitychange", poll);
  function company(lines) {
    const place = document.getElementById("room-company"), words = lines.join("；");
    if (!place || place.textContent === words) return;
    place.textContent = words;
    place.hidden = !words;
  }
  function news(lines) {
    const place = document.getElementById("room-news");
    place.hidden = false;
    place.textContent = lines.join(" ");
  }

  /* A small help: everybody present. */
  root.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    if (button.dataset.allPresent !== undefined) {
      root.querySelectorAll('.seat[data-member][data-status=""] [value=present]').forEach((box) => box.click());
    }
  });

  // The heading of the item stays in sight below the strip, however many lines that has.
  new ResizeObserver(([strip]) => {
    root.style.setProperty("--strip-height", `calc(${strip.borderBoxSize[0].blockSize}px + 0.5rem)`);
  }).observe(root.querySelector(".room-strip"));

  yishi.room = { root, go, step, section };
})();
