"""How fast everything is judged again, on whatever DATABASE_URL holds, and how soon after one edit a meeting is.

python bench/rejudge.py [PROCESSES]: a run of each school is left behind, as from the command ``rejudge``.
"""

import multiprocessing
import os
import sys
import time
from datetime import date
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

import django

django.setup()

from django.db import transaction  # noqa: E402
from django.utils import timezone  # noqa: E402

from accounts.models import Organisation  # noqa: E402
from governance.access import Standing  # noqa: E402
from meetings.facts import load  # noqa: E402
from meetings.models import Meeting  # noqa: E402
from meetings.rejudging import rejudge  # noqa: E402
from meetings.transitions.record import judge_all, keep_all  # noqa: E402

EVER = date(2000, 1, 1), date(2100, 1, 1)


def one(school: int) -> tuple[int, float]:
    begun = time.process_time()
    run = rejudge(Organisation.objects.get(pk=school), *EVER)
    return run.figures["items"], time.process_time() - begun


def main() -> None:
    processes = int(sys.argv[1]) if len(sys.argv) > 1 else 2
    schools = list(Organisation.objects.filter(kind="school").values_list("pk", flat=True))
    with multiprocessing.get_context("spawn").Pool(processes) as pool:
        pool.map(int, range(100 * processes))  # they have begun
        begun = time.perf_counter()
        done = pool.map(one, schools, chunksize=1)
        wall = time.perf_counter() - begun
    items, cpu = (sum(each) for each in zip(*done, strict=True))
    print(f"{len(schools)} schools, {items:,} items: {wall:.1f} s, {items / wall:,.0f} items a second", end="; ")
    print(f"{cpu:.1f} s CPU beside the database's, {items / cpu:,.0f} items a CPU second")
    school, times = Organisation.objects.get(pk=schools[0]), []
    for meeting in Meeting.objects.filter(school=school).order_by("-starts_at")[:30]:
        by = Standing(None, school, timezone.localdate(), frozenset())  # type: ignore[arg-type]
        with transaction.atomic():
            begun = time.perf_counter()
            loaded = load(school, Meeting.objects.filter(pk=meeting.pk), neighbours=True)
            keep_all(loaded, meeting, judge_all(loaded, meeting.pk), verb="publish", by=by)
            times.append((time.perf_counter() - begun) * 1000)
            transaction.set_rollback(True)
    print(f"one meeting loaded, judged and kept: median {median(times):.1f} ms, longest {max(times):.1f} ms")


if __name__ == "__main__":
    main()
