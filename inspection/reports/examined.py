"""检查报告: what one inspection covered, drew, accepted, set aside, matched, and asked to be put right."""

from collections import Counter
from itertools import groupby

from accounts.templatetags.words import yuan
from governance.rules.catalogue import CLASSES
from meetings.documents.kinds.words import quoted

from ..discretion import facts_said, matter_said
from ..inspected import GRAVEST, Scope
from ..models import Assessment, Payment, Problem
from ..registers import BLOCK, WARN
from .chapters import (
    MOST_RECORDS,
    Frozen,
    To,
    chapter,
    chart,
    day_said,
    figure,
    figures,
    heading,
    table,
    text,
)
from .examining import Examined, gathered
from .findings import group, heading_of, headline, held_said, listed

__all__ = ["chapters", "gathered", "told"]

How, State, Verdict = Payment.How, Problem.State, Assessment.Verdict
MATCHED = (How.CERTAIN, How.LIKELY, How.BY_HAND)


def told(of: Examined) -> Frozen:
    inspection = of.inspection
    members = inspection.members.select_related("user")
    label = {
        "meetings": ("meeting", "检查的会议", of.meetings),
        "items_met": ("item", "符合的议题", of.items["met"]),
        "items_broken": ("item", "不符合的议题", of.items["broken"]),
        "items_unknown": ("item", "不可判定的议题", of.items["unknown"]),
        **{f"found_{key}": ("finding", f"{words}的检查结果", of.found[key]) for key, words in _FOUND.items()},
    }
    return {
        "lead": lead(of),
        "names": sorted({one.user.name for one in members}),
        "team": [[one.user.name, one.leads] for one in members],
        "records": {
            key: {"of": kind, "label": words, "ids": ids} for key, (kind, words, ids) in label.items() if 0 < len(ids) <= MOST_RECORDS
        },
    }  # fmt: skip


def chapters(of: Examined) -> list[Frozen | None]:
    return [
        _scope(of),
        _answers(of),
        _samples(of),
        _accepted(of),
        _set_aside(of),
        _payments(of),
        _rectification(of),
        _each(of),
    ]


def _table(key: str) -> To:
    return "table", [key], ""


def _of_people(of: Examined) -> str:
    people = list(of.inspection.people.values_list("name", flat=True))
    return f"，限与{'、'.join(people)}有关的" if people else ""


def lead(of: Examined) -> list[str]:
    one = of.inspection
    basis = f"根据{one.basis}，" if one.basis else ""
    classes = "、".join(CLASSES.get(letter, letter) for letter in one.classes) or "各类"
    members = [member.user.name for member in one.members.select_related("user") if not member.leads]
    leads = [member.user.name for member in one.members.select_related("user") if member.leads]
    team = "；".join(filter(None, (leads and f"组长{'、'.join(leads)}", members and f"组员{'、'.join(members)}")))
    accepted, own = of.of(Verdict.ACCEPTED), [each for each in of.of(Verdict.ACCEPTED) if not each.rule]
    return [
        f"{basis}{one.authority.name}于{day_said(one.since)}至{day_said(one.until)}开展{one.get_kind_display()}{quoted(one.title)}。检查组：{team}。",
        f"检查范围：{len(of.schools)} 所学校{day_said(one.records_since)}至{day_said(one.records_until)}的会议，{classes}事项{_of_people(of)}。"
        f"范围内有会议 {of.whole.meetings:,} 次、议题 {of.whole.items:,} 项。认定问题 {len(accepted):,} 个"
        f"{f'，其中检查组发现 {len(own):,} 个' if own else ''}，不予认定 {len(of.of(Verdict.SET_ASIDE)):,} 个；列入整改 {len(of.problems):,} 个。",
    ]


