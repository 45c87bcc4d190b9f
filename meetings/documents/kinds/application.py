"""议题申报表: what is asked for, what came before it, and room for the hands of those who agree to it."""

from datetime import datetime

from django.utils import timezone

from accounts.templatetags.words import yuan
from governance.access import Standing
from governance.rules.catalogue import CLASSES
from governance.rules.facts import day_of

from ...facts import Load, load
from ...models import Attachment, Consultation, Document, Item, Matter
from ...needs import Need, needs_of, titles_of
from ...transitions.table import author
from ..blocks import Block, Cell, Column, Grid, Layout, Paper, Table, Title, Together, grid
from ..style import styled
from .kind import Adjust, Kind, Of, worded
from .words import day, foot, printed

SORTS: dict[str, str] = {Item.Purpose.STUDY: "学习类", Item.Purpose.REPORT: "汇报类"}
HEARD_BY = {"staff_hearing": ("staff_hearing", "staff_congress")}  # a congress hears the staff, too
BOTH = Consultation.Kind.SECRETARY_PRINCIPAL
WIDTHS = (0.18, 0.32, 0.18, 0.32)
PRIOR = (
    Column("前置程序", 0.22),
    Column("时间", 0.2, "center"),
    Column("参加人员", 0.19),
    Column("结果和主要意见", 0.24),
    Column("佐证材料", 0.15),
)
HAND = "签名：　　　　　　　　　　　　年　　月　　日"


def freeze(matter: Matter, by: Standing, values: dict[str, str] | None = None) -> dict:
    loaded = load(by.school, matters=[matter.pk])
    row, dossier = loaded.matters[matter.pk], loaded.dossier
    items = list(
        Item.objects.filter(matter=matter)
        .exclude(state=Item.State.DROPPED)
        .select_related("meeting")
        .order_by("requested_at", "pk")
    )
    files = list(Attachment.objects.filter(matter=matter, removed_at=None, progress=None).order_by("pk"))
    on = day_of(row.proposed_at or row.created_at)
    needs = needs_of(dossier, dossier.matter(row.pk), on)
    held = [_held(loaded, each, files) for each in row.consultation_rows]

    def name(person: int | None) -> str:
        return dossier.name(person) if person else ""

    return {
        "school": loaded.ground.school.name,
        "style": styled(by.school),
        "title": row.title,
        "category": f"{row.category}　{titles_of(loaded.ground.catalogue).get(row.category, '')}".strip(),
        "class": CLASSES.get(row.category[:1], ""),
        "sort": next((SORTS[item.purpose] for item in items if item.purpose in SORTS), "决策类"),
        "proposer": name(row.proposer_id),
        "owner": name(row.owner_id),
        "proposed_on": on.isoformat() if row.proposed_at else None,
        "asked": [f"{item.get_body_display()}（{item.get_purpose_display()}）" for item in items],
        "route": needs.route if needs else "",
        "attendance": needs.attendance if needs else "",
        "amount": yuan(row.amount),
        "payee": row.payee,
        "project": row.project,
        "candidates": list(row.candidates),
        "marks": _marks(row, dossier.name),
        "background": row.background,
        "proposal": row.proposal,
        "files": [file.name for file in files if file.consultation_id is None],
        "prior": _prior(needs.before if needs else (), held, items),
        "talks": [each for each in held if each["kind"] == BOTH],
        "heads": [_decided(item, name) for item in items if item.confirmed_at or item.head_note],
        "worded": worded(values, department="", problem="", basis="", funding="", observers=""),
    }


def _marks(row: Matter, name) -> list[str]:
    marks = [Matter.Flag(flag).label for flag in row.flags]
    marks += ["列为重大问题"] if row.major else []
    marks += ["须三分之二以上到会"] if row.two_thirds else []
    marks += [f"复议：{row.reconsider_reason}"] if row.reconsiders_id else []
    if row.emergency_at:
        on = timezone.localtime(row.emergency_at).date().isoformat()
        marks.append(f"{day(on)}由{name(row.emergency_by_id)}紧急处置：{row.emergency_reason}")
    if row.interest_rows:
        marks.append(f"有利害关系须回避：{'、'.join(map(name, row.interest_rows))}")
    return marks


