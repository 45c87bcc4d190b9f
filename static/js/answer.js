/* Whoever sees a difference is led to where it is written down. */
(function () {
  "use strict";
  const note = document.querySelector("#id_note");
  document.addEventListener("change", (event) => {
    if (event.target.name === "outcome" && event.target.value === "divergent" && note && !note.value) {
      note.scrollIntoView({ block: "center" });
      note.focus();
    }
  });
})();
