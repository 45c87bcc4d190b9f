/* What two texts have in common, and what each has alone: `yishi.differences(mine, theirs)` gives pieces
   {text, where: "both" | "mine" | "theirs"} in order. Shown by textContent only: a text is never markup. */
(function () {
  "use strict";
  const LARGEST = 4e6; // cells of the table: beyond it whole sentences are compared, not characters

  function differences(mine, theirs) {
    let start = 0, end = 0;
    const shorter = Math.min(mine.length, theirs.length);
    while (start < shorter && mine[start] === theirs[start]) start += 1;
    while (end < shorter - start && mine[mine.length - 1 - end] === theirs[theirs.length - 1 - end]) end += 1;
    const middle = [mine.slice(start, mine.length - end), theirs.slice(start, theirs.length - end)];
    const small = middle[0].length * middle[1].length <= LARGEST;
    const [a, b] = middle.map((text) => (small ? [...text] : text.split(/(?<=[。；！？\n])/)));
    const pieces = a.length * b.length <= LARGEST ? common(a, b) : [["mine", middle[0]], ["theirs", middle[1]]];
    return joined([["both", mine.slice(0, start)], ...pieces, ["both", mine.slice(mine.length - end)]]);
  }

  /* The longest common subsequence. */
  function common(a, b) {
    const width = b.length + 1, table = new Uint16Array((a.length + 1) * width);
    for (let i = a.length - 1; i >= 0; i -= 1) {
      for (let j = b.length - 1; j >= 0; j -= 1) {
        table[i * width + j] = a[i] === b[j]
          ? table[(i + 1) * width + j + 1] + 1
          : Math.max(table[(i + 1) * width + j], table[i * width + j + 1]);
      }
    }
    const pieces = [];
    let i = 0, j = 0;
    while (i < a.length || j < b.length) {
      if (i < a.length && j < b.length && a[i] === b[j]) { pieces.push(["both", a[i]]); i += 1; j += 1; }
      else if (j >= b.length || (i < a.length && table[(i + 1) * width + j] >= table[i * width + j + 1])) { pieces.push(["mine", a[i]]); i += 1; }
      else { pieces.push(["theirs", b[j]]); j += 1; }
    }
    return pieces;
  }

  function joined(pieces) {
    const out = [];
    for (const [where, text] of pieces) {
      if (!text) continue;
      const last = out[out.length - 1];
      if (last && last.where === where) last.text += text;
      else out.push({ where, text });
    }
    return out;
  }

  window.yishi.differences = differences;
})();