def _held(loaded: Load, row: dict, files: list[Attachment]) -> dict:
    """One consultation in words; of the two heads also what each of them answered."""
    name, kinds = loaded.dossier.name, dict(Consultation.Outcome.choices)
    people = [each for each in row["people"] if each["answered_at"] or row["kind"] != BOTH]
    return {
        "kind": row["kind"],
        "word": Consultation.Kind(row["kind"]).label,
        "on": _local(row["at"]) if row["at"] else None,
        "people": [name(each["person"]) for each in people],
        "heard": row["heard"],
        "outcome": kinds.get(row["outcome"], ""),
        "note": row["note"],
        "stale": bool(row["stale"]),
        "answers": [
            {
                "name": name(each["person"]),
                "outcome": kinds.get(each["outcome"], ""),
                "note": each["note"],
                "on": _local(each["answered_at"]),
            }
            for each in people
            if each["answered_at"]
        ],
        "files": [file.name for file in files if file.consultation_id == row["id"]],
    }


def _local(moment: str) -> str:
    return timezone.localtime(datetime.fromisoformat(moment)).date().isoformat()


def _prior(needs: tuple[Need, ...], held: list[dict], items: list[Item]) -> list[dict]:
    """What has to come before, each with how it was done, and what was done beyond that. The talk of the two heads has
    a place of its own on the form."""
    rows: list[dict] = []
    used: set[str] = {BOTH}
    for need in needs:
        if need.kind == BOTH:
            continue
        kinds = HEARD_BY.get(need.kind, (need.kind,))
        done = [each for each in held if each["kind"] in kinds and each["on"]]
        used.update(kinds)
        if need.rule == "C-09":
            done = [_at_office(item) for item in items if item.purpose == Item.Purpose.PROPOSE and item.outcome]
        rows.append({"what": need.what, "required": True, "done": done})
    beyond: dict[str, list[dict]] = {}
    for each in held:
        if each["kind"] not in used and each["on"]:
            beyond.setdefault(each["word"], []).append(each)
    return rows + [{"what": word, "required": False, "done": done} for word, done in beyond.items()]


def _at_office(item: Item) -> dict:
    held_at = item.meeting.starts_at if item.meeting else None
    return {
        "on": timezone.localtime(held_at).date().isoformat() if held_at else None,
        "people": [],
        "heard": None,
        "outcome": item.get_outcome_display(),
        "note": "",
        "stale": False,
        "files": [],
    }


def _decided(item: Item, name) -> dict:
    said = {
        Item.State.POSTPONED: "暂缓上会",
        Item.State.RETURNED: "退回",
    }.get(Item.State(item.state), "同意上会" if item.confirmed_at else "")
    return {
        "body": item.get_body_display(),
        "said": said,
        "note": item.head_note,
        "by": name(item.confirmed_by_id),
        "on": timezone.localtime(item.confirmed_at).date().isoformat() if item.confirmed_at else None,
    }


def laid_out(frozen: dict) -> Paper:
    blocks: list[Block] = [
        Title(f"{frozen['school']}议题申报表"),
        _asked(frozen),
        _texts(frozen),
    ]
    if frozen["prior"]:
        rows = [row for need in frozen["prior"] for row in _prior_rows(need)]
        blocks.append(Table(PRIOR, tuple(rows), part="前置程序"))
    blocks += [_talks(frozen), Together((_hands(frozen),))]
    names = {frozen["proposer"], frozen["owner"], *frozen["candidates"]}
    names |= {name for talk in frozen["talks"] for name in talk["people"]}
    names |= {name for need in frozen["prior"] for each in need["done"] for name in each["people"]}
    return printed(frozen, Layout.FORM, blocks, "议题申报表（草稿）", names, foot(frozen))


def _pair(*labelled: tuple[str, str]) -> tuple[Cell, ...]:
    return tuple(cell for label, text in labelled for cell in (Cell(label, label=True), Cell(text, part=label)))


def _whole(label: str, text: str, lines: int = 1) -> tuple[Cell, ...]:
    return Cell(label, label=True), Cell(text, span=3, lines=lines, part=label)


