"""A Word file that came back, as the rows that a reader sees: paragraphs and tables in order, changes as if accepted.

What is struck out or hidden does not count, heads, feet and comments are left aside; what could not be read is said.
"""

import io
import lzma
import struct
import zipfile
import zlib
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice

from lxml import etree

from accounts.uploads import MB, OLD_OFFICE

from .kinds.words import numeral
from .word_styles import NO_XML

MOST_UNPACKED, MOST_TEXT = 100 * MB, 20 * MB
MOST_ROWS = 20_000  # paragraphs and rows of tables: ten times the longest record
LOCKED = "EncryptedPackage".encode("utf-16-le")
DOCUMENT, NUMBERING = "word/document.xml", "word/numbering.xml"
_GONE = frozenset({"del", "moveFrom", "cellDel"})
_CAME = frozenset({"ins", "moveTo", "cellIns"})
_SILENT = _GONE | {"pPr", "rPr", "sectPr", "instrText", "delText", "sdtPr", "sdtEndPr", "rt", "Fallback", "tblPr", "tblGrid"}  # fmt: skip
_WORDS = {
    "tracked": "文件里有修订标记，按接受修订后的文字核对：插入的算，删去的不算。",
    "hidden": "文件里有隐藏的文字，没有核对。",
    "picture": "文件里有图片或嵌入的对象，其中的文字没有核对。",
    "footnote": "文件里有脚注或尾注，没有核对。",
}


# RuntimeError: an entry with a password; struct.error, OverflowError: figures that nobody meant.
BROKEN = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, etree.Error, RuntimeError, ValueError, LookupError,
    ArithmeticError, EOFError, OSError,
)  # fmt: skip


class Unreadable(Exception):
    """No Word file that can be compared. ``str()`` is the sentence for whoever brought it."""


@dataclass
class Reading:
    rows: list[tuple[str, ...]] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)


def read(content: bytes) -> Reading:
    """Raises Unreadable."""
    try:
        return _Reader(*_parts(content)).reading()
    except Unreadable:
        raise
    except RecursionError as error:
        raise Unreadable("这个 Word 文件嵌套过深，读不了。请把正文复制到新文件中再上传。") from error
    except BROKEN as error:
        raise Unreadable("这个 Word 文件打不开，可能已经损坏。请用 Word 或 WPS 打开后另存一份，再上传。") from error


def _parts(content: bytes) -> tuple[etree._Element, etree._Element | None]:
    if content.startswith(OLD_OFFICE):
        if LOCKED in content:
            raise Unreadable("这个文件设了打开密码，读不了。请在 Word 或 WPS 中取消密码，再上传。")
        raise Unreadable("这是旧版 Word 格式（.doc），不能与记录核对。请另存为 .docx，或打印签字后上传扫描件。")
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        entries = {entry.filename: entry for entry in archive.infolist()}
        if DOCUMENT not in entries:
            raise Unreadable("这不是 Word 文件（.docx）。请上传 .docx、PDF 或扫描图片。")
        if sum(each.file_size for each in entries.values()) > MOST_UNPACKED or entries[DOCUMENT].file_size > MOST_TEXT:
            raise Unreadable("这个 Word 文件展开后过大，不能接收。请删去图片后再上传，或上传 PDF。")
        numbering = _tree(archive.read(NUMBERING)) if NUMBERING in entries else None
        return _tree(archive.read(DOCUMENT)), numbering


def _tree(xml: bytes) -> etree._Element:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True)
    tree = etree.fromstring(xml, parser)
    if tree.getroottree().docinfo.doctype:
        raise Unreadable("这个 Word 文件里有不该有的内容，不能接收。请用 Word 或 WPS 另存一份，再上传。")
    return tree


def _name(node: etree._Element) -> str:
    return node.tag.rpartition("}")[2]


def _of(node: etree._Element | None, *path: str) -> etree._Element | None:
    """The first child by each name in turn; Word's two dialects differ in their namespaces only."""
    for name in path:
        node = next((child for child in node if _name(child) == name), None) if node is not None else None
    return node


def _value(node: etree._Element | None, name: str = "val") -> str:
    """An attribute, in whichever namespace."""
    if node is None:
        return ""
    return next((value for key, value in node.attrib.items() if key.rpartition("}")[2] == name), "")


