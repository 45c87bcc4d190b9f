"""Time itself: whatever a school sets, on the day before, of and after its change."""

from datetime import date, timedelta
from typing import Any

from governance.rules.facts import (
    Calendar,
    CatalogueRow,
    Communication,
    DecidedWithoutMeeting,
    Minutes,
    Publicity,
    Record,
)
from governance.rules.ruling import Outcome
from governance.rules.values import PARAMETERS
from tests.rules.story import (
    BROKEN,
    LI,
    MET,
    NOT_APPLICABLE,
    QIAN,
    SUN,
    UNKNOWN,
    ZHAO,
    Story,
    agree,
    counts,
    day,
    hours,
    recused,
)
from tests.rules.turning import DAYS, LONG_AGO, TURN, Play, at_three, changes, in_a_team_of_six, meets

# what a version of the rules of procedure sets


def after(body: str = "party", *, notice: int = 0, record: int = 0, entered: int = 0, minutes: int = 0) -> Play:
    """A meeting of the day, and how many hours before it or after its end the rest was done."""

    def play(story: Story, when: date):
        start = at_three(when)
        end = start + hours(1)
        story.meeting(
            body,
            starts_at=start,
            ends_at=end,
            notice_sent_at=start - hours(notice),
            record=Record(end + hours(record)),
            entered_at=end + hours(entered),
            minutes=Minutes(issued_by=ZHAO if body == "party" else QIAN, issued_at=end + hours(minutes)),
        )

    return play


def office_after(days: int) -> Play:
    def play(story: Story, when: date):
        for start in (when - timedelta(days=days), when):
            story.office_meeting(starts_at=at_three(start))

    return play


def talked_after(days: int) -> Play:
    def play(story: Story, when: date):
        talks = (Communication(at_three(one)) for one in (when - timedelta(days=days), when))
        story.more["communications"] = tuple(talks)

    return play


def shown(days: int) -> Play:
    def play(story: Story, when: date):
        publicity = Publicity(True, when, when + timedelta(days=days - 1))
        story.party_meeting(story.item("H01", outcome="passed", publicity=publicity), starts_at=at_three(when))

    return play


def spoke(*people: str) -> tuple:
    return agree(*people, first=1)


ONE_RECUSED = {"recusals": recused(SUN), "present": 4, "category": "H01"}
SET_BY_PROCEDURE: dict[tuple[str, str], tuple[Any, str, Play, Outcome, Outcome]] = {
    ("quorum", "party"): ("unanimous", "P-03", meets(present=4), MET, BROKEN),
    ("quorum", "office"): ("unanimous", "A-03", meets("office", present=3), MET, BROKEN),
    ("quorum_two_thirds_matters", "party"): ("unanimous", "P-04", meets(category="H01", present=5), MET, BROKEN),
    ("two_thirds_categories", "party"): (["D"], "P-04", meets(category="D02", present=3), NOT_APPLICABLE, BROKEN),
    ("pass_threshold", "party"): ("three_quarters", "P-10", meets(votes=counts(4)), MET, BROKEN),
    ("pass_base", "party"): ("present", "P-10", meets(votes=counts(3), present=5), BROKEN, MET),
    ("recusal_reduces_base", "party"): (True, "P-04", meets(**ONE_RECUSED), MET, BROKEN),
    ("recusal_reduces_base", "office"): (True, "A-03", meets("office", recusals=recused(LI), present=2), MET, BROKEN),
    ("notice_hours", "party"): (72, "C-11", after(notice=48), MET, BROKEN),
    ("notice_hours", "office"): (72, "C-11", after("office", notice=48), MET, BROKEN),
    ("chair_speaks_last", "party"): (
        "all",
        "P-14",
        meets(opinions=spoke(ZHAO, SUN), present=5, chair=ZHAO),
        NOT_APPLICABLE,
        BROKEN,
    ),
    ("minutes_working_days", "party"): (4, "R-04", after(minutes=6 * 24), BROKEN, MET),
    ("minutes_working_days", "office"): (4, "R-04", after("office", minutes=6 * 24), BROKEN, MET),
    ("record_hours", "party"): (48, "R-03", after(record=30), BROKEN, MET),
    ("record_hours", "office"): (48, "R-03", after("office", record=30), BROKEN, MET),
    ("late_entry_days", "party"): (10, "R-11", after(entered=200), BROKEN, MET),
    ("late_entry_days", "office"): (10, "R-11", after("office", entered=200), BROKEN, MET),
    ("frequency_days", "office"): (30, "A-16", office_after(25), BROKEN, MET),
    ("vacation_months", "office"): ([5], "A-16", office_after(25), BROKEN, MET),
    ("vacation_months", "party"): ([5], "G-02", talked_after(25), BROKEN, MET),
    ("communication_days", "party"): (30, "G-02", talked_after(25), BROKEN, MET),
    ("publicity_working_days", "party"): (1, "R-08", shown(2), BROKEN, MET),
}


