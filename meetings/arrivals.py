"""A file on its way in: looked through, shown, and brought in only when the clerk says so.

What is brought in is the very dossier that was shown: it is kept, in the record format, beside the file and what was
seen in it, for two days at most, for the one who brought it and for the school it was brought to.
"""

import fcntl
import json
import os
import secrets
import shutil
import time
from collections import Counter
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import DatabaseError, transaction
from django.http import Http404
from django.utils import timezone

from accounts.models import Organisation
from accounts.uploads import OLD_OFFICE, safe_name
from governance import exchange
from governance.access import Standing
from governance.exchange import Fault
from governance.facts import ground_of
from governance.rules import facts
from governance.rules.dossier import Dossier
from governance.rules.engine import judge_matter, judge_meeting
from governance.rules.ruling import Finding, Outcome

from . import workbook
from .dossiers import Brought, NotBrought, bring_in, dossier_of
from .workbook import Unreadable, Wrong
from .workbook.naming import category_title
from .workbook.opening import MB, MOST_BYTES
from .workbook.rows import meeting_name, value_of

KEPT_SECONDS = 48 * 3600
RECORDS, SIGNED_COPY = "records", "signed copy"  # what a file is brought for
MOST_FINDINGS = 500  # the gravest of them: nobody reads more, and each view of the page reads them all
GROUND = {"procedures": ("body", "since"), "large_sums": ("since",), "catalogue": ("code", "since")}
WEIGHT = {("broken", "block"): 0, ("broken", "warn"): 1, ("unknown", "block"): 2, ("unknown", "warn"): 3}
_NOT_STORED = "数据库没有接受这份文件，请把文件交给系统管理员"


@dataclass
class Arrival:
    token: str
    seen: dict[str, Any]  # what the file is and what was found in it, as JSON has it

    @property
    def folder(self) -> Path:
        return _folder(self.token)

    @property
    def content(self) -> bytes:
        return (self.folder / "brought").read_bytes()

    @property
    def is_workbook(self) -> bool:
        return self.seen["kind"] == "xlsx"

    @property
    def wrongs(self) -> list[Wrong]:
        return [Wrong(**each) for each in self.seen["wrongs"]]

    def keep(self) -> None:
        part = self.folder / "seen.part"
        part.write_text(json.dumps(self.seen, ensure_ascii=False), encoding="utf-8")
        os.replace(part, self.folder / "seen")


def _folder(token: str) -> Path:
    return Path(settings.MEDIA_ROOT) / "arrivals" / token


def receive(upload: Any, *, by: Standing) -> Arrival:
    """Look a file through and keep it with what was seen. Nothing is recorded. Raises Unreadable."""
    name = safe_name(upload.name)
    if upload.size > MOST_BYTES:
        raise Unreadable(f"“{name}”有 {upload.size / MB:.1f} MB，最多 {MOST_BYTES // MB} MB。请分几个文件上传。")
    content = upload.read()
    if not content:
        raise Unreadable(f"“{name}”是空文件。")
    seen: dict[str, Any] = {"name": name, "done": ""}
    dossier = _look(content, by.school, seen)
    arrival = put_by(content, seen, by=by)
    if dossier is not None:
        (arrival.folder / "dossier").write_text(exchange.write(dossier), encoding="utf-8")
    return arrival


def put_by(content: bytes, seen: dict[str, Any], *, by: Standing, what: str = RECORDS) -> Arrival:
    """Keep a file and what was seen in it until whoever brought it comes back."""
    _sweep()
    seen |= {"what": what, "user": by.user.pk, "school": by.school.pk, "at": timezone.now().isoformat()}
    arrival = Arrival(secrets.token_hex(16), seen)
    arrival.folder.mkdir(parents=True, mode=0o700)
    (arrival.folder / "brought").write_bytes(content)
    arrival.keep()
    return arrival


def arrival_for(by: Standing, token: str, what: str = RECORDS) -> Arrival:
    """The arrival of that token, if it is this person's and this school's, or 404."""
    try:
        seen = json.loads((_folder(token) / "seen").read_text(encoding="utf-8"))
    except OSError:
        raise Http404("这个文件已经过期或不存在，请重新上传。") from None
    if (seen["user"], seen["school"], seen.get("what", RECORDS)) != (by.user.pk, by.school.pk, what):
        raise Http404("这个文件已经过期或不存在，请重新上传。")
    return Arrival(token, seen)


