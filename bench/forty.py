"""Forty secretaries log their meetings at once, each signed in by hand, against gunicorn with two workers.

python bench/forty.py --url http://127.0.0.1:8000 [--flat-out] [--seconds 60] [--people 40]
python bench/forty.py --prepare          makes forty schools, each with an open meeting (once, in a database of its own)

Every secretary writes a note every few seconds (``--flat-out``: without a pause), asks for the strip every ten, and
opens the next item now and then. Printed: requests a second, median, slowest twentieth, errors.
"""

import argparse
import http.cookiejar
import json
import os
import random
import re
import statistics
import sys
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

PASSWORD = "forty-write-2026"
ITEMS = 4


def prepare(number: int) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django

    django.setup()
    from django.contrib.auth.hashers import make_password
    from django.db import transaction

    from accounts.models import Role
    from meetings.models import Item
    from tests import cast as people
    from tests.meetings import stage

    hashed = make_password(PASSWORD)
    district = people.authority("forty", "四十区")
    for n in range(number):
        with transaction.atomic():
            school = people.school(f"forty{n}", f"第 {n} 中学", district)
            who = {"zhao": "party_secretary", "qian": "principal", "sun": "deputy_party_secretary"}
            who |= {"li": "party_committee_member", "wu": "party_committee_member"}
            team = {name: people.person(school, f"{name}{n}", name, post) for name, post in who.items()}
            clerk = people.person(school, f"clerk{n}", f"秘书{n}")
            type(clerk.user).objects.filter(pk=clerk.user_id).update(password=hashed)
            Role.objects.create(user=clerk.user, organisation=school, role="school_secretary", since=people.SINCE)
            cast = type("Cast", (), {**team, "zheng": clerk, "school": school})
            meeting = stage.opened(cast, *(stage.confirmed(cast, title=f"议题 {k}") for k in range(ITEMS)))
            stage.mark(cast, meeting, "present", *list(team.values())[:4])
            print(n, meeting.pk, *Item.objects.filter(meeting=meeting).values_list("pk", flat=True), flush=True)


class Secretary(threading.Thread):
    def __init__(self, n: int, url: str, until: float, flat_out: bool) -> None:
        super().__init__(daemon=True)
        self.n, self.url, self.until, self.flat_out = n, url, until, flat_out
        self.jar = http.cookiejar.CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.jar))
        self.taken: list[float] = []
        self.errors: list[str] = []

    def ask(self, address: str, data: bytes | None = None, kind: str = "application/x-www-form-urlencoded") -> str:
        token = next((cookie.value for cookie in self.jar if cookie.name == "csrftoken"), "")
        headers = {"X-CSRFToken": token or "", "Referer": self.url, "Content-Type": kind}
        headers["X-Requested-With"] = "XMLHttpRequest"
        begun = time.perf_counter()
        try:
            with self.opener.open(urllib.request.Request(self.url + address, data, headers), timeout=60) as answer:
                return answer.read().decode()
        except urllib.error.HTTPError as wrong:
            self.errors.append(f"{address}: {wrong.code} {wrong.read()[:200]!r}")
        except OSError as wrong:
            self.errors.append(f"{address}: {wrong}")
        finally:
            self.taken.append(time.perf_counter() - begun)
        return ""

    def run(self) -> None:
        self.ask("/accounts/login/")
        given = urllib.parse.urlencode({"login": f"clerk{self.n}", "password": PASSWORD}).encode()
        self.ask("/accounts/login/", given)
        school = f"/s/forty{self.n}/meetings/"
        found = re.search(rf"{school}(\d+)/", self.ask(school))
        if not found:
            self.errors.append(f"no meeting of forty{self.n}: signed in?")
            return
        here = found.group(0)
        page = self.ask(f"{here}?item=1")
        paths = sorted(set(re.findall(r"(?:opinion/\d+/\d+/text|item/\d+/decision_text)", page)))
        chance, polled, count = random.Random(self.n), time.monotonic(), 0
        while time.monotonic() < self.until:
            count += 1
            note = {
                "path": chance.choice(paths),
                "value": f"第 {count} 次写下：同意这项方案。",
                "base": None,
                "at": 1,
            }
            self.ask(f"{here}note/", json.dumps(note).encode(), "application/json")
            if time.monotonic() - polled > 10:
                polled = time.monotonic()
                self.ask(f"{here}strip/?item=1")
            if count % 20 == 0:
                self.ask(f"{here}?item={1 + count // 20 % ITEMS}")
            if not self.flat_out:
                time.sleep(chance.uniform(1, 4))


def main() -> None:
    given = argparse.ArgumentParser(description=__doc__)
    given.add_argument("--url", default="http://127.0.0.1:8000")
    given.add_argument("--people", type=int, default=40)
    given.add_argument("--seconds", type=int, default=60)
    given.add_argument("--flat-out", action="store_true")
    given.add_argument("--prepare", action="store_true")
    told = given.parse_args()
    if told.prepare:
        return prepare(told.people)
    begun = time.monotonic()
    everybody = [Secretary(n, told.url, begun + told.seconds, told.flat_out) for n in range(told.people)]
    for one in everybody:
        one.start()
    for one in everybody:
        one.join()
    took = time.monotonic() - begun
    taken = sorted(second for one in everybody for second in one.taken)
    errors = [error for one in everybody for error in one.errors]
    print(f"{told.people} 人，{took:.0f} 秒，{'不停地写' if told.flat_out else '平常的节奏'}：{len(taken)} 次请求")
    print(f"每秒 {len(taken) / took:.1f} 次，中位 {statistics.median(taken) * 1000:.0f} ms，", end="")
    print(f"最慢的二十分之一从 {taken[int(len(taken) * 0.95)] * 1000:.0f} ms 起，差错 {len(errors)} 个")
    for error in errors[:5]:
        print(f"  {error}")
    raise SystemExit(bool(errors))


if __name__ == "__main__":
    main()
