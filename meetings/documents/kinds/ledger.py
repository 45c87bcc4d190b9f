"""“三重一大”事项台账: what both bodies decided of these matters in a period, and what was decided without a meeting."""

from collections.abc import Iterable
from decimal import Decimal

from django.db.models import Count
from django.utils import timezone

from accounts.templatetags.words import yuan
from governance.access import Standing
from governance.rules.cases import ItemCase
from governance.rules.catalogue import CLASSES
from governance.rules.facts import day_of

from ...facts import Load, load
from ...facts.corrections import signed, speaks_of
from ...facts.plain import responsible_first, votes_that_count
from ...life_steps import votes_in_words
from ...models import Attachment, Document, Item, Matter, Meeting, Vote
from ...publicity import publicity_of
from ...transitions.table import works_here
from ..blocks import Block, Column, Layout, Note, Paper, Para, Table, Title, Together
from ..style import styled
from .kind import Kind, Of, Period
from .words import foot, printed, span

DECIDES = (Item.Purpose.DECIDE, Item.Purpose.HANDLE)
TAKEN = (*Item.DECIDED, Item.Outcome.DEFERRED)
SHORT = 120  # characters of a decision: the whole of it stands in the minutes
PRIOR = (
    ("沟通", ("secretary_principal",)),
    ("酝酿", ("deliberation", "individual")),
    ("教代会", ("staff_congress", "staff_hearing")),
    ("专家", ("expert",)),
    ("法律", ("legal",)),
)
PAPERS = (Document.Kind.RECORD, Document.Kind.MINUTES, Document.Kind.DECISION)
COLUMNS = (
    ("no", Column("序号", 2.6, "center", "number")),
    ("on", Column("时间", 6, "center", "date")),
    ("meeting", Column("会议名称次数", 6.6, "center")),
    ("title", Column("议题", 9.6)),
    ("class", Column("类别", 4.4, "center")),
    ("code", Column("事项编码", 3.2, "center")),
    ("amount", Column("金额", 5.2, "right", "money")),
    ("reporter", Column("汇报人", 4.5, "center", "name")),
    ("there", Column("应到／实到", 4.2, "center")),
    ("vote", Column("表决方式与票数", 7.6)),
    ("decision", Column("决定摘要", 13)),
    ("prior", Column("前置程序", 5.6)),
    ("carriers", Column("责任人", 4.8, kind="name")),
    ("due", Column("时限", 6, "center", "date")),
    ("done", Column("落实情况", 6, "center")),
    ("public", Column("公开情况", 8.6, "center")),
    ("papers", Column("记录／纪要编号", 7, "center")),
    ("files", Column("附件", 2.2, "center", "number")),
    ("filed", Column("备案号", 3)),
)
TOTALS = (
    ("class", Column("类别", 20)),
    ("count", Column("事项数", 10, "right", "number")),
    ("passed", Column("通过", 10, "right", "number")),
    ("rejected", Column("未通过", 10, "right", "number")),
    ("deferred", Column("缓议", 10, "right", "number")),
    ("amount", Column("通过事项金额", 18, "right", "money")),
    ("done", Column("已办结", 10, "right", "number")),
    ("open", Column("未办结", 10, "right", "number")),
)


def freeze(period: Period, by: Standing, values: dict[str, str]) -> dict:
    """Without a day of its own: what says the same on another day is the same document."""
    school = period.school
    loaded, items = _loaded(period)
    files = _files_of(loaded.matters)
    papers = _papers_of(items)
    rows = [_row(item, case, loaded, files, papers) for item, case in items]
    rows += [_without(matter, loaded, files) for matter in _decided_without(period, loaded)]
    rows.sort(key=lambda row: (_turn(row["class"]), row["on"], row["meeting"]))
    return {
        "school": school.name,
        "style": styled(school),
        "since": period.since.isoformat(),
        "until": period.until.isoformat(),
        "rows": [row | {"no": str(number)} for number, row in enumerate(rows, start=1)],
        "totals": _totals(rows),
        "worded": {},
    }


def _loaded(period: Period) -> tuple[Load, list[tuple[Item, ItemCase]]]:
    """The items with their cases; what corrections changed is laid over them."""
    held = Meeting.objects.filter(
        starts_at__date__gte=period.since, starts_at__date__lte=period.until, items__state=Item.State.SETTLED
    )
    without = _without_meeting(period).values_list("pk", flat=True)
    loaded = load(period.school, held, matters=without)
    cases = {case.meeting.id: {each.no: each for each in case.items} for case in loaded.dossier.meetings}
    found = []
    for pk, items in loaded.items.items():
        for item in items:
            if item.state == Item.State.SETTLED and item.purpose in DECIDES and item.outcome in TAKEN:
                item.meeting = loaded.meetings[pk]
                case = cases[pk][item.no]
                if case.reserved is not False:
                    found.append((item, case))
    return loaded, found


