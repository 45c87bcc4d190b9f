"""A statement that is compiled once gives what its queryset would, whatever a run brings."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.db.models import Q

from accounts.models import Organisation
from governance.compiled import Given, Statement
from governance.models import Person

pytestmark = pytest.mark.django_db


@Statement
def of_school():
    some = Q(pk__in=Given("some")) | Q(name__startswith="100%")
    return Person.objects.select_related("school").filter(some, school=Given("school")).order_by("pk")


def test_each_run_brings_its_own_values(cast, count_queries):
    zhao, qian = cast.zhao, cast.qian
    school = cast.school.pk
    assert of_school(some=[zhao.pk, qian.pk], school=school) == sorted([zhao, qian], key=lambda one: one.pk)
    assert of_school(some={qian.pk}, school=school) == [qian]
    assert of_school(some=[], school=school) == []
    assert of_school(some=[zhao.pk], school=0) == []
    assert count_queries(lambda: of_school(some=[qian.pk], school=school)[0].school.name) == 1


def test_keys_may_come_from_another_queryset_and_text_is_never_read_as_sql(cast):
    named = Person.objects.filter(name=cast.zhao.name).values("pk")
    assert of_school(some=named, school=cast.school.pk) == [cast.zhao]
    assert of_school(some=Person.objects.none().values("pk"), school=cast.school.pk) == []
    by_code = Statement(lambda: Organisation.objects.filter(code=Given("code")))
    for code in ("«code»", "%s", "' or ''='", "«some»"):
        assert by_code(code=code) == []
    assert by_code(code=cast.school.code) == [cast.school]


def test_the_rows_may_be_worked_on_as_any_other(cast):
    [person] = of_school(some=[cast.zhao.pk], school=cast.school.pk)
    person.name = "赵改名"
    person.save()
    assert of_school(some=[cast.zhao.pk], school=cast.school.pk)[0].name == "赵改名"


@pytest.mark.django_db(transaction=True)
def test_every_thread_asks_on_its_own_connection():
    one = Organisation.objects.create(kind="authority", code="one", name="一区", path="/one/")
    by_code = Statement(lambda: Organisation.objects.filter(code=Given("code")))

    def ask(_):
        try:
            return by_code(code="one")
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(ask, range(8))) == [[one]] * 8