def take_in(arrival: Arrival, *, by: Standing) -> None:
    """Bring in what was shown. A second click finds it done; what does not fit any more is said on the arrival."""
    with (arrival.folder / "seen.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # the second of two clicks waits for what the first one says
        arrival.seen = arrival_for(by, arrival.token).seen
        if (arrival.folder / "dossier").exists():  # not brought in yet, and fit to be
            _bring_in(arrival, by)


def _bring_in(arrival: Arrival, by: Standing) -> None:
    seen, text = arrival.seen, (arrival.folder / "dossier").read_bytes()
    records = exchange.read(text).records
    assert records is not None, "only what could be read is kept"
    try:
        seen["done"] = bring_in(records, by=by.user, into=by.school).words
    except NotBrought as stopped:
        seen["wrongs"] = [vars(_pointed(fault)) for fault in stopped.faults]
        seen["overtaken"] = True
    except DatabaseError:  # somebody enters the same at this very moment
        seen["wrongs"], seen["overtaken"] = [vars(Wrong(_NOT_STORED))], True
    else:
        for name in ("brought", "dossier"):
            (arrival.folder / name).unlink(missing_ok=True)
        seen["grids"], seen["findings"] = [], []
    arrival.keep()


def _sweep() -> None:
    """Whatever nobody came back for."""
    for folder in _folder("").glob("*"):
        with suppress(FileNotFoundError):  # somebody else sweeps too
            if time.time() - folder.stat().st_mtime > KEPT_SECONDS:
                shutil.rmtree(folder, ignore_errors=True)


# looking through


def _look(content: bytes, school: Organisation, seen: dict[str, Any]) -> facts.Records | None:
    """Fill in what is seen; the dossier, if it can be brought in."""
    known = dossier_of(school)
    seen |= {"kind": "json", "grids": [], "ignored": []}
    if content.startswith((b"PK", OLD_OFFICE)):
        book = workbook.read(content, known)
        records, wrongs, origin = book.records, book.wrongs, book.origin
        seen |= {"kind": "xlsx", "grids": [vars(grid) for grid in book.grids], "ignored": book.ignored}
    elif content.lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"{", b"[")):
        reading = exchange.read(content)
        records, wrongs, origin = reading.records, _pointers(reading.faults), _pointers
    else:
        raise Unreadable("只能上传 Excel 表格（.xlsx）或档案文件（.json），这个文件两样都不是。")
    if records is not None:
        wrongs = _try(records, school, seen, origin)
    if not wrongs:
        _tell(records, known, school, seen)
    seen["wrongs"] = [vars(wrong) for wrong in wrongs]
    return None if wrongs else records


def _pointed(fault: Fault) -> Wrong:
    return Wrong(fault.error, fault.pointer or "整个文件")


def _pointers(faults: Iterable[Fault]) -> list[Wrong]:
    return list(map(_pointed, faults))


def _try(records: facts.Records, school: Organisation, seen: dict[str, Any], origin: Any) -> list[Wrong]:
    """Bring it in and take it all back: the counts are those of the real thing, and so are the faults."""
    try:
        with transaction.atomic():
            brought: Brought = bring_in(records, into=school)
            transaction.set_rollback(True)
    except NotBrought as stopped:
        return origin(stopped.faults)
    except DatabaseError:
        return [Wrong(_NOT_STORED)]
    seen |= {"words": brought.words, "nothing": brought.nothing}
    return []


def _tell(records: facts.Records, known: facts.Records, school: Organisation, seen: dict[str, Any]) -> None:
    """What is new, by name, and what the rules say of it."""
    new = {name: _new(getattr(records, name), getattr(known, name)) for name in ("people", "matters", "meetings")}
    value = value_of(
        replace(records, people=new["people"], matters=new["matters"], meetings=new["meetings"], calendar=None)
    )
    today = timezone.localdate()
    names = {one.id: one.name for one in (*known.people, *records.people)}
    seen["new"] = {
        "people": [[one["name"]] for one in value["people"]],
        "matters": [
            [one["title"], category_title(records, one["category"], today)] for one in value.get("matters", ())
        ],
        "meetings": [
            [
                meeting_name(one["body"], one["starts_at"]),
                len(one.get("items", ())),
                sum(row["status"] == "present" for row in one.get("attendance", ())),
                names.get(one.get("chair"), ""),
            ]
            for one in value.get("meetings", ())
        ],
    }
    told = _findings(records, known, school, new)
    seen["findings"] = told[:MOST_FINDINGS]
    counts = Counter((each["outcome"], each["mode"]) for each in told)
    seen["weighed"] = {
        "total": len(told),
        "missing": counts["broken", "block"],
        "warn": counts["broken", "warn"],
        "unknown": counts["unknown", "block"] + counts["unknown", "warn"],
    }


def _new(there: Iterable[Any], here: Iterable[Any]) -> tuple[Any, ...]:
    known = {one.id for one in here}
    return tuple(one for one in there if one.id not in known)


def _findings(
    records: facts.Records, known: facts.Records, school: Organisation, new: dict[str, tuple[Any, ...]]
) -> list[dict[str, str]]:
    """Of the new meetings and matters, among all that is here: rules compare a meeting with those beside it."""
    dossier = Dossier(_together(records, known, school, new))
    on = timezone.localdate()
    found: list[tuple[str, Finding]] = []
    for meeting in new["meetings"]:
        place = meeting_name(meeting.body, timezone.localtime(meeting.starts_at).isoformat())
        found += [(place, one) for one in judge_meeting(dossier, meeting, on=on, include_items=True)]
    for matter in new["matters"]:
        found += [(matter.title, one) for one in judge_matter(dossier, matter, on=on)]
    told = [
        {
            "place": place, "rule": one.code, "outcome": one.outcome.value, "mode": one.mode.value,
            "message": one.message, "clause": one.rule.cited,
        }
        for place, one in found
        if one.outcome in (Outcome.BROKEN, Outcome.UNKNOWN)
    ]  # fmt: skip
    return sorted(told, key=lambda each: WEIGHT.get((each["outcome"], each["mode"]), 9))


def _together(
    records: facts.Records, known: facts.Records, school: Organisation, new: dict[str, tuple[Any, ...]]
) -> facts.Records:
    """What the school's dossier will be once this is in."""
    ground: dict[str, Any] = {}
    for name, keys in {**GROUND, "people": ("id",), "posts": ("person", "post", "since")}.items():
        both = (*getattr(known, name), *getattr(records, name))
        ground[name] = tuple({tuple(getattr(one, key) for key in keys): one for one in both}.values())
    talks = {one.at: one for one in (*known.communications, *records.communications)}
    return replace(
        known, **ground, calendar=ground_of(school).calendar, communications=tuple(talks.values()),
        matters=(*known.matters, *new["matters"]), meetings=(*known.meetings, *new["meetings"]),
    )  # fmt: skip