def _asked(frozen: dict) -> Grid:
    said = frozen["worded"]
    category = f"{frozen['category']}（{frozen['class']}）" if frozen["class"] else frozen["category"]
    rows = [
        _whole("议题名称", frozen["title"]),
        _pair(("事项类别", category), ("议题类型", frozen["sort"])),
        _pair(("提交部门", said["department"]), ("提出人", frozen["proposer"])),
        _pair(("分管领导", frozen["owner"]), ("申报日期", day(frozen["proposed_on"]))),
        _pair(("提请会议", "；".join(frozen["asked"])), ("议事程序", frozen["route"])),
    ]
    if frozen["amount"] or said["funding"]:
        rows.append(_pair(("金额", frozen["amount"]), ("资金来源", said["funding"])))
    if frozen["payee"] or frozen["project"]:
        rows.append(_pair(("收款单位", frozen["payee"]), ("项目", frozen["project"])))
    if frozen["candidates"]:
        rows.append(_whole("人选", "、".join(frozen["candidates"])))
    if frozen["marks"]:
        rows.append(_whole("特别情形", "；".join(frozen["marks"])))
    if frozen["attendance"]:
        rows.append(_whole("到会要求", frozen["attendance"]))
    return grid(WIDTHS, *rows)


def _texts(frozen: dict) -> Grid:
    said = frozen["worded"]
    rows = [
        _whole("事项背景", frozen["background"], 3),
        _whole("需解决的问题", said["problem"], 2),
        _whole("建议方案", frozen["proposal"], 4),
        _whole("依据", said["basis"], 2),
        _whole("附件", "\n".join(f"{no}. {name}" for no, name in enumerate(frozen["files"], start=1)) or "无"),
        _whole("建议列席人员", said["observers"]),
    ]
    return grid(WIDTHS, *rows)


def _prior_rows(need: dict) -> list[tuple[str, ...]]:
    what = need["what"] if need["required"] else f"{need['what']}（学校自行安排）"
    if not need["done"]:
        return [(what, "尚未登记", "", "", "")]
    return [
        (
            what if not number else "",
            day(each["on"]),
            "，".join(filter(None, ("、".join(each["people"]), each["heard"] and f"听取 {each['heard']} 人"))),
            _result(each),
            "、".join(each["files"]),
        )
        for number, each in enumerate(need["done"])
    ]


def _result(each: dict) -> str:
    said = "：".join(filter(None, (each["outcome"], each["note"])))
    return said + ("（此后方案有改动）" if each["stale"] else "")


def _talks(frozen: dict) -> Grid:
    """会前沟通结果: who of the two heads answered what, on which day; or that it is still to come."""
    told = []
    for talk in frozen["talks"]:
        said = [
            f"{each['name']}：{'，'.join(filter(None, (each['outcome'], each['note'].rstrip('。'))))}"
            for each in talk["answers"]
        ]
        on = day(talk["on"]) or "尚在沟通"
        unlike = len(talk["answers"]) < 2 or {each["outcome"] for each in talk["answers"]} != {talk["outcome"]}
        result = f"结果：{_result(talk)}" if talk["on"] and (unlike or talk["note"] or talk["stale"]) else ""
        told.append(f"{on}　{'；'.join(filter(None, (*said, result)))}。".replace("　。", "。"))
    return grid(WIDTHS, _whole("会前沟通结果", "\n".join(told), 2))


def _hands(frozen: dict) -> Grid:
    rows = [_whole("分管领导意见", f"\n\n{HAND}", 4)]
    by_body = {each["body"]: each for each in frozen["heads"]}
    for body, label in (("党组织会议", "书记审定意见"), ("校长办公会议", "校长审定意见")):
        each = by_body.get(body)
        said = ""
        if each:
            who = "，".join(filter(None, (each["by"], day(each["on"]))))
            said = "：".join(filter(None, (each["said"], each["note"]))) + (f"（{who}）" if who else "")
        rows.append(_whole(label, f"{said}\n\n{HAND}", 4))
    return grid(WIDTHS, *rows)


def missing(matter: Matter) -> str:
    if matter.state == Matter.State.DRAFT:
        return "这个事项还没有提交申报，内容还会变动。请先在事项页面“提交申报”，再生成议题申报表。"
    if matter.state == Matter.State.WITHDRAWN:
        return "这个事项已经撤回，不再生成议题申报表。"
    return ""


KIND = Kind(
    code=Document.Kind.APPLICATION,
    of=Of.MATTER,
    freeze=freeze,
    laid_out=laid_out,
    who=author,
    whom="提出人或学校秘书",
    missing=missing,
    adjusts=(
        Adjust("department", "提交部门", hint="如：德育处", most=60),
        Adjust("problem", "需解决的问题", rows=3, hint="请会议解决什么", most=1000),
        Adjust("basis", "依据", rows=3, hint="法规、文件的名称和文号", most=1000),
        Adjust("funding", "资金来源", hint="如：公用经费、专项资金", most=100),
        Adjust("observers", "建议列席人员", hint="姓名和职务", most=200),
    ),
)
