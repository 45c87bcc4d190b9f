"""Forty secretaries log their meetings at once, each signed in by hand, against gunicorn with two workers.

python bench/forty.py --prepare          makes forty schools, each with an open meeting (once, in a database of its own)
python bench/forty.py --url http://127.0.0.1:8000 [--flat-out] [--seconds 60] [--people 40]

Both with DATABASE_URL of that database, and the server started on it as bin/run does (two workers, four threads each).
All sign in first; then each writes a note about every two seconds (``--flat-out``: without a pause), asks every five
what is new, and goes to another item now and then. Printed: requests a second, median, slowest twentieth, errors.
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
from collections import defaultdict
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

PASSWORD = "forty-write-2026"
ITEMS = 4
SIGN_IN, PAGE, NOTE, STRIP, ITEM = "登录", "打开会议页", "写一笔", "轮询", "换到一项"
FORM = "application/x-www-form-urlencoded"


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
    """Signs in, waits at the gate for the others, and writes until the time is over."""

    def __init__(self, n: int, url: str, gate: threading.Barrier, seconds: int, flat_out: bool) -> None:
        super().__init__(daemon=True)
        self.n, self.url, self.gate, self.seconds, self.flat_out = n, url, gate, seconds, flat_out
        self.jar = http.cookiejar.CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.jar))
        self.taken: dict[str, list[float]] = defaultdict(list)
        self.errors: list[str] = []

    def ask(self, what: str, address: str, data: bytes | None = None, kind: str = FORM) -> str:
        token = next((cookie.value for cookie in self.jar if cookie.name == "csrftoken"), "")
        headers = {"X-CSRFToken": token or "", "Referer": self.url, "Content-Type": kind}
        headers["X-Requested-With"] = "XMLHttpRequest"
        begun = time.perf_counter()
        try:
            with self.opener.open(urllib.request.Request(self.url + address, data, headers), timeout=60) as answer:
                return answer.read().decode()
        except urllib.error.HTTPError as wrong:
            self.errors.append(f"{address}: {wrong.code} {wrong.read().decode()[:200]}")
        except OSError as wrong:
            self.errors.append(f"{address}: {wrong}")
        finally:
            self.taken[what].append(time.perf_counter() - begun)
        return ""

    def sign_in(self) -> tuple[str, list[str], list[str]]:
        """The address of the meeting, the fields of its items in which texts are written, and the keys of the items."""
        self.ask(SIGN_IN, "/accounts/login/")
        given = urllib.parse.urlencode({"login": f"clerk{self.n}", "password": PASSWORD}).encode()
        self.ask(SIGN_IN, "/accounts/login/", given)
        school = f"/s/forty{self.n}/meetings/"
        found = re.search(rf"{school}(\d+)/", self.ask(SIGN_IN, school))
        if not found:
            self.errors.append(f"no meeting of forty{self.n}: signed in?")
            return "", [], []
        page = self.ask(PAGE, f"{found.group(0)}?item=1")
        paths = sorted(set(re.findall(r"(?:opinion/\d+/\d+/text|item/\d+/decision_text)", page)))
        return found.group(0), paths, list(dict.fromkeys(re.findall(r"item/(\d+)/decision_text", page)))

    def run(self) -> None:
        try:
            here, paths, items = self.sign_in()
        finally:
            self.gate.wait()
        chance, until = random.Random(self.n), time.monotonic() + self.seconds
        polled, count, wrote = time.monotonic(), 0, ""
        while paths and time.monotonic() < until:
            count += 1
            path = chance.choice(paths)
            at = 1 + items.index(path.split("/")[1])
            wrote += f"第 {count} 次写下：同意这项方案。"
            note = {"path": path, "value": wrote[-800:], "base": None, "at": at}
            self.ask(NOTE, f"{here}note/", json.dumps(note).encode(), "application/json")
            if time.monotonic() - polled > 5:
                polled = time.monotonic()
                self.ask(STRIP, f"{here}strip/?item={at}")
            if count % 10 == 0:
                self.ask(ITEM, f"{here}strip/?item={1 + count // 10 % ITEMS}&since=")
            if not self.flat_out:
                time.sleep(chance.uniform(1, 3))


def told(name: str, taken: list[float]) -> None:
    if not taken:
        return
    some = sorted(taken)
    high = some[int(len(some) * 0.95)]
    print(f"{name}\t{len(some)}\t{statistics.median(some) * 1000:.0f}\t{high * 1000:.0f}\t{some[-1] * 1000:.0f}")


def main() -> None:
    given = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    given.add_argument("--url", default="http://127.0.0.1:8000")
    given.add_argument("--people", type=int, default=40)
    given.add_argument("--seconds", type=int, default=60)
    given.add_argument("--flat-out", action="store_true")
    given.add_argument("--prepare", action="store_true")
    asked = given.parse_args()
    if asked.prepare:
        return prepare(asked.people)
    gate = threading.Barrier(asked.people + 1)
    everybody = [Secretary(n, asked.url, gate, asked.seconds, asked.flat_out) for n in range(asked.people)]
    for one in everybody:
        one.start()
    gate.wait()  # checking a password takes the server half a second on purpose: that is no part of the writing
    begun = time.monotonic()
    for one in everybody:
        one.join()
    took = time.monotonic() - begun
    taken = {
        name: [each for one in everybody for each in one.taken[name]] for name in (SIGN_IN, PAGE, NOTE, STRIP, ITEM)
    }
    errors = [error for one in everybody for error in one.errors]
    writing = [each for name in (NOTE, STRIP, ITEM) for each in taken[name]]
    print(f"{asked.people} 人，{took:.0f} 秒，{'不停地写' if asked.flat_out else '每人约两秒写一次'}：", end="")
    print(f"每秒 {len(writing) / took:.1f} 次，差错 {len(errors)} 个")
    print("\t次数\t中位 ms\tp95 ms\t最慢 ms")
    for name, each in taken.items():
        told(name, each)
    told("写会合计", writing)
    for error in errors[:5]:
        print(f"  {error}")
    raise SystemExit(bool(errors))


if __name__ == "__main__":
    main()
