"""Two inspectors conclude, draw and upload at the same moment."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import Entry
from inspection import transitions as verbs
from inspection.models import Assessment, Payment, PaymentList, Sample
from inspection.sampled import population_of
from meetings.models import KeptFinding
from tests.inspection.inspecting import acting, held, planned, started
from tests.inspection.test_inspections_at_once import stopped
from tests.meetings.test_votes import at_once


@pytest.mark.django_db(transaction=True)
def test_each_is_done_once(cast):
    by = acting(cast.wang), acting(cast.yan)
    held(cast.school, "食堂改造", broken="P-03")
    inspection, finding = started(planned(cast, cast.wang, cast.yan)), KeptFinding.objects.get()

    def assess(who, verdict):
        return stopped(lambda: verbs.assess(inspection, finding, verdict, "核对过录音。", by=who))

    said = at_once(assess(by[0], "accepted"), assess(by[1], "set_aside"))
    assert sorted(isinstance(each, verbs.Stopped) for each in said) == [False, True]
    assert Assessment.objects.count() == Entry.objects.filter(verb="assess").count() == 1

    everyone = population_of(inspection)
    at_once(*[lambda: verbs.draw_sample(inspection, everyone, seed="7", size=1, by=by[0])] * 2)
    assert Sample.objects.count() == 1

    def bring():
        row = Payment(row=2, paid_on=timezone.localdate() - timedelta(days=1), amount=5)
        return verbs.bring_payments(inspection, cast.school, [row], [], name="明细.xlsx", sha256="0" * 64, by=by[0])

    one, other = at_once(bring, bring)
    assert one == other and PaymentList.objects.count() == Payment.objects.count() == 1
