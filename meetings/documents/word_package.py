"""A Word file around its body: pages, feet, heads, properties, packed into the same bytes each time."""

import io
import re
import zipfile
from collections.abc import Sequence
from xml.sax.saxutils import escape

from .blocks import Layout, Paper
from .word_styles import (
    NO_XML,
    PAGES,
    W,
    element,
    fonts_xml,
    indent,
    paragraph,
    run,
    section,
    settings_xml,
    styles_xml,
)

_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def packed(paper: Paper, body: str, draft: bool) -> bytes:
    pages = PAGES[paper.layout]
    around = [("footer", name, inner) for name, inner in _feet(paper).items()]
    if draft:
        mark = paragraph("YishiDraft", run("草稿　未经签发"))
        around += [("header", name, mark) for _, name, _ in tuple(around)]
    kept: dict[str, str] = {}
    references, relations = "", [("styles", "styles.xml"), ("fontTable", "fontTable.xml"), ("settings", "settings.xml")]
    for number, (what, name, inner) in enumerate(sorted(around, key=lambda each: each[0] != "header")):
        file, tag = f"{what}{number + 1}.xml", "hdr" if what == "header" else "ftr"
        kept[f"word/{file}"] = f'<w:{tag} xmlns:w="{W}">{inner}</w:{tag}>'
        relations.append((what, file))
        references += f'<w:{what}Reference w:type="{name}" r:id="rId{len(relations)}"/>'
    kept |= {
        "word/document.xml": f'<w:document xmlns:w="{W}" xmlns:r="{_OFFICE}"><w:body>{body}'
        f"{section(pages, references)}</w:body></w:document>",
        "word/styles.xml": styles_xml(paper.layout),
        "word/fontTable.xml": fonts_xml(),
        "word/settings.xml": settings_xml(pages),
        "word/_rels/document.xml.rels": _relations([(f"{_OFFICE}/{what}", file) for what, file in relations]),
        "docProps/core.xml": _core(paper, draft),
        "_rels/.rels": _relations(
            [(f"{_OFFICE}/officeDocument", "word/document.xml"),
             (f"{_PACKAGE}/relationships/metadata/core-properties", "docProps/core.xml")]
        ),
    }  # fmt: skip
    kept = {"[Content_Types].xml": _types(kept), **dict(sorted(kept.items()))}
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in kept.items():
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n{content}')
    return made.getvalue()


def _field(code: str) -> str:
    marks = [f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>' for kind in ("begin", "separate", "end")]
    asked = f'<w:r><w:instrText xml:space="preserve"> {code} </w:instrText></w:r>'
    return f"{marks[0]}{asked}{marks[1]}{run('1')}{marks[2]}"


def _feet(paper: Paper) -> dict[str, str]:
    """The foot of odd pages, and of even ones where they differ."""
    if paper.layout is Layout.OFFICIAL:
        page = run("— ") + _field("PAGE") + run(" —")
        size = 14
        return {
            name: paragraph("YishiPageNumber", page, ind=indent(size, **{side: 1}), jc=element("jc", val=side))
            for name, side in (("default", "right"), ("even", "left"))
        }
    page = run("第 ") + _field("PAGE") + run(" 页，共 ") + _field("NUMPAGES") + run(" 页")
    return {"default": paragraph("Footer", run(f"{paper.foot}\t") + page)}


def _relations(targets: Sequence[tuple[str, str]]) -> str:
    each = "".join(
        f'<Relationship Id="rId{number}" Type="{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(targets, start=1)
    )
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{each}</Relationships>'


def _types(parts: dict[str, str]) -> str:
    base = "application/vnd.openxmlformats-officedocument.wordprocessingml"
    named = ""
    for name in sorted(parts):
        if name.startswith("word/") and not name.endswith(".rels"):
            kind = re.sub(r"\d+$", "", name.removeprefix("word/").removesuffix(".xml"))
            kind = "document.main" if kind == "document" else kind
            named += f'<Override PartName="/{name}" ContentType="{base}.{kind}+xml"/>'
    named += (
        '<Override PartName="/docProps/core.xml" '
        'ContentType="application/vnd.openxmlformats-package.core-properties+xml"/>'
    )
    return (
        f'<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{named}</Types>'
    )


def _core(paper: Paper, draft: bool) -> str:
    """No dates: they would be those of the download, and the bytes others each time."""

    def said(value: str) -> str:
        return escape(NO_XML.sub("", value))

    title = paper.title if paper.school in paper.title else f"{paper.school}{paper.title}"
    return (
        f'<cp:coreProperties xmlns:cp="{_PACKAGE}/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<dc:title>{said(title)}</dc:title><dc:creator>{said(paper.school)}</dc:creator>"
        f"<dc:identifier>{said(paper.number)}</dc:identifier><dc:language>zh-CN</dc:language>"
        f"<cp:contentStatus>{'草稿' if draft else '定稿'}</cp:contentStatus></cp:coreProperties>"
    )