def test_every_parameter_of_every_body_has_its_three_days():
    assert SET_BY_PROCEDURE.keys() == {(name, body) for name, one in PARAMETERS.items() for body in one.bodies}


def under_a_new_version(name: str, body: str, value: Any, play: Play) -> Play:
    """The scene at a school whose second version, of ``TURN``, names one thing; the first names none."""

    def played(story: Story, when: date):
        for version in (body, "office" if body == "party" else "party"):
            story.procedure(version, str(LONG_AGO))
        story.procedure(body, str(TURN), **{name: value})
        play(story, when)

    return played


@changes(
    {
        f"{name} of the {body} meeting": (code, under_a_new_version(name, body, value, play), until, since)
        for (name, body), (value, code, play, until, since) in SET_BY_PROCEDURE.items()
    }
)
def test_a_parameter_counts_from_the_day_of_its_version(code, play, when, outcome):
    assert in_a_team_of_six(code, play, when) is outcome


# what else a school sets


def a_row(code: str, **facts: Any) -> CatalogueRow:
    return CatalogueRow(code, "本校事项", TURN, **facts)


def under(play: Play, *rows: CatalogueRow, sums: tuple[int, ...] = (), **more: Any) -> Play:
    """The scene under rows of the catalogue that stand from ``TURN``; of two sums the second does."""

    def played(story: Story, when: date):
        story.catalogue += rows
        for amount, since in zip(sums, (LONG_AGO, TURN), strict=False):
            story.large_sum(amount, str(since))
        story.more |= more
        play(story, when)

    return played


def handles(category: str, **about: Any) -> Play:
    def play(story: Story, when: date):
        matter = story.matter(category, **about)
        story.office_meeting(story.item(matter, "handle", outcome="principal_decided"), starts_at=at_three(when))

    return play


def two_payments(story: Story, when: date) -> None:
    for _ in range(2):
        story.matter("F01", amount=40_000, payee="远大公司", proposed_at=at_three(when))


def circulated(story: Story, when: date) -> None:
    decided = DecidedWithoutMeeting(at_three(when), "circulation")
    story.matter("F01", amount=80_000, decided_without_meeting=decided)


def a_first_sum(story: Story, when: date) -> None:
    story.large_sum(100_000, str(TURN))
    handles("F01", amount=80_000)(story, when)


@changes(
    {
        "reserved": ("P-09", under(handles("G"), a_row("G", reserved=True)), NOT_APPLICABLE, BROKEN),
        "reserved whatever its amount": (
            "P-09",
            under(handles("F01", amount=1), a_row("F01", reserved=True), sums=(100_000,)),
            NOT_APPLICABLE,
            BROKEN,
        ),
        "a code of the school's own": ("P-09", under(handles("X01"), a_row("X01")), UNKNOWN, BROKEN),
        "two thirds": (
            "P-04",
            under(meets(category="D02", present=3), a_row("D02", two_thirds=True)),
            NOT_APPLICABLE,
            BROKEN,
        ),
        "a mark": ("C-08", under(meets(category="D01"), a_row("D01", prior=("E",))), NOT_APPLICABLE, BROKEN),
        "the staff congress": (
            "C-07",
            under(meets(category="D04"), a_row("D04", prior=("J2",))),
            NOT_APPLICABLE,
            BROKEN,
        ),
        "a route": (
            "C-09",
            under(
                meets(category="X01"), CatalogueRow("X01", "本校事项", LONG_AGO, route="P"), a_row("X01", route="A→P")
            ),
            NOT_APPLICABLE,
            BROKEN,
        ),
        "a lower sum": ("P-09", under(handles("F01", amount=80_000), sums=(100_000, 50_000)), NOT_APPLICABLE, BROKEN),
        "a higher sum": ("P-09", under(handles("F01", amount=80_000), sums=(50_000, 100_000)), BROKEN, NOT_APPLICABLE),
        "the first sum": ("P-09", a_first_sum, UNKNOWN, NOT_APPLICABLE),
        "a sum in parts": ("C-28", under(two_payments, sums=(100_000, 80_000)), MET, BROKEN),
        "a sum decided by circulation": ("C-18", under(circulated, sums=(100_000, 80_000)), NOT_APPLICABLE, BROKEN),
    }
)
def test_what_else_a_school_sets_counts_from_its_day_on(code, play, when, outcome):
    assert in_a_team_of_six(code, play, when) is outcome


def test_a_day_of_the_calendar_is_that_one_day():
    story = Story(more={"calendar": Calendar(holidays=frozenset({TURN}), workdays=frozenset({day("2025-05-10")}))})
    assert [story.dossier.working_days(one, one) for one in DAYS.values()] == [1, 0, 1]
    weekend = [day("2025-05-09"), day("2025-05-10"), day("2025-05-11")]
    assert [story.dossier.working_days(one, one) for one in weekend] == [1, 1, 0]
