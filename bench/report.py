"""What a year report of a city costs the worker: processor seconds and size, step by step.

python bench/report.py [AUTHORITY CODE] [SCHOOL YEAR], on the DATABASE_URL of
``generate_district --schools 500 --years 10 --seed 7 --judge 2``. Nothing is written.
"""

import os
import resource
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

import django

django.setup()

from django.db import connection  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402
from django.utils import timezone  # noqa: E402

from accounts.models import Organisation, User  # noqa: E402
from governance.access import schools_below  # noqa: E402
from governance.terms import term_of  # noqa: E402
from inspection.models import Report  # noqa: E402
from inspection.reports.files import FORMATS, made  # noqa: E402
from inspection.reports.working import freeze, live  # noqa: E402
from meetings.transitions.acting import digest_of  # noqa: E402


def timed(words: str, act):
    wall, cpu = time.perf_counter(), time.process_time()
    said = act()
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    size = f"{len(said) / 1e6:7.2f} MB" if isinstance(said, bytes) else ""
    print(f"{words:24} {cpu:7.2f} s CPU {wall:7.2f} s {size}", flush=True)
    return said


def main(code: str, year: int) -> None:
    authorities = Organisation.objects.filter(kind=Organisation.Kind.AUTHORITY)
    authority = authorities.get(code=code) if code else authorities.order_by("path")[0]
    print(f"{authority}, {schools_below(authority).count()} schools, school year {year}")
    report = Report(
        authority=authority, kind=Report.Kind.YEAR, year=year, title="年度报告", asked_by=User.objects.all()[0]
    )
    with CaptureQueriesContext(connection) as seen:
        report.frozen = timed("read and freeze", lambda: freeze(report))
    report.digest = digest_of(report.frozen)
    print(f"{len(seen)} statements; the dearest {max(float(each['time']) for each in seen):.2f} s")
    for kind in FORMATS.values():
        timed(kind.words, lambda kind=kind: made(report, kind))
    with CaptureQueriesContext(connection) as seen:
        timed("its figures again (page)", lambda: live(report))
    print(f"{len(seen)} statements")
    print(f"at most {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


if __name__ == "__main__":
    given = sys.argv[1:]
    main(given[0] if given else "", int(given[1]) if len(given) > 1 else term_of(timezone.localdate()).year - 1)
