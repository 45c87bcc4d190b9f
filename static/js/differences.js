/* What two texts have in common, and what each has alone: `yishi.differences(mine, theirs)` gives pieces
   {text, where: "both" | "mine" | "theirs"} in order. Shown by textContent only: a text is never markup. */
(function () {
  "use strict";
  const LARGEST = 4e6; // cells of the table: beyond it whole sentences are compared, not characters

  const words = (text) => text.match(/[0-9.,%]+|[A-Za-z]+|[^]/gu) || []; // a number is changed as a whole
  const sentences = (text) => text.split(/(?<=[。；！？\n])/);

  function differences(mine, theirs) {
    const small = mine.length * theirs.length <= LARGEST * 4;
    let [a, b] = [mine, theirs].map(small ? words : sentences);
    let start = 0, end = 0;
    const shorter = Math.min(a.length, b.length);
    while (start < shorter && a[start] === b[start]) start += 1;
    while (end < shorter - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end += 1;
    const before = a.slice(0, start).join(""), after = a.slice(a.length - end).join("");
    [a, b] = [a.slice(start, a.length - end), b.slice(start, b.length - end)];
    const pieces = a.length * b.length <= LARGEST ? common(a, b) : [["mine", a.join("")], ["theirs", b.join("")]];
    return joined([["both", before], ...pieces, ["both", after]]);
  }

  /* Both texts as one, to be finished by hand: what differs at one place stands as 〔mine｜theirs〕. */
  function merged(pieces) {
    let text = "";
    for (let at = 0; at < pieces.length; at += 1) {
      const piece = pieces[at], next = pieces[at + 1];
      if (piece.where !== "both" && next && next.where !== "both") {
        const [mine, theirs] = piece.where === "mine" ? [piece, next] : [next, piece];
        text += `〔${mine.text}｜${theirs.text}〕`;
        at += 1;
      } else text += piece.text;
    }
    return text;
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

  Object.assign(window.yishi, { differences, merged });
})();
