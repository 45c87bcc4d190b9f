/* The sheet of a vote: what its kind asks for, one key a voter, everybody in one click, and what is wrong beside it. */
(function () {
  "use strict";
  const CHOICES = ["agree", "disagree", "abstain", "defer"];
  const forms = (part) => [...part.querySelectorAll("form[data-ballots]")];

  /* Only what the kind of vote asks for is shown; of a secret ballot nothing about anybody leaves the page. */
  function show(form) {
    const way = form.querySelector("[data-method]").value;
    form.querySelectorAll("[data-way]").forEach((part) => {
      const wanted = part.dataset.way.split(" ").includes(way);
      part.hidden = !wanted;
      part.querySelectorAll("input, button").forEach((each) => { each.disabled = !wanted; });
    });
    form.querySelectorAll(".ballot-question").forEach((question) => {
      const announced = question.querySelector("[data-announced]").value;
      const why = question.querySelector("[data-why]");
      why.hidden = !announced && !why.querySelector("input").value;
    });
  }
  const all = () => forms(document).forEach(show);
  all();
  // The parts of the page come anew after each act.
  new MutationObserver((changes) => {
    if (changes.some((change) => [...change.addedNodes].some((node) => node.querySelector && (node.matches("form[data-ballots]") || node.querySelector("form[data-ballots]"))))) all();
  }).observe(document.body, { childList: true, subtree: true });

  document.addEventListener("change", (event) => {
    const form = event.target.closest && event.target.closest("form[data-ballots]");
    if (form && event.target.matches("[data-method], [data-announced]")) show(form);
  });

  document.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    const form = button && button.closest("form[data-ballots]");
    if (!form) return;
    if (button.dataset.allAgree !== undefined) {
      form.querySelectorAll(".ballot-voters [value=agree]").forEach((box) => { box.checked = true; });
      form.querySelector(".ballot-voters input:checked").focus();
    } else if (button.dataset.takeStances !== undefined) {
      form.querySelectorAll(".ballot-voters > li").forEach((row) => {
        const said = form.closest(".topic").querySelector(`[data-path^="opinion/"][data-path$="/${row.dataset.voter}/stance"] input:checked`);
        const box = said && row.querySelector(`[value="${said.value}"]`);
        if (box) box.checked = true;
      });
    } else if (button.dataset.takeTally !== undefined) {
      const said = [...form.closest(".topic").querySelectorAll("[data-votes] fieldset input:checked")]; // also what is not sent yet
      form.querySelectorAll("[data-count-of]").forEach((input) => {
        input.value = said.filter((box) => box.value === input.dataset.countOf).length || "";
      });
    }
  });

  /* 1 to 4 on a voter chooses and goes on to the next; the arrows go from voter to voter. */
  document.addEventListener("keydown", (event) => {
    const row = event.target.closest && event.target.closest(".ballot-voters > li");
    if (!row || event.altKey || event.ctrlKey || event.metaKey) return;
    const rows = [...row.closest("form").querySelectorAll(".ballot-voters > li")];
    const to = (at) => { const there = rows[at]; if (there) (there.querySelector("input:checked") || there.querySelector("input")).focus(); };
    const place = rows.indexOf(row), choice = CHOICES[Number(event.key) - 1];
    if (choice) {
      event.preventDefault();
      row.querySelector(`[value=${choice}]`).checked = true;
      if (place + 1 < rows.length) to(place + 1); else row.closest("form").querySelector(".act-bar button").focus();
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      to(place + (event.key === "ArrowDown" ? 1 : -1));
    }
  });

  document.addEventListener("act-given-back", (event) => { if (event.target.matches("form[data-ballots]")) show(event.target); });
  document.addEventListener("act-refused", (event) => {
    const form = event.target;
    if (!form.matches("form[data-ballots]")) return;
    const beside = event.detail.beside || {};
    form.querySelectorAll(".ballot-question").forEach((question) => {
      question.querySelector(".ballot-says").textContent = beside[question.dataset.question] || "";
      question.querySelector("[data-why]").hidden = !question.querySelector("[data-announced]").value;
    });
    const first = form.querySelector(".ballot-says:not(:empty)");
    if (!first) return;
    form.querySelector(".act-says:last-child").textContent = "还没有登记，请按上面的提示改好。";
    first.scrollIntoView({ block: "nearest" });
  });
})();
