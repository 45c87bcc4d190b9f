/* The parts of a matter's form that its class asks for open by themselves: money for F and P, candidates for H. */
(function () {
  "use strict";
  const category = document.querySelector("#id_category");
  if (!category) return;
  category.addEventListener("change", () => {
    document.querySelectorAll("details[data-classes]").forEach((part) => {
      const wanted = category.value && part.dataset.classes.includes(category.value[0]);
      const filled = [...part.querySelectorAll("input, textarea")].some((field) => field.value);
      part.open = Boolean(wanted || filled);
    });
  });
})();
