"""年度报告: a district in a school year beside the year before, chapter by chapter."""

from collections import Counter

from governance.models import Body
from governance.rules.catalogue import CLASSES
from meetings.models import KeptFinding

from ..models import Problem
from ..rollups import FILINGS, PARTIES, SHORT, STAGES, Glance
from ..views import TOLD
from .chapters import Frozen, To, chapter, chart, day_said, figure, figures, per_cent, records, table, text
from .findings import listed
from .summing import KEPT, Year, gathered, terms_of

__all__ = ["chapters", "gathered", "told"]

PRINTED = 5  # findings of each rule, on paper
BODIES = (Body.PARTY, Body.OFFICE)
BY_SCHOOL: To = ("table", ["schools"], "")
COUNTS_BY_SCHOOL: To = ("table", ["counts"], "")


def chapters(of: Year) -> list[Frozen]:
    return [_schools(of), _meetings(of), _decisions(of), _answers(of), _rules(of), _overdue(of), _filing(of),
            _rectification(of), _findings(of), _each(of)]  # fmt: skip


def told(of: Year) -> Frozen:
    schools = {"schools": ("学校", of.rows), **_apart(of)}
    kept = {key: records("school", label, [row.pk for row in rows]) for key, (label, rows) in schools.items() if rows}
    items = {key: records("item", _ITEMS[key][0], pks) for key, pks in of.items.items() if pks}
    return {"lead": [lead(of)], "names": [], "team": [], "records": kept | items}


def _apart(of: Year) -> dict[str, tuple[str, list[Glance]]]:
    """Schools that a figure counts, by its key."""
    found = {
        "behind": ("开会少于应开次数的学校", [row for row in of.rows if row.behind]),
        "silent": ("没有开过会的学校", [row for row in of.rows if not row.now.meetings]),
        "overdue_of": ("有逾期未办结的学校", [row for row in of.rows if row.now.overdue]),
    }
    for body in BODIES:
        for filing, words in FILINGS.items():
            rows = [row for row in of.rows if row.filing.get(body) == filing]
            found[f"filing_{body}_{filing}"] = f"{SHORT[body]}会议规则{words}", rows
    return found


def lead(of: Year) -> str:
    now, shares = of.now, (of.now.items_met, of.now.items_met + of.now.items_broken + of.now.items_unknown)
    return (
        f"{of.said}{'' if of.over else f'（截至{day_said(of.today)}）'}，{of.authority.name}所属 {len(of.rows):,} 所学校召开党组织会议 {now.party:,} 次、校长办公会议 {now.office:,} 次，"
        f"议决事项 {now.decisions:,} 项。经检查的议题中，符合规定的占 {per_cent(*shares)}；须改正而没有说明理由的检查结果 {now.block:,} 条，"
        f"提醒 {now.warn:,} 条，不可判定 {now.unknown:,} 条。截至{day_said(of.today)}，逾期未办结的议决事项 {now.overdue:,} 项。"
    )


def _schools(of: Year) -> Frozen:
    parties = [key for key in PARTIES if any(row.party_organization == key for row in of.rows)]
    places = Counter((row.stage, row.party_organization) for row in of.rows)
    stages = [key for key in (*STAGES, "") if any(row.stage == key for row in of.rows)]
    of_stage = [(STAGES.get(stage, "没有登记"), [places[stage, party] for party in parties]) for stage in stages]
    return chapter(
        "学校基本情况",
        figures(
            figure("schools", "学校", len(of.rows), "现在在本单位及下级单位名下登记的学校，每校算一所。", unit="所",
                   to=of.page("district_schools")),
        ),
        chart("学校：学段和党组织设置", [PARTIES[party] for party in parties], of_stage, kind="stacked",
              counted="按学校登记的学段和党组织设置分别计数。"),
    )  # fmt: skip


def _meetings(of: Year) -> Frozen:
    rows, held = [], []
    rhythm = {
        Body.PARTY: "每满一个月应开一次，寒暑假除外",
        Body.OFFICE: "按各校议事规则的间隔，寒暑假除外",
    }
    for body in BODIES:
        schools = [row for row in of.rows if body in row.bodies]
        now, before = getattr(of.now, body), getattr(of.before, body)
        expected = sum(row.expected[body] for row in schools)
        name = Body(body).label
        rows.append(figure(body, f"已开{name}", now, f"学年内宣布开始的{name}，按开会日期计。", unit="次", before=before,
                           to=of.register("meetings", f"body={body}")))  # fmt: skip
        rows.append(
            figure(
                f"{body}_expected",
                f"应开{name}",
                expected,
                f"截至报告之日应开的次数：{rhythm[body]}；各校相加。",
                unit="次",
                to=BY_SCHOOL,
            )
        )
        held.append((name, [now, expected, before]))
    behind = sum(1 for row in of.rows if row.behind)
    rows.append(
        figure(
            "behind", "开会少于应开次数的学校", behind, "有一种会议已开次数少于应开次数的学校，每校算一所。", unit="所"
        )
    )
    silent = sum(1 for row in of.rows if not row.now.meetings)
    rows.append(figure("silent", "没有开过会的学校", silent, "学年内没有宣布开始任何一次会议的学校。", unit="所"))
    return chapter("会议召开情况", figures(*rows), chart("已开会议与应开次数", ["已开", "应开", "上学年已开"], held,
                   counted="已开按宣布开始的会议计，应开按会议规则推算到报告之日。"))  # fmt: skip


