"""Adding a school, mending what is said of it, hanging it under another authority: the only code that does."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from accounts import journal
from accounts.models import Organisation
from governance.access import Standing
from governance.procedures import Refused

WORDS = {
    "add_school": "登记学校",
    "edit_school": "修改学校信息",
    "move_school": "变更学校上级",
    "import_people": "导入人员任职",
}
LABELS = {"name": "名称", "stage": "学段", "ownership": "办学性质", "party_organization": "党组织设置"}


def by_administrator(by: Standing) -> None:
    if not by.administers:
        raise PermissionDenied("学校由主管部门管理员登记。")


def _below(by: Standing, parent: Organisation) -> None:
    if parent.kind != Organisation.Kind.AUTHORITY or not parent.path.startswith(by.organisation.path):
        raise Refused("parent", f"{parent.name}不是本单位或下级主管部门。请重新选择。")


@transaction.atomic
def add_school(code: str, *, parent: Organisation, by: Standing, **given: Any) -> Organisation:
    """``given``: name, stage, ownership, party_organization."""
    by_administrator(by)
    _below(by, parent)
    school = Organisation(kind=Organisation.Kind.SCHOOL, code=code, parent=parent, **given)
    try:
        with transaction.atomic():
            school.save()
    except IntegrityError:
        taken = Organisation.objects.filter(code=code).first()
        raise Refused("code", f"代码“{code}”已是{taken.name if taken else '别的单位'}。请换一个代码。") from None
    said = f"登记学校：{school.name}（{code}），属{parent.name}"
    journal.record("add_school", school, said, organisation=school, by=by.user)
    return school


@transaction.atomic
def edit_school(
    school: Organisation, *, by: Standing, parent: Organisation | None = None, **given: Any
) -> Organisation:
    """What is given anew; given the same, nothing is done."""
    by_administrator(by)
    school = Organisation.objects.select_for_update(of=("self",)).select_related("parent").get(
        pk=school.pk, kind=Organisation.Kind.SCHOOL, path__startswith=by.organisation.path
    )  # fmt: skip
    changed = {name: value for name, value in given.items() if getattr(school, name) != value}
    if changed:
        before = {name: _said(school, name) for name in changed}
        for name, value in changed.items():
            setattr(school, name, value)
        told = "，".join(f"{LABELS[name]}：{before[name]} → {_said(school, name)}" for name in changed)
        school.save(update_fields=list(changed))
        journal.record("edit_school", school, f"修改学校信息：{told}", organisation=school, by=by.user)
    if parent and parent.pk != school.parent_id:
        _below(by, parent)
        was, school.parent = school.parent, parent
        school.save(update_fields=["parent"])
        said = f"变更学校上级：{was.name if was else '没有'} → {parent.name}"
        journal.record("move_school", school, said, organisation=school, by=by.user)
    return school


def _said(school: Organisation, name: str) -> str:
    shown = getattr(school, f"get_{name}_display", None)
    return str(shown() if shown else getattr(school, name)) or "未填"
