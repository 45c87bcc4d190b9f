"""The styles of a Word file, its fonts and its pages: one set for each layout, every style by a name of its own.

Headings are built on Word's own, so that its navigation shows them. Lengths are twips: twentieths of a point.
"""

import re
from dataclasses import dataclass, field
from functools import cache
from xml.sax.saxutils import escape, quoteattr

from .blocks import Layout

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
FANG, KAI, HEI, BIAO, SONG = "仿宋_GB2312", "楷体", "黑体", "方正小标宋简体", "宋体"
LATIN = "Times New Roman"
RED = "FF0000"
NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def mm(length: float) -> int:
    return round(length * 1440 / 25.4)


@dataclass(frozen=True)
class Pages:
    """``line``: the pitch of the lines; ``grid`` as Word has it: lines and characters of the type area."""

    width: float
    height: float
    margins: tuple[float, float, float, float]  # top, right, bottom, left, in mm
    size: float  # of the text, in points
    title: float
    table: float
    line: int
    exact: bool
    footer: float  # from the edge of the paper, in mm
    grid: str

    @property
    def text_width(self) -> int:
        return mm(self.width) - mm(self.margins[1]) - mm(self.margins[3])


# The type area is 12756 twips high: 22 lines of 580 would be four too many, and Word would set 21. 28 characters of
# 16 points are wider than 156 mm: each gives up 849/4096 of a point. Programs read such a grid each in their own way,
# so the text keeps to it by itself: its lines are exactly as high, and its characters TIGHT twips narrower.
TIGHT = -6
PAGES = {
    Layout.OFFICIAL: Pages(
        210, 297, (37, 26, 35, 28), 16, 22, 12, 579, True, 22,
        '<w:docGrid w:type="linesAndChars" w:linePitch="579" w:charSpace="-849"/>',
    ),
    Layout.FORM: Pages(210, 297, (24, 22, 22, 22), 14, 20, 12, 480, False, 12, '<w:docGrid w:linePitch="312"/>'),
    Layout.REGISTER: Pages(297, 210, (18, 15, 17, 15), 12, 20, 10.5, 400, False, 9, '<w:docGrid w:linePitch="312"/>'),
}  # fmt: skip

# The order in which the schema has the children; Word calls a file broken that does not keep to it.
PARAGRAPH = ("pStyle", "keepNext", "keepLines", "pageBreakBefore", "widowControl", "pBdr", "tabs", "kinsoku",
             "overflowPunct", "autoSpaceDE", "autoSpaceDN", "snapToGrid", "spacing", "ind", "jc", "outlineLvl")  # fmt: skip
# No room between characters and figures, no hanging of marks: the cells of a line are counted.
OFF = ("widowControl", "overflowPunct", "autoSpaceDE", "autoSpaceDN", "snapToGrid")
RUN = ("rFonts", "b", "color", "spacing", "kern", "sz", "szCs", "lang")


def attributes(**given: object) -> str:
    return "".join(f" w:{name}={quoteattr(str(value))}" for name, value in given.items() if value is not None)


def element(name: str, **given: object) -> str:
    return f"<w:{name}{attributes(**given)}/>"


def properties(name: str, order: tuple[str, ...], given: dict[str, str]) -> str:
    assert not set(given) - set(order), set(given) - set(order)
    inner = "".join(given[each] for each in order if each in given)
    return f"<w:{name}>{inner}</w:{name}>" if inner else ""


def fonts(name: str, latin: str = LATIN) -> str:
    return element("rFonts", ascii=latin, hAnsi=latin, eastAsia=name, cs=latin)


def run_properties(
    font: str = "", size: float = 0, color: str = "", latin: str = LATIN, spacing: int | None = None
) -> str:
    given = {}
    if font:
        given["rFonts"] = fonts(font, latin)
    if color:
        given["color"] = element("color", val=color)
    if spacing is not None:
        given["spacing"] = element("spacing", val=spacing)
    if size:
        given |= {"sz": element("sz", val=round(size * 2)), "szCs": element("szCs", val=round(size * 2))}
    return properties("rPr", RUN, given)


def indent(size: float, *, first: float = 0, left: float = 0, right: float = 0, hanging: float = 0) -> str:
    """In characters, as Word counts them, and in twips for programs that do not."""
    given: dict[str, object] = {}
    for name, value in (("left", left), ("right", right), ("hanging", hanging), ("firstLine", first)):
        if value or (name == "firstLine" and not hanging):
            given |= {f"{name}Chars": round(value * 100), name: round(value * size * 20)}
    return element("ind", **given)


