/* Two revisions side by side, what differs marked. */
(function () {
  "use strict";
  const place = document.querySelector("[data-compare]");
  if (!place) return;
  const old = place.querySelector("[data-compare-old]"), now = place.querySelector("[data-compare-new]");
  const pieces = window.yishi.differences(old.textContent, now.textContent);
  window.yishi.showSide(old, pieces, "mine");
  window.yishi.showSide(now, pieces, "theirs");
  const count = (side) => pieces.filter((piece) => piece.where === side).reduce((sum, piece) => sum + piece.text.length, 0);
  const [gone, come] = [count("mine"), count("theirs")];
  place.querySelector("[data-compare-says]").textContent = gone || come ? `删去 ${gone} 字，增加 ${come} 字，已在两边标出。` : "两版相同。";
})();
