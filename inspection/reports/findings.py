"""Findings as a report lists them: by rule, with clause and facts, and no title or name of a personnel matter."""

from collections.abc import Iterable

from django.db.models import QuerySet
from django.utils import timezone

from governance.templatetags.findings import spoken
from meetings.models import KeptFinding, Matter

from ..discretion import facts_said, matter_said
from ..views import TOLD
from .chapters import Frozen, day_said


def headline(message: str, matter: Matter | None) -> str:
    """The facts alone: the clause stands above them, and what to do is for the rectification."""
    return facts_said(spoken(KeptFinding(message=message)).headline or message, matter)


def held_said(finding) -> str:
    """2026年3月5日党组织会议第 2 项."""
    if not finding.meeting:
        return "整个学校" if finding.of_school else "上会前"
    item = f"第 {finding.item.no} 项" if finding.item and finding.item.no else ""
    return f"{day_said(timezone.localdate(finding.meeting.starts_at))}{finding.meeting.get_body_display()}{item}"


def row_of(finding: KeptFinding) -> list[str]:
    return [
        finding.school.name,
        held_said(finding),
        matter_said(finding.matter),
        headline(finding.message, finding.matter),
    ]


def heading_of(rule: str) -> tuple[str, str]:
    """What a rule asks, and its clause; of one that was given up, its code."""
    told = TOLD.get(rule)
    return (told.sentence, told.cited) if told else (rule, "")


def by_rule(found: QuerySet[KeptFinding], counts: dict[str, int], most: int) -> list[Frozen]:
    """Of each rule in ``counts`` up to ``most`` of these, the latest first."""
    groups = []
    for rule, count in counts.items():
        rows = list(
            found.filter(rule=rule)
            .select_related("school", "meeting", "item", "matter")
            .order_by("-happened", "-pk")[:most]
        )
        groups.append(group(rule, count, [row_of(row) for row in rows], [["finding", [row.pk], ""] for row in rows]))
    return groups


def group(rule: str, count: int, rows: list[list[str]], to: list, *, title: str = "", clause: str = "") -> Frozen:
    sentence, cited = heading_of(rule) if rule else (title, clause)
    return {"rule": rule, "title": sentence, "clause": cited, "count": count, "rows": rows, "to": to}


def listed(groups: Iterable[Frozen], *, printed: int, key: str = "findings") -> Frozen | None:
    """``printed``: how many of each rule stand on paper; Excel has all that were frozen."""
    groups = list(groups)
    return {"is": "findings", "key": key, "groups": groups, "printed": printed} if groups else None
