"""Days and moments as people type them: a year nobody can mean is asked about, and never stored."""

import pytest
from django import forms
from django.urls import reverse

from governance.forms import cataloguing, communication, people, procedures
from governance.forms.fields import DayField, MomentField
from governance.models import LargeSum
from meetings import forms as of_meetings
from meetings.models import Consultation
from meetings.views import follow_ups, planning
from tests.meetings import stage

MODULES = (cataloguing, communication, people, procedures, of_meetings, follow_ups, planning)
FORMS = [
    each
    for module in MODULES
    for each in vars(module).values()
    if isinstance(each, forms.forms.DeclarativeFieldsMetaclass)
]


@pytest.mark.parametrize("typed", ["0001-01-01", "0026-11-20", "1899-12-31", "2200-01-01", "9999-12-31"])
def test_a_year_nobody_can_mean_is_asked_about(typed):
    for field, text in ((DayField(), typed), (MomentField(), f"{typed}T10:00")):
        with pytest.raises(forms.ValidationError, match="请核对年份"):
            field.clean(text)


def test_every_day_that_goes_into_the_records_is_such_a_field():
    plain = [
        (form.__name__, name)
        for form in FORMS
        for name, field in form.base_fields.items()
        if isinstance(field, forms.DateField | forms.DateTimeField) and not isinstance(field, DayField | MomentField)
    ]
    assert len(FORMS) > 10 and plain == []


def test_what_could_not_be_shown_again_is_not_kept(cast, sign_in):
    """A moment before the year 1 of the world's clock, once stored, cannot be read back."""
    client, matter = sign_in(cast.zheng), stage.proposed(cast)
    given = {"kind": "investigation", "at": "0001-01-01T00:00", "outcome": "heard", "note": "走访"}
    answer = client.post(reverse("consult", args=["shifan", matter.pk]), given)
    assert answer.status_code == 422 and "填写的是 1 年，请核对年份" in answer.content.decode()
    answer = client.post(reverse("large_sum_new", args=["shifan"]), {"since": "0206-01-01", "amount": "12万"})
    assert answer.status_code == 422 and "填写的是 206 年，请核对年份" in answer.content.decode()
    assert not Consultation.objects.filter(kind="investigation").exists() and not LargeSum.objects.exists()