def _without_meeting(period: Period):
    return Matter.objects.filter(
        school=period.school, decided_without_at__date__gte=period.since, decided_without_at__date__lte=period.until
    ).exclude(state__in=(Matter.State.DRAFT, Matter.State.WITHDRAWN))


def _decided_without(period: Period, loaded: Load) -> list[Matter]:
    dossier = loaded.dossier
    dated = (
        (matter, day_of(matter.decided_without_at)) for matter in loaded.matters.values() if matter.decided_without_at
    )
    return [
        matter
        for matter, day in dated
        if day and period.since <= day <= period.until and dossier.reserved(dossier.matter(matter.pk), day) is not False
    ]


def _files_of(matters: Iterable[int]) -> dict[int, int]:
    kept = Attachment.objects.filter(matter__in=list(matters), removed_at=None)
    return dict(kept.order_by().values("matter").annotate(count=Count("pk")).values_list("matter", "count"))


def _papers_of(items: list[tuple[Item, ItemCase]]) -> dict[tuple[str, int], dict[str, str]]:
    """The numbers of what was issued, by meeting or item and kind; of several versions the last."""
    issued = Document.objects.filter(meeting__in={item.meeting_id for item, _ in items}, kind__in=PAPERS)
    found: dict[tuple[str, int], dict[str, str]] = {}
    for kind, meeting, item, number in issued.order_by("pk").values_list("kind", "meeting", "item", "number"):
        of = ("item", item) if item else ("meeting", meeting)
        found.setdefault(of, {})[kind] = number
    return found


def _row(item: Item, case: ItemCase, loaded: Load, files: dict, papers: dict) -> dict[str, str]:
    dossier, meeting, matter = loaded.dossier, item.meeting, loaded.matters[item.matter_id]
    number = f"第{meeting.number}次" if meeting.number else ""
    heard = [word for word, kinds in PRIOR if case.heard(*kinds)]
    there = f"{len(case.team)}／{len(case.present)}" if case.voters_known else "不可判定"
    return _of_matter(matter, files) | {
        "on": timezone.localtime(meeting.starts_at).date().isoformat(),
        "meeting": f"{item.get_body_display()}{number}第{item.no}项",
        "there": there,
        "outcome": item.outcome,
        "vote": _vote(item),
        "decision": _decision(item),
        "prior": " ".join(f"√{word}" for word in heard) or "没有记录",
        "reporter": dossier.name(matter.proposer_id) if matter.proposer_id else "",
        "carriers": "、".join(dossier.name(pk) for pk in responsible_first(item)),
        "due": item.due.isoformat() if item.due else "",
        "done": _done(item),
        "public": publicity_of(item),
        "papers": _papers(item, papers),
    }


def _of_matter(matter: Matter, files: dict) -> dict[str, str]:
    letter = matter.category[:1]
    return {
        "title": matter.title,
        "class": CLASSES.get(letter, letter),
        "code": matter.category,
        "amount": "" if matter.amount is None else str(matter.amount),
        "files": str(files.get(matter.pk, 0)),
        "filed": "",  # by whoever keeps the register of the authority
    }


def _vote(item: Item) -> str:
    if rows := votes_that_count(item.vote_rows):
        methods = dict.fromkeys(Vote.Method(row["method"]).label for row in rows if row["method"])
        return "；".join(filter(None, ("、".join(methods), *votes_in_words(row | {"in_office": None} for row in rows))))
    return "听取意见后由校长决定" if item.outcome == Item.Outcome.PRINCIPAL_DECIDED else "没有记录"


def _decision(item: Item) -> str:
    text = " ".join(item.decision_text.split())
    short = text if len(text) <= SHORT else f"{text[:SHORT]}……"
    return f"{item.get_outcome_display()}：{short}" if short else item.get_outcome_display()


def _done(item: Item) -> str:
    if item.outcome not in Item.CARRIED:
        return "不需落实"
    if item.done_on:
        return f"{item.done_on.isoformat()}办结{'，已销号' if item.closed_at else ''}"
    return "逾期未办结" if item.due and item.due < timezone.localdate() else "正在办理"


