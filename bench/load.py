"""How long a school's records take into the database, out of it to facts, and as a file: one transaction, rolled back.

python bench/load.py [MEETINGS]
"""

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

import django

django.setup()

from django.db import connection, transaction  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402

from bench.judge import records  # noqa: E402
from governance.exchange import read, write  # noqa: E402
from meetings.dossiers import bring_in, dossier_of  # noqa: E402
from meetings.facts import load_whole  # noqa: E402


def timed(what: str, act: Callable[[], Any]) -> Any:
    with CaptureQueriesContext(connection) as seen:
        wall, cpu = time.perf_counter(), time.process_time()
        result = act()
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    print(f"{what:<36} {wall:6.2f} s wall, {cpu:6.2f} s CPU, {len(seen)} statements")
    return result


def main() -> None:
    meetings = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000
    dossier = records(meetings)
    print(f"{meetings:,} meetings, {sum(len(one.items) for one in dossier.meetings):,} items")
    with transaction.atomic():
        school = timed("import", lambda: bring_in(dossier)).school
        for _ in range(3):
            timed("rows to facts", lambda: load_whole(school))
        text = timed("export", lambda: write(dossier_of(school)))
        timed(f"read the file ({len(text.encode()) / 1e6:.1f} MB)", lambda: read(text.encode()))
        timed("import the same again", lambda: bring_in(dossier))
        transaction.set_rollback(True)


if __name__ == "__main__":
    main()
