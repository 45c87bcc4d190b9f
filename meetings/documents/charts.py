"""Bars as a picture in the PDF: every bar has its number beside or on it, so that none has to be measured."""

from html import escape

from . import fonts
from .blocks import Chart

TONES = ("#2c4a6e", "#8fabc9", "#dde5ee", "#e0b352", "#6b7280")  # from dark to light: told apart without colour, too
DARK = frozenset({"#2c4a6e", "#6b7280"})
BAR, GAP, LEGEND = 12.0, 7.0, 20.0  # points: one bar, between two groups, above all


def svg(chart: Chart, width: float, size: float) -> str:
    """``width`` and ``size`` of the letters in points."""
    return _Picture(chart, width, size).whole()


class _Picture:
    def __init__(self, chart: Chart, width: float, size: float):
        self.chart, self.width, self.size = chart, width, size
        longest = max((self._wide(words) for words, _ in chart.rows), default=0)
        self.left = min(longest + size, width * 0.4)
        beside = (self._wide(self._all(numbers)) for _, numbers in chart.rows)
        self.room = width - self.left - (5 * size if chart.kind == "bar" else max(beside, default=0) + 4)
        sums = [sum(numbers) for _, numbers in chart.rows]
        largest = max((max(numbers, default=0) for _, numbers in chart.rows), default=0)
        self.most = max(largest if chart.kind == "bar" else max(sums, default=0), 1)

    def _wide(self, text: str) -> float:
        return sum(map(fonts.advance, text)) * self.size

    @staticmethod
    def _all(numbers: tuple[int, ...]) -> str:
        return "／".join(f"{number:,}" for number in numbers)

    def _text(self, x: float, y: float, text: str, *, anchor: str = "start", fill: str = "#000") -> str:
        return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{fill}">{escape(text)}</text>'

    def _bar(self, x: float, y: float, wide: float, tone: str) -> str:
        return f'<rect x="{x:.1f}" y="{y:.1f}" width="{wide:.1f}" height="{BAR}" fill="{tone}" stroke="#555" stroke-width="0.3"/>'

    def whole(self) -> str:
        made, top = self._legend(), LEGEND if len(self.chart.heads) > 1 else 4.0
        for words, numbers in self.chart.rows:
            group = self._beside(numbers, top) if self.chart.kind == "bar" else self._end_to_end(numbers, top)
            tall = BAR * (len(numbers) if self.chart.kind == "bar" else 1)
            made.append(self._text(self.left - self.size / 2, top + tall / 2 + self.size * 0.36, words, anchor="end"))
            made += group
            top += tall + GAP
        made.append(
            f'<path d="M{self.left:.1f} 0V{top - GAP + 3:.1f}" stroke="#555" stroke-width="0.5"/>'
            if len(self.chart.heads) < 2
            else ""
        )
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{self.width:.1f}pt" height="{top:.1f}pt" viewBox="0 0 {self.width:.1f} {top:.1f}"'
            f' font-family="{escape(fonts.families()["fangsong"], quote=True)}" font-size="{self.size:.1f}">{"".join(made)}</svg>'
        )

    def _legend(self) -> list[str]:
        if len(self.chart.heads) < 2:
            return []
        made, x = [], self.left
        for head, tone in zip(self.chart.heads, TONES * 2, strict=False):
            made += [self._bar(x, 0, BAR, tone), self._text(x + BAR + 3, BAR - 2, head)]
            x += BAR + 3 + self._wide(head) + 2 * self.size
        return made

    def _beside(self, numbers: tuple[int, ...], top: float) -> list[str]:
        made = []
        for at, (number, tone) in enumerate(zip(numbers, TONES * 2, strict=False)):
            wide, y = self.room * number / self.most, top + at * BAR
            made += [
                self._bar(self.left, y, wide, tone),
                self._text(self.left + wide + 3, y + BAR - 2.5, f"{number:,}"),
            ]
        return made

    def _end_to_end(self, numbers: tuple[int, ...], top: float) -> list[str]:
        """Each number on its part; where one has no room, all of them after the bar, else their sum."""
        made, x, together, whole = [], self.left, sum(numbers), True
        scale = self.room / (max(together, 1) if self.chart.kind == "share" else self.most)
        for number, tone in zip(numbers, TONES * 2, strict=False):
            wide, said = number * scale, f"{number:,}"
            made.append(self._bar(x, top, wide, tone) if number else "")
            if number and self._wide(said) + 2 < wide:
                fill = "#fff" if tone in DARK else "#000"
                made.append(self._text(x + wide / 2, top + BAR - 2.5, said, anchor="middle", fill=fill))
            elif number:
                whole = False
            x += wide
        after = f"{together:,}" if whole else self._all(numbers)
        return [*made, self._text(x + 3, top + BAR - 2.5, after)]
