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
  const timers = new Map(), wrong = new Map();
  let sending = false, failures = 0, retry = null, signedOut = false, conflict = null;

  // A window sends what was typed in it, and what a closed one left behind (adopted by `restore`).
  const tab = Math.random().toString(36).slice(2);
  const memory = new Map(); // where a browser keeps nothing for us
  const shelf = (() => { try { return window.localStorage; } catch { return {}; } })();
  const store = {
    get(path) {
      if (memory.has(path)) return memory.get(path);
      try { return JSON.parse(shelf.getItem(prefix + path)); } catch { return null; }
    },
    set(path, entry) {
      const mine = { ...entry, tab };
      try { shelf.setItem(prefix + path, JSON.stringify(mine)); memory.delete(path); } catch { memory.set(path, mine); }
    },
    drop(path) { memory.delete(path); try { shelf.removeItem(prefix + path); } catch { /* nothing there */ } },
    all() {
      const kept = Object.keys(shelf).filter((key) => key.startsWith(prefix)).map((key) => key.slice(prefix.length));
      return [...new Set([...kept, ...memory.keys()])];
    },
    paths() { return store.all().filter((path) => store.get(path).tab === tab).sort((a, b) => store.get(a).at - store.get(b).at); },
  };

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
  const grow = (field) => {
    if (field.tagName !== "TEXTAREA" || !field.offsetParent) return;
    field.style.height = "auto";
    field.style.height = `${field.scrollHeight + 2}px`;
  };
  function reflect(field, value) {
    const row = field.closest("[data-status]");
    if (row && field.dataset.path.endsWith("/status")) row.dataset.status = value;
  }

  function say() {
    const paths = store.paths(), waiting = paths.filter((path) => !wrong.has(path));
    const words = signedOut ? "已退出登录，内容已留在本机"
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

  function changed(field, wait) {
    const path = field.dataset.path, value = read(field), before = store.get(path);
    wrong.delete(path);
    mark(field, "");
    store.set(path, { base: field.dataset.base, ...before, value, at: Date.now() });
    grow(field);
    reflect(field, value);
    clearTimeout(timers.get(path));
    timers.set(path, setTimeout(() => { timers.delete(path); pump(); }, wait));
    say();
  }

  /* One write at a time, the oldest first. */
  async function pump() {
    if (sending || conflict || signedOut) return;
    const path = store.paths().find((each) => !wrong.has(each) && !timers.has(each));
    if (!path) return say();
    sending = true;
    clearTimeout(retry);
    const entry = store.get(path);
    store.set(path, { ...entry, sent: [...(entry.sent || []).slice(-4), entry.value] });
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
    const now = store.get(path), field = find(path);
    if (answer.status === 409 && now && (now.sent || []).includes(given.theirs)) {
      // Our own text of a moment ago: the server had it, but its answer never came.
      store.set(path, { ...now, base: given.version });
      return;
    }
    if (answer.status === 409) return both(path, now || entry, given);
    if (!answer.ok) return refused(path, given.error || "没有保存，请刷新页面后再试。");
    if (now && now.value !== entry.value) store.set(path, { ...now, base: given.version, sent: [] });
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
    place("field").textContent = field ? (field.getAttribute("aria-label") || labelOf(field)) : path;
    place("by").textContent = given.by || "对方";
    const pieces = choice
      ? [{ where: "mine", text: spoken(field, entry.value) }, { where: "theirs", text: spoken(field, given.theirs) }]
      : yishi.differences(entry.value, given.theirs);
    for (const side of ["mine", "theirs"]) {
      place(side).replaceChildren(...pieces.filter((piece) => piece.where === "both" || piece.where === side).map((piece) => {
        const part = document.createElement(piece.where === "both" ? "span" : "mark");
        part.textContent = piece.text;
        return part;
      }));
    }
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

  /* Text that was kept is put back into a part of the page that has just been shown; at the beginning also what a
     window that is gone left behind. */
  function restore(part, adopt) {
    for (const field of part.querySelectorAll("[data-path]")) {
      const { path } = field.dataset, entry = store.get(path);
      if (entry && (adopt || entry.tab === tab)) {
        if (entry.value === read(field)) store.drop(path);
        else { fill(field, entry.value); store.set(path, entry); }
      }
      if (wrong.has(path)) mark(field, wrong.get(path));
      grow(field);
    }
  }

  root.addEventListener("input", (event) => {
    const field = event.target.closest("[data-path]");
    if (field) changed(field, event.target.matches("input[type=radio], input[type=checkbox], select, [type=date]") ? 0 : 800);
  });
  root.addEventListener("focusout", (event) => {
    const field = event.target.closest("[data-path]");
    if (field && timers.has(field.dataset.path)) { clearTimeout(timers.get(field.dataset.path)); timers.delete(field.dataset.path); pump(); }
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
    pump, restore, fill, read, say,
    pending: (path) => Boolean(store.get(path)),
    idle: () => store.paths().every((path) => wrong.has(path)),
    write(path, value, base) { store.set(path, { value, base, at: Date.now() }); pump(); },
  };
  document.addEventListener("DOMContentLoaded", () => {
    restore(root, true);
    store.all().filter((path) => !find(path)).forEach((path) => {
      store.set(path, store.get(path));
      wrong.set(path, "这一栏已不在页面上（可能已经议定）。");
    });
    kept();
    pump();
  });
})();
