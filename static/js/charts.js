/* Draws the table of each figure.chart: columns are series, rows are what they count. The table stays: the picture adds nothing. */
(() => {
  "use strict";
  const TONES = {
    met: "#2f6b4f", broken: "#c98a16", unknown: "#8b97a8", block: "#a5232b", warn: "#c98a16", excused: "#8b97a8",
    now: "#2c4a6e", before: "#b3bfcc", expected: "#e0b352", filed: "#2f6b4f", submitted: "#5f87b5", returned: "#c98a16",
    not_submitted: "#b3bfcc", none: "#6b7280",
  };
  const OF_WORDS = { 符合: "met", 不符合: "broken", 不可判定: "unknown" }; // a report's heads are words only
  const PLAIN = ["#2c4a6e", "#5f87b5", "#b3bfcc", "#e0b352"];
  const numberIn = (cell) => Number((cell.dataset.value ?? cell.textContent).replace(/[^\d.-]/g, "")) || 0;

  function draw(figure) {
    const table = figure.querySelector("table");
    const kind = figure.dataset.kind;
    const heads = [...table.tHead.rows[0].cells].slice(1);
    const rows = [...table.tBodies[0].rows];
    const counts = rows.map((row) => [...row.cells].slice(1).map(numberIn));
    const shares = counts.map((row) => row.map((count) => (100 * count) / (row.reduce((sum, each) => sum + each, 0) || 1)));
    const values = kind === "share" ? shares : counts;
    const stacked = kind !== "bar";
    const font = { family: getComputedStyle(document.body).fontFamily, size: 12 };
    Chart.defaults.font = font;
    new Chart(figure.querySelector("canvas"), {
      type: "bar",
      data: {
        labels: rows.map((row) => row.cells[0].textContent.trim()),
        datasets: heads.map((head, at) => ({
          label: head.textContent.trim(),
          data: values.map((row) => row[at]),
          backgroundColor: TONES[head.dataset.tone ?? OF_WORDS[head.textContent.trim()]] ?? PLAIN[at % PLAIN.length],
          maxBarThickness: 26,
        })),
      },
      options: {
        animation: false,
        maintainAspectRatio: false,
        indexAxis: rows.length > 3 && !stacked ? "x" : "y",
        scales: {
          x: { stacked, beginAtZero: true, max: kind === "share" ? 100 : undefined, ticks: { precision: 0 } },
          y: { stacked, beginAtZero: true, ticks: { precision: 0 } },
        },
        plugins: {
          legend: { position: "bottom", labels: { boxWidth: 12 } },
          tooltip: { callbacks: kind === "share" ? {
            label: (item) => `${item.dataset.label} ${counts[item.dataIndex][item.datasetIndex]}（${item.raw.toFixed(1)}%）`,
          } : {} },
        },
      },
    });
    figure.classList.add("drawn");
  }

  document.addEventListener("DOMContentLoaded", () => {
    if (window.Chart) document.querySelectorAll("figure.chart:has(canvas)").forEach(draw);
  });
})();