def _decisions(of: Year) -> Frozen:
    counted = "学年内会议议定为通过、未通过或校长决定的议题，每项算一次；有签字更正的按更正后的结果。"
    rows = [
        figure(
            "decisions", "议决事项", of.now.decisions, counted, before=of.before.decisions, to=of.register("decisions")
        )
    ]
    classes = []
    for letter, words in CLASSES.items():
        now, before = (getattr(tally, f"class_{letter.lower()}") for tally in (of.now, of.before))
        rows.append(figure(f"class_{letter}", f"其中{words}", now, f"议决事项中，事项编码以 {letter} 开头的。" if letter != "G" else "议决事项中，不属于“三重一大”四类的。",
                           before=before, to=of.register("decisions", f"category={letter}")))  # fmt: skip
        classes.append((words, [now, before]))
    return chapter("议决事项", figures(*rows), chart("议决事项按类别", ["本学年", "上学年"], classes, counted=counted))


_ITEMS = {
    "items_met": ("符合的议题", "没有一条须改正或提醒的规则不符合，也没有不可判定的。"),
    "items_broken": ("不符合的议题", "有一条须改正或提醒的规则不符合，不论是否说明理由。"),
    "items_unknown": ("不可判定的议题", "没有不符合、而有不可判定的。"),
}
_ANSWERS: dict[str, tuple[str, str, dict[str, str]]] = {
    "block": ("须改正", "不符合“须改正”规则、负责人没有说明理由的检查结果。", {"outcome": "broken", "mode": "block", "excused": "no"}),
    "warn": ("提醒", "不符合“提醒”规则、负责人没有说明理由的检查结果。", {"outcome": "broken", "mode": "warn", "excused": "no"}),
    "excused": ("已说明理由", "不符合、而负责人说明了理由的检查结果。", {"outcome": "broken", "mode": "", "excused": "yes"}),
    "unknown": ("不可判定", "记录不足以判断的检查结果。", {"outcome": "unknown", "mode": ""}),
}  # fmt: skip


def _answers(of: Year) -> Frozen:
    rows = [
        figure(
            key,
            label,
            getattr(of.now, key),
            f"学年内已议定的议题，每项只算一次：{how}",
            before=getattr(of.before, key),
            to=COUNTS_BY_SCHOOL,
        )
        for key, (label, how) in _ITEMS.items()
    ]
    rows.append(
        figure(
            "met",
            "符合的检查结果",
            of.now.met,
            "学年内各次会议、各项议题按每条规则现行有效的检查结果，符合的。",
            unit="条",
            before=of.before.met,
            to=COUNTS_BY_SCHOOL,
        )
    )
    rows += [
        figure(
            key,
            f"{label}的检查结果",
            getattr(of.now, key),
            how,
            unit="条",
            before=getattr(of.before, key),
            to=of.findings(**query),
        )
        for key, (label, how, query) in _ANSWERS.items()
    ]
    parts = [
        (words, [getattr(each, key) for key in _ITEMS]) for words, each in (("本学年", of.now), ("上学年", of.before))
    ]
    shares = [
        [
            label,
            *(per_cent(getattr(each, key), sum(getattr(each, one) for one in _ITEMS)) for each in (of.now, of.before)),
        ]
        for key, (label, _) in _ITEMS.items()
    ]
    return chapter(
        "符合规定的情况", figures(*rows),
        chart("议题是否符合", ["符合", "不符合", "不可判定"], parts, kind="share", counted="每项议题只算一次。"),
        table("shares", "议题占比", [("项目", 40, "text"), ("本学年", 20, "share"), ("上学年", 20, "share")], shares,
              counted="各类议题占三类之和的百分比，四舍五入到千分位。"),
    )  # fmt: skip


def _rules(of: Year) -> Frozen | None:
    columns = [
        ("规则", 10, "text"),
        ("要求", 32, "text"),
        ("程度", 13, "text"),
        ("不符合", 12, "number"),
        ("上学年", 12, "number"),
        ("涉及学校", 10, "number"),
        ("不可判定", 11, "number"),
    ]
    rows, to = [], []
    for each in of.rules:
        told = TOLD.get(each["rule"])
        rows.append([each["rule"], told.sentence if told else "", KeptFinding.Mode(told.mode).label if told else "",
                     *(f"{each[name]:,}" for name in ("broken", "before", "schools", "unknown"))])  # fmt: skip
        to.append(of.findings(rule=each["rule"]))
    counted = "每条规则学年内不符合的检查结果，含已说明理由的；上学年同一口径；涉及学校为有不符合的学校，每校算一所。"
    said = (
        text("学年内或上学年有不符合、不可判定的规则如下，不符合多的在前。")
        if rows
        else text("没有不符合或不可判定的检查结果。")
    )
    return chapter(
        "各条规则的检查结果",
        said,
        table("rules", "各条规则的检查结果", columns, rows, counted=counted, to=to) if rows else None,
    )


