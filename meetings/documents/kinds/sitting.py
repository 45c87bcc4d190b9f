"""What the papers of a meeting have in common: which meeting, when and where, and who sits there in which office."""

from dataclasses import dataclass
from operator import itemgetter

from django.utils import timezone

from governance.access import Standing
from governance.models import Body, Person, Post
from governance.rules.dossier import Dossier
from governance.rules.facts import day_of

from ...facts import Load, load
from ...models import Attendance, Meeting
from ...sheet import ORDER, by_rank
from ...transitions.presence import Presence
from ..blocks import Cell
from ..style import styled
from .words import clock, day, weekday, which_meeting

Role, Status = Attendance.Role, Attendance.Status
UNKNOWN = "待定"


def loaded_for(meeting: Meeting, by: Standing) -> Load:
    return load(by.school, Meeting.objects.filter(pk=meeting.pk))


def of_meeting(loaded: Load, pk: int) -> dict:
    """The frozen facts that every paper of a meeting begins with."""
    meeting, dossier = loaded.meetings[pk], loaded.dossier
    return {
        "school": loaded.ground.school.name,
        "style": styled(meeting.school, meeting.body),
        "body": Body(meeting.body).label,
        "meeting_number": meeting.number,
        "starts_at": timezone.localtime(meeting.starts_at).isoformat(),
        "ends_at": timezone.localtime(meeting.ends_at).isoformat() if meeting.ends_at else None,
        "place": meeting.place,
        "mode": meeting.get_mode_display() if meeting.mode != Meeting.Mode.IN_PERSON else "",
        "emergency": meeting.emergency,
        "chair": dossier.name(meeting.chair_id) if meeting.chair_id else "",
        "recorder": dossier.name(meeting.recorder_id) if meeting.recorder_id else "",
    }


@dataclass(frozen=True)
class Seat:
    """One person at a meeting, as the body of that day has them; ``row`` is what stands of them in the record."""

    person: int
    name: str
    title: str
    member: bool
    row: dict

    @property
    def on_leave(self) -> bool:
        """Excused: by the record, or, while nothing is recorded, by whoever granted it."""
        if self.row.get("status"):
            return self.row["status"] == Status.LEAVE
        return bool(self.row.get("leave_granted"))

    @property
    def only_writes(self) -> bool:
        return self.row.get("role") == Role.RECORDER and not self.member

    @property
    def presence(self) -> Presence:
        row = self.row
        return Presence(row.get("status", ""), row.get("from_item"), row.get("to_item"), tuple(row.get("away") or ()))


def seats_of(loaded: Load, pk: int) -> list[Seat]:
    """The team by rank, whether they are on the list yet or not, then those who sit in, then whoever only writes."""
    meeting, dossier = loaded.meetings[pk], loaded.dossier
    on = day_of(meeting.starts_at)
    team = dossier.team(meeting.body, on)
    rows = {row["person"]: row for row in meeting.attendance_rows}
    rows |= {person: {"person": person} for person in sorted(team - rows.keys())}
    if meeting.recorder_id and meeting.recorder_id not in rows:
        rows[meeting.recorder_id] = {"person": meeting.recorder_id, "role": Role.RECORDER}
    called = dict(Person.objects.filter(pk__in=rows).exclude(title="").values_list("pk", "title"))
    seats = [
        Seat(
            person=row["person"],
            name=dossier.name(row["person"]),
            title=office(dossier, row["person"], meeting.body, on, called.get(row["person"], "")),
            member=row["person"] in team,
            row=row,
        )
        for row in by_rank(sorted(rows.values(), key=itemgetter("person")), dossier, meeting.body, on)
    ]
    return sorted(seats, key=lambda seat: (not seat.member, seat.only_writes))


def called_over(seats: list[Seat]) -> bool:
    """Whether it is on record who came; leave is granted before."""
    return any(seat.row.get("status") in (Status.PRESENT, Status.ABSENT) for seat in seats)


def office(dossier: Dossier, person: int, body: str, on, called: str = "") -> str:
    """校长、党组织副书记: the posts of a person on a day, those of this body first; else what they are called."""
    held = {post.post for post in dossier.group(on).posts if post.person == person}
    names = [Post.Name(post).label for post in ORDER[Body(body)] if post in held]
    if dossier.school.stage == "kindergarten":
        names = [name.replace("校长", "园长") for name in names]
    if called and set(names) <= {Post.Name.ADMIN_MEMBER.label}:
        return called  # 教务主任 says more than 行政班子成员
    return "、".join(names)


def when(frozen: dict) -> str:
    """2026年3月5日（星期四）15时30分."""
    return f"{day(frozen['starts_at'])}（{weekday(frozen['starts_at'])}）{clock(frozen['starts_at'])}"


def where(frozen: dict) -> str:
    place = frozen["place"] or UNKNOWN
    return f"{place}（{frozen['mode']}）" if frozen["mode"] else place


def sitting_title(frozen: dict, kind: str) -> str:
    """示范中学党组织会议签到表: which meeting stands in the first row below."""
    return f"{frozen['school']}{frozen['body']}{kind}"


def which_row(frozen: dict, span: int) -> tuple[Cell, Cell]:
    return Cell("会议", label=True), Cell(which_meeting(frozen), span=span)


def not_planned(meeting: Meeting, paper: str) -> str:
    """Why a paper of those before a meeting cannot be made of this one."""
    if meeting.state == Meeting.State.CANCELLED:
        return f"这次会议已经取消，不再生成{paper}。"
    if meeting.state == Meeting.State.DRAFT:
        return f"会议还没有发出通知，议程和参会人员还会变动。请先在会议页面“发出通知”，再生成{paper}。"
    return ""
