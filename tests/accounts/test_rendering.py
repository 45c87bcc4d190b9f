"""Controls that are drawn without Django's templates are what these would have drawn."""

import re
from datetime import date

from django import forms
from django.forms.renderers import DjangoTemplates
from django.utils.safestring import mark_safe

from accounts.rendering import Renderer

SCHOOLS = [("", "全部"), ("市区", [(1, "一中 <本部>"), ("gz", mark_safe("光中&amp;分校"))]), ("x", 'a "b" & c')]


class Asked(forms.Form):
    school = forms.ChoiceField(
        choices=SCHOOLS, required=False, widget=forms.Select(attrs={"data-a": 'q"', "hidden": True})
    )
    count = forms.IntegerField(min_value=1, help_text="几次")
    day = forms.DateField(widget=forms.DateInput(attrs={"type": "date", "autofocus": False}))
    words = forms.CharField(max_length=7, required=False)
    which = forms.CharField(widget=forms.HiddenInput, initial="<一>")


def drawn(renderer: DjangoTemplates, data: dict | None) -> list[str]:
    form = Asked(data, renderer=renderer, initial={"school": 1, "day": date(2026, 9, 1)})
    return [re.sub(r"\s*(?=<)|(?<=>)\s+", "", str(field)) for field in form]


def test_a_form_looks_as_django_draws_it():
    given = {"school": "x", "count": "0", "day": "2026-02-31", "words": '<b>"长得很"</b>', "which": ""}
    for data in (None, {}, given):
        assert drawn(Renderer(), data) == drawn(DjangoTemplates(), data)
