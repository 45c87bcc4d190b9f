"""Two inspectors press the same button at the same moment."""

import pytest

from accounts.models import Entry
from governance.models import Grant
from inspection import transitions as verbs
from inspection.models import Inspection
from tests.inspection.inspecting import acting, plan, started
from tests.meetings.test_votes import at_once


def stopped(act):
    """What an act says, or why it was not done."""

    def tried():
        try:
            return act()
        except verbs.Stopped as why:
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
