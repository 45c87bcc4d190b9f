"""What an earlier judgement said beside what a re-judging says, question by question."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from operator import itemgetter
from typing import Any, NamedTuple

from django.db.models import Q, QuerySet

from governance.compiled import Given, Statement
from governance.rules.dossier import Dossier

from .differing import MET, Answer, Question, Reason, Then, answered, asked, not_judged
from .facts.corrections import signed
from .facts.whole import Coming, Sitting
from .folding import Met, of_question
from .keeping import Told
from .models import Difference, Judgement, KeptFinding, Rejudging
from .replay import About


class Key(NamedTuple):
    """What makes two answers answers to the same question."""

    kind: str
    thing: Any
    rule: str


Said = Any
"""A row of what is not met, or the number of the judgement that says that it is."""


class Kept(NamedTuple):
    """A judgement that counts as current."""

    pk: int
    meeting_id: int | None
    item_id: int | None
    matter_id: int | None
    verb: str
    at: datetime
    met: Met


class Stored(NamedTuple):
    """A row of what is not met, as far as it is compared."""

    id: int
    judgement_id: int
    meeting_id: int | None
    item_id: int | None
    matter_id: int | None
    rule: str
    outcome: str
    mode: str
    body: str


@Statement
def _rows() -> QuerySet:
    stored = KeptFinding.objects.filter(judgement__in=Given("judgements"))
    return stored.order_by("pk").values_list(*Stored._fields)


AT_THE_MEETING = ("item", "meeting")


def answers_in(
    judgement: Kept | Told, rows: Iterable[Any], without: Collection[str] = ()
) -> Iterator[tuple[Key, Said]]:
    for kind, rules in judgement.met.items():
        if kind not in without:
            for rule, things in rules.items():
                for thing in things:
                    yield Key(kind, thing, rule), judgement.pk
    for row in rows:
        yield Key(*of_question(row)), row


def outcome_of(said: Said | None) -> Answer:
    return MET if isinstance(said, int) else answered(said)


def same_where_met(one: Told, other: Kept) -> bool:
    return all(one.met.get(kind) == other.met.get(kind) for kind in AT_THE_MEETING)


def _told(side: str, said: Said | None) -> dict[str, Any]:
    """One side of a difference: the judgement that says it is met, or the row."""
    if isinstance(said, int):
        return {f"{side}_met_id": said}
    return {side: KeptFinding(id=said.id, outcome=said.outcome)} if said else {}


@Statement
def _current() -> QuerySet:
    """What counts as said of these things at acts."""
    about = (
        Q(meeting__in=Given("meetings"))
        | Q(item__in=Given("items"))
        | Q(matter__in=Given("matters"), meeting=None, item=None)
        | Q(meeting=None, item=None, matter=None)
    )
    found = Judgement.objects.filter(about, school=Given("school"), current=True)
    return found.exclude(verb="correct").values_list(*Kept._fields)


class Comparison:
    """What a run says beside what counts as current about the same things.

    ``placed``: of each matter the meeting that answers for it, if one does.
    """

    def __init__(
        self,
        run: Rejudging,
        dossier: Dossier,
        *,
        meetings: dict[int, Sitting],
        items: dict[int, Coming],
        placed: dict[int, int | None],
    ):
        self.run, self.dossier = run, dossier
        self.meetings, self.items, self.placed = meetings, items, placed
        self.of_school: int | None = None
        self.judgements = self._judgements()
        self.kept: dict[Key, Said] = {}
        self.of_matter: dict[int, int] = {}  # the judgement that answered last
        self.of_meeting: dict[int, int] = {}
        self.of_item: dict[int, int] = {}
        self._then: dict[tuple[int, int | None], Then] = {}

    def _judgements(self) -> dict[int, Kept]:
        """What counts as current about these things, in its order. Of a matter other meetings may have spoken too."""
        came = {case.meeting.meeting.id for matter in self.placed for case in self.dossier.items_of(matter)}
        meetings = came | self.meetings.keys()
        # What an act said is compared, also where a correction was judged since: the difference is what it made.
        late = Judgement.objects.filter(school=self.run.school, current=True, verb="correct").values("meeting")
        acts = Judgement.objects.filter(run=None, item=None, meeting__in=late).exclude(verb="correct")
        before = acts.order_by("meeting_id", "-pk").distinct("meeting_id").values_list(*Kept._fields)
        found = _current(school=self.run.school_id, meetings=meetings, items=self.items, matters=self.placed)
        found += (row for row in before if row[1] in meetings)
        kept = {row[0]: Kept(*row) for row in sorted(found, key=itemgetter(0))}
        # Of the school itself each term has its own; the last one counts beside what is said today.
        of_school = [pk for pk, one in kept.items() if not (one.meeting_id or one.item_id or one.matter_id)]
        self.of_school = of_school[-1] if of_school else None
        return {pk: one for pk, one in kept.items() if pk not in of_school[:-1]}

    def _alike(self, found: Iterable[Told]) -> dict[int, int]:
        """Of the judgements that say the same is met of a meeting and its items, each by the other; where nobody else
        spoke of them. These answers need not be compared one by one, and they are nearly all."""
        kept = defaultdict(list)
        for judgement in self.judgements.values():
            kept[judgement.meeting_id or self._meeting_of(judgement.item_id)].append(judgement)
        alike: dict[int, int] = {}
        for told in found:
            if told.meeting_id and len(same := kept[told.meeting_id]) == 1 and same_where_met(told, *same):
                alike |= {told.pk: same[0].pk, same[0].pk: told.pk}
        return alike

    def _meeting_of(self, item: int | None) -> int | None:
        return self.items[item].meeting_id if item in self.items else None

    def _read(self, alike: Collection[int]) -> None:
        """Of two answers to one question the later counts."""
        rows = defaultdict(list)
        for row in _rows(judgements=self.judgements):
            rows[row[1]].append(Stored(*row))
        asked: dict[str, Collection[Any]] = {"item": self.items, "matter": self.placed, "meeting": self.meetings}
        for pk, judgement in self.judgements.items():
            for key, said in answers_in(judgement, rows[pk], AT_THE_MEETING if pk in alike else ()):
                if key.kind not in asked or key.thing in asked[key.kind]:
                    self.kept[key] = said
                    if key.kind == "matter":
                        self.of_matter[key.thing] = pk
            if judgement.item_id:
                self.of_item[judgement.item_id] = pk
            elif judgement.meeting_id:
                self.of_meeting[judgement.meeting_id] = pk
        for pk, judgement in self.judgements.items():
            if judgement.matter_id and not judgement.meeting_id and not judgement.item_id:
                self.of_matter.setdefault(judgement.matter_id, pk)

    def differences(self, judgements: Sequence[Told], rows: Iterable[Any]) -> list[Difference]:
        alike = self._alike(judgements)
        self._read(alike)
        by_judgement = defaultdict(list)
        for row in rows:
            by_judgement[row.judgement_id].append(row)
        found: dict[Key, Said] = {}
        for judgement in judgements:
            without = AT_THE_MEETING if judgement.pk in alike else ()
            found.update(answers_in(judgement, by_judgement[judgement.pk], without))
        return [self._difference(*each) for each in self._differ(found)]

    def _differ(self, found: dict[Key, Said]) -> Iterator[tuple[Key, Said | None, Said | None]]:
        for key, said in found.items():
            kept = self.kept.get(key)
            both_met = isinstance(kept, int) and isinstance(said, int)
            if not both_met and outcome_of(kept) != outcome_of(said):
                yield key, kept, said
        for key, kept in self.kept.items():
            if key not in found:
                yield key, kept, None

    def _difference(self, key: Key, kept: Said | None, found: Said | None) -> Difference:
        judgement, was_asked = self._judged_by(key, kept)
        place = self._place(key, judgement if found is None else None)
        if judgement is None or not was_asked:
            reason, detail = Reason.NOT_JUDGED, not_judged(judgement and judgement.verb)
        else:
            about = place if key.kind != "matter" else replace(place, meeting=judgement.meeting_id)
            question = Question(key.rule, about, outcome_of(found), self.dossier, self.run.on)
            reason, detail = question.reason(self._facts_of(judgement, about.meeting))
            if reason == Reason.RECORD_CORRECTED:
                detail += self._by_correction(about, judgement)
        return Difference(
            run=self.run,
            meeting_id=place.meeting,
            item_id=place.item,
            matter_id=place.matter,
            rule=key.rule,
            body=place.body,
            **_told("kept", kept),
            **_told("found", found),
            reason=reason,
            detail=detail,
        )

    def _by_correction(self, about: About, judgement: Kept) -> str:
        """Which signed corrections came since, of those that speak of the same item or of the meeting as a whole."""
        item = self.items.get(about.item or 0)
        own: tuple[str, ...] = ("meeting/", "attendance/")
        if item:
            votes = (f"vote/{pk}/" for pk in item.votes)
            own = (*own, *votes, *(f"{kind}/{item.pk}/" for kind in ("item", "opinion", "written", "recusal")))
        meeting = self.meetings.get(about.meeting or 0)
        rows = signed(meeting.correction_rows) if meeting else []
        since = [row for row in rows if datetime.fromisoformat(row["signed_at"]) > judgement.at]
        named = [str(row["no"]) for row in since if item is None or row["path"].startswith(own)]
        return f"（更正 {'、'.join(named)}）" if named else ""

    def _judged_by(self, key: Key, kept: Said | None) -> tuple[Kept | None, bool]:
        """The judgement that answered, or that would have if the rule had applied; and whether it asked the rule."""
        if kept is not None:
            return self.judgements[kept if isinstance(kept, int) else kept.judgement_id], True
        if key.kind == "item":
            several = [self.of_item.get(key.thing), self.of_meeting.get(self.items[key.thing].meeting_id or 0)]
        elif key.kind == "meeting":
            several = [self.of_meeting.get(key.thing)]
        elif key.kind == "matter":
            several = [self.of_matter.get(key.thing) or self.of_meeting.get(self.placed[key.thing] or 0)]
        else:
            several = [self.of_school]
        judged = [self.judgements[pk] for pk in sorted(filter(None, several), reverse=True)]
        for judgement in judged:
            if asked(judgement.verb, key.rule):
                return judgement, True
        return (judged[0] if judged else None), False

    def _place(self, key: Key, kept: Kept | None) -> About:
        """``kept`` where only that judgement has an answer: of a matter, at which meeting it gave it."""
        if key.kind == "item":
            item = self.items[key.thing]
            return About(item.meeting_id, item.pk, item.matter_id, item.body)
        if key.kind == "meeting":
            return About(meeting=key.thing, body=self.meetings[key.thing].body)
        if key.kind == "matter":
            return About(meeting=kept.meeting_id if kept else self.placed[key.thing], matter=key.thing)
        return About(body=key.thing)

    def _facts_of(self, judgement: Kept, meeting: int | None) -> Then:
        if (judgement.pk, meeting) not in self._then:
            stored = Judgement.objects.select_related("run", "same_as").get(pk=judgement.pk)
            self._then[judgement.pk, meeting] = Then.of(stored, meeting)
        return self._then[judgement.pk, meeting]
