"""What the pages cost on a generated district: statements, and medians of interleaved runs.

python bench/size.py [CITY CODE] [SCHOOL CODE] [RUNS], on the DATABASE_URL of
``generate_district --schools 500 --years 10 --seed 7 --judge 2``. ``ONE_YEAR_URL`` names the same with one year: each
page is then drawn in turns, by a process for each district, so that what else the machine does weighs on both alike.
``ONLY=meeting,record`` measures some. ``SCAN=1`` counts the figures of the district's page by scanning the records, once.

The columns: statements · the page as its reader waits for it · the processor's time of Python in it · its statements
alone · page to statements · ten years to one. A page is measured as the site serves it, with its middleware; what is
written (who looked at what) is taken back.
"""

import gc
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

import django

django.setup()

import plain  # noqa: E402
from django.conf import settings  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.test import Client  # noqa: E402
from django.urls import reverse  # noqa: E402
from django.utils import timezone  # noqa: E402

from accounts.models import Organisation, User  # noqa: E402
from governance.access import schools_below  # noqa: E402
from governance.terms import term_of  # noqa: E402
from inspection.registers.index import REGISTERS  # noqa: E402
from meetings.models import Item, Meeting  # noqa: E402

settings.ALLOWED_HOSTS = ["*"]
settings.ROOT_URLCONF = "plain"  # the site, and one address more
settings.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
PLAIN = "plain view of it"
WORDS = {"frequent": "工作安排", "two characters": "经费", "rare": "消防与食堂", "none": "量子纠缠"}


class Statements:
    """Those of the last call, to run them bare."""

    def __init__(self) -> None:
        self.said: list[tuple[str, Any]] = []

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        self.said.append((sql, params))
        return execute(sql, params, many, context)

    def of(self, act: Callable[[], Any]) -> list[tuple[str, Any]]:
        self.said = []
        with connection.execute_wrapper(self):
            act()
        return self.said


def bare(statements: list[tuple[str, Any]]) -> Callable[[], Any]:
    def run() -> None:
        with connection.cursor() as cursor:
            for sql, params in statements:
                cursor.execute(sql, params)
                if cursor.description:
                    cursor.fetchall()

    return run


def timed(act: Callable[[], Any]) -> tuple[float, float]:
    """Milliseconds, and those of the processor in this process."""
    begun, worked = time.perf_counter(), time.process_time()
    act()
    return (time.perf_counter() - begun) * 1000, (time.process_time() - worked) * 1000


def client(username: str) -> Client:
    made = Client(raise_request_exception=True)
    made.force_login(User.objects.get(username=username), backend="django.contrib.auth.backends.ModelBackend")
    return made


def page(who: Client, address: str) -> Callable[[], None]:
    def get() -> None:
        response = who.get(address)
        assert response.status_code == 200, (address, response.status_code)
        b"".join(response) if response.streaming else response.content

    return get


def pages(city: str, school: str) -> dict[str, Callable[[], None]]:
    inspector, clerk = client(f"{city}-ducha"), client(f"{school}-mishu")
    held = Meeting.objects.filter(school__code=school, state__in=Meeting.SEALED).order_by("-starts_at")
    meeting = max(held[:40], key=lambda one: (one.items.count(), one.starts_at))
    at = {"authority": city}
    made = {
        "district": page(inspector, reverse("district", kwargs=at)),
        "matrix": page(inspector, reverse("district_schools", kwargs=at)),
        "school": page(inspector, reverse("district_school", kwargs={**at, "code": school})),
        "findings": page(inspector, reverse("district_findings", kwargs=at)),
        "meeting": page(clerk, reverse("meeting", kwargs={"school": school, "pk": meeting.pk})),
        "its record": page(clerk, reverse("record", kwargs={"school": school, "pk": meeting.pk})),
        "year's list": page(clerk, reverse("meeting_list", kwargs={"school": school})),
        PLAIN: page(clerk, reverse("plain", kwargs={"school": school, "pk": meeting.pk})),
        "bare rows": plain.bare(meeting),
    }
    for key in REGISTERS:
        address = reverse("district_register", kwargs={**at, "register": key})
        made[f"register {key}"] = page(inspector, address)
    for name, word in WORDS.items():
        made[f"search {name}"] = page(inspector, reverse("district_search", kwargs=at) + f"?q={word}")
        made[f"school's search {name}"] = page(clerk, reverse("search", kwargs={"school": school}) + f"?q={word}")
    return made


