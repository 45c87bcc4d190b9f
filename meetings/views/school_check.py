"""学校检查: what the rules say of the school as a whole on a day, and where each thing is put right."""

from django.contrib.auth.decorators import login_required
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.html import format_html
from django.views.decorators.http import require_GET

from governance.access import Standing, school_for
from governance.rules.engine import judge_school
from governance.rules.ruling import Outcome
from governance.views.reading import asked_day

from ..facts.school import load_school

MENDED = {  # by rule: the page and what it is called
    "P-16": ("meeting_list", "会议"),
    "G-01": ("procedure_list", "议事规则"),
    "G-02": ("communication_list", "定期沟通"),
    "G-04": ("leadership", "班子"),
    "G-05": ("leadership", "班子"),
    "G-06": ("leadership", "班子"),
}


def _mends(by: Standing) -> dict[str, str]:
    """Where each thing is put right; who only reads is shown where it stands."""
    word = "去" if by.works_here else "看"
    return {
        code: format_html('<a href="{}">{}“{}”</a>', reverse(name, args=[by.school.code]), word, title)
        for code, (name, title) in MENDED.items()
    }


@login_required
@require_GET
def school_check(request, school):
    by = school_for(request.user, school)
    asked = asked_day(request)
    found = judge_school(load_school(by.school), on=asked["on"], include_not_applicable=True)
    context = asked | {
        "standing": by,
        "findings": found,
        "silent": [finding for finding in found if finding.outcome is Outcome.NOT_APPLICABLE],
        "mends": _mends(by),
    }
    return render(request, "meetings/school_check.html", context)


urlpatterns = [path("check/", school_check, name="school_check")]
