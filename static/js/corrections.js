/* What a correction changes, marked in both texts: while it is typed, and where it is read before it is signed. */
(function () {
  "use strict";
  const piece = (tag, text) => {
    const element = document.createElement(tag);
    element.textContent = text;
    return element;
  };
  const show = (place, pieces, tags) => place.replaceChildren(
    ...pieces.filter(({ where }) => tags[where]).map(({ where, text }) => piece(tags[where], text)));

  for (const both of document.querySelectorAll("[data-both]")) {
    const [wrong, right] = ["[data-wrong]", "[data-right]"].map((name) => both.querySelector(name));
    if (wrong.textContent.length < 8 || right.textContent.length < 8) continue; // a word is seen to differ as it is
    const pieces = yishi.differences(wrong.textContent, right.textContent);
    show(wrong, pieces, { both: "span", mine: "del" });
    show(right, pieces, { both: "span", theirs: "ins" });
  }

  const differs = document.querySelector("#differs"), typed = document.querySelector("[data-right]");
  if (!differs || !typed) return;
  const tell = () => {
    const same = typed.value === differs.dataset.wrong;
    differs.hidden = same || !differs.dataset.wrong;
    if (!differs.hidden) show(differs.querySelector(".differences"), yishi.differences(differs.dataset.wrong, typed.value), { both: "span", mine: "del", theirs: "ins" });
  };
  let waits;
  typed.addEventListener("input", () => { clearTimeout(waits); waits = setTimeout(tell, 200); });
  tell();
})();
