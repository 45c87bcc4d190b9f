"""How long the server takes over each act of the meeting room: 12 items, 9 people. One transaction, rolled back.

python bench/room.py [ROUNDS]      every act must take less than 100 ms of the server's time

DATABASE_URL names a migrated database; nothing is left in it. The time is that of the processor, without the database.
"""

import json
import os
import statistics
import sys
import time
import uuid
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.test import Client, override_settings  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402
from django.urls import reverse  # noqa: E402

from meetings.models import Item, Meeting  # noqa: E402
from meetings.room import last_entry, last_revision, stamp_of  # noqa: E402
from tests import cast as people  # noqa: E402
from tests.meetings import stage  # noqa: E402

ITEMS, MORE_PEOPLE = 12, 4  # with the five of the cast the party team has nine
LIMIT = 0.1
LONG = "各位委员认为，这项工作要抓紧部署、明确责任、按时完成，并在月底前报告进展情况。" * 20


class Room:
    """A meeting under way, and the clerk's window on it."""

    def __init__(self) -> None:
        self.cast = people.everybody()
        more = [
            people.person(self.cast.school, f"more{n}", f"增委{n}", "party_committee_member")
            for n in range(MORE_PEOPLE)
        ]
        self.team = [self.cast.zhao, self.cast.qian, self.cast.sun, self.cast.li, self.cast.wu, *more]
        items = [stage.confirmed(self.cast, title=f"第 {n} 件事的方案") for n in range(1, ITEMS + 1)]
        self.meeting: Meeting = stage.opened(self.cast, *items)
        stage.mark(self.cast, self.meeting, "present", *self.team[1:])
        self.items = list(Item.objects.filter(meeting=self.meeting).order_by("no"))
        self.client = Client()
        self.client.force_login(self.cast.zheng.user, backend="django.contrib.auth.backends.ModelBackend")
        self.page = self.address("meeting", self.meeting.pk)

    def address(self, name: str, pk: int) -> str:
        return reverse(name, args=[self.cast.school.code, pk])

    def note(self, path: str, value: str, at: int):
        body = {"path": path, "value": value, "base": None, "at": at}
        return self.post(self.address("note", self.meeting.pk), json.dumps(body), content_type="application/json")

    def quiet(self, no: int):
        """The question of every five seconds, while nobody else writes."""
        room = Meeting.objects.annotate(last_revision=last_revision(), last_entry=last_entry()).get(pk=self.meeting.pk)
        given = {"item": no, "since": stamp_of(room)}
        return self.client.get(self.address("room_strip", self.meeting.pk), given)

    def post(self, address: str, data, **more):
        return self.client.post(address, data, headers={"X-Requested-With": "XMLHttpRequest"}, **more)

    def acts(self, item: Item) -> Iterator[tuple[str, object]]:
        """The acts on one item, in the order of a meeting: what it is called, and the doing of it."""
        no, key = item.no, item.pk
        yield "打开会议页", lambda: self.client.get(f"{self.page}?item={no}")
        # What the page asks when one goes to another item: all of it, if something was written since.
        yield (
            "换到一项",
            lambda: self.client.get(self.address("room_strip", self.meeting.pk), {"item": no, "since": ""}),
        )
        seat = f"attendance/{self.team[0].pk}"
        gone = ",".join(str(each) for each in range(2, no + 1, 2))  # out of the room for every second item
        name, value = (
            ("status", "present") if no == 1 else ("away", gone) if no % 2 == 0 else ("leave_reason", f"公务 {no}")
        )
        yield "到会", lambda: self.note(f"{seat}/{name}", value, no)
        for place, person in enumerate(self.team[1:4], start=1):
            said = f"opinion/{key}/{person.pk}"
            yield "态度", lambda said=said: self.note(f"{said}/stance", "agree", no)
            yield "发言次序", lambda said=said, place=place: self.note(f"{said}/order", str(place), no)
            yield "意见（800 字）", lambda said=said, place=place: self.note(f"{said}/text", LONG + str(place), no)
        aside = f"recusal/{key}/{self.team[5].pk}/on"
        yield "回避", lambda: self.note(aside, "1", no)
        yield "撤销回避", lambda: self.note(aside, "", no)
        yield "轮询（有新内容）", lambda: self.client.get(self.address("room_strip", self.meeting.pk), {"item": no})
        yield "轮询（没有）", lambda: self.quiet(no)
        there = len(self.team) - 1 + no % 2
        given = {"method": "show_of_hands", "agree": there, "token": str(uuid.uuid4())}
        yield "登记表决", lambda: self.post(self.address("vote", key), given)
        yield "决定内容", lambda: self.note(f"item/{key}/decision_text", "同意实施。", no)
        yield "责任人", lambda: self.note(f"item/{key}/responsible", str(self.team[3].pk), no)
        yield "完成时限", lambda: self.note(f"item/{key}/due", "2030-06-30", no)
        yield "议定", lambda: self.post(self.address("settle", key), {})


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else ITEMS
    taken: dict[str, list[float]] = defaultdict(list)
    statements: dict[str, int] = {}
    plain = settings.STORAGES | {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
    here = override_settings(ALLOWED_HOSTS=["testserver"], SECURE_SSL_REDIRECT=False, STORAGES=plain)
    with here, transaction.atomic():
        room = Room()
        for act in ("", "?item=0"):
            room.client.get(room.page + act)  # templates are compiled once
        with CaptureQueriesContext(connection) as seen:
            room.note(f"opinion/{room.items[-1].pk}/{room.team[7].pk}/text", "再说一句。", ITEMS)
        statements["意见（800 字）"] = len(seen)
        for item in room.items[:rounds]:
            for name, do in room.acts(item):
                begun = time.process_time()
                response = do()  # type: ignore[operator]
                taken[name].append(time.process_time() - begun)
                if response.status_code >= 400:
                    raise SystemExit(f"{name}: {response.status_code} {response.content.decode()[:300]}")
        transaction.set_rollback(True)
    print(f"{'动作':<14} {'次数':>4} {'中位 ms':>8} {'p95 ms':>8}")
    slow = False
    for name, each in taken.items():
        middle, high = statistics.median(each), sorted(each)[int(len(each) * 0.95)]
        slow |= high >= LIMIT
        told = f"  {statements[name]} 条语句" if name in statements else ""
        print(
            f"{name:<14} {len(each):>4} {middle * 1000:>8.1f} {high * 1000:>8.1f}{'  慢' if high >= LIMIT else ''}{told}"
        )
    raise SystemExit(slow)


if __name__ == "__main__":
    main()
