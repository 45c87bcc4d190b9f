"""Large workbooks wait for the worker; whatever befalls it, all comes in or nothing, and once."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError
from django.urls import reverse
from django.utils import timezone

from accounts.models import Notice, Organisation, Role
from governance.models import Person
from inspection import intakes
from inspection.intakes import asking, structure, working
from inspection.models import Intake
from tests.inspection.test_structure import FIRST, book


@pytest.fixture(autouse=True)
def large(settings, tmp_path, monkeypatch):
    """As if every workbook were a large one."""
    settings.MEDIA_ROOT = tmp_path
    settings.CACHES = {
        "previews": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
        "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
    }
    monkeypatch.setattr(asking, "SMALL", 0)
    monkeypatch.setattr(asking, "FEW", 0)


@pytest.fixture
def came(cast, sign_in):
    """Handed in by 褚主管 at the page."""
    client = sign_in(cast.chu)
    address = reverse("structure_import", args=["district"])
    response = client.post(address, {"file": SimpleUploadedFile("学校.xlsx", FIRST)})
    came = Intake.objects.get()
    assert response["Location"] == reverse("structure_arrival", args=["district", came.pk])
    return came


def page_of(client, came: Intake) -> str:
    return client.get(reverse("structure_arrival", args=["district", came.pk])).content.decode()


def wanted(client, came: Intake) -> None:
    client.post(reverse("structure_bring", args=["district", came.pk]), {"together": "yes"})


def test_it_is_looked_through_shown_and_brought_in_by_the_worker(cast, came, sign_in):
    client = sign_in(cast.chu)
    page = page_of(client, came)
    assert "<progress" in page and "几秒钟后" in page and not Organisation.objects.filter(code="xinjian").exists()
    assert not intakes.work()
    assert "新增 4" in page_of(client, came)
    for _click in range(2):
        wanted(client, came)
    assert "正在导入" in page_of(client, came) and not Person.objects.filter(name="林书记").exists()
    for _wake in range(2):
        intakes.work()
    assert "学校新增 1 所" in page_of(client, came)
    assert Person.objects.filter(name="何校长").count() == 1
    came.refresh_from_db()
    assert came.finished_at and not came.file and not came.found
    assert list(Notice.objects.filter(kind="intake", recipient=cast.chu).order_by("pk").values_list("title", flat=True)) == [
        "已核对，请看结果：学校.xlsx", "已导入：学校.xlsx",
    ]  # fmt: skip
    assert "已导入" in client.get(reverse("structure_import", args=["district"])).content.decode()


def test_what_is_wrong_is_never_wanted_and_keeps_back_nobody(cast, sign_in):
    client = sign_in(cast.chu)
    wrong = SimpleUploadedFile("学校.xlsx", book([["bad code!", "某校", "", "", "党支部", ""]]))
    client.post(reverse("structure_import", args=["district"]), {"file": wrong})
    came = Intake.objects.get()
    assert not intakes.work()
    wanted(client, came)  # as no button of ours does
    assert "有 1 处要改" in page_of(client, came) and not intakes.work()
    Intake.objects.filter(pk=came.pk).update(wanted_at=timezone.now(), wanted_by=cast.chu)
    assert not intakes.work()


def test_of_a_killed_worker_nothing_is_left_and_it_is_done_again(cast, came, sign_in, monkeypatch):
    intakes.work()
    wanted(sign_in(cast.chu), came)

    def dies(*_):
        raise OperationalError("the connection is gone")

    with monkeypatch.context() as killed:
        killed.setattr(structure, "_journal", dies)  # when all else is written
        with pytest.raises(OperationalError):
            intakes.work()
    assert (
        not Organisation.objects.filter(code="xinjian").exists() and not Person.objects.filter(name="林书记").exists()
    )
    intakes.work()
    came.refresh_from_db()
    assert came.said.startswith("学校新增 1 所") and Person.objects.filter(name="林书记").count() == 1


def test_who_was_only_thought_dead_leaves_it_to_the_other(cast, came, monkeypatch):
    slow = working._take(working._waiting())
    intakes.work()
    came.refresh_from_db()
    assert came.read_at and working._do(slow, lambda *_: None) is False
    Intake.objects.filter(pk=came.pk).update(read_at=None, attempts=working.TRIES)
    intakes.work()
    came.refresh_from_db()
    assert "三次中断" in came.failed and not came.file


def test_it_says_why_nothing_came_of_it(cast, came, sign_in):
    Role.objects.filter(user=cast.chu).update(until=timezone.localdate())
    intakes.work()
    came.refresh_from_db()
    assert came.failed == working.GONE
    Role.objects.filter(user=cast.chu).update(until=None)
    assert working.GONE in page_of(sign_in(cast.chu), came)
    left = Intake.objects.create(
        authority=cast.district, kind="structure", name="旧.xlsx", by=cast.chu, read_at=timezone.now() - 2 * asking.KEPT,
        found={"rows": []},
    )  # fmt: skip
    intakes.hand_in(
        SimpleUploadedFile("再来.xlsx", book([])), "structure", by=working.structure._standing(came, cast.chu)
    )
    left.refresh_from_db()
    assert "作废" in left.failed and not left.found
