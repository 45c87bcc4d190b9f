"""Signed corrections, laid over the rows they speak of. The rows themselves stand as they were sealed.

Glossary
    signed      a correction that a head put their name to: it counts
    waiting     entered, and neither signed nor taken back
    as written  the facts without any correction: what signatures and minutes are about
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, OuterRef
from django.db.models.functions import JSONObject
from django.utils import timezone

from ..models import Correction, Item, Meeting

NUMBERS = frozenset(("from_item", "to_item", "order", "agree", "disagree", "abstain", "defer", "number"))
PEOPLE = frozenset(("lead", "chair", "recorder", "delegation_giver", "delegation_receiver"))
_SEVERAL = frozenset(("responsible", "away"))
_READ: dict[str, Callable[[str], Any]] = {
    **dict.fromkeys(NUMBERS | PEOPLE, int),
    **dict.fromkeys(_SEVERAL, lambda text: [int(each) for each in text.split(",")]),
    "due": date.fromisoformat,
    "on": lambda text: text == "1",
}
_ATTENDANCE = {
    "status": "", "role": "member", "from_item": None, "to_item": None, "away": [], "leave_reason": "", "answer": "",
    "answer_reason": "", "answered_at": None, "leave_granted": None,
}  # fmt: skip
_OPINION = {"stance": "", "order_": None, "text": ""}


def rows_of_corrections(link: str = "pk") -> ArraySubquery:
    """The corrections of a meeting but for those taken back, as one column."""
    rows = Correction.objects.filter(meeting=OuterRef(link), dropped_at=None).order_by("no")
    return ArraySubquery(
        rows.values(
            json=JSONObject(
                id="pk",
                no="no",
                path="path",
                label="label",
                wrong="wrong",
                right="right",
                wrong_said="wrong_said",
                right_said="right_said",
                found_by="found_by",
                reason="reason",
                digest="digest",
                entered_by=F("entered_by__name"),
                entered_at="entered_at",
                signed_by=F("signed_by__name"),
                signed_at="signed_at",
                document="document_id",
                number=F("document__number"),
            )
        )
    )


def signed(rows: Iterable[dict]) -> list[dict]:
    return [row for row in rows if row["signed_at"]]


def waiting(rows: Iterable[dict]) -> list[dict]:
    return [row for row in rows if not row["signed_at"]]


def signed_before(rows: Iterable[dict], at: datetime | None) -> list[dict]:
    """Those that stood when the record was completed: a signer saw them."""
    return [row for row in signed(rows) if at is None or datetime.fromisoformat(row["signed_at"]) <= at]


def speaks_of(row: dict, item: Item | None) -> bool:
    """Whether a correction is about the item, or with none, about the meeting and who was there."""
    start, _, rest = row["path"].partition("/")
    pk = int(rest.split("/")[0]) if start not in ("meeting", "attendance") else None
    if item is None:
        return pk is None
    votes = [vote["id"] for vote in getattr(item, "vote_rows", ())]
    return pk in votes if start == "vote" else start != "minutes" and pk == item.pk


def lay_over_decision(item: Item) -> dict[str, list[dict]]:
    """The same for one line of a list, whose people are right already (``carriers``); gives the corrections by path."""
    fixes: dict[str, list[dict]] = {}
    for row in (each for each in signed(item.correction_rows) if speaks_of(each, item)):
        match row["path"].split("/"):
            case ["item", _, "outcome"]:
                item.outcome = row["right"]
            case ["item", _, "decision_text"]:
                item.decision_text = row["right"]
            case ["vote", pk, name]:
                for vote in (each for each in item.vote_rows if each["id"] == int(pk)):
                    vote[name] = value_of(name, row["right"])
        fixes.setdefault(row["path"], []).append(row)
    return fixes


def value_of(name: str, text: str) -> Any:
    """The text of a note as it is stored; nothing is asked of the database."""
    if name in _SEVERAL and not text:
        return []
    if not text:
        return None if name in _READ or name.endswith("_at") else ""
    if name.endswith("_at"):
        moment = datetime.fromisoformat(text)
        return moment if moment.tzinfo else _local(moment)
    return _READ.get(name, str)(text)


def _local(moment: datetime) -> datetime:
    return timezone.make_aware(moment)


def lay_over(meeting: Meeting, items: Sequence[Item], rows: Iterable[dict]) -> None:
    """Change the loaded rows, in order, to what the corrections say is right."""
    by_key = {item.pk: item for item in items}
    for row in rows:
        match row["path"].split("/"):
            case ["meeting", name]:
                _set(meeting, name, row["right"])
            case ["attendance", person, name]:
                found = _row(meeting.attendance_rows, {"person": int(person)}, _ATTENDANCE)
                found[name] = value_of(name, row["right"])
            case ["item", pk, name] if int(pk) in by_key:
                _on_item(by_key[int(pk)], name, row["right"])
            case ["vote", pk, name]:
                for vote in (vote for item in items for vote in item.vote_rows if vote["id"] == int(pk)):
                    vote[name] = value_of(name, row["right"])
            case ["opinion" | "written" as kind, pk, person, name] if int(pk) in by_key:
                key = {"person": int(person), "written": kind == "written"}
                found = _row(by_key[int(pk)].opinion_rows, key, _OPINION)
                found["order_" if name == "order" else name] = value_of(name, row["right"])
                _in_order(by_key[int(pk)], found)
            case ["recusal", pk, person, name] if int(pk) in by_key:
                _on_recusal(by_key[int(pk)], int(person), name, row["right"])
            case ["minutes", pk, name]:
                for each in (each for each in meeting.minutes_rows if each["id"] == int(pk)):
                    each[name] = row["right"]


def attname(row: Meeting | Item, name: str) -> str:
    return str(getattr(row._meta.get_field(name), "attname", name))


def _set(row: Meeting | Item, name: str, text: str) -> None:
    setattr(row, attname(row, name), value_of(name, text))


def _row(rows: list[dict], key: dict, empty: dict) -> dict:
    """The row of that key; one that was never written is added last."""
    for row in rows:
        if all(row[name] == value for name, value in key.items()):
            return row
    rows.append({"id": max((row["id"] for row in rows), default=0) + 1, **key, **empty})
    return rows[-1]


def _on_item(item: Item, name: str, text: str) -> None:
    if name == "responsible":
        item.responsible_rows = value_of(name, text)
    elif name == "due":
        # Signing has moved the date itself, unless it was put off since: that stands.
        item.due_right = value_of(name, text)
    else:
        _set(item, name, text)


def _in_order(item: Item, changed: dict) -> None:
    """As they spoke; what was corrected to nothing at all is no opinion."""
    nothing = not changed["stance"] and not changed["text"] and changed["order_"] is None
    rows = [row for row in item.opinion_rows if row is not changed or not nothing]
    item.opinion_rows = sorted(rows, key=lambda row: (row["order_"] is None, row["order_"] or 0))


def _on_recusal(item: Item, person: int, name: str, text: str) -> None:
    if name == "on" and not text:
        item.recusal_rows = [row for row in item.recusal_rows if row["person"] != person]
        return
    found = next((row for row in item.recusal_rows if row["person"] == person), None)
    if found is None:
        found = {"person": person, "reason": ""}
        item.recusal_rows = [*item.recusal_rows, found]
    if name == "reason":
        found["reason"] = text


def lay_over_bare(row: dict) -> None:
    """The same for another meeting, of which only number and times count, and the result of one item."""
    for each in signed(row.pop("correction_rows")):
        match each["path"].split("/"):
            case ["meeting", "starts_at" | "ends_at" as name]:
                row[name] = value_of(name, each["right"])
            case ["meeting", "number"]:
                row["number"] = value_of("number", each["right"])
            case ["item", pk, "outcome"] if int(pk) == row.get("item"):
                row["outcome"] = each["right"]
