"""What an earlier judgement said beside what a re-judging says, question by question."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import Q

from governance.rules.dossier import Dossier

from .differing import MET, Answer, Question, Reason, Then, answered, asked, not_judged
from .facts.corrections import signed
from .facts.whole import Coming, Sitting
from .folding import of_question
from .models import Difference, Judgement, KeptFinding, Rejudging
from .replay import About


class Key(NamedTuple):
    """What makes two answers answers to the same question."""

    kind: str
    thing: Any
    rule: str


Said = Any
"""A row of what is not met, or the number of the judgement that says that it is."""

ROW = ("id", "judgement_id", "meeting_id", "item_id", "matter_id", "rule", "outcome", "mode", "body")
AT_THE_MEETING = ("item", "meeting")


def answers_in(judgement: Judgement, rows: Iterable[Any], without: Collection[str] = ()) -> Iterator[tuple[Key, Said]]:
    for kind, rules in judgement.met.items():
        if kind not in without:
            for rule, things in rules.items():
                for thing in things:
                    yield Key(kind, thing, rule), judgement.pk
    for row in rows:
        yield Key(*of_question(row)), row


def outcome_of(said: Said | None) -> Answer:
    return MET if isinstance(said, int) else answered(said)


def same_where_met(one: Judgement, other: Judgement) -> bool:
    return all(one.met.get(kind) == other.met.get(kind) for kind in AT_THE_MEETING)


def _told(side: str, said: Said | None) -> dict[str, Any]:
    """One side of a difference: the judgement that says it is met, or the row."""
    if isinstance(said, int):
        return {f"{side}_met_id": said}
    return {side: KeptFinding(id=said.id, outcome=said.outcome)} if said else {}


class Comparison:
    """What a run says of some things beside what counts as current about them.

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
        of_school: bool,
    ):
        self.run, self.dossier = run, dossier
        self.meetings, self.items, self.placed, self.of_school = meetings, items, placed, of_school
        self.judgements = self._judgements()
        self.kept: dict[Key, Said] = {}
        self.of_matter: dict[int, int] = {}  # the judgement that answered last
        self.of_meeting: dict[int, int] = {}
        self.of_item: dict[int, int] = {}
        self._then: dict[tuple[int, int | None], Then] = {}

    def _judgements(self) -> dict[int, Judgement]:
        """What counts as current about these things, in its order. Of a matter other meetings may have spoken too."""
        came = {case.meeting.meeting.id for matter in self.placed for case in self.dossier.items_of(matter)}
        meetings = came | self.meetings.keys()
        # What an act said is compared, also where a correction was judged since: the difference is what it made.
        late = Judgement.objects.filter(meeting__in=meetings, current=True, verb="correct")
        acts = Judgement.objects.filter(run=None, item=None, meeting__in=late.values("meeting")).exclude(verb="correct")
        before = acts.order_by("meeting_id", "-pk").distinct("meeting_id").values_list("pk", flat=True)
        stands = Q(current=True) & ~Q(verb="correct") | Q(pk__in=list(before))
        about = Q(meeting__in=meetings) | Q(item__in=self.items) | Q(matter__in=self.placed, meeting=None, item=None)
        if self.of_school:
            about |= Q(meeting=None, item=None, matter=None)
        found = Judgement.objects.filter(about & stands, school=self.run.school)
        return {judgement.pk: judgement for judgement in found.defer("own_facts").order_by("pk")}

    def _alike(self, found: Iterable[Judgement]) -> dict[int, int]:
        """Of the judgements that say the same is met of a meeting and its items, each by the other; where nobody else
        spoke of them. These answers need not be compared one by one, and they are nearly all."""
        kept = defaultdict(list)
        for judgement in self.judgements.values():
            kept[judgement.meeting_id or self._meeting_of(judgement.item_id)].append(judgement)
        alike: dict[int, int] = {}
        for judgement in found:
            if (
                judgement.meeting_id
                and len(same := kept[judgement.meeting_id]) == 1
                and same_where_met(judgement, *same)
            ):
                alike |= {judgement.pk: same[0].pk, same[0].pk: judgement.pk}
        return alike

    def _meeting_of(self, item: int | None) -> int | None:
        return self.items[item].meeting_id if item in self.items else None

    def _read(self, alike: Collection[int]) -> None:
        """Of two answers to one question the later counts."""
        rows = defaultdict(list)
        stored = KeptFinding.objects.filter(judgement__in=self.judgements).order_by("pk")
        for row in stored.values_list(*ROW, named=True):
            rows[row.judgement_id].append(row)
        asked: dict[str, Collection[Any]] = {"item": self.items, "matter": self.placed, "meeting": self.meetings}
        for pk, judgement in self.judgements.items():
            for key, said in answers_in(judgement, rows[pk], AT_THE_MEETING if pk in alike else ()):
                if key.thing in asked[key.kind] if key.kind in asked else self.of_school:
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

    def differences(self, judgements: Sequence[Judgement], rows: Iterable[Any]) -> list[Difference]:
        alike = self._alike(judgements)
        self._read(alike)
        by_judgement = defaultdict(list)
        for row in rows:
            by_judgement[row.judgement_id].append(row)
        found: dict[Key, Said] = {}
        for judgement in judgements:
            without = AT_THE_MEETING if judgement.pk in alike else ()
            found.update(answers_in(judgement, by_judgement[judgement.pk], without))
        differ = [
            (key, self.kept.get(key), found.get(key))
            for key in {**found, **self.kept}
            if outcome_of(self.kept.get(key)) != outcome_of(found.get(key))
        ]
        return [self._difference(*each) for each in differ]

    def _difference(self, key: Key, kept: Said | None, found: Said | None) -> Difference:
        judgement, was_asked = self._judged_by(key, kept)
        place = self._place(key, judgement if found is None else None)
        if judgement is None or not was_asked:
            reason, detail = Reason.NOT_JUDGED, not_judged(judgement)
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

    def _by_correction(self, about: About, judgement: Judgement) -> str:
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

    def _judged_by(self, key: Key, kept: Said | None) -> tuple[Judgement | None, bool]:
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
            several = []
        judged = [self.judgements[pk] for pk in sorted(filter(None, several), reverse=True)]
        for judgement in judged:
            if asked(judgement, key.rule):
                return judgement, True
        return (judged[0] if judged else None), False

    def _place(self, key: Key, kept: Judgement | None) -> About:
        """``kept`` where only that judgement has an answer: of a matter, at which meeting it gave it."""
        if key.kind == "item":
            item = self.items[key.thing]
            return About(item.meeting_id, item.pk, item.matter_id, item.body)
        if key.kind == "meeting":
            return About(meeting=key.thing, body=self.meetings[key.thing].body)
        if key.kind == "matter":
            return About(meeting=kept.meeting_id if kept else self.placed[key.thing], matter=key.thing)
        return About(body=key.thing)

    def _facts_of(self, judgement: Judgement, meeting: int | None) -> Then:
        if (judgement.pk, meeting) not in self._then:
            self._then[judgement.pk, meeting] = Then.of(judgement, meeting)
        return self._then[judgement.pk, meeting]