def _scope(of: Examined) -> Frozen:
    columns = [
        ("学校", 30, "text"), ("会议", 10, "number"), ("议题", 10, "number"), ("须改正", 12, "number"),
        ("提醒", 11, "number"), ("不可判定", 14, "number"), ("符合", 12, "number"),
    ]  # fmt: skip
    rows, met = [], of.met or Counter()
    for school in of.schools:
        scope = of.scopes.get(school.pk, Scope())
        rows.append(
            [
                school.name,
                *(
                    f"{number:,}"
                    for number in (scope.meetings, scope.items, scope.block, scope.warn, scope.unknown, met[school.pk])
                ),
            ]
        )
    return chapter(
        "检查范围",
        figures(
            figure("schools", "学校", len(of.schools), "检查列明的学校。", unit="所", to=of.page("inspection")),
            figure("meetings", "会议", len(of.meetings), "有议题在检查范围内的会议，已宣布开始的。", unit="次", to=("records", ["meetings"], "")),
            figure("items", "议题", of.whole.items, "检查期间各次会议的议题中，属于检查列明的类别和人员的。", to=_table("schools")),
        ),
        table("schools", "各校范围内的记录", columns, rows, counted="会议、议题按检查范围；须改正、提醒、不可判定为范围内的检查结果，含对整个学校的和已说明理由的；符合只计各项议题的。",
              to=[("inspection_school", [of.inspection.pk, school.code], "") for school in of.schools]),
    )  # fmt: skip


_ITEMS = {
    "met": ("符合的议题", "没有一条须改正或提醒的规则不符合，也没有不可判定的。"),
    "broken": ("不符合的议题", "有一条须改正或提醒的规则不符合，不论是否说明理由。"),
    "unknown": ("不可判定的议题", "没有不符合、而有不可判定的。"),
}
_FOUND = {"block": "须改正", "warn": "提醒", "excused": "已说明理由", "unknown": "不可判定"}
_HOW = {
    "block": "不符合“须改正”规则、负责人没有说明理由的。",
    "warn": "不符合“提醒”规则、负责人没有说明理由的。",
    "excused": "不符合、而负责人说明了理由的。",
    "unknown": "记录不足以判断的。",
}


def _answers(of: Examined) -> Frozen:
    rows = [
        figure(
            f"items_{key}",
            label,
            len(of.items[key]),
            f"范围内已议定的议题，每项只算一次：{how}",
            to=("records", [f"items_{key}"], ""),
        )
        for key, (label, how) in _ITEMS.items()
        if key != "met" or of.met is not None  # which only the worker counts
    ]
    if of.met is not None:
        rows.append(
            figure(
                "met",
                "符合的检查结果",
                sum(of.met.values()),
                "范围内各项议题按每条规则现行有效的检查结果，符合的。",
                unit="条",
                to=_table("schools"),
            )
        )
    rows += [
        figure(
            f"found_{key}",
            f"{words}的检查结果",
            len(of.found[key]),
            f"范围内的检查结果中，{_HOW[key]}",
            unit="条",
            to=("records", [f"found_{key}"], ""),
        )
        for key, words in _FOUND.items()
    ]
    drawn = [("议题", [len(of.items[key]) for key in _ITEMS])]
    return chapter(
        "范围内记录的检查结果",
        figures(*rows),
        chart("议题是否符合", ["符合", "不符合", "不可判定"], drawn, kind="share", counted="每项议题只算一次。"),
    )


