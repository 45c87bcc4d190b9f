"""What a matter will need before it can be decided: said at once, while the form is being filled in,
and ticked off later as it is done.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from accounts.models import Organisation
from governance.demanding import bound_rows
from governance.models import CatalogueRow
from governance.rules import facts
from governance.rules.catalogue import DEFAULT
from governance.rules.dossier import Dossier
from governance.rules.index import rule
from governance.rules.ruling import Finding, Outcome

PRIOR = {
    "C-01": ("调查研究，形成建议方案", "investigation"),
    "C-02": ("书记与校长会前沟通，且无重大分歧", "secretary_principal"),
    "C-03": ("书记与校长会前沟通，取得共识", "secretary_principal"),
    "C-04": ("与有关班子成员个别酝酿", "individual"),
    "C-05": ("在一定范围内充分酝酿", "deliberation"),
    "C-06": ("教职工（代表）大会或其他方式听取意见", "staff_hearing"),
    "C-07": ("教职工（代表）大会讨论通过", "staff_congress"),
    "C-08": ("专家评估和技术、政策咨询", "expert"),
    "C-09": ("校长办公会议先研究提出方案", ""),
    "C-29": ("法律咨询、合法性审查", "legal"),
}
"""What has to be done before a decision, by the rule that will look for it, with the kind of consultation it is."""


@dataclass(frozen=True)
class Need:
    """One thing that has to be done. ``outcome`` is what its rule would say if the matter were decided now; empty
    before there is a matter."""

    rule: str
    what: str
    kind: str = ""
    outcome: str = ""

    @property
    def clause(self) -> str:
        return rule(self.rule).cited

    @property
    def clauses(self):
        return rule(self.rule).clauses

    @property
    def blocks(self) -> bool:
        return rule(self.rule).mode == "block"


@dataclass(frozen=True)
class Needs:
    decides: str  # which body decides, as a sentence
    route: str
    reserved: bool | None
    two_thirds: bool
    threshold: str  # what was compared, where the amount decides
    attendance: str  # who has to be there, in numbers
    before: tuple[Need, ...]
    after: str = ""


def category_titles(school: Organisation) -> dict[str, str]:
    """What the codes mean: the default catalogue, and the rows of any day of the school and of the authorities above."""
    return titles_of(bound_rows(school))


def titles_of(rows: Iterable[CatalogueRow | facts.CatalogueRow]) -> dict[str, str]:
    """The same from rows that were read already; of two for one code the later counts."""
    own = {row.code: row.title for row in sorted(rows, key=lambda row: row.since) if row.code not in DEFAULT}
    return {code: category.title for code, category in DEFAULT.items()} | own


def needs_of(dossier: Dossier, matter: facts.Matter, day: date) -> Needs | None:
    """None while the category is not known."""
    category = dossier.category(matter.category, day)
    if category is None:
        return None
    reserved = dossier.reserved(matter, day) if dossier.has_party_organization else False
    personnel = matter.category.startswith("H")
    two_thirds = reserved is not False and dossier.two_thirds(matter, day)
    marks, flags = category.marks, matter.flags
    before = []
    if reserved is not False:
        before += ["C-02", "C-01", "C-04"]
        if personnel:
            before.append("C-05")
        if "J2" in marks:
            before.append("C-07")
        elif "J1" in marks or "vital_interests" in flags:
            before.append("C-06")
        if "E" in marks or "technical" in flags:
            before.append("C-08")
        if "L" in marks or "legal" in flags:
            before.append("C-29")
        if category.route == "A→P":
            before.append("C-09")
    return Needs(
        decides=_decides(reserved),
        route={"P": "直接提交党组织会议", "A→P": "校长办公会议提出方案 → 党组织会议决定"}.get(
            category.route, "校长办公会议研究处理"
        )
        if reserved is not False
        else "校长办公会议研究处理",
        reserved=reserved,
        two_thirds=two_thirds,
        threshold=_threshold(dossier, matter, day, category.by_amount),
        attendance=_attendance(dossier, day, reserved=reserved, two_thirds=two_thirds),
        before=tuple(Need(code, *PRIOR[code]) for code in before),
        after=_after(dossier, day, marks) if reserved is not False else "",
    )


CHECKED_BY = {"C-02": ("C-02", "C-03")}
"""A need is done when all these rules hold; where nothing is said here, when its own does."""


def ticked(needs: Needs, findings: Iterable[Finding]) -> Needs:
    """The needs, each with what its rule says among the findings."""
    said = {finding.code: finding.outcome for finding in findings}

    def outcome(need: Need) -> str:
        outcomes = [said[code] for code in CHECKED_BY.get(need.rule, (need.rule,)) if code in said]
        return next((each.value for each in (Outcome.BROKEN, Outcome.UNKNOWN, Outcome.MET) if each in outcomes), "")

    return replace(needs, before=tuple(replace(need, outcome=outcome(need)) for need in needs.before))


def _decides(reserved: bool | None) -> str:
    if reserved is None:
        return "是否须由党组织会议决定，现在还不能判定"
    return "须由党组织会议讨论决定" if reserved else "由校长办公会议研究处理，校长决定"


def _attendance(dossier: Dossier, day: date, *, reserved: bool | None, two_thirds: bool) -> str:
    body: facts.Body = "office" if reserved is False else "party"
    parameters = dossier.parameters(body, day)
    share = parameters.quorum_two_thirds_matters if two_thirds else parameters.quorum
    team = len(dossier.team(body, day))
    count = f"（班子 {team} 人，至少到 {share.needed(team)} 人）" if team else ""
    return f"班子成员{share.label}到会{count}"


def _after(dossier: Dossier, day: date, marks: frozenset[str]) -> str:
    if "G" not in marks:
        return ""
    return f"决定后按规定公示，不少于 {dossier.parameters('party', day).publicity_working_days} 个工作日"


def _threshold(dossier: Dossier, matter: facts.Matter, day: date, by_amount: bool) -> str:
    if not by_amount:
        return ""
    large = dossier.large_sum(day)
    if large is None:
        return "学校还没有登记大额标准，无法判定是否属于大额支出。"
    edge = "（含）" if large.inclusive else "（不含）"
    if matter.amount is None:
        return f"学校大额标准为 {large.amount:,.0f} 元{edge}，请填写金额。"
    verdict = "达到大额" if dossier.reaches_large_sum(matter, day) else "未达到大额"
    return f"金额 {matter.amount:,.2f} 元，学校大额标准 {large.amount:,.0f} 元{edge}：{verdict}。"
