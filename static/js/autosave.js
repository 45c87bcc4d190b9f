/* Every field with data-path saves itself through one door (data-note on [data-autosave]).

   What is typed is kept in this browser at once, under the account and the meeting, and leaves the store only when the
   server has it: a cut line, a closed browser or an expired session lose nothing, and nobody sees another's text.
   Each write says which version it was based on (data-base); if somebody else wrote meanwhile, both texts are shown. */
(function () {
  "use strict";
  const root = document.querySelector("[data-autosave]");
  if (!root) return;
  const { yishi } = window;
  const prefix = `yishi:${root.dataset.user}:${root.dataset.meeting}:`;
  const line = document.getElementById("save-state");
  const timers = new Map(), wrong = new Map(), since = new Map();
  let sending = false, failures = 0, retry = null, signedOut = false, conflict = null;
  const PAUSE = 800, LONGEST = 6000; // ms: after the last key; and at the latest, while somebody types without a pause

  /* What is not on the server yet. Each window keeps its own under its own keys, so that two windows of one person never
     write over each other; what a window left behind that is gone is taken over by the next one (`adopt`). */
  const tab = Math.random().toString(36).slice(2);
  const own = new Map(), unkept = new Set();
  const shelf = (() => { try { return window.localStorage; } catch { return {}; } })();
  const keyOf = (path) => `${prefix}${path}#${tab}`;
  const shelving = new Set();
  function shelve(path, entry) {
    shelving.delete(path);
    try { shelf.setItem(keyOf(path), JSON.stringify(entry)); unkept.delete(path); } catch { unkept.add(path); }
  }
  const unshelved = () => { for (const path of [...shelving]) { if (own.has(path)) shelve(path, own.get(path)); else shelving.delete(path); } };
  window.addEventListener("pagehide", unshelved);
  const store = {
    get: (path) => own.get(path) || null,
    set(path, entry) {
      own.set(path, entry);
      shelve(path, entry);
    },
    keep(path, entry) { // while somebody types: at once in this page, on the machine when the key is painted
      own.set(path, entry);
      if (!shelving.size) setTimeout(unshelved, 30);
      shelving.add(path);
    },
    drop(path) {
      own.delete(path);
      unkept.delete(path);
      since.delete(path);
      try { shelf.removeItem(keyOf(path)); } catch { /* nothing there */ }
    },
    paths: () => [...own.keys()].sort((a, b) => own.get(a).at - own.get(b).at),
  };
  // Of a text that was sent only a mark is kept: enough to know it again should the answer get lost.
  function markOf(text) {
    let [a, b] = [0xdeadbeef, 0x41c6ce57];
    for (let at = 0; at < text.length; at += 1) {
      const code = text.charCodeAt(at);
      a = Math.imul(a ^ code, 2654435761);
      b = Math.imul(b ^ code, 1597334677);
    }
    return `${text.length}.${a >>> 0}.${b >>> 0}`;
  }

  /* Fields: one input, a group of radios, or a group of boxes. */
  const all = (path) => [...root.querySelectorAll("[data-path]")].filter((field) => field.dataset.path === path);
  const find = (path) => all(path)[0];
  function read(field) {
    if (field.dataset.many !== undefined) return [...field.querySelectorAll(":checked")].map((box) => box.value).sort((a, b) => a - b).join(",");
    if (field.tagName === "FIELDSET") return (field.querySelector(":checked") || { value: "" }).value;
    if (field.type === "checkbox") return field.checked ? on(field) : off(field);
    return field.value;
  }
  function fill(field, value) {
    if (field.tagName === "FIELDSET") {
      const chosen = field.dataset.many !== undefined ? value.split(",") : [value];
      field.querySelectorAll("input").forEach((box) => { box.checked = chosen.includes(box.value); });
    } else if (field.type === "checkbox") field.checked = value !== off(field) && (value === on(field) || field.dataset.off !== undefined);
    else field.value = value;
    grow(field);
    reflect(field, value);
  }
  const on = (box) => (box.dataset.on === undefined ? "1" : box.dataset.on);
  const off = (box) => (box.dataset.off === undefined ? "" : box.dataset.off);
  const spoken = (field, value) => {
    const picked = field && [...field.querySelectorAll("input, option")].find((each) => each.value === value);
    const words = picked && (picked.tagName === "OPTION" ? picked : picked.closest("label")).textContent.trim();
    return words || value || "（空）";
  };
  // Where the browser cannot size a field by its text, all that changed are measured once a frame.
  const sized = window.CSS && CSS.supports("field-sizing", "content"), growing = new Set();
  function grow(field) {
    if (sized || field.tagName !== "TEXTAREA") return;
    if (!growing.size) requestAnimationFrame(() => {
      const fields = [...growing].filter((each) => each.offsetParent);
      growing.clear();
      fields.forEach((each) => { each.style.height = "auto"; });
      const heights = fields.map((each) => each.scrollHeight + 2);
      fields.forEach((each, at) => { each.style.height = `${heights[at]}px`; });
    });
    growing.add(field);
  }
  const grown = (part) => { if (!sized) part.querySelectorAll("textarea").forEach(grow); };
  function reflect(field, value) {
    const row = field.closest("[data-status]");
    if (row && field.dataset.path.endsWith("/status")) row.dataset.status = value;
  }

  function say() {
    const paths = store.paths(), waiting = paths.filter((path) => !wrong.has(path));
    const words = signedOut ? "已退出登录，内容已留在本机"
      : unkept.size && (failures || !navigator.onLine) ? "离线，本机存不下，请不要关闭这一页"
      : !navigator.onLine || failures ? "离线，内容已留在本机"
        : waiting.length ? "正在保存"
          : paths.length ? `有 ${paths.length} 处没有保存，已留在本机`
            : say.at ? `已保存 ${say.at}` : "没有未保存的内容";
    if (line && line.dataset.says !== words) {
      line.dataset.says = words;
      line.replaceChildren(words, ...(signedOut ? [" ", signInButton()] : []));
    }
    if (line) line.classList.toggle("saved-not", signedOut || failures > 0 || !navigator.onLine || wrong.size > 0);
  }

  /* What an input method is still composing stays here: half a word is nobody's text. */
  function changed(field, wait, composing) {
    const path = field.dataset.path, value = read(field), before = store.get(path);
    wrong.delete(path);
    mark(field, "");
    store.keep(path, { base: field.dataset.base, ...before, value, at: Date.now() });
    grow(field);
    reflect(field, value);
    clearTimeout(timers.get(path));
    if (!since.has(path)) since.set(path, performance.now());
    const left = Math.max(0, since.get(path) + LONGEST - performance.now());
    timers.set(path, composing ? 0 : setTimeout(() => { timers.delete(path); pump(); }, Math.min(wait, left)));
    say();
  }
  const now = (path) => { clearTimeout(timers.get(path)); timers.delete(path); };

  /* One write at a time, the oldest first. */
  async function pump() {
    if (sending || conflict || signedOut) return;
    const path = store.paths().find((each) => !wrong.has(each) && !timers.has(each));
    if (!path) return say();
    sending = true;
    clearTimeout(retry);
    const entry = store.get(path);
    since.delete(path);
    store.set(path, { ...entry, sent: [...(entry.sent || []).slice(-4), markOf(entry.value)] });
    try {
      const answer = await send(path, entry);
      failures = 0;
      await settled(path, entry, answer);
    } catch (problem) {
      if (problem.message === "not signed in") signedOut = true;
      else {
        failures += 1;
        retry = setTimeout(pump, Math.min(30000, 1000 * 2 ** Math.min(failures, 5)));
      }
      sending = false;
      return say();
    }
    sending = false;
    pump();
  }
  async function send(path, entry) {
    const at = Number(root.dataset.at || 0);
    const body = JSON.stringify({ path, value: entry.value, base: entry.base, at, user: Number(root.dataset.user) });
    const answer = await yishi.ask(root.dataset.note, { method: "POST", body, headers: { "Content-Type": "application/json" } });
    if (answer.status >= 500 || answer.status === 429) throw new Error("later");
    return answer;
  }
  async function settled(path, entry, answer) {
    const given = await answer.json().catch(() => ({ error: "没有保存，请刷新页面后再试。" }));
    const held = store.get(path), field = find(path);
    if (answer.status === 409 && held && (held.sent || []).includes(markOf(given.theirs))) {
      // Our own text of a moment ago: the server had it, but its answer never came.
      store.set(path, { ...held, base: given.version });
      return;
    }
    if (answer.status === 409) return both(path, held || entry, given);
    if (!answer.ok) return refused(path, given.error || "没有保存，请刷新页面后再试。");
    if (held && held.value !== entry.value) store.set(path, { ...held, base: given.version, sent: [] });
    else {
      store.drop(path);
      if (field && document.activeElement !== field && read(field) !== given.value) fill(field, given.value);
    }
    all(path).forEach((each) => { each.dataset.base = given.version; });
    say.at = given.at;
    document.dispatchEvent(new CustomEvent("noted", { detail: given }));
  }

  function refused(path, words) {
    wrong.set(path, words);
    const field = find(path);
    if (field) mark(field, words);
    else kept();
  }
  function mark(field, words) {
    const id = `wrong-${field.dataset.path.replaceAll("/", "-")}`;
    let note = document.getElementById(id);
    if (words && !note) {
      note = document.createElement("div");
      note.id = id;
      note.className = "wrong field-note";
      note.setAttribute("role", "alert");
      const row = field.closest(".voice, .seat");
      if (row) row.append(note);
      else field.after(note);
    }
    if (words) note.textContent = words;
    else if (note) note.remove();
    field.toggleAttribute("aria-invalid", Boolean(words));
    if (words) field.setAttribute("aria-describedby", id);
  }

  /* Text of this person whose field is not on the page any more: shown to be copied, never thrown away. */
  function kept() {
    const place = document.getElementById("room-kept");
    if (!place) return;
    const lost = store.paths().filter((path) => wrong.has(path) && !find(path));
    place.hidden = !lost.length;
    place.replaceChildren(...lost.map((path) => {
      const box = document.createElement("div"), why = document.createElement("p"), text = document.createElement("pre");
      const drop = document.createElement("button");
      why.textContent = `${wrong.get(path)}您写的内容留在本机：`;
      text.textContent = store.get(path).value;
      drop.type = "button";
      drop.className = "btn btn-small";
      drop.textContent = "已抄走，不再保留";
      drop.addEventListener("click", () => { store.drop(path); wrong.delete(path); kept(); say(); });
      box.append(why, text, drop);
      return box;
    }));
  }

  function signInButton() {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn btn-small";
    button.textContent = "重新登录";
    button.addEventListener("click", () => { yishi.signIn().catch(() => {}); });
    return button;
  }
  document.addEventListener("signed-in", () => { signedOut = false; pump(); });

  /* Both wrote. Nothing is chosen until somebody chooses. */
  function both(path, entry, given) {
    const field = find(path), sheet = document.getElementById("both");
    const place = (name) => sheet.querySelector(`[data-both="${name}"]`);
    const merged = sheet.querySelector("textarea"), choice = field && field.matches("fieldset, select, [type=checkbox]");
    conflict = path;
    place("field").textContent = field ? nameOf(field) : path;
    place("by").textContent = given.by || "对方";
    const pieces = choice
      ? [{ where: "mine", text: spoken(field, entry.value) }, { where: "theirs", text: spoken(field, given.theirs) }]
      : yishi.differences(entry.value, given.theirs);
    for (const side of ["mine", "theirs"]) yishi.showSide(place(side), pieces, side);
    merged.value = yishi.merged(pieces);
    place("merge").hidden = true;
    sheet.querySelector("[data-choose=merge]").hidden = Boolean(choice);
    sheet.oncancel = (event) => event.preventDefault(); // Escape chooses nothing
    sheet.onclick = (event) => {
      const picked = event.target.dataset.choose;
      if (!picked) return;
      if (picked === "merge") { place("merge").hidden = false; merged.focus(); return; }
      const value = { mine: entry.value, theirs: given.theirs, merged: merged.value }[picked];
      all(path).forEach((each) => { each.dataset.base = given.version; fill(each, value); });
      if (picked === "theirs") store.drop(path);
      else store.set(path, { value, base: given.version, at: Date.now() });
      conflict = null;
      sheet.close();
      if (field) field.focus();
      pump();
    };
    sheet.showModal();
  }
  const labelOf = (field) => (field.labels && field.labels[0] ? field.labels[0].firstChild.textContent.trim() : "这一栏");
  const nameOf = (field) => field.getAttribute("aria-label") || labelOf(field);

  /* Text that is kept is put back into a part of the page that has just been shown. */
  function restore(part) {
    for (const field of part.querySelectorAll("[data-path]")) {
      const { path } = field.dataset, entry = store.get(path);
      if (entry) {
        if (entry.value === read(field)) store.drop(path);
        else fill(field, entry.value);
      }
      if (wrong.has(path)) mark(field, wrong.get(path));
    }
    grown(part);
  }

  /* What windows left behind that answer no more. The newest text of a field goes into it; an older one, one for a
     field that is written here already, or one without a field is shown to be copied. */
  const alive = new Set();
  const channel = window.BroadcastChannel ? new BroadcastChannel(prefix) : null;
  if (channel) channel.onmessage = ({ data }) => {
    if (data.ask) channel.postMessage({ here: tab });
    else alive.add(data.here);
  };
  function adopt() {
    let keys;
    try { keys = Object.keys(shelf).filter((key) => key.startsWith(prefix)); } catch { keys = []; }
    const left = [];
    for (const key of keys) {
      const [path, of] = key.slice(prefix.length).split("#");
      if (of === tab || alive.has(of)) continue;
      try { left.push({ key, of, path, entry: JSON.parse(shelf.getItem(key)) }); } catch { shelf.removeItem(key); }
    }
    for (const { key, of, path, entry } of left.sort((a, b) => b.entry.at - a.entry.at)) {
      const field = find(path), taken = store.get(path);
      if (field && !taken) {
        if (entry.value !== read(field)) { store.set(path, entry); fill(field, entry.value); }
      } else if (!taken || taken.value !== entry.value) {
        store.set(`${path}~${of}`, entry);
        wrong.set(`${path}~${of}`, field ? `“${nameOf(field)}”在另一个窗口里写的，与现在的不同。` : "这一栏已不在页面上（可能已经议定）。");
      }
      if (key !== keyOf(path)) shelf.removeItem(key);
    }
    kept();
    pump();
  }

  root.addEventListener("input", (event) => {
    const field = event.target.closest("[data-path]");
    if (field) changed(field, event.target.matches("input[type=radio], input[type=checkbox], select, [type=date]") ? 0 : PAUSE, event.isComposing);
  });
  root.addEventListener("compositionend", (event) => {
    const field = event.target.closest("[data-path]");
    if (field) changed(field, PAUSE);
  });
  root.addEventListener("focusout", (event) => {
    const field = event.target.closest("[data-path]");
    if (field && timers.has(field.dataset.path)) { now(field.dataset.path); pump(); }
  });
  // A tablet that is put away may never wake this page again.
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) { [...timers.keys()].forEach(now); pump(); }
  });
  // A radio that is chosen is taken back by choosing it again, or by the delete key.
  root.addEventListener("pointerdown", (event) => {
    const label = event.target.closest("fieldset[data-path] label"), radio = label && label.querySelector("[type=radio]");
    if (radio && radio.checked) radio.dataset.was = "chosen";
  });
  const takeBack = (radio) => { delete radio.dataset.was; radio.checked = false; changed(radio.closest("[data-path]"), 0); };
  root.addEventListener("click", (event) => { if (event.target.dataset.was) takeBack(event.target); });
  root.addEventListener("keydown", (event) => {
    if (event.target.matches("fieldset[data-path] [type=radio]:checked") && ["Delete", "Backspace"].includes(event.key)) takeBack(event.target);
  });
  window.addEventListener("online", () => { failures = 0; clearTimeout(retry); pump(); });
  window.addEventListener("offline", say);
  window.addEventListener("beforeunload", (event) => { if (store.paths().length) event.preventDefault(); });

  yishi.autosave = {
    pump, restore, fill, read, say, grown,
    pending: (path) => own.has(path),
    idle: () => store.paths().every((path) => wrong.has(path)),
    write(path, value, base) { store.set(path, { value, base, at: Date.now() }); pump(); },
  };
  document.addEventListener("DOMContentLoaded", () => {
    grown(root);
    if (!channel) { adopt(); return; }
    channel.postMessage({ ask: true });
    setTimeout(adopt, 250);
  });
})();
