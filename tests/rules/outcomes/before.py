"""The rules of what comes before a meeting and how it goes, C."""

from governance.rules.facts import Attendance, DecidedWithoutMeeting
from tests.rules.outcomes.scene import (
    ASKS_FOR_A_RECORD,
    EMERGENCY,
    END,
    Scenes,
    scenes,
    sitting,
    twice,
)
from tests.rules.story import (
    AFTER,
    BEFORE,
    START,
    SUN,
    WU,
    ZHAO,
    Story,
    agree,
    consulted,
    counts,
    hours,
    recused,
)

NOTICE = START - hours(50)
WITHOUT = DecidedWithoutMeeting(BEFORE, "circulation", (ZHAO,))
LATE = {"added_at": NOTICE + hours(1), "held": {"notice_sent_at": NOTICE}}


def heard(kind: str, **more) -> dict:
    return {"about": {"consultations": consulted(kind, **more)}}


def asked_of_reserved(kind: str) -> Scenes:
    """A consultation before a reserved matter is decided by the party meeting."""
    return scenes(
        lambda s: sitting(s, "D02", **heard(kind)),
        lambda s: sitting(s, "D02"),
        lambda s: sitting(s, "F01"),
        lambda s: sitting(s, "G"),
    )


def asked_by_mark(category: str, kind: str) -> Scenes:
    """One that the catalogue asks for; before a school's own row stands it cannot be told."""
    return scenes(
        lambda s: sitting(s, category, **heard(kind, outcome="passed")),
        lambda s: sitting(s, category),
        lambda s: sitting(s, "X01"),
        lambda s: sitting(s, "D01"),
    )


def reconsidered(story: Story, first: str | None, second: str) -> None:
    """A decision of one body, and one that changes it."""
    former = story.matter("G")
    if first:
        story.meeting(first, story.item(former, "handle", outcome="passed"), starts_at=BEFORE)
    sitting(story, "G", "handle", body=second, about={"reconsiders": former.id})


def spent(story: Story, first: int, second: int | None = None, **more) -> None:
    """Two sums for one payee, the large one being 100,000."""
    story.large_sum(100_000)
    paid = {"payee": "远大公司", "proposed_at": BEFORE} | more
    story.matter("F01", amount=first, **paid)
    if second:
        story.matter("F01", amount=second, **paid)


