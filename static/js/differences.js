/* What two texts have in common, and what each has alone: `yishi.differences(mine, theirs)` gives pieces
   {text, where: "both" | "mine" | "theirs"} in order. Shown by textContent only: a text is never markup. */
(function () {
  "use strict";
  const LARGEST = 4e6; // cells of the table: beyond it sentences are compared first, then what is in them
  const FOLDED = 400; // characters in common: of more only the ends are shown

  const words = (text) => text.match(/[0-9.,%]+|[A-Za-z]+|[^]/gu) || []; // a number is changed as a whole
  const sentences = (text) => text.split(/(?<=[，。；！？\n])/);

  const differences = (mine, theirs) => joined(compared(words(mine), words(theirs)));

  function compared(a, b) {
    let start = 0, end = 0;
    const shorter = Math.min(a.length, b.length);
    while (start < shorter && a[start] === b[start]) start += 1;
    while (end < shorter - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end += 1;
    const before = a.slice(0, start).join(""), after = a.slice(a.length - end).join("");
    const [left, right] = [a.slice(start, a.length - end), b.slice(start, b.length - end)];
    const pieces = left.length * right.length <= LARGEST ? common(left, right) : byRuns(left.join(""), right.join(""));
    return [["both", before], ...pieces, ["both", after]];
  }
  /* Long texts: whole clauses first; where two runs of them differ, the characters of these. */
  function byRuns(mine, theirs) {
    const [a, b] = [sentences(mine), sentences(theirs)];
    if (a.length * b.length > LARGEST) return [["mine", mine], ["theirs", theirs]];
    const runs = joined(common(a, b)), out = [];
    for (let at = 0; at < runs.length; at += 1) {
      const one = runs[at], two = runs[at + 1];
      if (one.where === "both" || !two || two.where === "both") { out.push([one.where, one.text]); continue; }
      const [left, right] = (one.where === "mine" ? [one, two] : [two, one]).map((run) => words(run.text));
      if (left.length * right.length <= LARGEST) out.push(...common(left, right));
      else out.push(["mine", left.join("")], ["theirs", right.join("")]);
      at += 1;
    }
    return out;
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

  /* One side of a comparison: what only it has is marked, long runs in common are folded. */
  function showSide(place, pieces, side) {
    const seen = pieces.filter((piece) => piece.where === "both" || piece.where === side);
    place.replaceChildren(...seen.flatMap((piece, at) => {
      if (piece.where !== "both") return [element("mark", piece.text)];
      if (seen.length === 1 || piece.text.length <= FOLDED) return [element("span", piece.text)];
      const head = at ? piece.text.slice(0, 80) : "", tail = at < seen.length - 1 ? piece.text.slice(-80) : "";
      const hidden = piece.text.slice(head.length, piece.text.length - tail.length);
      const open = element("button", `相同的 ${hidden.length} 字，展开`);
      open.type = "button";
      open.className = "btn btn-small both-fold";
      open.addEventListener("click", () => open.replaceWith(element("span", hidden)));
      return [element("span", head), open, element("span", tail)];
    }));
  }
  function element(name, text) {
    const made = document.createElement(name);
    made.textContent = text;
    return made;
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

  Object.assign(window.yishi, { differences, merged, showSide });
})();
