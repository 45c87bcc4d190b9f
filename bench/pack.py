"""How long a year's pack of one school takes with two workers: 60 meetings of 6 items, nothing of it drawn before.

python bench/pack.py [MEETINGS]

DATABASE_URL names a migrated database of its own and MEDIA_ROOT a folder: what is made there stays. The clock runs from
asking until the file is there; every meeting gets minutes, record and attendance sheet, issued and drawn.
"""

import os
import resource
import subprocess
import sys
import time
import uuid
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
os.environ.setdefault("YISHI_POOL", "0")

import django

django.setup()

from accounts.models import Role  # noqa: E402
from bench import judge  # noqa: E402
from governance.access import school_for  # noqa: E402
from meetings import batches  # noqa: E402
from meetings.archives import Scope, make_pack, verify  # noqa: E402
from meetings.documents import freeze_minutes  # noqa: E402
from meetings.dossiers import bring_in  # noqa: E402
from meetings.facts import load  # noqa: E402
from meetings.models import Batch, Document, Meeting  # noqa: E402
from meetings.transitions.acting import digest_of  # noqa: E402
from tests import cast as people  # noqa: E402

LIMIT = 40.0
WORKERS, ITEMS = 2, 6
YEAR = judge.FIRST.year


def work(batch: int) -> None:
    """One worker, until the batch is done; says what it took."""
    while not Batch.objects.filter(pk=batch, finished_at__isnull=False).exists():
        if not batches.work():
            time.sleep(0.1)
    spent = resource.getrusage(resource.RUSAGE_SELF)
    print(f"    worker: {spent.ru_utime + spent.ru_stime:.1f} s CPU, at most {spent.ru_maxrss / 1024:.0f} MB")


def prepared(meetings: int):
    judge.ITEMS = ITEMS
    records = judge.records(meetings)
    met = {item.matter for one in records.meetings for item in one.items}
    code = f"bench{uuid.uuid4().hex[:8]}"
    records = replace(
        records,
        school=replace(records.school, code=code),
        matters=tuple(one for one in records.matters if one.id in met),
    )
    district = people.authority(f"{code}-d", "测速区")
    school = bring_in(records).school
    school.parent = district
    school.save()
    clerk = people.user(code, "郑秘书")
    Role.objects.create(user=clerk, organisation=school, role="school_secretary", since=people.SINCE)
    for serial, meeting in enumerate(Meeting.objects.filter(school=school).order_by("starts_at"), start=1):
        number = f"{meeting.get_body_display()}纪要〔{YEAR}〕{serial}号"
        frozen = freeze_minutes(load(school, Meeting.objects.filter(pk=meeting.pk)), meeting.pk) | {"number": number}
        Document.objects.create(
            school=school, meeting=meeting, kind="minutes", body=meeting.body, year=YEAR, serial=serial, number=number,
            frozen=frozen, digest=digest_of(frozen), issued_by=clerk,
        )  # fmt: skip
    return school_for(clerk, code)


def main(meetings: int) -> None:
    by = prepared(meetings)
    began = time.perf_counter()
    batch = make_pack(Scope.at("year", YEAR, by), by=by)
    workers = [subprocess.Popen([sys.executable, __file__, "--work", str(batch.pk)]) for _ in range(WORKERS)]
    for worker in workers:
        worker.wait()
    took = time.perf_counter() - began
    batch.refresh_from_db()
    parts = batch.parts.count() - 1
    print(f"{meetings} meetings, {parts} documents drawn, {batch.pack.files} files, {batch.file.size / 2**20:.1f} MB")
    print(f"{'ok' if took <= LIMIT else 'TOO SLOW'}: {took:.1f} s with {WORKERS} workers (at most {LIMIT:.0f} s)")
    failed = list(batch.parts.exclude(failed="").values_list("label", "failed"))
    print(f"not made: {failed[:3]}" if failed else "all made")
    began = time.perf_counter()
    assert verify.main([batch.file.path], lambda line: None) == 0
    print(f"verified in {time.perf_counter() - began:.1f} s")


if __name__ == "__main__":
    if "--work" in sys.argv:
        work(int(sys.argv[2]))
    else:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else 60)