class _Reader:
    def __init__(self, document: etree._Element, numbering: etree._Element | None):
        self.document, self.numbers = document, _Numbers(numbering)
        self.seen: set[str] = set()

    def reading(self) -> Reading:
        body = _of(self.document, "body")
        if body is None:
            raise Unreadable("这个 Word 文件没有正文。请核对后再上传。")
        if next(body.iter("{*}altChunk", "{*}subDoc"), None) is not None:
            raise Unreadable("这个 Word 文件里嵌入了别的文件，读不全。请用 Word 或 WPS 另存一份，再上传。")
        rows = list(islice(self._rows(body), MOST_ROWS + 1))
        if len(rows) > MOST_ROWS:
            raise Unreadable(f"这个 Word 文件超过 {MOST_ROWS} 段，不能与记录核对。请核对是不是这份文件，或上传扫描件。")
        rows = [row for row in rows if len(row) > 1 or row[0].strip()]
        return Reading(rows, [words for what, words in _WORDS.items() if what in self.seen])

    def _rows(self, parent: etree._Element) -> Iterator[tuple[str, ...]]:
        held = ""  # of paragraphs whose end is struck out: they go on in the next one
        for node in self._children(parent):
            if _name(node) == "p":
                text, boxes = self._paragraph(node)
                if self._struck(_of(node, "pPr", "rPr")):
                    held += text
                else:
                    yield (held + text,)
                    held = ""
                yield from boxes
            elif _name(node) == "tbl":
                yield from self._table(node)
        if held:
            yield (held,)

    def _children(self, parent: etree._Element) -> Iterator[etree._Element]:
        """Paragraphs, tables, rows, cells: through content controls and whatever else is only wrapped around them."""
        for node in parent:
            name = _name(node)
            if name in ("p", "tbl", "tr", "tc"):
                yield node
            elif name in _GONE:
                self.seen.add("tracked")
            elif name not in _SILENT:
                self.seen |= {"tracked"} if name in _CAME else set()
                yield from self._children(node)

    def _struck(self, props: etree._Element | None) -> bool:
        names = {_name(child) for child in props} if props is not None else set()
        if names & (_GONE | _CAME):
            self.seen.add("tracked")
        return bool(names & _GONE)

    def _table(self, table: etree._Element) -> Iterator[tuple[str, ...]]:
        for row in self._children(table):
            if _name(row) != "tr" or self._struck(_of(row, "trPr")):
                continue
            cells = [each for each in self._children(row) if not self._struck(_of(each, "tcPr"))]
            if cells:
                yield tuple("\n".join("\t".join(inner) for inner in self._rows(cell)) for cell in cells)

    def _paragraph(self, node: etree._Element) -> tuple[str, list[tuple[str, ...]]]:
        boxes: list[tuple[str, ...]] = []
        said = "".join(self._runs(node, boxes))
        return self.numbers.before(_of(node, "pPr", "numPr")) + said, boxes

    def _runs(self, node: etree._Element, boxes: list[tuple[str, ...]]) -> Iterator[str]:
        for child in node:
            name = _name(child)
            if name == "t":
                yield child.text or ""
            elif name in ("tab", "ptab"):
                yield "\t"
            elif name in ("br", "cr"):
                yield "\n"
            elif name == "noBreakHyphen":
                yield "-"
            elif name == "sym":
                yield NO_XML.sub("□", chr(int(_value(child, "char") or "25A1", 16)))
            elif name == "txbxContent":
                boxes += self._rows(child)
            elif name in _GONE:
                self.seen.add("tracked")
            elif name not in _SILENT and not (name == "r" and self._hidden(child)):
                self._notice(name)
                yield from self._runs(child, boxes)

    def _notice(self, name: str) -> None:
        if name in _CAME:
            self.seen.add("tracked")
        elif name in ("pic", "imagedata", "OLEObject"):
            self.seen.add("picture")
        elif name in ("footnoteReference", "endnoteReference"):
            self.seen.add("footnote")

    def _hidden(self, run: etree._Element) -> bool:
        mark = _of(run, "rPr", "vanish")
        hides = mark is not None and _value(mark) not in ("0", "false", "off")
        if hides and "".join(run.itertext()).strip():
            self.seen.add("hidden")
        return hides


class _Numbers:
    """Numbers that Word writes by itself before a paragraph: it likes to make them of typed ones."""

    def __init__(self, numbering: etree._Element | None):
        self.levels: dict[str, dict[int, tuple[int, str, str]]] = {}
        self.lists: dict[str, str] = {}
        self.at: dict[str, dict[int, int]] = defaultdict(dict)
        for node in numbering if numbering is not None else ():
            if _name(node) == "abstractNum":
                levels = [each for each in node if _name(each) == "lvl"]
                self.levels[_value(node, "abstractNumId")] = {
                    int(_value(each, "ilvl") or 0): _level(each) for each in levels
                }
            elif _name(node) == "num":
                self.lists[_value(node, "numId")] = _value(_of(node, "abstractNumId"))

    def before(self, mark: etree._Element | None) -> str:
        which = self.lists.get(_value(_of(mark, "numId")), "")
        levels, at = self.levels.get(which), self.at[which]
        depth = int(_value(_of(mark, "ilvl")) or 0)
        if not levels or depth not in levels:
            return ""
        start, form, text = levels[depth]
        at[depth] = at.get(depth, start - 1) + 1
        for deeper in [each for each in at if each > depth]:
            del at[deeper]
        if form in ("bullet", "none"):
            return ""
        for level in range(depth + 1):
            number = at.get(level, levels[level][0] if level in levels else 1)
            text = text.replace(f"%{level + 1}", _written(number, levels[level][1] if level in levels else form))
        return text


def _level(node: etree._Element) -> tuple[int, str, str]:
    return int(_value(_of(node, "start")) or 1), _value(_of(node, "numFmt")) or "decimal", _value(_of(node, "lvlText"))


def _written(number: int, form: str) -> str:
    if form.startswith(("chinese", "japaneseCounting", "taiwaneseCounting", "ideographDigital")):
        return numeral(number)
    return chr(0x2460 + number - 1) if form == "decimalEnclosedCircle" and 0 < number <= 20 else str(number)
