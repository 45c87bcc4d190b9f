"""Time itself: whoever holds a post, and what is judged on the day of the check, before, on and after the change."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from governance.rules.facts import Minutes
from tests.rules.story import (
    BROKEN,
    LI,
    MET,
    NOT_APPLICABLE,
    OFFICE,
    PARTY,
    QIAN,
    SUN,
    UNKNOWN,
    WU,
    ZHAO,
    Story,
    at,
    consulted,
)
from tests.rules.turning import DAYS, LONG_AGO, TURN, Play, at_three, changes, in_a_team_of_six, meets

# who holds a post


def serving(play: Play, *changes_: Callable[[Story], Any]) -> Play:
    def played(story: Story, when: date):
        for change in changes_:
            change(story)
        play(story, when)

    return played


def takes(person: str, post: str, **more: Any) -> Callable[[Story], Any]:
    return lambda story: story.appoint(person, post, since=TURN, **more)


def leaves(person: str, post: str, until: date = TURN) -> Callable[[Story], Any]:
    return lambda story: story.leaves(person, post, until)


def confirms(by: str) -> Play:
    """Confirmed on the day, for a meeting a week later."""

    def play(story: Story, when: date):
        item = story.item(confirmed_by=by, confirmed_at=at_three(when))
        story.party_meeting(item, starts_at=at_three(when + timedelta(days=7)))

    return play


def issues(by: str) -> Play:
    """Issued on the day, of a meeting the day before."""

    def play(story: Story, when: date):
        minutes = Minutes(issued_by=by, issued_at=at_three(when))
        story.party_meeting(starts_at=at_three(when - timedelta(days=1)), minutes=minutes)

    return play


def proposes(by: str) -> Play:
    def play(story: Story, when: date):
        matter = story.matter(proposer=by, proposed_at=at_three(when))
        story.party_meeting(story.item(matter), starts_at=at_three(when + timedelta(days=7)))

    return play


def consults(*people: str) -> Play:
    def play(story: Story, when: date):
        matter = story.matter("D02", consultations=consulted(when=at("2025-05-01"), people=people))
        story.party_meeting(story.item(matter), starts_at=at_three(when))

    return play


def chairs(by: str) -> Play:
    return lambda story, when: story.party_meeting(chair=by, starts_at=at_three(when))


def checked(**facts: Any) -> Play:
    def play(story: Story, _when: date):
        for name, value in facts.items():
            setattr(story, name, value)

    return play


SUCCESSION = (leaves(ZHAO, "party_secretary"), takes(WU, "party_secretary"))
HALF = PARTY[:3]


@changes(
    {
        "who joins the team": (
            "P-03",
            serving(meets(present=HALF), takes(OFFICE[3], "party_committee_member")),
            MET,
            BROKEN,
        ),
        "who leaves the team": (
            "P-03",
            serving(meets(present=PARTY[:2]), *(leaves(one, "party_committee_member") for one in PARTY[3:6])),
            BROKEN,
            MET,
        ),
        "who leaves while present": (
            "P-03",
            serving(meets(present=HALF), leaves(SUN, "deputy_party_secretary")),
            MET,
            BROKEN,
        ),
        "who joins the office": (
            "A-03",
            serving(meets("office", present=2), takes(SUN, "admin_member")),
            MET,
            BROKEN,
        ),
        "who chairs": ("P-01", serving(chairs(ZHAO), *SUCCESSION), MET, BROKEN),
        "who will chair": ("P-01", serving(chairs(WU), *SUCCESSION), BROKEN, MET),
        "nobody to chair": ("P-01", serving(chairs(ZHAO), SUCCESSION[0]), MET, UNKNOWN),
        "who confirms": ("P-08", serving(confirms(ZHAO), *SUCCESSION), MET, BROKEN),
        "who will confirm": ("P-08", serving(confirms(WU), *SUCCESSION), BROKEN, MET),
        "who issues": ("R-04", serving(issues(ZHAO), *SUCCESSION), MET, BROKEN),
        "who will issue": ("R-04", serving(issues(WU), *SUCCESSION), BROKEN, MET),
        "who may propose": ("P-07", serving(proposes(LI), leaves(LI, "vice_principal")), MET, BROKEN),
        "who may propose soon": ("P-07", serving(proposes("outsider"), takes("outsider", "admin_member")), BROKEN, MET),
        "who consults": ("C-02", serving(consults(ZHAO, QIAN), *SUCCESSION), MET, BROKEN),
        "who consults as one head": (
            "C-02",
            serving(consults(ZHAO, SUN), leaves(QIAN, "principal"), takes(ZHAO, "principal")),
            BROKEN,
            MET,
        ),
        "two heads become one": (
            "G-04",
            serving(checked(members={QIAN: True}), leaves(QIAN, "principal"), takes(ZHAO, "principal")),
            MET,
            BROKEN,
        ),
        "the principal is deputy no more": (
            "G-04",
            serving(checked(members={QIAN: True}), leaves(QIAN, "deputy_party_secretary")),
            MET,
            BROKEN,
        ),
        "the deputy of one head leaves": (
            "G-05",
            serving(
                checked(organization="branch"),
                leaves(QIAN, "principal", date.min),
                leaves(QIAN, "deputy_party_secretary", date.min),
                lambda story: story.appoint(ZHAO, "principal"),
                leaves(SUN, "deputy_party_secretary"),
            ),
            MET,
            BROKEN,
        ),
        "a member becomes vice-principal": (
            "G-06",
            serving(checked(members={"lv": True, LI: False, "zhou": False}), takes("lv", "vice_principal")),
            MET,
            BROKEN,
        ),
    }
)
def test_a_post_counts_from_its_first_day_to_the_last_before_it_ends(code, play, when, outcome):
    assert in_a_team_of_six(code, play, when) is outcome


# what is judged on the day of the check


def procedures(**facts: date) -> Play:
    """Both bodies' rules of procedure, of long ago unless it says otherwise."""

    def play(story: Story, _when: date):
        for body in ("party", "office"):
            story.procedure(body, str(LONG_AGO))
        known = {"submitted_on": LONG_AGO, "filed_on": LONG_AGO} | facts
        story.procedures[:] = [replace(one, **known) for one in story.procedures]

    return play


def a_new_version(story: Story, when: date) -> None:
    procedures()(story, when)
    story.procedure("office", str(TURN))


def due(on: date, done: date | None = None) -> Play:
    return lambda story, _when: story.party_meeting(story.item(due=on, done_on=done), starts_at=at("2025-05-01"))


@changes(
    {
        "the first version": ("G-01", procedures(since=TURN), BROKEN, MET),
        "submitted": ("G-01", procedures(submitted_on=TURN), BROKEN, MET),
        "filed": ("G-01", procedures(filed_on=TURN), BROKEN, MET),
        "a new version, not filed": ("G-01", a_new_version, MET, BROKEN),
        "done": ("R-14", due(DAYS["before"] - timedelta(days=1), TURN), BROKEN, MET),
        "due the day before": ("R-14", due(DAYS["before"]), NOT_APPLICABLE, BROKEN),
    }
)
def test_the_day_of_the_check_is_what_counts(code, play, when, outcome):
    assert in_a_team_of_six(code, play, when) is outcome
