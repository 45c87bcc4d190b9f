"""What stands around a meeting and a matter, in words: the meetings it is compared with, the work calendar, the school."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from accounts.models import Organisation
from accounts.templatetags.words import day, full, moment
from governance.models import Body, Post
from governance.rules import facts
from governance.rules.cases import ItemCase, MeetingCase
from governance.rules.dossier import Dossier
from governance.rules.facts import day_of

OF_RULE = {  # what a rule turns on that is asked of no meeting, or of two
    "A-16": ("上一次会议", "会议"),
    "R-06": ("上一次会议", "会议"),
    "C-24": ("校长办公会议", "会议"),
    "P-16": ("党组织会议",),
    "G-01": ("议事规则",),
    "G-02": ("定期沟通", "议事规则"),
    "G-04": ("班子", "学校"),
    "G-05": ("班子", "学校"),
    "G-06": ("班子",),
}


@dataclass(frozen=True)
class Section:
    title: str
    pairs: list[tuple[str, str]]


def pairs(*pairs: tuple[str, object]) -> list[tuple[str, str]]:
    return [(label, str(value)) for label, value in pairs if value not in (None, "", 0)]


def around(code: str, dossier: Dossier, at: MeetingCase, case: ItemCase | None) -> list[Section]:
    sections = []
    if code in ("A-16", "R-06") and (before := dossier.meeting_before(at)):
        sections.append(
            Section("上一次会议", pairs(("时间", moment(before.starts_at)), ("编号", before.meeting.number)))
        )
    if code == "C-24":
        clash = dossier.office_timetable.clash(at)
        told = f"{moment(clash.starts_at)} 至 {moment(clash.meeting.ends_at) or '没有记录'}" if clash else "没有"
        sections.append(Section("校长办公会议", [("时间重叠的", told)]))
    if spans := _counted(code, at, case):
        sections.append(_calendar(dossier, *spans))
    return sections


def of_school(dossier: Dossier, on: date) -> list[Section]:
    """The school as a whole on the day of the check."""
    records, words = dossier.records, dict(Post.Name.choices)
    versions = [(body.label, dossier.procedure(body, on)) for body in Body]
    months = Counter(f"{case.day.year} 年 {case.day.month} 月" for case in dossier.meetings_of["party"])
    talks = sorted(day_of(talk.at) for talk in records.communications)
    return [
        Section(
            "学校",
            pairs(
                ("党组织", Organisation.PartyOrganisation(dossier.school.party_organization).label),
                ("办学性质", Organisation.Ownership(dossier.school.ownership).label),
            ),
        ),
        Section("班子", [(words[post.post], f"{_person(dossier, post)}") for post in dossier.group(on).posts]),
        Section("议事规则", [(name, _version(version)) for name, version in versions]),
        Section("定期沟通", pairs(("次数", len(talks) or "没有记录"), ("日期", "、".join(map(day, talks[-12:]))))),
        Section("党组织会议", [(month, f"{times} 次") for month, times in months.items()] or [("会议", "没有记录")]),
    ]


def _person(dossier: Dossier, post: facts.Post) -> str:
    member = {True: "中共党员", False: "不是中共党员", None: "没有记录是否党员"}[
        dossier.person(post.person).party_member
    ]
    full_time = "，专职" if post.full_time else ""
    return f"{dossier.name(post.person)}（{member}{full_time}）"


def _version(version: facts.Procedure | None) -> str:
    if version is None:
        return "没有现行的"
    filed = f"{full(version.filed_on)}备案 {version.filing_number}".strip() if version.filed_on else "没有备案"
    sent = f"{full(version.submitted_on)}报送" if version.submitted_on else "没有报送"
    return f"{full(version.since)}起施行，{sent}，{filed}"


def _counted(code: str, at: MeetingCase, case: ItemCase | None) -> tuple[date, date] | None:
    """From which day to which a rule counted working days."""
    minutes, publicity = at.meeting.minutes, case.item.publicity if case else None
    if code == "R-04" and minutes and minutes.issued_at:
        return at.day, day_of(minutes.issued_at)
    if code == "R-08" and publicity and publicity.since and publicity.until:
        return publicity.since, publicity.until
    return None


def _calendar(dossier: Dossier, first: date, last: date) -> Section:
    """What was known then of the days on which is worked: of a year without a word about it, Monday to Friday counts."""
    known = dossier.records.calendar or facts.Calendar()

    def of_year(year: int) -> str:
        off, worked = (sum(day.year == year for day in days) for days in (known.holidays, known.workdays))
        told = f"工作日放假 {off} 天，周末上班 {worked} 天"
        return told if off or worked else "没有调休数据，按周一至周五计算"

    def within(days: Iterable[date]) -> str:
        return "、".join(day(each) for each in sorted(days) if first <= each <= last)

    return Section(
        "工作日历",
        pairs(
            ("计算", f"{day(first)}至{day(last)}"),
            *((f"{year} 年", of_year(year)) for year in range(first.year, last.year + 1)),
            ("其间放假", within(known.holidays)),
            ("其间周末上班", within(known.workdays)),
        ),
    )
