/* What every page does: CSRF for htmx, signing in again in place, keys, the question before an act, the busy line. */
(function () {
  "use strict";
  const one = (selector) => document.querySelector(selector);
  const csrf = () => (document.cookie.match(/(?:^|; )csrftoken=([^;]+)/) || [])[1] || "";

  if (window.parent !== window) document.documentElement.classList.add("framed");

  /* Signing in again. `yishi.signIn()` resolves once the person has signed in; two calls share one dialog. */
  let signingIn = null;
  function signIn() {
    if (signingIn) return signingIn;
    const sheet = one("#again");
    const frame = sheet.querySelector("iframe");
    signingIn = new Promise((resolve, reject) => {
      const listen = (event) => {
        if (event.origin !== location.origin || event.source !== frame.contentWindow || event.data !== "signed-in") return;
        done(true);
      };
      const closed = () => done(false);
      const done = (well) => {
        window.removeEventListener("message", listen);
        sheet.removeEventListener("close", closed);
        signingIn = null;
        if (sheet.open) sheet.close();
        frame.removeAttribute("src");
        if (!well) return reject(new Error("not signed in"));
        document.querySelectorAll("input[name=csrfmiddlewaretoken]").forEach((input) => { input.value = csrf(); });
        document.dispatchEvent(new CustomEvent("signed-in"));
        resolve();
      };
      window.addEventListener("message", listen);
      sheet.addEventListener("close", closed);
      frame.src = document.body.dataset.again;
      sheet.showModal();
    });
    return signingIn;
  }
  /* fetch() that carries the CSRF token and survives an expired session. */
  async function ask(url, options = {}) {
    const send = () => fetch(url, { ...options, headers: { "X-Requested-With": "XMLHttpRequest", ...options.headers, "X-CSRFToken": csrf() } });
    let answer = await send();
    if (answer.status === 401 && answer.headers.has("X-Sign-In")) {
      await signIn();
      answer = await send();
    }
    return answer;
  }
  window.yishi = { signIn, ask, csrf };

  document.addEventListener("htmx:configRequest", (event) => { event.detail.headers["X-CSRFToken"] = csrf(); });
  document.addEventListener("htmx:responseError", (event) => {
    const { xhr, requestConfig: was, elt } = event.detail;
    if (xhr.status !== 401 || !xhr.getResponseHeader("X-Sign-In")) return;
    const again = { source: elt, target: event.detail.target, values: Object.fromEntries(was.formData || []) };
    delete again.values.csrfmiddlewaretoken;
    signIn().then(() => window.htmx.ajax(was.verb, was.path, again), () => {});
  });

  /* The busy line: only for what takes longer than a third of a second. */
  let waiting;
  const busy = () => { waiting = setTimeout(() => document.body.classList.add("busy"), 300); };
  const idle = () => { clearTimeout(waiting); document.body.classList.remove("busy"); };
  document.addEventListener("htmx:beforeRequest", busy);
  document.addEventListener("htmx:afterRequest", idle);
  window.addEventListener("pageshow", idle);

  /* A file cannot come back with a refused form: what has to be said of it is asked for before it is sent. */
  document.addEventListener("submit", (event) => {
    const said = event.target.elements.not_secret;
    if (!said || said.checked || !event.target.querySelector("input[type=file]")?.files.length) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    said.scrollIntoView({ block: "center", behavior: "instant" });
    said.setCustomValidity("请先确认文件不含涉密内容：本系统不得处理涉密信息。");
    said.addEventListener("change", () => said.setCustomValidity(""), { once: true });
    said.reportValidity();
  }, true);

  /* The question before what cannot be undone, and one sending of a form for any number of clicks. */
  function sure(words, act) {
    const sheet = one("#sure");
    one("#sure-text").textContent = words;
    sheet.querySelector("[value=yes]").textContent = act || "确定";
    sheet.returnValue = "";
    sheet.showModal();
    return new Promise((resolve) => sheet.addEventListener("close", () => resolve(sheet.returnValue === "yes"), { once: true }));
  }
  document.addEventListener("submit", (event) => {
    const form = event.target, button = event.submitter;
    if (form.method === "dialog" || event.defaultPrevented) return;
    const source = button && button.dataset.confirm ? button : form;
    if (source.dataset.confirm && !form.dataset.sure) {
      event.preventDefault();
      event.stopImmediatePropagation();
      sure(source.dataset.confirm, source.dataset.confirmAct || (button && button.textContent.trim())).then((yes) => {
        if (!yes) return;
        form.dataset.sure = "yes";
        form.requestSubmit(button || undefined);
        delete form.dataset.sure;
      });
      return;
    }
  }, true);
  // Last of all listeners: a page that sends its form by itself has prevented the event by now.
  window.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method !== "post") return;
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "yes";
    busy();
    setTimeout(() => { release(form); idle(); }, 10000);
  });
  const release = (form) => { delete form.dataset.sent; };
  window.addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach(release));

  /* Keys. A link or button with data-key="n" is pressed by that key and listed in the dialog (data-key-label or its text). */
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.target.closest("input, textarea, select, [contenteditable], dialog")) return;
    const search = one("main input[type=search]") || one("#head-search");
    if (event.key === "/" && search) { event.preventDefault(); search.focus(); return; }
    if (event.key === "?" || event.key === "？") { event.preventDefault(); showKeys(); return; }
    const target = [...document.querySelectorAll("[data-key]")].find((element) => element.dataset.key === event.key);
    if (target) { event.preventDefault(); target.click(); }
  });
  function showKeys() {
    const list = one("#keys dl");
    list.querySelectorAll(".own").forEach((row) => row.remove());
    document.querySelectorAll("[data-key]").forEach((element) => {
      const row = document.createElement("div"), term = document.createElement("dt"), what = document.createElement("dd");
      const key = document.createElement("kbd");
      key.textContent = element.dataset.key === "Escape" ? "Esc" : element.dataset.key;
      what.textContent = element.dataset.keyLabel || element.textContent.trim();
      term.append(key);
      row.className = "own";
      row.append(term, what);
      list.append(row);
    });
    one("#keys").showModal();
  }

  document.addEventListener("click", (event) => { if (event.target.closest("[data-print]")) window.print(); });
  document.addEventListener("DOMContentLoaded", () => {
    const errors = one(".form-errors");
    if (errors) errors.focus();
    if (document.body.dataset.signedIn !== undefined && window.parent !== window) window.parent.postMessage("signed-in", location.origin);
  });
})();