BEFORE_MEETINGS: dict[str, Scenes] = {
    "C-01": asked_of_reserved("investigation"),
    "C-02": asked_of_reserved("secretary_principal"),
    "C-03": scenes(
        lambda s: sitting(s, "D02", **heard("secretary_principal")),
        lambda s: sitting(s, "D02", **heard("secretary_principal", outcome="divergent")),
        lambda s: sitting(s, "F01", **heard("secretary_principal")),
        lambda s: sitting(s, "F01", **heard("secretary_principal", people=(ZHAO, SUN))),
    ),
    "C-04": asked_of_reserved("individual"),
    "C-05": scenes(
        lambda s: sitting(s, "H01", **heard("deliberation")),
        lambda s: sitting(s, "H01"),
        ASKS_FOR_A_RECORD,
        lambda s: sitting(s, "D02"),
    ),
    "C-06": scenes(
        lambda s: sitting(s, "D02", **heard("staff_hearing")),
        lambda s: sitting(s, "D02"),
        lambda s: sitting(s, "F01", about={"flags": frozenset({"vital_interests"})}),
        lambda s: sitting(s, "D01"),
    ),
    "C-07": asked_by_mark("D08", "staff_congress"),
    "C-08": asked_by_mark("P03", "expert"),
    "C-29": asked_by_mark("D18", "legal"),
    "C-09": scenes(
        lambda s: twice(s, ("office", "propose", "referred"), ("party", "decide", "passed")),
        lambda s: twice(s, ("office", "study", "noted"), ("party", "decide", "passed")),
        lambda s: sitting(s, "F01"),
        lambda s: sitting(s, "D01"),
    ),
    "C-10": scenes(
        lambda s: sitting(s, about={"emergency": EMERGENCY}, **LATE),
        lambda s: sitting(s, **LATE),
        "without both times there is nothing to look at",
        lambda s: sitting(s, held={"notice_sent_at": NOTICE}),
    ),
    "C-11": scenes(
        lambda s: s.party_meeting(notice_sent_at=START - hours(48)),
        lambda s: s.party_meeting(notice_sent_at=START - hours(47)),
        lambda s: s.party_meeting(),
        lambda s: s.party_meeting(emergency=True),
    ),
    "C-14": scenes(
        lambda s: sitting(s, recusals=recused(SUN), held={"present": 5}),
        lambda s: sitting(s, recusals=recused(SUN), opinions=agree(SUN), held={"present": 5}),
        lambda s: sitting(s, recusals=recused(SUN)),
        lambda s: sitting(s, held={"present": 5}),
    ),
    "C-15": scenes(
        lambda s: sitting(s, about={"owner": ZHAO}, held={"present": [ZHAO]}),
        lambda s: sitting(s, about={"owner": WU}, held={"present": [ZHAO]}),
        lambda s: sitting(s, about={"owner": ZHAO}),
        lambda s: sitting(s, held={"present": [ZHAO]}),
    ),
    "C-16": scenes(
        lambda s: sitting(s, outcome="deferred", decision_text="方案需再论证"),
        lambda s: sitting(s, outcome="deferred"),
        ASKS_FOR_A_RECORD,
        lambda s: sitting(s),
    ),
    "C-17": scenes(
        lambda s: sitting(s, opinions=agree(SUN, stance="defer", text="再议"), votes=counts(4, defer=1)),
        lambda s: sitting(s, opinions=agree(SUN, stance="defer"), votes=counts(4, defer=1)),
        ASKS_FOR_A_RECORD,
        lambda s: sitting(s, opinions=agree(SUN), votes=counts(5)),
    ),
    "C-18": scenes(
        lambda s: s.matter("D02"),
        lambda s: s.matter("D02", decided_without_meeting=WITHOUT),
        lambda s: s.matter("F01", decided_without_meeting=WITHOUT),
        lambda s: s.matter("G", decided_without_meeting=WITHOUT),
    ),
    "C-19": scenes(
        lambda s: sitting(s, "D14", "report", "noted", about={"emergency": EMERGENCY}),
        lambda s: (s.matter("D14", emergency=EMERGENCY), s.party_meeting()),
        lambda s: (s.matter("D14", emergency=EMERGENCY), s.office_meeting()),
        lambda s: sitting(s, "D14"),
    ),
    "C-20": scenes(
        lambda s: reconsidered(s, "office", "office"),
        lambda s: reconsidered(s, "party", "office"),
        lambda s: reconsidered(s, None, "office"),
        lambda s: sitting(s, "G", "handle", body="office"),
    ),
    "C-21": scenes(
        lambda s: s.party_meeting(ends_at=END, present=4),
        lambda s: s.party_meeting(ends_at=END, attendance=(Attendance(ZHAO, "present"),)),
        lambda s: s.party_meeting(ends_at=END),
        lambda s: s.party_meeting(present=4),
    ),
    "C-24": scenes(
        lambda s: (s.party_meeting(ends_at=END), s.office_meeting(starts_at=END, ends_at=END + hours(1))),
        lambda s: (s.party_meeting(ends_at=END), s.office_meeting()),
        "a pair of which it cannot be told is left out",
        lambda s: s.party_meeting(ends_at=END),
    ),
    "C-26": scenes(
        lambda s: sitting(s, **heard("individual", entered_at=BEFORE)),
        lambda s: sitting(s, **heard("individual", entered_at=AFTER)),
        lambda s: sitting(s, **heard("individual")),
        lambda s: sitting(s, **heard("expert", entered_at=AFTER)),
    ),
    "C-28": scenes(
        lambda s: spent(s, 60_000),
        lambda s: spent(s, 60_000, 60_000),
        lambda s: spent(s, 60_000, proposed_at=None),
        lambda s: spent(s, 100_000),
    ),
}
