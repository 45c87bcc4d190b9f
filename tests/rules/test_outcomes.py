"""Every rule has every outcome that it can have, and reads of a school's rules exactly what it is registered to read."""

import importlib.util
from collections import defaultdict
from functools import cache
from pathlib import Path

import pytest

from governance.rules.dossier import Dossier
from governance.rules.engine import judge
from governance.rules.facts import Records
from governance.rules.index import RULES, rule
from governance.rules.ruling import Looks, Mode, Outcome
from governance.rules.ruling import rule as register
from governance.rules.values import PARAMETERS, SETTINGS
from tests.rules.outcomes import OUTCOMES
from tests.rules.story import CHECKED, MET, NOT_APPLICABLE, Story, assert_readable

SCENES = [
    pytest.param(code, outcome, id=f"{code}-{outcome}")
    for code, scenes in OUTCOMES.items()
    for outcome, scene in scenes.items()
    if callable(scene)
]


class ReadAlong(Dossier):
    """A dossier that remembers what it was asked of what a school sets by date."""

    def __init__(self, records: Records) -> None:
        self.read: set[str] = set()
        super().__init__(records)

    def parameters(self, body, day):
        return _Parameters(super().parameters(body, day), self.read)

    def large_sum(self, day):
        self.read.add("large_sum")
        return super().large_sum(day)

    def category(self, code, day):
        self.read.add("catalogue")
        return super().category(code, day)

    def working_days(self, first, last):
        self.read.add("calendar")
        return super().working_days(first, last)


class _Parameters:
    def __init__(self, parameters, read):
        self._parameters, self._read = parameters, read

    def __getattr__(self, name):
        self._read.add(name)
        return getattr(self._parameters, name)


def play(code: str, outcome: Outcome) -> ReadAlong:
    story = Story()
    OUTCOMES[code][outcome](story)
    return ReadAlong(story.records)


def test_every_rule_has_its_scenes():
    assert sorted(OUTCOMES) == sorted(one.code for one in RULES)
    for code, scenes in OUTCOMES.items():
        assert scenes.keys() == set(Outcome), code
        # what cannot be is said why: only whether it can be told may be certain
        assert all(callable(scene) for outcome, scene in scenes.items() if outcome is not Outcome.UNKNOWN), code


@pytest.mark.parametrize(("code", "outcome"), SCENES)
def test_every_outcome_of_a_rule_exists(code, outcome):
    dossier = play(code, outcome)
    findings = judge(dossier, on=CHECKED, codes=[code], include_not_applicable=True)
    told = {finding.outcome for finding in findings}
    # beside what the scene is about there may be a first meeting, an earlier matter, the other body
    assert outcome in told
    assert told <= {outcome, MET, NOT_APPLICABLE}
    for finding in findings:
        assert_readable(finding)
    assert dossier.read <= set(rule(code).parameters)


@cache
def busy_school() -> Records:
    """Some meetings of the school on which the speed of the rules is measured."""
    path = Path(__file__).parents[2] / "bench" / "judge.py"
    spec = importlib.util.spec_from_file_location("bench_judge", path)
    bench = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(bench)
    return bench.records(6)


def test_a_rule_names_what_it_reads_and_reads_what_it_names():
    read = defaultdict(set)
    for code, scenes in OUTCOMES.items():
        for outcome in (one for one, scene in scenes.items() if callable(scene)):
            dossier = play(code, outcome)
            judge(dossier, on=CHECKED, codes=[code])
            read[code] |= dossier.read
        dossier = ReadAlong(busy_school())
        judge(dossier, on=CHECKED, codes=[code])
        read[code] |= dossier.read
    assert {one.code: set(one.parameters) for one in RULES} == read


def test_nothing_is_set_that_no_rule_reads():
    assert set().union(*(one.parameters for one in RULES)) == PARAMETERS.keys() | SETTINGS.keys()


def test_a_rule_cannot_read_what_no_school_can_set():
    with pytest.raises(KeyError, match="quorom"):
        register("P-99", looks_at=Looks.ITEM, mode=Mode.WARN, clause=(), parameters=("quorom",))