def _papers(item: Item, papers: dict) -> str:
    """Numbers of record, minutes and decision, and of the corrections that changed what stands here."""
    minutes = getattr(item.meeting, "minutes", None)
    numbers = {Document.Kind.MINUTES: minutes.number if minutes else ""}
    numbers |= papers.get(("meeting", item.meeting_id), {}) | papers.get(("item", item.pk), {})
    fixed = [row for row in signed(item.meeting.correction_rows) if speaks_of(row, item)]
    notes = dict.fromkeys(row["number"] or f"更正第{row['no']}处" for row in fixed)
    return "；".join(filter(None, (*(numbers.get(kind, "") for kind in PAPERS), *notes)))


def _without(matter: Matter, loaded: Load, files: dict) -> dict[str, str]:
    by = "、".join(loaded.dossier.name(pk) for pk in matter.decided_by_rows)
    return _of_matter(matter, files) | {
        "on": timezone.localtime(matter.decided_without_at).date().isoformat(),
        "meeting": "未经会议",
        "there": "",
        "outcome": "without",
        "vote": matter.get_decided_without_how_display(),
        "decision": f"未经会议决定{f'（{by}）' if by else ''}。",
        "prior": "没有记录",
        "reporter": loaded.dossier.name(matter.proposer_id) if matter.proposer_id else "",
        "carriers": "",
        "due": "",
        "done": "",
        "public": "没有登记",
        "papers": "",
    }


def _turn(name: str) -> tuple[int, str]:
    order = list(CLASSES.values())
    return (order.index(name) if name in order else len(order), name)


def _totals(rows: list[dict[str, str]]) -> list[dict[str, str]]:
    classes = [*list(CLASSES.values())[:4], *dict.fromkeys(row["class"] for row in rows)]
    lines = [_total(name, [row for row in rows if row["class"] == name]) for name in dict.fromkeys(classes)]
    return [*lines, _total("合计", rows)]


def _total(name: str, rows: list[dict[str, str]]) -> dict[str, str]:
    carried = [row for row in rows if row["outcome"] in Item.CARRIED]
    done = [row for row in carried if "办结" in row["done"] and "未办结" not in row["done"]]
    amount = sum((Decimal(row["amount"]) for row in carried if row["amount"]), Decimal(0))
    return {
        "class": name,
        "count": str(len(rows)),
        "passed": str(len(carried)),
        "rejected": str(sum(row["outcome"] == Item.Outcome.REJECTED for row in rows)),
        "deferred": str(sum(row["outcome"] == Item.Outcome.DEFERRED for row in rows)),
        "amount": str(amount),
        "done": str(len(done)),
        "open": str(len(carried) - len(done)),
    }


def laid_out(frozen: dict) -> Paper:
    rows = frozen["rows"]
    title = f"{frozen['school']}“三重一大”事项台账"
    said = (
        f"{span(frozen['since'], frozen['until'])}，党组织会议和校长办公会议议决“三重一大”事项 {len(rows)} 项。"
        if rows
        else f"{span(frozen['since'], frozen['until'])}没有议决“三重一大”事项。"
    )
    blocks: list[Block] = [Title(title), Para(said, indent=0)]
    if rows:
        blocks += [
            _table(COLUMNS, rows),
            Together((_table(TOTALS, frozen["totals"], "分类合计"),)),
            Note("前置程序只列会前已有记录的；决定内容以会议记录和纪要为准；缓议的事项再次上会时另列一行。"),
        ]
    names = {row["reporter"] for row in rows} | {name for row in rows for name in row["carriers"].split("、")}
    return printed(frozen, Layout.REGISTER, blocks, title, names, foot(frozen))


def _table(columns, rows: list[dict[str, str]], caption: str = "") -> Table:
    return Table(
        tuple(column for _, column in columns),
        tuple(tuple(_printed(name, row[name]) for name, _ in columns) for row in rows),
        caption,
    )


def _printed(name: str, text: str) -> str:
    if name == "amount":
        return yuan(Decimal(text)) if text else ""
    if name == "carriers":
        return text.replace("、", "\n")  # one name a line: none is split
    if name == "prior":
        return text.replace(" √", "\n√")
    if name == "meeting":
        return text.replace("第", "\n第", 1)
    if name == "papers":
        return text.replace("；", "\n").replace("〔", "\n〔")
    if name == "public":
        return text.replace("至", "至\n")
    return "" if name == "files" and text == "0" else text


def missing(period: Period) -> str:
    if period.since > timezone.localdate():
        return f"{span(period.since.isoformat(), period.until.isoformat())}还没有到，现在没有可列的事项。请改选已经开始的时间段。"
    return ""


KIND = Kind(
    code=Document.Kind.LEDGER,
    of=Of.PERIOD,
    freeze=freeze,
    laid_out=laid_out,
    who=works_here,
    whom="本校班子成员或学校秘书",
    missing=missing,
)
