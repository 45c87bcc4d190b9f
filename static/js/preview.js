/* The pages of a paper beside the form in which it is worded: drawn anew when somebody stops typing for a moment, one
   drawing at a time and the last text always drawn. Zoom, page by page, two fingers. */
(function () {
  "use strict";
  const viewer = document.querySelector("[data-preview]");
  if (!viewer) return;
  const { yishi } = window;
  const place = viewer.querySelector("[data-viewer-pages]"), text = viewer.querySelector("[data-viewer-text]");
  const at = viewer.querySelector("[data-viewer-at]"), says = viewer.querySelector("[data-viewer-says]");
  const zoom = viewer.querySelector("[data-zoom]"), form = document.getElementById(viewer.dataset.form || "");
  const PAUSE = 250; // ms after the last key
  const CSS_MM = 96 / 25.4;
  let timer, drawing = false, waiting = false, scale = "fit", current = 1, again = 0;

  const pages = () => [...place.querySelectorAll("[data-page]")];
  const count = () => pages().length;

  /* What stands in the form; a field that saves itself carries its version beside it. */
  function sent() {
    const body = new FormData(form);
    form.querySelectorAll("[data-path]").forEach((field) => body.set(`base-${field.dataset.path}`, field.dataset.base || ""));
    return body;
  }

  async function draw() {
    if (drawing) { waiting = true; return; }
    drawing = true;
    const slow = setTimeout(() => { says.textContent = "正在排版"; }, 700);
    try {
      do {
        waiting = false;
        const answer = await yishi.ask(viewer.dataset.preview, form ? { method: "POST", body: sent() } : {});
        const body = await answer.text();
        if (answer.ok) await put(body);
        else says.textContent = answer.status === 422 ? body : "预览暂时排不出来，文字不受影响。";
      } while (waiting);
    } catch {
      says.textContent = navigator.onLine ? "预览暂时排不出来，文字不受影响。" : "离线，预览不更新。";
    }
    clearTimeout(slow);
    drawing = false;
  }

  /* New pages take the place of the old ones once those in sight are there: nothing flickers, nothing jumps. */
  async function put(html) {
    const come = document.createElement("template");
    come.innerHTML = html;
    const drawn = come.content.querySelector("[data-drawn]");
    const fresh = [...drawn.querySelectorAll("[data-page]")];
    fresh.forEach(size);
    fresh.forEach((page) => page.addEventListener("error", lost, { once: true }));
    const first = fresh[Math.min(current, fresh.length) - 1];
    if (first) { first.loading = "eager"; await first.decode().catch(() => {}); }
    const [left, top] = [place.scrollLeft, place.scrollTop];
    place.replaceChildren(...fresh);
    place.scrollTo(left, top);
    text.replaceChildren(...come.content.querySelector("[data-said]").childNodes);
    if (drawn.dataset.seen) document.querySelectorAll("input[name=seen]").forEach((input) => { input.value = drawn.dataset.seen; });
    says.textContent = "";
    viewer.dataset.drawn = Number(viewer.dataset.drawn || 0) + 1;
    tell();
  }
  // A draft is kept for some minutes: whoever comes back later has it drawn anew, once.
  function lost() {
    if (Date.now() - again < 5000) return;
    again = Date.now();
    draw();
  }

  function size(page) {
    const across = Number(page.dataset.across) * CSS_MM, room = place.clientWidth - 24;
    const width = scale === "fit" ? Math.min(room, across * 1.6) : across * scale;
    page.style.width = `${Math.max(120, Math.round(width))}px`;
    page.sizes = `${Math.round(width)}px`;
  }
  function resize() {
    const [held, whole] = [place.scrollTop, place.scrollHeight];
    pages().forEach(size);
    if (whole) place.scrollTop = held * (place.scrollHeight / whole);
    tell();
  }
  const fitted = new ResizeObserver(() => { if (scale === "fit") resize(); });
  fitted.observe(viewer);

  function tell() {
    const middle = place.scrollTop + place.clientHeight / 3;
    const seen = pages().filter((page) => page.offsetTop <= middle).length || 1;
    const end = place.scrollTop + place.clientHeight >= place.scrollHeight - 4 && place.scrollHeight > place.clientHeight + 4;
    current = end ? Math.max(seen, count()) : seen;
    const words = count() ? `第 ${current} 页，共 ${count()} 页` : "第 1 页";
    if (at.textContent !== words) at.textContent = words;
    viewer.querySelectorAll("[data-turn]").forEach((button) => {
      button.disabled = !count() || (button.dataset.turn < 0 ? current <= 1 : current >= count());
    });
  }
  function turn(by) {
    const page = pages()[Math.min(Math.max(current + by, 1), count()) - 1];
    if (page) place.scrollTo({ top: page.offsetTop - 8, behavior: "instant" });
  }
  let telling = false;
  place.addEventListener("scroll", () => {
    if (telling) return;
    telling = true;
    requestAnimationFrame(() => { telling = false; tell(); });
  }, { passive: true });
  viewer.addEventListener("click", (event) => {
    const button = event.target.closest("[data-turn]");
    if (button) turn(Number(button.dataset.turn));
  });
  place.addEventListener("keydown", (event) => {
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!by || event.ctrlKey || event.altKey || (scale !== "fit" && place.scrollWidth > place.clientWidth)) return;
    event.preventDefault();
    turn(by);
  });
  zoom.addEventListener("change", () => { scale = zoom.value === "fit" ? "fit" : Number(zoom.value); resize(); });

  /* Two fingers: the pages grow about the place between them. */
  let pinch = null;
  const spread = (touches) => Math.hypot(touches[0].clientX - touches[1].clientX, touches[0].clientY - touches[1].clientY);
  place.addEventListener("touchstart", (event) => {
    if (event.touches.length !== 2 || !count()) return;
    const page = pages()[0], box = place.getBoundingClientRect();
    pinch = {
      from: spread(event.touches), scale: page.offsetWidth / (Number(page.dataset.across) * CSS_MM),
      x: (event.touches[0].clientX + event.touches[1].clientX) / 2 - box.left,
      y: (event.touches[0].clientY + event.touches[1].clientY) / 2 - box.top,
    };
  }, { passive: true });
  place.addEventListener("touchmove", (event) => {
    if (!pinch || event.touches.length !== 2) return;
    event.preventDefault();
    const before = pages()[0].offsetWidth, held = [place.scrollLeft + pinch.x, place.scrollTop + pinch.y];
    scale = Math.min(4, Math.max(0.25, pinch.scale * (spread(event.touches) / pinch.from)));
    pages().forEach(size);
    const grown = pages()[0].offsetWidth / before;
    place.scrollTo(held[0] * grown - pinch.x, held[1] * grown - pinch.y);
  }, { passive: false });
  const released = () => { if (pinch) { pinch = null; tell(); } };
  place.addEventListener("touchend", released);
  place.addEventListener("touchcancel", released);

  /* On a phone one side is seen at a time. */
  const sides = [...document.querySelectorAll("[data-side]")];
  sides.forEach((button) => button.addEventListener("click", () => {
    const frame = button.closest("[data-sides]");
    frame.dataset.sides = button.dataset.side;
    sides.forEach((each) => each.setAttribute("aria-pressed", String(each === button)));
    resize();
  }));

  function soon(event) {
    if (event.isComposing) return; // half a word of an input method is nobody's text
    clearTimeout(timer);
    timer = setTimeout(draw, PAUSE);
  }
  if (form) {
    for (const kind of ["input", "change", "compositionend"]) form.addEventListener(kind, soon);
    document.addEventListener("noted", soon); // what was chosen of two texts
    // The form of a paper that is sent carries the versions it was based on.
    form.addEventListener("submit", () => form.querySelectorAll("[data-path]").forEach((field) => {
      const base = form.elements[`base-${field.dataset.path}`];
      if (base) base.value = field.dataset.base || "";
    }));
  }
  document.addEventListener("DOMContentLoaded", draw);
})();