def _samples(of: Examined) -> Frozen | None:
    if not of.samples:
        return None
    names, words = {school.code: school.name for school in of.schools}, dict(GRAVEST)
    rows = [
        [f"第 {one.no} 次", one.seed, f"{one.population:,}", f"{one.drawn:,}", f"{one.looked:,}", one.by.name]
        for one in of.samples
    ]
    strata = [
        [f"第 {one.no} 次", names.get(each["school"], each["school"]), CLASSES.get(each["letter"], each["letter"]),
         words.get(each["severity"], each["severity"]), f"{each['there']:,}", f"{each['drawn']:,}"]
        for one in of.samples for each in one.strata
    ]  # fmt: skip
    how = "按学校、类别、程度分层，各层内取“种子:议题”SHA-256 值最小的若干项；用同一种子可以重抽核对。"
    return chapter(
        "抽样",
        figures(
            figure("drawn", "抽取的议题", sum(one.drawn for one in of.samples), "各次抽样抽取的议题相加。", to=of.page("sample_list")),
            figure("looked", "已看的议题", sum(one.looked for one in of.samples), "抽取的议题中，检查组员勾选已看的。", to=of.page("sample_list")),
        ),
        table("samples", "历次抽样", [("抽样", 14, "text"), ("种子", 26, "text"), ("总体", 14, "number"), ("抽取", 14, "number"), ("已看", 14, "number"), ("抽取人", 18, "text")],
              rows, counted=how, to=[("sample", [of.inspection.pk, one.no], "") for one in of.samples]),
        table("strata", "抽样各层", [("抽样", 13, "text"), ("学校", 32, "text"), ("类别", 18, "text"), ("程度", 13, "text"), ("总数", 12, "number"), ("抽取", 12, "number")],
              strata, counted=how, only="excel"),
        table("by_severity", "抽样按程度", [("抽样", 16, "text"), ("程度", 24, "text"), ("层", 18, "number"), ("总数", 20, "number"), ("抽取", 20, "number")],
              [[f"第 {one.no} 次", words.get(key, key), *(f"{number:,}" for number in sums)] for one in of.samples for key, sums in _by_severity(one.strata)],
              counted=f"各层按议题最重的检查结果相加；逐层见 Excel。{how}"),
    )  # fmt: skip


def _by_severity(strata: list[dict]) -> list[tuple[str, tuple[int, int, int]]]:
    """How many strata, items there, items drawn."""
    sums: dict[str, tuple[int, int, int]] = {}
    for each in strata:
        layers, there, drawn = sums.get(each["severity"], (0, 0, 0))
        sums[each["severity"]] = layers + 1, there + each["there"], drawn + each["drawn"]
    return list(sums.items())


def _row(one: Assessment) -> list[str]:
    said = headline(one.text, one.matter) if one.rule else facts_said(one.text, one.matter)
    return [one.school.name, held_said(one) if one.meeting else "—", matter_said(one.matter), said]


def _to(one: Assessment) -> To | None:
    return ("finding", [one.finding_id], "") if one.finding_id else None


def _accepted(of: Examined) -> Frozen:
    accepted = of.of(Verdict.ACCEPTED)
    by_rules = sorted((one for one in accepted if one.rule), key=lambda one: one.rule)
    groups = []
    for rule, some in groupby(by_rules, key=lambda one: one.rule):
        found = list(some)
        groups.append(group(rule, len(found), [_row(one) for one in found], [_to(one) for one in found]))
    groups.sort(key=lambda each: -each["count"])
    if own := [one for one in accepted if not one.rule]:
        said = [[*_row(one)[:3], f"{_row(one)[3]}{f'（依据{one.clause}）' if one.clause else ''}"] for one in own]
        groups.append(group("", len(own), said, [_to(one) for one in own], title="检查组发现的其他问题"))
    kinds = [("须改正", BLOCK), ("提醒", WARN)]
    rows = [
        figure(
            "accepted",
            "认定的问题",
            len(accepted),
            "检查组认定、没有撤回的问题，含检查组自己发现的。",
            unit="个",
            to=_table("accepted"),
        )
    ]
    rows += [
        figure(
            f"accepted_{weight}",
            f"其中{words}",
            sum(1 for one in accepted if one.weight == weight),
            f"认定的问题中，程度为“{words}”的。",
            unit="个",
            to=_table("accepted"),
        )
        for words, weight in kinds
    ]
    rows.append(figure("own", "检查组发现", len(own), "不是由规则检查得出、由检查组员记下的问题。", unit="个",
                       to=("working_list", [of.inspection.pk], "kind=own")))  # fmt: skip
    return chapter("认定的问题", figures(*rows), listed(groups, printed=10_000, key="accepted"), new_page=bool(groups))


