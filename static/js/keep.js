/* Keeps what is typed in form[data-keep] in this browser until the server has it: an expired session, a lost
   connection or a closed window loses nothing. The server says by the cookie "kept" what it has taken over. */
(function () {
  "use strict";
  const PREFIX = "yishi-keep:";
  const DAYS = 3;
  const WRONG = Date.UTC(2025, 0, 1); // a clock that said less was wrong: what it dated is not old
  const sayings = document.querySelector("#kept");

  const read = (key) => { try { return JSON.parse(localStorage.getItem(key)); } catch { return null; } };
  const drop = (key) => { try { localStorage.removeItem(key); } catch { /* no store, nothing kept */ } };
  const write = (key, value) => { try { localStorage.setItem(key, JSON.stringify(value)); return true; } catch { return false; } };
  const keys = () => { try { return Object.keys(localStorage).filter((key) => key.startsWith(PREFIX)); } catch { return []; } };

  function forgetWhatArrived() {
    const taken = (document.cookie.match(/(?:^|; )kept=([^;]+)/) || [])[1];
    for (const key of keys()) {
      const entry = read(key);
      if (entry && entry.at < WRONG) write(key, { ...entry, at: Date.now() });
      const old = !entry || (entry.at >= WRONG && Date.now() - entry.at > DAYS * 86400000);
      if (old || (taken && key.endsWith(":" + decodeURIComponent(taken).replace(/^"|"$/g, "")))) drop(key);
    }
    if (taken) document.cookie = "kept=; path=/; max-age=0";
  }

  const fields = (form) => [...form.elements].filter((field) => field.name && !["file", "hidden", "password", "submit", "button"].includes(field.type));
  const typed = (form) => fields(form).map((field) => [field.name, field.value, field.type === "checkbox" || field.type === "radio" ? field.checked : null]);
  const version = (form) => (form.elements.seen ? form.elements.seen.value : "");

  function fill(form, values) {
    const left = fields(form);
    for (const [name, value, checked] of values) {
      const at = left.findIndex((field) => field.name === name && (checked === null || field.value === value));
      if (at < 0) continue;
      const [field] = left.splice(at, 1);
      if (checked === null) field.value = value; else field.checked = checked;
      if (field.value && checked !== false) field.closest("details")?.setAttribute("open", "");
    }
    form.querySelector("select")?.dispatchEvent(new Event("change", { bubbles: true }));
  }

  function offer(form, key, words, act, done) {
    const bar = document.createElement("div"), button = document.createElement("button");
    bar.className = "said said-warning kept-bar";
    bar.setAttribute("role", "status");
    bar.textContent = words;
    button.type = "button";
    button.className = "btn btn-small";
    button.textContent = act;
    button.addEventListener("click", () => { done(); bar.remove(); });
    bar.append(button);
    form.prepend(bar);
  }

  function tend(form) {
    const key = PREFIX + form.dataset.keep;
    const first = typed(form);
    const kept = read(key);
    if (kept && !("bound" in form.dataset) && JSON.stringify(kept.values) !== JSON.stringify(first)) {
      const at = new Date(kept.at).toLocaleString("zh-CN", { month: "numeric", day: "numeric", hour: "2-digit", minute: "2-digit" });
      if (kept.version === version(form)) {
        fill(form, kept.values);
        form.closest("details")?.setAttribute("open", "");
        offer(form, key, `已恢复您 ${at} 填写、还没有提交的内容。`, "不用恢复", () => { fill(form, first); drop(key); });
      } else {
        offer(form, key, `本机留有您 ${at} 填写的内容，此后议题已另有保存。`, "改用本机的内容", () => fill(form, kept.values));
      }
    }
    let waiting = null; // what was typed a moment ago, and is not yet kept
    const keep = () => {
      clearTimeout(waiting);
      waiting = null;
      const well = write(key, { at: Date.now(), version: version(form), values: typed(form) });
      if (sayings) sayings.textContent = well
        ? `内容已留在本机 ${new Date().toLocaleTimeString("zh-CN", { hour: "2-digit", minute: "2-digit" })}，还没有提交`
        : "本机不能暂存，请及时保存草稿";
    };
    form.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(keep, 400); });
    form.addEventListener("submit", keep);
    window.addEventListener("pagehide", () => { if (waiting !== null) keep(); });
  }

  forgetWhatArrived();
  // After htmx has begun to listen: what is brought back is news to it.
  document.addEventListener("DOMContentLoaded", () => document.querySelectorAll("form[data-keep]").forEach(tend));
})();
