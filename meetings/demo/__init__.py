"""A district to try things in: one education authority, four schools, a year of meetings.

Everything is invented. The same seed and the same day give the same records; all dates lie around today.

    people   who there is, in which posts, with which sign-ins
    rules    what the schools have ruled for their meetings, and how far it came with the authority
    texts    what schools decide about
    year     the past year, written as records were kept: mostly good, here and there flawed
    talks    the regular talks of the two heads
    today    what is going on now, made by the verbs as the people would
    follow   decisions on their way to being carried out
"""

import random
from datetime import date
from importlib import import_module

from django.apps import apps
from django.db import transaction
from django.utils import timezone
from django.utils.module_loading import module_has_submodule

from accounts.models import Organisation

from ..school_checks import check_school
from . import follow, people, talks, today, year

SEED = 2022


def exists() -> bool:
    """Whether the database holds anything that a demo must not mix with."""
    return Organisation.objects.exists()


def sign_ins() -> list[people.SignIn]:
    """The sign-ins to show; none where the database is not a demo's."""
    return people.sign_ins() if Organisation.objects.filter(code=people.AUTHORITY).exists() else []


@transaction.atomic
def build(*, seed: int = SEED, on: date | None = None, say=lambda text: None) -> None:
    """Create the demo district around ``on`` (today by default). ``say`` is told each step.

    One transaction: a broken-off run leaves nothing behind.
    """
    on = on or timezone.localdate()
    say("教育局、学校、班子和账号")
    district = people.create(on)
    for school in district.schools:
        say(f"{school.organisation.name}：一年的会议")
        chance = random.Random(f"{seed} {school.organisation.code}")
        year.write(school, on, chance)
        talks.write(school, on, random.Random(f"{seed} talks {school.organisation.code}"))
    say("正在进行的事：沟通、议题、会议、督办")
    for school in district.schools:
        today.write(school, on)
        follow.write(school, on)
        check_school(school.organisation)
    for app in apps.get_app_configs():  # what stands above meetings adds its own, last
        if app.name != "meetings" and module_has_submodule(app.module, "demo"):
            say(f"{app.verbose_name}：演示数据")
            import_module(f"{app.name}.demo").write(district, on)
