"""议决事项通知书: to whoever has to carry a decision out, with a slip to send back."""

from governance.access import Standing

from ...models import Document, Item
from ...transitions.table import head
from ..blocks import Block, Cell, Closing, Cut, Grid, Heading, Layout, Paper, Para, Seal, Title, Together
from ..freezing_decided import freeze_decided, not_carried, not_issued
from .kind import Adjust, Kind, Of, worded
from .words import corrected_since, day, foot, held, printed, quoted

ADJUSTS = (
    Adjust("addressee", "主送", most=200, hint="结尾不用写冒号。"),
    Adjust("text", "办理要求", rows=4, most=2000),
    Adjust("report", "反馈方式", rows=2, most=500),
    Adjust("contact", "联系人", most=100),
)


def freeze(item: Item, by: Standing, values: dict[str, str]) -> dict:
    facts = freeze_decided(item, by)
    proposed = worded(
        values,
        addressee="、".join(filter(None, (facts["lead"], *facts["helpers"]))) or "各处室",
        text="请牵头人会同协办人制定步骤，按期办理，重要情况及时报告。" if facts["helpers"] else "请按期办理，重要情况及时报告。",
        report="收到后三个工作日内交回回执；办理中每两周报告一次进展，办结后连同佐证材料一并反馈。",
        contact=facts["style"]["printed_by"],
    )  # fmt: skip
    return facts | {"worded": proposed}


def laid_out(frozen: dict) -> Paper:
    said, number = frozen["worded"], frozen.get("number", "")
    minutes = f"（{frozen['minutes']}）" if frozen["minutes"] else ""
    lead = f"{held(frozen)}议决了下列事项{minutes}。现予通知，请按决定办理，并按要求反馈。"
    blocks: list[Block] = [Title(f"{frozen['style']['unit']}议决事项通知书")]
    if number:
        blocks.append(Para(f"编号：{number}", indent=0))
    blocks += [
        Para(f"{said['addressee'].rstrip('：:')}：", indent=0, part="主送"),
        Para(lead, part="导语"),
        _facts(frozen),
        *corrected_since(frozen, "请按更正后的内容办理"),
        Closing(frozen["style"]["unit"], day(frozen.get("issued_on")), Seal(frozen["style"]["seal"])),
        Together((Cut(), Heading("议决事项通知书回执"), _receipt(frozen))),
    ]
    untitled = f"关于{quoted(frozen['matter'])}的议决事项通知书"
    return printed(frozen, Layout.FORM, blocks, untitled, {frozen["lead"], *frozen["helpers"]}, foot(frozen))


def _facts(frozen: dict) -> Grid:
    said = frozen["worded"]

    def wide(label: str, text: str) -> tuple[Cell, ...]:
        return Cell(label, label=True), Cell(text, span=3, part=label)

    def halves(*pairs: tuple[str, str]) -> tuple[Cell, ...]:
        return tuple(cell for label, text in pairs for cell in (Cell(label, label=True), Cell(text, part=label)))

    asked = (("办理要求", said["text"]), ("反馈方式", said["report"]), ("联系人", said["contact"]))
    return Grid(
        (0.16, 0.34, 0.16, 0.34),
        (
            wide("议决事项", frozen["matter"]),
            wide("决定内容", frozen["decision"]),
            halves(("议决结果", frozen["outcome"]), ("完成时限", day(frozen["due"]) or "未定")),
            halves(("牵头人", frozen["lead"] or "未定"), ("协办人", "、".join(frozen["helpers"]) or "无")),
            *(wide(label, text) for label, text in asked if text),
        ),
    )


def _receipt(frozen: dict) -> Grid:
    """What comes back: filled in by hand."""
    number = frozen.get("number", "")
    return Grid(
        (0.16, 0.44, 0.16, 0.24),
        (
            (Cell("通知书编号", label=True), Cell(number, span=3)),
            (Cell("议决事项", label=True), Cell(frozen["matter"], span=3)),
            (Cell("办理打算", label=True), Cell("", span=3, lines=2)),
            (Cell("签收人", label=True, lines=2), Cell(""), Cell("收到日期", label=True), Cell("")),
        ),
    )


def missing(item: Item) -> str:
    return not_carried(item) or not_issued(item)


def sends(by: Standing, item: Item) -> bool:
    return by.clerk or head(by, item)


KIND = Kind(
    code=Document.Kind.CIRCULAR,
    of=Of.ITEM,
    freeze=freeze,
    laid_out=laid_out,
    who=sends,
    whom="学校秘书或召集会议的负责人",
    missing=missing,
    adjusts=ADJUSTS,
)
