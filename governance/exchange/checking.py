"""What the rules say of a file, without keeping anything: for the command line and for the API alike."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from governance.exchange.faults import Fault
from governance.exchange.reading import read
from governance.rules.cases import Case
from governance.rules.dossier import Dossier
from governance.rules.engine import judge
from governance.rules.ruling import Finding, Looks, Mode, Outcome


@dataclass(frozen=True, slots=True)
class Checked:
    """Findings of a file that can be read, faults of one that cannot."""

    findings: list[Finding] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)

    @property
    def blocking(self) -> int:
        """How often a rule is broken that nobody may break without a reason."""
        return sum(one.outcome is Outcome.BROKEN and one.mode is Mode.BLOCK for one in self.findings)

    @property
    def status(self) -> int:
        """What the command exits with: 2 cannot be read, 1 something blocks, 0 nothing does."""
        return 2 if self.faults else 1 if self.blocking else 0


READING = 40
"""Reading takes about so much of the time, out of a hundred."""


def check(
    text: bytes, *, on: date, include_not_applicable: bool = False, tell: Callable[[int], None] = lambda percent: None
) -> Checked:
    """``tell`` hears from time to time how much is done, out of a hundred."""
    reading = read(text)
    if reading.records is None:
        return Checked(faults=reading.faults)

    def watched(cases: list[Case]) -> Iterator[Case]:
        for done, case in enumerate(cases):
            if done % 100 == 0:
                tell(READING + (100 - READING) * done // len(cases))
            yield case
        tell(100)

    findings = judge(Dossier(reading.records), on=on, include_not_applicable=include_not_applicable, watched=watched)
    return Checked(findings)


def line_of(finding: Finding) -> dict[str, Any]:
    """A finding as the format writes it. It names what it looks at, and nothing of the school as a whole."""
    place = {"meeting": finding.meeting, "item": finding.item, "matter": finding.matter}
    if finding.rule.looks_at is Looks.BODY:
        place["body"] = finding.body
    return {
        "rule": finding.code,
        "outcome": finding.outcome.value,
        "mode": finding.mode.value,
        **{name: named for name, named in place.items() if named is not None},
        "clause": finding.clause,
        "message": finding.message,
        "values": finding.values,
    }
