"""The account that the journal gives, with the texts as they were written."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from heapq import merge
from typing import Any

from accounts.models import Entry

from ..models import Item, Meeting, TextRevision
from ..transitions.table import VERBS
from .standing import OF_VOTE, Account, said

S = Item.State
TIMES = ("starts_at", "ends_at")


class Untold(Exception):
    """The journal does not tell this meeting from its beginning."""


def account_of_journal(meeting: Meeting) -> Account:
    """What the lines and the texts come to, in the order in which they were written.

    The two are kept in tables of their own; each is in the order of its keys, and ``at`` says which of two came first.
    """
    lines = list(_of("meeting", [meeting.pk], meeting))
    if not any("planned" in line.facts for line in lines):
        raise Untold
    listed = {item for line in lines for item, _, _ in line.facts.get("items", ())}
    lines += _of("item", listed, meeting)
    texts = _texts(meeting, listed)
    teller = Teller()
    for each in merge(sorted(lines, key=lambda line: line.pk), texts, key=lambda each: each.at):
        if isinstance(each, Entry):
            teller.line(each)
        else:
            teller.text(each.field, each.text)
    return teller.of_the_agenda()


def _of(kind: str, keys: Iterable[int], meeting: Meeting):
    return Entry.objects.filter(subject_kind=kind, subject_id__in=keys, organisation=meeting.school_id).order_by("pk")


def _texts(meeting: Meeting, listed: Iterable[int]) -> list[TextRevision]:
    """What was written at this meeting, and of its items what was written before they were moved to it."""
    texts = list(TextRevision.objects.filter(meeting=meeting).order_by("pk"))
    if others := Meeting.objects.filter(pk__in=_left_by(meeting, listed)).values("pk"):
        keys = "|".join(map(str, sorted(listed)))
        texts += TextRevision.objects.filter(
            meeting__in=others, field__regex=f"^(item|opinion|written|recusal)/({keys})/"
        )
    return sorted(texts, key=lambda text: text.pk)


def _left_by(meeting: Meeting, listed: Iterable[int]) -> set[int]:
    """The other meetings on whose agenda one of the items was before."""
    lines = Entry.objects.filter(
        organisation=meeting.school_id, verb="set_agenda", subject_kind="meeting", facts__has_key="items"
    ).exclude(subject_id=meeting.pk)
    wanted = set(listed)
    return {line.subject_id for line in lines if wanted & {item for item, _, _ in line.facts["items"]}}


class Teller:
    """Follows the acts one by one."""

    def __init__(self):
        self.account: Account = {}

    def put(self, path: str, value: Any) -> None:
        if text := value if isinstance(value, str) else said(value):
            self.account[path] = text
        else:
            self.account.pop(path, None)

    def drop(self, *heads: str) -> None:
        for path in [path for path in self.account if path.startswith(heads)]:
            del self.account[path]

    def text(self, path: str, text: str) -> None:
        match path.split("/"):
            case ["minutes", _]:
                return  # wordings of the minutes are papers, and no part of the record
            case ["recusal", item, person, "on"] if not text:
                self.drop(f"recusal/{item}/{person}/")
            case ["attendance", person, _]:
                self.account.setdefault(f"attendance/{person}/role", "member")
        self.put(path, text)

    def of_the_agenda(self) -> Account:
        """Without what was written of items that were taken off again."""
        listed = {path.split("/")[1] for path in self.account if path.startswith("item/") and path.endswith("/no")}
        items = {path.removesuffix("/item"): text for path, text in self.account.items() if path.endswith("/item")}

        def stays(path: str) -> bool:
            kind, key = path.split("/")[:2]
            of_item = kind in ("item", "opinion", "written", "recusal")
            return (not of_item or key in listed) and (kind != "vote" or items.get(f"vote/{key}") in listed)

        return {path: text for path, text in self.account.items() if stays(path)}

    def line(self, line: Entry) -> None:
        if line.subject_kind == "meeting" and (verb := VERBS.get(line.verb)) and verb.target:
            reached = line.verb != "sign" or len({*self._signed(), *line.facts["roles"]}) == 2
            if reached:
                self.put("meeting/state", str(verb.target))
        if follow := getattr(self, f"on_{line.verb}", None):
            follow(line, line.facts)

    def _signed(self) -> set[str]:
        return {path.split("/")[1] for path in self.account if path.startswith("signature/")}

    def _roles(self, roles: Mapping[str, str]) -> None:
        heads = {path.split("/")[1] for path in self.account if path.startswith("attendance/")}
        self.drop(*(f"attendance/{person}/" for person in heads - roles.keys()))
        for person, role in roles.items():
            self.put(f"attendance/{person}/role", role)

    def _when(self, facts: Mapping[str, Any]) -> None:
        for name in TIMES:
            if facts.get(name):
                self.put(f"meeting/{name}", datetime.fromisoformat(facts[name]))

    def on_set_agenda(self, _line: Entry, facts: Mapping[str, Any]) -> None:
        if planned := facts.get("planned"):
            self.put("meeting/state", str(Meeting.State.DRAFT))
            for name, value in planned.items():
                self.put(f"meeting/{name}", value)
            self._when(planned)
        if "roles" in facts:
            self._roles(facts["roles"])
        if "items" in facts:
            self._agenda(facts["items"])

    def _agenda(self, items: Iterable[tuple[int, int, str]]) -> None:
        for path in [path for path in self.account if path.startswith("item/") and path.endswith("/no")]:
            del self.account[path]
        for no, (item, matter, purpose) in enumerate(items, start=1):
            self.account.setdefault(f"item/{item}/state", str(S.CONFIRMED))
            for name, value in (("no", no), ("matter", matter), ("purpose", purpose)):
                self.put(f"item/{item}/{name}", value)

    def on_call(self, _line: Entry, facts: Mapping[str, Any]) -> None:
        self._when(facts)
        self.put("meeting/number", facts["number"])

    def on_reschedule(self, _line: Entry, facts: Mapping[str, Any]) -> None:
        self._when(facts)
        self.put("meeting/place", facts["place"])
        self._roles(facts["roles"])

    def on_cancel(self, _line: Entry, _facts: Mapping[str, Any]) -> None:
        self._agenda(())

    def on_end(self, _line: Entry, facts: Mapping[str, Any]) -> None:
        self._when(facts)

    def on_vote(self, line: Entry, facts: Mapping[str, Any]) -> None:
        made, counted = f"vote/{facts['vote']}", facts["counted"]
        for name in OF_VOTE:
            self.put(f"{made}/{name}", counted.get(name))
        self.put(f"{made}/round", counted.get("round", 1))
        self.put(f"{made}/register", counted["register"])
        for person, choice in (counted.get("named") or {}).items():
            self.put(f"{made}/named/{person}", choice)
        if facts["announces"]:
            self.put(f"item/{line.subject_id}/outcome", counted["outcome"])

    def on_abandon_vote(self, _line: Entry, facts: Mapping[str, Any]) -> None:
        self.put(f"vote/{facts['vote']}/abandoned", True)
        self.put(f"vote/{facts['vote']}/abandoned_reason", facts["reason"])

    def on_settle(self, line: Entry, _facts: Mapping[str, Any]) -> None:
        self._settled([line.subject_id])

    def _settled(self, items: Iterable[int]) -> None:
        for item in items:
            self.put(f"item/{item}/state", str(S.SETTLED))
            self.put(f"item/{item}/settled", True)

    def on_pass_over(self, line: Entry, facts: Mapping[str, Any]) -> None:
        self._settled([line.subject_id])
        for name in ("outcome", "decision_text"):
            self.put(f"item/{line.subject_id}/{name}", facts[name])

    def on_unsettle(self, line: Entry, facts: Mapping[str, Any]) -> None:
        if facts.get("outcome") == "":  # what was not reached has no result again
            for name in ("outcome", "decision_text"):
                self.put(f"item/{line.subject_id}/{name}", "")
        self.put(f"item/{line.subject_id}/state", str(S.CONFIRMED))
        self.put(f"item/{line.subject_id}/settled", False)

    def on_sign(self, _line: Entry, facts: Mapping[str, Any]) -> None:
        for role in facts["roles"]:
            self.put(f"signature/{role}/person", facts["person"])
            self.put(f"signature/{role}/digest", facts["digest"])

    def on_reopen(self, _line: Entry, _facts: Mapping[str, Any]) -> None:
        self.drop("signature/")

    def on_issue(self, _line: Entry, facts: Mapping[str, Any]) -> None:
        self.put("minutes/number", facts["number"])
        self._settled(facts["settled"])
