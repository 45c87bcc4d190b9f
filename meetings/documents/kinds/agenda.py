"""会议议程: what lies on the table, item by item: who reports, what for, who sits in, with which papers."""

from governance.access import Standing

from ...models import Document, Meeting
from ...transitions.table import clerk
from ..blocks import Block, Cell, Column, Layout, Note, Paper, Para, Table, Title, grid
from .kind import Kind, Of
from .programme import of_version, programme
from .sitting import UNKNOWN, loaded_for, not_planned, of_meeting, seats_of, sitting_title, when, where, which_row
from .words import foot, printed

COLUMNS = (
    Column("序号", 0.08, "center", "number"),
    Column("议题", 0.34),
    Column("提出人", 0.11, "center", "name"),
    Column("汇报人", 0.11, "center", "name"),
    Column("目的", 0.13, "center"),
    Column("列席", 0.11, "center"),
    Column("材料", 0.18),
)


def freeze(meeting: Meeting, by: Standing, values: dict[str, str] | None = None) -> dict:
    loaded = loaded_for(meeting, by)
    seats = seats_of(loaded, meeting.pk)
    guests = [seat for seat in seats if not seat.member and not seat.only_writes]
    told = programme(loaded, meeting.pk)
    for item in told["items"]:
        there = [seat for seat in guests if _expected(seat, item["no"])]
        item["observers"] = ["全体"] if guests and there == guests else [seat.name for seat in there]
    return (
        of_meeting(loaded, meeting.pk)
        | told
        | {
            "members": [seat.name for seat in seats if seat.member],
            "observers": [seat.name for seat in guests],
        }
    )


def _expected(seat, number: int) -> bool:
    first, last = seat.row.get("from_item"), seat.row.get("to_item")
    return (first is None or first <= number) and (last is None or number <= last)


def laid_out(frozen: dict) -> Paper:
    head = [
        (Cell("时间", label=True), Cell(when(frozen))),
        (Cell("地点", label=True), Cell(where(frozen))),
        (Cell("主持", label=True), Cell(frozen["chair"] or UNKNOWN)),
        (Cell("记录", label=True), Cell(frozen["recorder"] or UNKNOWN)),
        (Cell("出席", label=True), Cell("、".join(frozen["members"]) or UNKNOWN, span=3)),
    ]
    if frozen["observers"]:
        head.append((Cell("列席", label=True), Cell("、".join(frozen["observers"]), span=3)))
    rows = [which_row(frozen, 3), (*head[0], *head[1]), (*head[2], *head[3]), *head[4:]]
    blocks: list[Block] = [Title(sitting_title(frozen, "议程")), grid((0.1, 0.48, 0.1, 0.32), *rows)]
    if frozen["items"]:
        blocks.append(_table(frozen["items"]))
    else:
        blocks.append(Para("本次会议还没有编排议题。"))
    if any(item["personnel"] for item in frozen["items"]):
        blocks.append(Para("本议程含人事议题，仅供参会人员使用，会后由记录人收回。"))
    changed = f"，与通知相比{frozen['agenda']['changes']}" if frozen["agenda"]["changes"] else ""
    if of_version(frozen):
        blocks.append(Note(of_version(frozen) + changed))
    names = {frozen["chair"], frozen["recorder"], *frozen["members"], *frozen["observers"]}
    names |= {item[role] for item in frozen["items"] for role in ("proposer", "reporter")}
    return printed(frozen, Layout.FORM, blocks, f"{frozen['body']}议程（草稿）", names, foot(frozen))


def _table(items: list[dict]) -> Table:
    """Columns that would stay empty for the whole agenda are left out."""
    rows = [_row(item) for item in items]
    kept = [n for n in range(len(COLUMNS)) if n < 5 or any(row[n] for row in rows)]
    return Table(tuple(COLUMNS[n] for n in kept), tuple(tuple(row[n] for n in kept) for row in rows), part="议程")


def _row(item: dict) -> tuple[str, ...]:
    return (
        str(item["no"]),
        item["title"],
        item["proposer"],
        item["reporter"],
        item["purpose"],
        "、".join(item["observers"]),
        "、".join(item["files"]),
    )


def missing(meeting: Meeting) -> str:
    if said := not_planned(meeting, "会议议程"):
        return said
    if not meeting.items.exists():
        return "这次会议还没有议题。请先在会议页面编排议程，再生成会议议程。"
    return ""


KIND = Kind(
    code=Document.Kind.AGENDA,
    of=Of.MEETING,
    freeze=freeze,
    laid_out=laid_out,
    who=clerk,
    whom="学校秘书",
    missing=missing,
)
