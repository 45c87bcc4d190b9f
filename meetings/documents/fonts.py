"""The fonts of papers: which file draws which character, how wide it is, and what stands in where one is missing.

The files come from Debian packages and are prepared by bin/fonts; Noto CJK is of the system. A character that 仿宋 lacks
(镕 喆 堃 …) is drawn in a light 楷体, the nearest in style; where a font is missing, its text comes out in Noto.
"""

import struct
import subprocess
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.conf import settings

SFNT = (b"\0\1\0\0", b"OTTO")
SERIF, SANS = "Noto Serif CJK SC", "Noto Sans CJK SC"


@dataclass(frozen=True)
class Face:
    family: str
    file: str
    what: str
    package: str

    @property
    def path(self) -> Path:
        return Path(settings.FONTS_DIR) / self.file

    @property
    def there(self) -> bool:
        """And whole: one that was cut off while it was copied would stop every paper."""
        try:
            with open(self.path, "rb") as file:
                kind, tables = struct.unpack(">4sH6x", file.read(12))
                ends = [sum(struct.unpack(">8xII", file.read(16))) for _ in range(tables)]
            return kind in SFNT and max(ends, default=0) <= self.path.stat().st_size
        except (OSError, struct.error):
            return False


LATIN = Face("Paper Latin", "latin.ttf", "西文衬线体", "fonts-liberation")
FANGSONG = Face("Paper Fangsong", "fangsong.otf", "仿宋", "texlive-lang-chinese")
KAITI = Face("Paper Kaiti", "kaiti.ttf", "楷体", "fonts-lxgw-wenkai")
RARE = Face("Paper Rare", "rare.ttf", "生僻字仿宋", "fonts-lxgw-wenkai")
# Small copies of Noto: a paper reads its fonts whole, and those of the system are large.
HEITI = Face("Paper Heiti", "heiti.otf", "黑体", "fonts-noto-cjk")
TITLE = Face("Paper Title", "title.otf", "小标宋", "fonts-noto-cjk")
FACES = (LATIN, FANGSONG, KAITI, RARE, HEITI, TITLE)


def missing() -> list[Face]:
    """What papers come out in other type for want of. Noto of the system stands in for its own copies unseen."""
    return [face for face in FACES if face.package != "fonts-noto-cjk" and not face.there]


@cache
def families() -> dict[str, str]:
    """The font-family of each use: 正文仿宋, 楷体, 黑体, 小标宋. Asked once in a process."""
    uses = {
        "fangsong": [LATIN, FANGSONG, RARE, SERIF],
        "kaiti": [LATIN, KAITI, FANGSONG, RARE, SERIF],
        "heiti": [HEITI, SANS],
        "xiaobiaosong": [TITLE, SERIF],
    }
    if not FANGSONG.there:  # 楷体 stands in for a single character, never for a whole text
        uses["fangsong"].remove(RARE)
    return {
        use: ",".join(
            f'"{each if isinstance(each, str) else each.family}"'
            for each in each_of
            if isinstance(each, str) or each.there
        )
        for use, each_of in uses.items()
    }


@cache
def _table(family: str) -> dict[int, float]:
    """Advance of every character of a font, in ems."""
    from fontTools.ttLib import TTFont

    file, number = next(((face.path, 0) for face in FACES if face.family == family), None) or _of_the_system(family)
    if not file:
        return {}
    with TTFont(file, fontNumber=number, lazy=True) as font:
        em, widths = font["head"].unitsPerEm, font["hmtx"].metrics
        return {code: widths[name][0] / em for code, name in font.getBestCmap().items()}


def _of_the_system(family: str) -> tuple[str, int]:
    asked = ["fc-match", "-f", "%{file}\n%{index}\n%{family}", family]
    try:
        said = subprocess.run(asked, capture_output=True, text=True, check=True).stdout.splitlines()
    except (OSError, subprocess.CalledProcessError):
        return "", 0
    # The upper half of the number names an instance of a variable font.
    return (said[0], int(said[1]) & 0xFFFF) if family in said[2] else ("", 0)


@cache
def advance(character: str, use: str = "fangsong") -> float:
    """How wide a character is drawn, in ems."""
    code = ord(character)
    if 0x3000 <= code <= 0x30FF or 0x3400 <= code <= 0x9FFF or 0xFF01 <= code <= 0xFF5E or code >= 0x20000:
        return 1.0
    for face in FACES:
        if f'"{face.family}"' in families()[use] and code in _table(face.family):
            return _table(face.family)[code]
    return _table(SANS if use == "heiti" else SERIF).get(code, 1.0)