def _set_aside(of: Examined) -> Frozen | None:
    aside = of.of(Verdict.SET_ASIDE)
    if not aside:
        return None
    columns = [("学校", 16, "text"), ("会议", 18, "text"), ("检查结果", 36, "text"), ("不予认定的理由", 30, "text")]
    rows = [
        [
            one.school.name,
            held_said(one) if one.meeting else "—",
            f"{one.rule} {headline(one.text, one.matter)}",
            facts_said(one.reason, one.matter),
        ]
        for one in aside
    ]
    return chapter(
        "不予认定",
        figures(figure("set_aside", "不予认定", len(aside), "检查组看过、写明理由不予认定的检查结果。", unit="个", to=_table("set_aside"))),
        table("set_aside", "不予认定的检查结果", columns, rows, counted="检查组看过、写明理由不予认定的检查结果。", to=[_to(one) for one in aside]),
    )  # fmt: skip


def _payments(of: Examined) -> Frozen | None:
    if not of.payments:
        return None
    paid = of.paid
    columns = [
        ("学校", 28, "text"), ("支付", 9, "number"), ("金额", 20, "money"), ("有对应决定", 12, "number"),
        ("不需上会", 11, "number"), ("没有决定", 11, "number"), ("大额没有决定", 12, "number"),
    ]  # fmt: skip
    rows, to = [], list[To]()
    for school in of.schools:
        if many := of.payments.get(school.pk):
            to.append(("payment_lists", [of.inspection.pk, school.code], ""))
            rows.append([school.name, f"{many['all']:,}", yuan(of.sums[school.pk]), f"{sum(many[how] for how in MATCHED):,}",
                         f"{many[How.EXPLAINED]:,}", f"{many[How.NONE]:,}", f"{many['undecided']:,}"])  # fmt: skip
    counted_ = "检查组导入的支付明细逐笔与议决事项核对：金额、收款方、日期相符或人工认定的为有对应决定。"
    large = [
        [one.list.school.name, day_said(one.paid_on), yuan(one.amount), one.payee, one.purpose] for one in of.undecided
    ]
    return chapter(
        "资金支付核对",
        figures(
            figure("payments", "核对的支付", paid["all"], "检查组导入、没有撤下的支付明细，每行算一笔。", unit="笔", to=_table("payments")),
            figure("payments_matched", "有对应决定", sum(paid[how] for how in MATCHED), counted_, unit="笔", to=_table("payments")),
            figure("payments_explained", "不需上会", paid[How.EXPLAINED], "检查组写明理由、不需上会的支付。", unit="笔", to=_table("payments")),
            figure("payments_beyond", "有决定，不在检查范围", paid[How.BEYOND], "学校有金额、收款方、日期相符的决定，但不在这次检查的范围内。", unit="笔", to=_table("payments")),
            figure("payments_none", "没有对应决定", paid[How.NONE], "没有找到对应决定、也没有说明的支付。", unit="笔", to=_table("payments")),
            figure("payments_undecided", "大额支付没有决定", paid["undecided"], "其中达到学校当日大额标准的，同一收款方九十天内的支付合并计算。", unit="笔", to=_table("undecided")),
        ),
        table("payments", "各校支付核对", columns, rows, counted=counted_, to=to),
        table("undecided", "没有对应决定的大额支付", [("学校", 22, "text"), ("日期", 14, "date"), ("金额", 18, "money"), ("收款方", 22, "text"), ("用途", 24, "text")], large,
              counted="达到学校当日大额标准、没有对应决定的支付，金额大的在前。",
              to=[("payment", [of.inspection.pk, one.pk], "") for one in of.undecided]) if large else None,
    )  # fmt: skip


def due_said(problem: Problem) -> str:
    return day_said(problem.due) + (f"（原定{day_said(problem.due_was)}）" if problem.due_was else "")