def spacing(pages: Pages, *, before: float = 0, lines: float = 1) -> str:
    """``before`` and ``lines`` count lines of the page."""
    given: dict[str, object] = {"before": round(before * pages.line), "after": 0}
    rule = "exact" if pages.exact else "atLeast"
    return element("spacing", **given, line=round(lines * pages.line), lineRule=rule)


def text(said: str) -> str:
    """The runs' inside of a text: line ends and tabs are marks of their own in Word."""
    pieces = re.split(r"(\n|\t)", NO_XML.sub("", said.replace("\r\n", "\n")))
    marks = {"\n": "<w:br/>", "\t": "<w:tab/>"}
    return "".join(marks.get(piece) or f'<w:t xml:space="preserve">{escape(piece)}</w:t>' for piece in pieces if piece)


def run(said: str, look: str = "") -> str:
    return f"<w:r>{look}{text(said)}</w:r>" if said else ""


def paragraph(style: str, runs: str, **given: str) -> str:
    props = properties("pPr", PARAGRAPH, {"pStyle": element("pStyle", val=style), **given})
    return f"<w:p>{props}{runs}</w:p>"


@dataclass(frozen=True)
class Style:
    """``text`` and ``lines`` are what the style says otherwise than the one it is based on."""

    id: str
    name: str
    based: str = "Normal"
    font: str = ""
    size: float = 0
    color: str = ""
    latin: str = LATIN
    tight: int | None = None
    paragraph: dict[str, str] = field(default_factory=dict)
    ours: bool = True

    @property
    def xml(self) -> str:
        custom = ' w:customStyle="1"' if self.ours else ""
        first = ' w:default="1"' if self.id == "Normal" else ""
        based = "" if first else element("basedOn", val=self.based)
        text = run_properties(self.font, self.size, self.color, self.latin, self.tight)
        return (
            f'<w:style w:type="paragraph"{first}{custom} w:styleId="{self.id}">{element("name", val=self.name)}{based}'
            f"{element('qFormat')}{properties('pPr', PARAGRAPH, self.paragraph)}{text}</w:style>"
        )


def _jc(side: str) -> dict[str, str]:
    return {"jc": element("jc", val=side)}


def _tabs(pages: Pages, inside: float = 0) -> dict[str, str]:
    """One stop, at the right edge or ``inside`` it by so many points."""
    stop = element("tab", val="right", pos=pages.text_width - round(inside * 20))
    return {"tabs": f"<w:tabs>{stop}</w:tabs>"}


@cache
def styles(layout: Layout) -> tuple[Style, ...]:
    pages = PAGES[layout]
    size, kept = pages.size, {"keepNext": "<w:keepNext/>", "keepLines": "<w:keepLines/>"}
    flush = {"ind": indent(size)}
    small = {"spacing": element("spacing", before=0, after=0, line=240, lineRule="auto")}  # fmt: skip
    title = {"spacing": spacing(pages, lines=1 if pages.exact else 1.6)}
    heads = [
        Style(f"Heading{n}", f"heading {n}", font=font, size=size, ours=False,
              paragraph={**kept, "outlineLvl": element("outlineLvl", val=n - 1)})
        for n, font in enumerate((HEI, KAI, FANG), start=1)
    ]  # fmt: skip
    return (
        Style("Normal", "Normal", font=FANG, size=size, ours=False, tight=TIGHT if pages.exact else None,
              paragraph={name: element(name, val=0) for name in OFF}
              | {"kinsoku": "<w:kinsoku/>", "spacing": spacing(pages)} | _jc("both")),
        *heads,
        Style("Title", "Title", font=BIAO, size=pages.title, ours=False, paragraph=title | _jc("center")),
        Style("Header", "header", size=9, ours=False, paragraph=small),
        Style("Footer", "footer", size=9, ours=False, paragraph=small | _tabs(pages)),
        Style("YishiBody", "公文正文", paragraph={"ind": indent(size, first=2)}),
        Style("YishiTitle", "公文标题", "Title", paragraph=kept),
        Style("YishiHeading1", "一级标题", "Heading1", paragraph={"ind": indent(size, first=2)}),
        Style("YishiHeading2", "二级标题", "Heading2", paragraph={"ind": indent(size, first=2)}),
        Style("YishiHeading3", "三级标题", "Heading3", paragraph={"ind": indent(size, first=2)}),
        Style("YishiHead", "发文机关标志", font=BIAO, color=RED,
              paragraph=kept | _jc("center")),
        Style("YishiNumber", "发文字号", paragraph=kept | flush | _jc("center")),
        Style("YishiIssue", "版头行", paragraph=kept | _tabs(pages, size) | {"ind": indent(size, first=1)}),
        Style("YishiLabelled", "出席人员"),
        Style("YishiClosing", "落款", paragraph=_jc("right")),
        Style("YishiNote", "附注", paragraph={"ind": indent(size, left=2)}),
        Style("YishiImprint", "版记", size=14, paragraph=_tabs(pages, 24) | {"ind": indent(14, left=0.7)}),
        Style("YishiCaption", "表格标题", font=HEI, size=size if layout is not Layout.OFFICIAL else 14,
              paragraph=kept | _jc("center")),
        Style("YishiCell", "表格文字", size=pages.table, tight=0, paragraph=small | _jc("left")),
        Style("YishiColumn", "表头", "YishiCell", font=HEI, paragraph={"keepNext": "<w:keepNext/>"} | _jc("center")),
        Style("YishiLabel", "表格标签", "YishiCell", font=HEI, paragraph=_jc("center")),
        Style("YishiPageNumber", "公文页码", "Footer", font=SONG, size=14, latin=SONG),
        Style("YishiDraft", "草稿标记", "Header", font=HEI, size=14, color="C00000", paragraph=_jc("center")),
    )  # fmt: skip


