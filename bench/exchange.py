"""How long it takes to read, check and write the file of ten years of one school, as bench/judge.py makes them.

python bench/exchange.py [MEETINGS]
"""

import sys
import time
from collections.abc import Callable
from datetime import date
from typing import Any

from judge import ITEMS, records  # which puts the project on the path

from governance.exchange import check, read, write


def best_of(times: int, act: Callable[[], Any]) -> tuple[float, Any]:
    taken = []
    for _ in range(times):
        begun = time.process_time()
        made = act()
        taken.append(time.process_time() - begun)
    return min(taken), made


def main() -> None:
    meetings = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000
    facts = records(meetings)
    writing, text = best_of(3, lambda: write(facts))
    file = text.encode()
    print(f"{meetings:,} meetings, {meetings * ITEMS:,} items: {len(file) / 2**20:.1f} MB, written in {writing:.2f} s")
    reading, told = best_of(3, lambda: read(file))
    assert told.records == facts
    print(f"read in {reading:.2f} s ({len(file) / 2**20 / reading:.0f} MB/s)")
    checking, checked = best_of(3, lambda: check(file, on=date(2026, 1, 1)))
    print(f"read and judged in {checking:.2f} s: {len(checked.findings):,} findings")


if __name__ == "__main__":
    main()