def _overdue(of: Year) -> Frozen:
    late = sorted((row for row in of.rows if row.now.overdue), key=lambda row: (-row.now.overdue, row.code))
    counted = f"截至{day_said(of.today)}，完成时限已过、没有反馈办结的议决事项，不限学年。"
    most = table("overdue_schools", "逾期未办结较多的学校", [("学校", 60, "text"), ("逾期未办结", 20, "number")],
                 [[row.name, f"{row.now.overdue:,}"] for row in late[:20]], counted=counted)  # fmt: skip
    return chapter("逾期未办结", figures(
        figure("overdue", "逾期未办结", of.now.overdue, counted, to=("district_register", [of.authority.code, "overdue"], "")),
        figure("overdue_of", "有逾期未办结的学校", len(late), "有一项以上逾期未办结的学校，每校算一所。", unit="所",
               to=of.page("district_schools", "show=overdue")),
    ), most if late else None)  # fmt: skip


def _filing(of: Year) -> Frozen:
    rows, drawn = [], []
    for body in BODIES:
        states = Counter(row.filing[body] for row in of.rows if body in row.bodies)
        drawn.append((f"{SHORT[body]}会议", [states[filing] for filing in FILINGS]))
        rows += [
            figure(f"filing_{body}_{filing}", f"{SHORT[body]}会议规则{words}", states[filing],
                   f"{Body(body).label}现行的一版议事规则“{words}”的学校，每校算一所。", unit="所")
            for filing, words in FILINGS.items()
        ]  # fmt: skip
    return chapter("议事规则备案", figures(*rows), chart("议事规则备案", list(FILINGS.values()), drawn, kind="stacked",
                   counted="每校每种会议在学年最后一天（未到则为报告之日）现行的一版。"))  # fmt: skip


def _rectification(of: Year) -> Frozen:
    closed = of.problems.get(Problem.State.CLOSED, 0)
    to = of.page("rectification_list")
    return chapter("整改情况", figures(
        figure("notices", "整改通知书", of.notices, "学年内由本单位及下级单位发出的整改通知书。", unit="份", to=to),
        figure("problems", "列入整改的问题", sum(of.problems.values()), "这些整改通知书列出的问题。", unit="个", to=to),
        figure("problems_closed", "已销号", closed, "其中经核查销号的。", unit="个", to=to),
        figure("problems_late", "逾期未销号", of.late, "其中整改时限已过、没有销号的。", unit="个", to=to),
    ))  # fmt: skip


def _findings(of: Year) -> Frozen:
    if not of.groups:
        return chapter("主要问题清单", text("没有须改正或提醒而没有说明理由的检查结果。"))
    said = f"以下按规则列出须改正和提醒、负责人没有说明理由的检查结果，每条规则印最近的 {PRINTED} 条；Excel 列至 {KEPT} 条，全部可在系统中查阅。人事事项不写名称。"
    return chapter("主要问题清单", text(said), listed(of.groups, printed=PRINTED), new_page=True)


def _each(of: Year) -> Frozen:
    columns = [("学校", 30, "text"), ("党组织会议", 9, "number"), ("应开", 7, "number"), ("校长办公会议", 9, "number"), ("应开", 7, "number"),
               ("议决", 8, "number"), ("符合", 9, "share"), ("须改正", 8, "number"), ("提醒", 8, "number"), ("不可判定", 9, "number"), ("逾期", 8, "number")]  # fmt: skip
    rows, to = [], []
    for row in of.rows:
        now = row.now
        held = [said for body in BODIES for said in (
            [f"{getattr(now, body):,}", str(row.expected[body])] if body in row.bodies else ["—", "—"])]  # fmt: skip
        share = per_cent(now.items_met, now.items_met + now.items_broken + now.items_unknown)
        rows.append(
            [
                row.name,
                *held,
                f"{now.decisions:,}",
                share,
                f"{now.block:,}",
                f"{now.warn:,}",
                f"{now.unknown:,}",
                f"{now.overdue:,}",
            ]
        )
        to.append(("district_school", [of.authority.code, row.code], f"term={terms_of(of.year)[1].key}"))
    counted = "各列口径与前文相同，按学校分列；符合为符合的议题占比。"
    names = (
        {key: label for key, (label, _) in _ITEMS.items()}
        | {"met": "符合"}
        | {key: label for key, (label, *_) in _ANSWERS.items()}
    )
    counts = [[row.name, *(f"{getattr(row.now, key):,}" for key in names)] for row in of.rows]
    heads = [("学校", 24, "text"), *((label, 9, "number") for label in names.values())]
    by_school = table(
        "counts",
        "各校检查结果",
        heads,
        counts,
        counted="议题和检查结果的各项计数按学校分列，口径与前文相同。",
        to=to,
        only="excel",
    )
    return chapter(
        "各校情况", by_school, table("schools", "各校情况", columns, rows, counted=counted, to=to), new_page=True
    )
