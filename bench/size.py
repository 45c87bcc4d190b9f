"""What the pages cost on a generated district: statements, and medians of interleaved runs.

python bench/size.py [CITY CODE] [SCHOOL CODE] [RUNS], on the DATABASE_URL of
``generate_district --schools 500 --years 10 --seed 7 --judge 2``. ``ONE_YEAR_URL`` names the same with one year: the
pages of both are then measured in turns. ``SCAN=1`` also counts the district by scanning the records, once.
"""

import gc
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

from django.conf import settings  # noqa: E402
from django.db import connection  # noqa: E402
from django.db.models import Q  # noqa: E402
from django.http import HttpResponse  # noqa: E402
from django.template import Context, Template  # noqa: E402
from django.test import Client  # noqa: E402
from django.urls import reverse  # noqa: E402
from django.utils import timezone  # noqa: E402

from accounts.models import Organisation, User  # noqa: E402
from governance.access import schools_below  # noqa: E402
from governance.terms import moments, term_of  # noqa: E402
from inspection import registers  # noqa: E402
from inspection.registers.index import REGISTERS  # noqa: E402
from meetings.models import Attendance, Item, Meeting, Opinion, Vote  # noqa: E402

settings.ALLOWED_HOSTS = ["*"]
settings.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
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
                cursor.fetchall()

    return run


def timed(act: Callable[[], Any]) -> float:
    begun = time.perf_counter()
    act()
    return (time.perf_counter() - begun) * 1000


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


PLAIN = Template(
    "<html><body><h1>{{ meeting.title }} {{ meeting.starts_at }} {{ meeting.place }}</h1><ul>{% for each in present %}"
    "<li>{{ each.person.name }} {{ each.get_status_display }}</li>{% endfor %}</ul>{% for item in items %}<h2>{{ item.no }}"
    " {{ item.matter.title }}</h2><p>{{ item.matter.proposal }}</p><p>{{ item.decision_text }}</p><p>"
    "{{ item.get_outcome_display }}</p>{% for vote in item.of_votes %}<p>{{ vote.agree }} {{ vote.against }} {{ vote.abstain }}"
    "</p>{% endfor %}<ul>{% for said in item.said %}<li>{{ said.person.name }}：{{ said.text }}</li>{% endfor %}</ul>"
    "{% endfor %}</body></html>"
)


def plain(meeting: Meeting) -> Callable[[], None]:
    """The floor: a view of the same rows by hand, without a right asked for."""

    def view() -> HttpResponse:
        found = Meeting.objects.select_related("school", "chair", "recorder").get(pk=meeting.pk)
        present = list(Attendance.objects.filter(meeting=found).select_related("person"))
        items = list(Item.objects.filter(meeting=found).select_related("matter").order_by("no"))
        by_pk: dict[int, Any] = {item.pk: item for item in items}
        for item in items:
            item.said, item.of_votes = [], []  # type: ignore[attr-defined]
        for said in Opinion.objects.filter(item__in=items).select_related("person"):
            by_pk[said.item_id].said.append(said)
        for vote in Vote.objects.filter(item__in=items):
            by_pk[vote.item_id].of_votes.append(vote)
        return HttpResponse(PLAIN.render(Context({"meeting": found, "present": present, "items": items})))

    def draw() -> None:
        assert view().content

    return draw


def pages(city: str, school: str) -> dict[str, Callable[[], None]]:
    inspector, clerk = client(f"{city}-ducha"), client(f"{school}-mishu")
    held = Meeting.objects.filter(school__code=school, state__in=Meeting.SEALED).order_by("-starts_at")
    meeting = max(held[:40], key=lambda one: (one.items.count() == 12, one.starts_at))
    at = {"authority": city}
    made = {
        "district": page(inspector, reverse("district", kwargs=at)),
        "matrix": page(inspector, reverse("district_schools", kwargs=at)),
        "school": page(inspector, reverse("district_school", kwargs={**at, "code": school})),
        "findings": page(inspector, reverse("district_findings", kwargs=at)),
        "meeting": page(clerk, reverse("meeting", kwargs={"school": school, "pk": meeting.pk})),
        "its record": page(clerk, reverse("record", kwargs={"school": school, "pk": meeting.pk})),
        "year's list": page(clerk, reverse("meeting_list", kwargs={"school": school})),
        "plain view": plain(meeting),
    }
    for key in REGISTERS:
        address = reverse("district_register", kwargs={**at, "register": key})
        made[f"register {key}"] = page(inspector, address)
    for name, word in WORDS.items():
        made[f"search {name}"] = page(inspector, reverse("district_search", kwargs=at) + f"?q={word}")
        made[f"school's search {name}"] = page(clerk, reverse("search", kwargs={"school": school}) + f"?q={word}")
    return made


def measure(city: str, school: str, runs: int) -> dict[str, tuple[int, float, float]]:
    """Of each page: statements, milliseconds, milliseconds of its statements alone."""
    watched, made = Statements(), pages(city, school)
    said: dict[str, list[tuple[str, Any]]] = {}
    for name, act in made.items():
        act()
        said[name] = watched.of(act)
    times: dict[str, list[float]] = {name: [] for name in made}
    alone: dict[str, list[float]] = {name: [] for name in made}
    gc.collect()
    gc.freeze()
    for _ in range(runs):
        for name, act in made.items():
            times[name].append(timed(act))
            alone[name].append(timed(bare(said[name])))
    return {name: (len(said[name]), median(times[name]), median(alone[name])) for name in made}


def scanned(city: str) -> float:
    today = timezone.localdate()
    schools = schools_below(Organisation.objects.get(code=city))
    return timed(lambda: registers.overview(schools, moments(term_of(today)), today))


def main() -> None:
    city = sys.argv[1] if len(sys.argv) > 1 else "hlcheng"
    school = sys.argv[2] if len(sys.argv) > 2 else "s0001"
    runs = int(sys.argv[3]) if len(sys.argv) > 3 else 15
    sizes = Meeting.objects.filter(Q(pk__gt=0)).count(), Item.objects.count()
    print(f"{sizes[0]:,} meetings, {sizes[1]:,} items; medians of {runs} interleaved runs, in milliseconds")
    found = measure(city, school, runs)
    of_one: dict[str, float] = {}
    if url := os.environ.get("ONE_YEAR_URL"):
        other = subprocess.run(
            [sys.executable, __file__, city, school, str(runs)], env={**os.environ, "DATABASE_URL": url, "ONE_YEAR_URL": "", "SCAN": ""},
            capture_output=True, text=True, check=True,
        )  # fmt: skip
        for line in other.stdout.splitlines()[2:]:
            name, _, rest = line.partition("  ")
            of_one[name] = float(rest.split()[1])
    print(
        f"{'page':<34}{'statements':>10}{'page':>9}{'its SQL':>9}{'ratio':>7}"
        + (f"{'× one year':>12}" if of_one else "")
    )
    for name, (statements, whole, sql) in found.items():
        told = f"{name:<34}{statements:>10}{whole:>9.1f}{sql:>9.1f}{whole / sql if sql else 0:>7.1f}"
        print(told + (f"{whole / of_one[name]:>12.2f}" if name in of_one else ""))
    if os.environ.get("SCAN"):
        times = scanned(city)
        print(
            f"the same figures by scanning: {times:,.0f} ms, {times / found['district'][1]:,.0f} times the district page"
        )


if __name__ == "__main__":
    main()
