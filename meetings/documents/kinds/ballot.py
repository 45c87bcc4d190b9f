"""表决票: as many as there are voters, several on a sheet. An open one names who votes with it; of a secret one nothing,
neither a name nor a number, tells one from another."""

from governance.access import Standing
from governance.rules.cases import ItemCase

from ...dry_run import NOT_VOTED_ON, gathered
from ...facts import Load
from ...models import Document, Item, Meeting, Opinion, Vote
from ...transitions.counting import carried_by
from ...transitions.table import clerk
from ...transitions.voting import sitting_of
from ..blocks import Block, Cell, Column, Cut, Layout, Paper, Table, Title, Together, grid
from .kind import Adjust, Kind, Of, worded
from .sitting import called_over, loaded_for, not_planned, of_meeting, seats_of
from .words import day, foot, numeral, printed, which_meeting

SECRET, OPEN = Vote.Method.SECRET_BALLOT.label, Vote.Method.OPEN_BALLOT.label
BOX = "□"


def freeze(item: Item, by: Standing, values: dict[str, str] | None = None) -> dict:
    loaded = loaded_for(item.meeting, by)
    row, case = at_meeting(loaded, item)
    questions, turn = _questions(row)
    voters = _voters(loaded, case)
    kept = next((each["method"] for each in row.vote_rows if each["method"] == Vote.Method.OPEN_BALLOT), "")
    choices = [choice.label for choice in Opinion.Stance if choice != Opinion.Stance.DEFER or row.matter.personnel]
    said = worded(values, method=OPEN if kept else SECRET, how=_how(len(questions)))
    said["method"] = OPEN if said["method"] == OPEN else SECRET
    return of_meeting(loaded, case.meeting.meeting.id) | {
        "item": {"no": row.no, "title": row.matter.title, "personnel": row.matter.personnel},
        "candidates": questions,
        "round": turn,
        "choices": choices,
        "count": len(voters),
        "voters": voters if said["method"] == OPEN else [],
        "worded": said,
    }


def _how(questions: int) -> str:
    each = "每名人选" if questions > 1 else ""
    return f"在所选栏的方框内画○，{each}限选一栏；多选作废，不选按弃权计。"


def at_meeting(loaded: Load, item: Item) -> tuple[Item, ItemCase]:
    """The item with the rows of its votes, and the case that counts who could vote."""
    cases = loaded.dossier.meeting_case(sitting_of(loaded, item.meeting_id)).items
    return next(
        (row, case) for row, case in zip(loaded.items[item.meeting_id], cases, strict=True) if row.pk == item.pk
    )


def _questions(item: Item) -> tuple[list[str], int]:
    """Who or what is put to the vote next, and in which round: first what was never voted on, then what did not carry."""
    last: dict[str, dict] = {}
    for row in sorted(item.vote_rows, key=lambda row: row["round"]):
        last[row["candidate"]] = row
    asked = list(item.matter.candidates) or [""]
    first = [each for each in asked if each not in last]
    again = [each for each in asked if each in last and not carried_by(last[each])]
    if first or not again:
        return first or asked, 1
    return again, max(last[each]["round"] for each in again) + 1


def _voters(loaded: Load, case: ItemCase) -> list[str]:
    """Who votes: by the record, or while nobody is marked, whoever is expected and has no reason to stand aside."""
    pk = case.meeting.meeting.id
    seats = seats_of(loaded, pk)
    if not called_over(seats):
        expected = loaded.dossier.meeting_case(gathered(loaded, pk)).items
        case = next(each for each in expected if each.no == case.no)
    return [seat.name for seat in seats if seat.person in case.voters]


def laid_out(frozen: dict) -> Paper:
    item, method, ballots = frozen["item"], frozen["worded"]["method"], max(frozen["count"], 1)
    blocks: list[Block] = []
    for number in range(ballots):
        ballot = _ballot(frozen, frozen["voters"][number] if frozen["voters"] else "")
        # A cut goes with the ballot above it; the last is cut from the number at the foot of the page.
        blocks.append(Together((*ballot, Cut())))
    below = "　".join(filter(None, (foot(frozen), f"{method}，共{frozen['count']}张")))
    return printed(frozen, Layout.FORM, blocks, f"第{item['no']}项表决票（草稿）", _names(frozen), below)


def _ballot(frozen: dict, voter: str) -> list[Block]:
    item, choices, said = frozen["item"], frozen["choices"], frozen["worded"]
    turn = f"第{numeral(frozen['round'])}轮，" if frozen["round"] > 1 else ""
    of_people = frozen["candidates"] != [""]
    rest = 1 - 0.11 * len(choices)
    columns = [Column(choice, 0.11, "center") for choice in choices]
    if of_people:
        columns = [Column("序号", 0.1, "center", "number"), Column("人选", rest - 0.1, "center", "name"), *columns]
        rows = [(str(no), each, *[BOX] * len(choices)) for no, each in enumerate(frozen["candidates"], start=1)]
    else:
        columns = [Column("议题", rest), *columns]
        rows = [(item["title"], *[BOX] * len(choices))]
    which = f"{frozen['school']}{which_meeting(frozen)}（{day(frozen['starts_at'])}）第{item['no']}项"
    head = [(Cell("会议", label=True), Cell(which))]
    if of_people:
        head.append((Cell("议题", label=True), Cell(item["title"])))
    if said["how"]:
        head.append((Cell("说明", label=True), Cell(said["how"], part="填写说明")))
    blocks: list[Block] = [
        Title(f"{frozen['body']}表决票（{turn}{said['method'].removesuffix('投票')}）"),
        grid((0.1, 0.9), *head),
        Table(tuple(columns), tuple(rows)),
    ]
    if frozen["worded"]["method"] == OPEN:
        blocks.append(
            grid(
                (0.14, 0.36, 0.14, 0.36),
                (Cell("表决人", label=True), Cell(voter), Cell("签名", label=True), Cell("", lines=2)),
            )
        )
    return blocks


def _names(frozen: dict) -> set[str]:
    return {*frozen["voters"], *frozen["candidates"]}


def missing(item: Item) -> str:
    if item.meeting is None:
        return "这项议题还没有排上会议，不知道由谁表决。请先在会议页面编入议程，再生成表决票。"
    if said := not_planned(item.meeting, "表决票"):
        return said
    if item.purpose in NOT_VOTED_ON:
        return f"第 {item.no} 项是“{item.get_purpose_display()}”，不需要表决。"
    if item.meeting.state in Meeting.SEALED:
        return "这次会议的记录已经定稿，不再投票。要看结果，请生成表决结果。"
    return ""


KIND = Kind(
    code=Document.Kind.BALLOT,
    of=Of.ITEM,
    freeze=freeze,
    laid_out=laid_out,
    who=clerk,
    whom="学校秘书",
    missing=missing,
    adjusts=(
        Adjust(
            "method", "表决方式", hint="记名投票的票上印有表决人姓名；无记名投票的票上没有。", most=5,
            choices=(SECRET, OPEN),
        ),
        Adjust("how", "填写说明", rows=2, hint="怎样画票，什么样的票作废", most=200),
    ),
)  # fmt: skip
