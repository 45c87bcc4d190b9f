"""The whole meeting page."""

from dataclasses import replace
from functools import cached_property
from typing import Any

from django.http import Http404
from django.utils import timezone

from governance.access import Standing
from governance.models import Post
from governance.rules.cases import MeetingCase
from governance.rules.dossier import TEAM_POSTS
from governance.rules.engine import judge_meeting
from governance.rules.ruling import Finding

from .. import columns
from .. import transitions as verbs
from ..access import meetings_for
from ..facts import Load, load
from ..models import Item, Meeting, MetAnswer
from ..since_notice import changed_items
from ..transitions.voting import sitting_of
from .presence import LEGEND, Coming, Told, coming_to, grid_of, timeline_of
from .reading import stamp_of, with_rows_of_the_room
from .topic import Topic
from .values import Blank, Seat


class Room:
    def __init__(self, loaded: Load, pk: int, by: Standing) -> None:
        self.loaded = loaded
        self.by = by
        self.meeting = loaded.meetings[pk]
        self.dossier = loaded.dossier
        self.sitting = sitting_of(loaded, pk)
        self.case: MeetingCase = self.dossier.meeting_case(self.sitting)
        self.writing = verbs.may(by, "note", self.meeting) and self.meeting.state != Meeting.State.CALLED

    @cached_property
    def topics(self) -> list[Topic]:
        return [
            Topic(self, item, case)
            for item, case in zip(self.loaded.items[self.meeting.pk], self.case.items, strict=True)
        ]

    @cached_property
    def changed(self) -> dict[int, dict[str, Any]]:
        """By item, what has changed of it since the notice."""
        return changed_items(self.meeting.agenda_rows)

    def topic(self, number: int) -> Topic:
        found = next((topic for topic in self.topics if topic.no == number), None)
        if found is None:
            raise Http404("议程上没有这一项。")
        return found

    @cached_property
    def next_open(self) -> Topic | None:
        return next((topic for topic in self.topics if topic.item.state != Item.State.SETTLED), None)

    @property
    def heads(self) -> bool:
        return self.by.heads(self.meeting.body)

    @property
    def stamp(self) -> str:
        return stamp_of(self.meeting)

    def name(self, person: int) -> str:
        return self.dossier.name(person)

    @cached_property
    def _titles(self) -> dict[int, tuple[int, str]]:
        """Rank and office of everybody in post that day, as this body sees them."""
        in_order = [*TEAM_POSTS[self.meeting.body], *TEAM_POSTS["office" if self.meeting.body == "party" else "party"]]
        titles: dict[int, tuple[int, str]] = {}
        for post in self.dossier.group(self.case.day).posts:
            if post.post in in_order:
                held = in_order.index(post.post), Post.Name(post.post).label
                titles[post.person] = min(held, titles.get(post.person, held))
        return titles

    def _in_rank(self, people) -> list[int]:
        return sorted(people, key=lambda person: (self._titles.get(person, (99, ""))[0], person))

    @cached_property
    def seats(self) -> list[Seat]:
        """The team of the day by rank, then those who sit in, and whoever writes the record."""
        rows = {row["person"]: row for row in self.meeting.attendance_rows}
        guests = self._in_rank(rows.keys() - self.case.team)
        return [
            Seat(
                person=person,
                name=self.name(person),
                title=self._titles.get(person, (0, ""))[1]
                or ("记录" if person == self.meeting.recorder_id else "列席"),
                member=person in self.case.team,
                row=rows.get(person, {}),
            )
            for person in [*self._in_rank(self.case.team), *guests]
        ]

    @cached_property
    def members(self) -> list[Seat]:
        return [seat for seat in self.seats if seat.member]

    @cached_property
    def guests(self) -> list[Seat]:
        return [seat for seat in self.seats if not seat.member]

    @cached_property
    def unmarked(self) -> list[Seat]:
        return [seat for seat in self.members if not seat.status.value]

    @cached_property
    def sitting_in(self) -> list[Seat]:
        """Guests but for whoever only writes the record."""
        return [seat for seat in self.guests if seat.person != self.meeting.recorder_id]

    @cached_property
    def grid(self) -> list[tuple[str, str]]:
        return grid_of(self)

    legend = LEGEND

    @cached_property
    def timeline(self) -> list[Told]:
        return timeline_of(self)

    @cached_property
    def coming(self) -> list[Coming]:
        return coming_to(self)

    @cached_property
    def voted(self) -> list[Topic]:
        """Items with a standing vote: who was there then is not changed beneath it."""
        return [topic for topic in self.topics if topic.voted]

    @cached_property
    def not_voted(self) -> Topic | None:
        """The first item from which on somebody can still be marked as there."""
        return next((topic for topic in self.topics if topic.open and not topic.voted), None)

    @cached_property
    def others(self) -> list[tuple[int, str]]:
        """People of the school who could be asked to sit in."""
        seated = {seat.person for seat in self.seats}
        return [(person.id, person.name) for person in self.loaded.ground.people if person.id not in seated]

    @cached_property
    def doers(self) -> list[tuple[str, str]]:
        """Who could carry out a decision."""
        people = self._in_rank(self.dossier.leadership(self.case.day) | {seat.person for seat in self.seats})
        return [(str(person), self.name(person)) for person in people]

    @cached_property
    def findings(self) -> list[Finding]:
        """About the meeting itself, without what only comes afterwards. Of one that is not called yet, as if its
        notice went out now: that is what the clerk can still change, and what the notice would be refused with."""
        draft, now = self.meeting.state == Meeting.State.DRAFT, timezone.now()
        sitting = replace(self.sitting, notice_sent_at=now) if draft else self.sitting
        calling = verbs.before_calling(self.loaded, self.meeting.pk, now) if draft else []
        return [*calling, *(one for one in judge_meeting(self.dossier, sitting) if not one.code.startswith("R"))]

    @cached_property
    def met(self) -> list[MetAnswer]:
        """What was kept of the meeting and its items as met."""
        return list(columns.met(self.meeting))

    @property
    def chair_name(self) -> str:
        return self.name(self.meeting.chair_id) if self.meeting.chair_id else ""

    @property
    def recorder_name(self) -> str:
        return self.name(self.meeting.recorder_id) if self.meeting.recorder_id else ""

    @property
    def delegation(self) -> str:
        """Who asked whom to take the chair, and why."""
        meeting = self.meeting
        giver = self.name(meeting.delegation_giver_id) if meeting.delegation_giver_id else "（未记录委托人）"
        why = f"：{meeting.delegation_reason}" if meeting.delegation_reason else ""
        return f"{giver}委托{self.name(meeting.delegation_receiver_id)}主持{why}"

    @cached_property
    def fields(self) -> dict[str, Blank]:
        names = ("title", "place", "starts_at", "ends_at", "delegation_at", "delegation_reason")
        people = ("chair", "recorder", "delegation_giver", "delegation_receiver")
        return {name: Blank(f"meeting/{name}", getattr(self.meeting, name)) for name in names} | {
            name: Blank(f"meeting/{name}", getattr(self.meeting, f"{name}_id")) for name in people
        }


def room_for(by: Standing, pk: int) -> Room:
    """The page of a meeting that the standing may read, or 404. Five statements."""
    loaded = load(by.school, meetings_for(by).filter(pk=pk), more=with_rows_of_the_room)
    if pk not in loaded.meetings:
        raise Http404("没有这次会议，或您没有查看它的权限。")
    return Room(loaded, pk, by)