def serve(city: str, school: str) -> None:
    """In a process of its own: draws each page that is asked for by name, a line each, and tells what it took."""
    watched, made = Statements(), pages(city, school)
    only = [each for each in os.environ.get("ONLY", "").split(",") if each]
    if only:
        made = {name: act for name, act in made.items() if any(name.startswith(each) for each in only)}
    said: dict[str, list[tuple[str, Any]]] = {}
    for name, act in made.items():
        act()
        said[name] = watched.of(act)
    gc.collect()
    gc.freeze()
    sizes = [Meeting.objects.count(), Item.objects.count()]
    print(json.dumps({"sizes": sizes, "statements": {name: len(each) for name, each in said.items()}}), flush=True)
    for line in sys.stdin:
        name = line.strip()
        whole, worked = timed(made[name])
        alone, _ = timed(bare(said[name]))
        print(json.dumps([whole, worked, alone]), flush=True)


class Side:
    """One district, measured in a process of its own."""

    def __init__(self, url: str, city: str, school: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, __file__, city, school], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            env={**os.environ, "DATABASE_URL": url, "SERVE": "1"},
        )  # fmt: skip
        begun = self._heard()
        self.sizes, self.statements = begun["sizes"], begun["statements"]
        self.taken: dict[str, list[list[float]]] = {name: [] for name in self.statements}

    def _heard(self) -> Any:
        assert self.process.stdout
        return json.loads(self.process.stdout.readline())

    def draw(self, name: str) -> None:
        assert self.process.stdin
        self.process.stdin.write(f"{name}\n")
        self.process.stdin.flush()
        self.taken[name].append(self._heard())

    def median(self, name: str) -> list[float]:
        return [median(times) for times in zip(*self.taken[name], strict=True)]


def scan(city: str, page: float) -> None:
    from scan import same, scanned

    today, schools = timezone.localdate(), schools_below(Organisation.objects.get(code=city))
    begun = time.perf_counter()
    found = scanned(schools, term_of(today), today)
    took = (time.perf_counter() - begun) * 1000
    told = f"the same figures by scanning: {took:,.0f} ms"
    print(
        f"{told}, {took / page:,.0f} times the district page; {same(found, schools, term_of(today), today):,} numbers equal"
    )


def main() -> None:
    city = sys.argv[1] if len(sys.argv) > 1 else "hlcheng"
    school = sys.argv[2] if len(sys.argv) > 2 else "s0001"
    if os.environ.get("SERVE"):
        with transaction.atomic():
            serve(city, school)
            transaction.set_rollback(True)
        return
    runs = int(sys.argv[3]) if len(sys.argv) > 3 else 15
    urls = [url for url in (os.environ.get("DATABASE_URL"), os.environ.get("ONE_YEAR_URL")) if url]
    sides = [Side(url, city, school) for url in urls]
    ten, one = sides[0], sides[1] if len(sides) > 1 else None
    print(f"{ten.sizes[0]:,} meetings, {ten.sizes[1]:,} items; medians of {runs} interleaved runs, in milliseconds")
    for run in range(runs):
        for name in ten.statements:
            for side in sides if run % 2 else reversed(sides):
                side.draw(name)
    print(
        f"{'page':<34}{'statements':>10}{'page':>9}{'Python':>9}{'its SQL':>9}{'ratio':>7}{'× one year' * bool(one):>12}"
    )
    for name, statements in ten.statements.items():
        whole, worked, alone = ten.median(name)
        ratio = f"{whole / alone:>7.1f}" if statements else f"{'':>7}"
        years = f"{whole / one.median(name)[0]:>12.2f}" if one else ""
        print(f"{name:<34}{statements:>10}{whole:>9.1f}{worked:>9.1f}{alone:>9.1f}{ratio}{years}")
    if PLAIN in ten.statements:
        for name in ("meeting", "its record"):
            print(f"{name}: {ten.median(name)[0] / ten.median(PLAIN)[0]:.2f} times the plain view of it")
    if os.environ.get("SCAN"):
        scan(city, ten.median("district")[0])


if __name__ == "__main__":
    main()
