"""Who is who on a day, and which days are worked."""

from datetime import UTC, datetime

from governance.rules.facts import Calendar
from tests.rules.story import LI, PARTY, QIAN, SUN, WU, ZHAO, Story, day, edges

DAY = day("2025-03-05")


def test_the_teams_of_a_day():
    dossier = Story(party=3, office=2).dossier
    assert dossier.team("party", DAY) == {ZHAO, QIAN, SUN}
    assert dossier.team("office", DAY) == {QIAN, LI}
    assert dossier.leadership(DAY) == {ZHAO, QIAN, SUN, LI}
    assert dossier.team("party", day("2024-08-31")) == frozenset()


def test_time_itself_every_day_is_in_exactly_one_term_of_office():
    story = Story(party=0).appoint(ZHAO, "party_secretary", since=day("2025-01-01"), until=day("2025-03-05"))
    story.appoint(SUN, "party_secretary", since=day("2025-03-05"))
    dossier = story.dossier
    heads = [dossier.head("party", day(one)) for one in ("2024-12-31", "2025-01-01", "2025-03-04", "2025-03-05")]
    assert heads == [None, ZHAO, ZHAO, SUN]


@edges(
    "principal deputy party office",
    {
        "two heads consult with each other": (QIAN, True, QIAN, ZHAO),
        "one head consults with the full-time deputy": (ZHAO, True, SUN, SUN),
        "a part-time deputy does not take the place": (ZHAO, False, None, None),
        "no principal": (None, True, None, ZHAO),
        "neither": ("vacant", True, None, None),
    },
)
def test_the_counterpart(principal, deputy, party, office):
    story = Story(party=1, office=0).appoint(SUN, "deputy_party_secretary", full_time=deputy)
    if principal == "vacant":
        story.leaves(ZHAO, "party_secretary")
    elif principal:
        story.appoint(principal, "principal")
    dossier = story.dossier
    assert dossier.counterpart("party", DAY) == party
    assert dossier.counterpart("office", DAY) == office


def test_people_are_called_by_name_and_rank():
    dossier = Story(party=4, office=2).dossier
    assert dossier.called([WU, "outsider", LI, QIAN, ZHAO, SUN], DAY) == (
        "赵敏书记、钱芳校长、孙丽副书记、李强副校长、吴刚委员、王宁"
    )


def test_a_kindergarten_has_a_园长():
    assert Story(stage="kindergarten").dossier.called([QIAN, LI], DAY) == "钱芳园长、李强副园长"


def test_somebody_out_of_post_is_called_by_name_alone():
    story = Story().leaves(WU, "party_committee_member", until=DAY)
    assert story.dossier.called([WU], DAY) == "吴刚"


@edges(
    "last calendar days",
    {
        "Monday to Friday": ("2025-03-07", None, 5),
        "Monday to Sunday": ("2025-03-09", None, 5),
        "Monday alone": ("2025-03-03", None, 1),
        "backwards": ("2025-03-02", None, 0),
        "a holiday on Wednesday": ("2025-03-07", Calendar(holidays=frozenset({day("2025-03-05")})), 4),
        "a worked Saturday": ("2025-03-09", Calendar(workdays=frozenset({day("2025-03-08")})), 6),
        "a holiday on a Saturday changes nothing": ("2025-03-09", Calendar(holidays=frozenset({day("2025-03-08")})), 5),
    },
)
def test_working_days(last, calendar, days):
    story = Story(more={"calendar": calendar})
    assert story.dossier.working_days(day("2025-03-03"), day(last)) == days


def test_the_day_of_a_meeting_is_the_day_in_shanghai():
    story = Story(party=2).appoint(PARTY[5], "party_committee_member", since=DAY)
    story.party_meeting(story.item(), starts_at=datetime(2025, 3, 4, 16, 0, tzinfo=UTC), present=2)
    assert story.finding("P-03").values["in_office"] == 3