def _rectification(of: Examined) -> Frozen:
    states = Counter(one.state for one in of.problems)
    late = sum(1 for one in of.problems if one.state != State.CLOSED and one.due < of.today)
    columns = [
        ("学校", 18, "text"), ("文号", 15, "text"), ("问题", 27, "text"),
        ("整改要求", 23, "text"), ("时限", 16, "date"), ("状态", 12, "text"),
    ]  # fmt: skip
    rows = [
        [one.notice.school.name, one.notice.number, headline(one.text, one.matter) if one.rule else facts_said(one.text, one.matter), one.demand, due_said(one),
         f"{one.get_state_display()}{'（逾期）' if one.state != State.CLOSED and one.due < of.today else ''}"]
        for one in of.problems
    ]  # fmt: skip
    to = [("problem", [of.inspection.authority.code, one.pk], "") for one in of.problems]
    return chapter(
        "整改要求和进展",
        figures(
            figure("problems", "列入整改的问题", len(of.problems), "本次检查发出的整改通知书列出的问题。", unit="个", to=of.rectifications()),
            *(figure(f"problems_{state}", f"其中{label}", states[state], f"这些问题中，现在“{label}”的。", unit="个", to=of.rectifications())
              for state, label in State.choices),
            figure("problems_late", "逾期未销号", late, "整改时限已过、没有销号的问题。", unit="个", to=of.rectifications("&late=yes")),
        ),
        table("problems", "整改问题", columns, rows, counted="按学校、文号、序号排列。", to=to) if rows else text("还没有发出整改通知书。"),
    )  # fmt: skip


def _each(of: Examined) -> Frozen:
    """A page for each school."""
    blocks: list[Frozen] = []
    for school in of.schools:
        scope, code = of.scopes.get(school.pk, Scope()), school.code
        accepted = [one for one in of.of(Verdict.ACCEPTED) if one.school_id == school.pk]
        problems = [one for one in of.problems if one.notice.school_id == school.pk]
        here: To = ("inspection_school", [of.inspection.pk, code], "")
        rows = [
            figure(f"{code}_meetings", "会议", scope.meetings, f"{school.name}在检查范围内的会议。", unit="次", to=here),
            figure(f"{code}_items", "议题", scope.items, f"{school.name}在检查范围内的议题。", to=here),
            figure(f"{code}_findings", "不符合和不可判定的检查结果", scope.findings, f"{school.name}范围内的须改正、提醒和不可判定，含已说明理由的。", unit="条", to=here),
            figure(f"{code}_accepted", "认定的问题", len(accepted), f"检查组对{school.name}认定的问题。", unit="个", to=_table(f"{code}_accepted") if accepted else here),
            figure(f"{code}_problems", "列入整改", len(problems), f"本次检查发给{school.name}的整改通知书列出的问题。", unit="个", to=of.rectifications(f"&school={code}")),
            figure(f"{code}_closed", "已销号", sum(1 for one in problems if one.state == State.CLOSED), "其中经核查销号的。", unit="个", to=of.rectifications(f"&school={code}")),
        ]  # fmt: skip
        if many := of.payments.get(school.pk):
            rows.append(
                figure(
                    f"{code}_undecided",
                    "大额支付没有决定",
                    many["undecided"],
                    f"{school.name}没有对应决定的大额支付。",
                    unit="笔",
                    to=("payment_lists", [of.inspection.pk, code], ""),
                )
            )
        lines = [
            [f"{one.rule} {heading_of(one.rule)[0]}" if one.rule else "检查组发现", *_row(one)[1:]] for one in accepted
        ]
        blocks += [heading(school.name, new_page=bool(blocks)), figures(*rows, caption=school.name)]
        if lines:
            columns = [("规则", 24, "text"), ("会议", 18, "text"), ("事项", 18, "text"), ("问题", 40, "text")]
            blocks.append(
                table(
                    f"{code}_accepted",
                    f"{school.name}认定的问题",
                    columns,
                    lines,
                    only="paper",
                    to=[_to(one) for one in accepted],
                )
            )
    return chapter("各校情况", *blocks, new_page=True)
