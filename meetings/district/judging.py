"""The findings of a generated district: each school's records are judged as those of an import are, school by school, so
that a run that was broken off goes on with the schools that are left."""

import multiprocessing
from collections.abc import Iterator

import django

from accounts.models import Organisation

from ..dossiers import judge_what_came


def judge_school(key: int) -> int:
    """Judge and keep what nobody has judged yet of one school; gives how many meetings and matters that were."""
    return judge_what_came(Organisation.objects.get(pk=key))


def judge_district(processes: int = 2) -> Iterator[int]:
    """Judge the schools one by one in so many processes; says after each how much was judged."""
    keys = list(Organisation.objects.filter(kind=Organisation.Kind.SCHOOL).order_by("pk").values_list("pk", flat=True))
    if processes == 1:
        yield from map(judge_school, keys)
        return
    # A forked process would share the connections of this one.
    with multiprocessing.get_context("spawn").Pool(processes, initializer=django.setup) as pool:
        yield from pool.imap_unordered(judge_school, keys)
