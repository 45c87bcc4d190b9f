"""Two of an authority act at the same moment."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import Entry, Organisation
from governance.access import authority_for
from governance.models import Grant
from governance.procedures import Refused
from inspection import intakes
from inspection import transitions as verbs
from inspection.models import Inspection
from inspection.transitions import structuring
from tests.inspection.inspecting import acting, plan, started
from tests.inspection.test_structure import SCHOOL, book
from tests.meetings.test_votes import at_once


def stopped(act):
    """What an act says, or why it was not done."""

    def tried():
        try:
            return act()
        except (verbs.Stopped, Refused) as why:
            return why

    return tried


@pytest.mark.django_db(transaction=True)
def test_it_is_planned_and_begun_once(cast):
    by = acting(cast.wang)
    at_once(*[lambda: verbs.plan_inspection(plan(cast), by=by)] * 2)
    inspection = Inspection.objects.get()
    said = at_once(*[stopped(lambda: started(inspection))] * 2)
    assert sorted(isinstance(each, verbs.WrongState) for each in said) == [False, True]
    assert Grant.objects.filter(key=inspection.key).count() == 1
    assert Entry.objects.filter(verb="begin_inspection").count() == 1


@pytest.mark.django_db(transaction=True)
def test_an_authority_that_is_being_ended_gets_no_school(cast):
    chief = authority_for(cast.chu, "district")
    county = structuring.add_authority("county", name="县教育局", parent=cast.district, by=chief)
    new = {"name": "县一中", "party_organization": "branch", "parent": county}
    said = at_once(
        stopped(lambda: structuring.end_authority(county, by=chief)),
        stopped(lambda: structuring.add_school("xian1", **new, by=chief)),
    )
    assert [type(each) for each in said].count(Refused) == 1
    county.refresh_from_db()
    assert bool(county.ended_on) != Organisation.objects.filter(parent=county).exists()


@pytest.mark.django_db(transaction=True)
def test_a_workbook_that_is_wanted_twice_comes_in_at_once(cast, settings, tmp_path):
    settings.MEDIA_ROOT, chief = tmp_path, authority_for(cast.chu, "district")
    came = intakes.hand_in(SimpleUploadedFile("学校.xlsx", book([SCHOOL])), "structure", by=chief)
    at_once(*[lambda: intakes.want(came, together=False, by=chief)] * 3)
    came.refresh_from_db()
    assert came.finished_at and came.said == "学校新增 1 所"
