"""The rules of what comes after a meeting, and of the school over time: R and G."""

from dataclasses import replace

from governance.rules.facts import Communication, Minutes, MinutesItem, Opinion, Publicity, Record
from tests.rules.outcomes.scene import (
    ASKS_FOR_A_RECORD,
    END,
    SAYS_IT_ITSELF,
    THE_DAY_IS_GIVEN,
    Scenes,
    of,
    scenes,
    sitting,
)
from tests.rules.story import BEFORE, CHECKED, HE, LI, QIAN, SUN, ZHAO, Story, at, day, hours

SIGNED = {"chair": ZHAO, "recorder": HE, "ends_at": END}
COMPLETE = SIGNED | {"place": "会议室", "present": 5}
LONG = "同意这一方案，请分管领导抓紧时间落实到位"


def issued(by: str, on: str | None) -> dict:
    return {"minutes": Minutes(issued_by=by, issued_at=on and at(on))}


def listed(*outcomes: str) -> dict:
    return {"minutes": Minutes(items=tuple(MinutesItem(no, one) for no, one in enumerate(outcomes, start=1)))}


def numbered(story: Story, first: int | None, second: int) -> None:
    story.party_meeting(number=first, starts_at=BEFORE)
    story.party_meeting(number=second)


def copied(story: Story, elsewhere: str) -> None:
    """An opinion of today, and one of yesterday that is too short to be compared or the same."""
    story.office_meeting(story.item(opinions=(Opinion(LI, text=elsewhere),)), starts_at=BEFORE)
    story.party_meeting(story.item(opinions=(Opinion(ZHAO, text=LONG),)))


def shown(story: Story, since: str, until: str | None) -> None:
    sitting(story, "H01", publicity=Publicity(True, day(since), until and day(until)))


def filed(story: Story, *bodies: str) -> None:
    for body in bodies:
        story.procedure(body)
    story.procedures[:] = [
        replace(one, submitted_on=day("2024-09-10"), filed_on=day("2024-09-20")) for one in story.procedures
    ]


def talked(story: Story, *days: str) -> None:
    story.more["communications"] = tuple(Communication(at(one)) for one in days)


AFTER_MEETINGS: dict[str, Scenes] = {
    "R-01": scenes(
        lambda s: sitting(s, decision_text="同意", held=COMPLETE),
        lambda s: sitting(s, held=COMPLETE),
        ASKS_FOR_A_RECORD,
        lambda s: s.party_meeting(),
    ),
    "R-02": scenes(
        lambda s: s.party_meeting(**SIGNED, record=Record(signed_by=(ZHAO, HE))),
        lambda s: s.party_meeting(**SIGNED, record=Record(signed_by=(ZHAO,))),
        lambda s: s.party_meeting(recorder=HE, ends_at=END, record=Record(signed_by=(ZHAO, HE))),
        lambda s: s.party_meeting(),
    ),
    "R-03": scenes(
        lambda s: s.party_meeting(ends_at=END, record=Record(END + hours(24))),
        lambda s: s.party_meeting(ends_at=END, record=Record(END + hours(25))),
        lambda s: s.party_meeting(ends_at=END),
        lambda s: s.party_meeting(),
    ),
    "R-04": scenes(
        lambda s: s.party_meeting(**issued(ZHAO, "2025-03-07")),
        lambda s: s.party_meeting(**issued(SUN, "2025-03-07")),
        lambda s: s.party_meeting(**issued(ZHAO, None)),
        lambda s: s.party_meeting(),
    ),
    "R-05": scenes(
        lambda s: sitting(s, held=listed("passed")),
        lambda s: sitting(s, held=listed("rejected")),
        SAYS_IT_ITSELF,
        lambda s: sitting(s, held=listed()),
    ),
    "R-06": scenes(
        lambda s: numbered(s, 1, 2),
        lambda s: numbered(s, 1, 3),
        lambda s: numbered(s, None, 3),
        lambda s: s.party_meeting(number=3),
    ),
    "R-07": scenes(
        lambda s: sitting(s, "D02", publicity=Publicity(True)),
        lambda s: sitting(s, "D02"),
        lambda s: sitting(s, "F01"),
        lambda s: sitting(s, "G"),
    ),
    "R-08": scenes(
        lambda s: shown(s, "2025-03-10", "2025-03-14"),
        lambda s: shown(s, "2025-03-10", "2025-03-13"),
        lambda s: shown(s, "2025-03-10", None),
        lambda s: sitting(s, "H01"),
    ),
    "R-09": scenes(
        lambda s: sitting(s, responsible=(LI,), due=day("2025-04-01")),
        lambda s: sitting(s, responsible=(LI,)),
        ASKS_FOR_A_RECORD,
        lambda s: sitting(s, outcome="rejected"),
    ),
    "R-11": scenes(
        lambda s: s.party_meeting(ends_at=END, entered_at=END + hours(7 * 24)),
        lambda s: s.party_meeting(ends_at=END, entered_at=END + hours(7 * 24 + 1)),
        lambda s: s.party_meeting(ends_at=END),
        lambda s: s.party_meeting(),
    ),
    "R-12": scenes(
        lambda s: copied(s, LONG + "。"),
        lambda s: copied(s, LONG),
        SAYS_IT_ITSELF,
        lambda s: sitting(s, opinions=(Opinion(ZHAO, text="同意"),)),
    ),
    "R-13": scenes(
        lambda s: sitting(s, "D02", held={"minutes": Minutes()}),
        lambda s: sitting(s, "D02"),
        lambda s: sitting(s, "F01"),
        lambda s: sitting(s, "G"),
    ),
    "R-14": scenes(
        lambda s: sitting(s, due=day("2025-04-01"), done_on=CHECKED),
        lambda s: sitting(s, due=day("2025-04-01")),
        THE_DAY_IS_GIVEN,
        lambda s: sitting(s, due=CHECKED),
    ),
}

SCHOOL: dict[str, Scenes] = {
    "G-01": scenes(
        lambda s: filed(s, "party", "office"),
        lambda s: filed(s, "office"),
        THE_DAY_IS_GIVEN,
        lambda s: filed(of(s, organization="none"), "office"),
    ),
    "G-02": scenes(
        lambda s: talked(s, "2025-03-05", "2025-03-19"),
        lambda s: talked(s, "2025-03-05", "2025-03-20"),
        lambda s: talked(s, "2025-03-05"),
        lambda s: of(s, organization="none"),
    ),
    "G-04": scenes(
        lambda s: of(s, members={QIAN: True}),
        lambda s: s.appoint(ZHAO, "vice_principal"),
        lambda s: s.leaves(ZHAO, "party_secretary"),
        lambda s: of(s, organization="branch"),
    ),
    "G-05": scenes(
        lambda s: of(s, organization="branch"),
        lambda s: (
            of(s, organization="branch")
            .leaves(SUN, "deputy_party_secretary")
            .leaves(QIAN, "deputy_party_secretary")
            .leaves(QIAN, "principal")
            .appoint(ZHAO, "principal")
        ),
        lambda s: of(s, organization="branch").leaves(ZHAO, "party_secretary"),
        lambda s: s,
    ),
    "G-06": scenes(
        lambda s: of(s, members={LI: True, "zhou": False}).appoint(LI, "party_committee_member"),
        lambda s: of(s, members={LI: True, "zhou": False}),
        lambda s: s,
        lambda s: of(s, organization="none"),
    ),
}
