/* Who leads in carrying out a decision is one of those responsible, and not offered again as a helper. */
(function () {
  "use strict";
  const room = document.querySelector("[data-autosave]");
  if (!room) return;
  room.addEventListener("input", (event) => {
    const lead = event.target.closest("[data-lead]");
    if (!lead) return;
    const helpers = lead.closest(".topic").querySelector("[data-helpers]");
    let added = false;
    helpers.querySelectorAll("label").forEach((label) => {
      const box = label.querySelector("input");
      label.hidden = box.value === lead.value && lead.value !== "";
      if (label.hidden && !box.checked) added = box.checked = true;
    });
    if (added) helpers.querySelector("input").dispatchEvent(new Event("input", { bubbles: true }));
  });
})();