@cache
def styles_xml(layout: Layout) -> str:
    language = element("lang", val="en-US", eastAsia="zh-CN", bidi="ar-SA")
    size = round(PAGES[layout].size * 2)
    sizes = {"sz": element("sz", val=size), "szCs": element("szCs", val=size)}
    default = properties("rPr", RUN, {"rFonts": fonts(FANG), "lang": language, **sizes})
    borders = "".join(
        element(side, val="single", sz=4, space=0, color="000000")
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    sides = (("top", 20), ("left", 85), ("bottom", 20), ("right", 85))
    cell = f"<w:tblCellMar>{''.join(element(side, w=room, type='dxa') for side, room in sides)}</w:tblCellMar>"
    return (
        f'<w:styles xmlns:w="{W}"><w:docDefaults><w:rPrDefault>{default}</w:rPrDefault>'
        "<w:pPrDefault/></w:docDefaults>"
        '<w:style w:type="character" w:default="1" w:styleId="DefaultParagraphFont">'
        '<w:name w:val="Default Paragraph Font"/></w:style>'
        '<w:style w:type="table" w:default="1" w:styleId="TableNormal"><w:name w:val="Normal Table"/></w:style>'
        '<w:style w:type="table" w:styleId="TableGrid"><w:name w:val="Table Grid"/><w:basedOn w:val="TableNormal"/>'
        f"<w:tblPr><w:tblBorders>{borders}</w:tblBorders>{cell}</w:tblPr></w:style>"
        f"{''.join(style.xml for style in styles(layout))}</w:styles>"
    )


# What a machine takes that has not bought or fetched the fonts of the standard.
INSTEAD = {FANG: "仿宋", KAI: "楷体_GB2312", HEI: "SimHei", BIAO: "方正小标宋_GBK", SONG: "SimSun"}


@cache
def fonts_xml() -> str:
    named = "".join(
        f"<w:font{attributes(name=name)}>{element('altName', val=instead)}"
        f"{element('charset', val='86')}{element('family', val='auto')}</w:font>"
        for name, instead in INSTEAD.items()
    )
    return f'<w:fonts xmlns:w="{W}">{named}</w:fonts>'


def settings_xml(pages: Pages) -> str:
    return (
        f'<w:settings xmlns:w="{W}">{element("zoom", percent=100)}{element("defaultTabStop", val=420)}'
        f"{'<w:evenAndOddHeaders/>' if pages.exact else ''}{element('characterSpacingControl', val='doNotCompress')}"
        '<w:compat><w:compatSetting w:name="compatibilityMode" w:uri="http://schemas.microsoft.com/office/word" '
        'w:val="15"/></w:compat>'
        f"{element('themeFontLang', val='en-US', eastAsia='zh-CN')}</w:settings>"
    )


def section(pages: Pages, references: str) -> str:
    top, right, bottom, left = map(mm, pages.margins)
    turned = "landscape" if pages.width > pages.height else None
    return (
        f"<w:sectPr>{references}{element('pgSz', w=mm(pages.width), h=mm(pages.height), orient=turned)}"
        + element("pgMar", top=top, right=right, bottom=bottom, left=left, header=mm(15 if pages.exact else 8), footer=mm(pages.footer), gutter=0)
        + f"{element('cols', space=425)}{pages.grid}</w:sectPr>"
    )  # fmt: skip
