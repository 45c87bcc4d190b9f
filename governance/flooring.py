"""Floors of parameters: what an authority asks of the rules of procedure of every school below it."""

from datetime import date
from typing import Any

from django.db import IntegrityError, transaction

from accounts import journal

from .access import Standing
from .demanding import bound_of, floors_asked, paper
from .models import Floor
from .procedures import Refused, by_ruler, not_begun
from .rules.facts import spoken
from .rules.stricter import FLOORED, laxer
from .rules.values import PARAMETERS, parameter_errors

WORDS = {"set_floor": "登记议事规则底线", "mend_floor": "更正议事规则底线"}


@transaction.atomic
def set_floor(body: str, name: str, *, value: Any, since: date, basis: str, by: Standing) -> Floor:
    by_ruler(by)
    return _keep(Floor(authority=by.organisation, body=body, name=name), "set_floor", value, since, basis, by)


@transaction.atomic
def mend_floor(floor: Floor, *, value: Any, since: date, basis: str, by: Standing) -> Floor:
    """Correct one that has not begun."""
    by_ruler(by)
    floor = Floor.objects.select_for_update(of=("self",)).get(pk=floor.pk, authority=by.organisation)
    not_begun(floor)
    return _keep(floor, "mend_floor", value, since, basis, by)


def _keep(floor: Floor, verb: str, value: Any, since: date, basis: str, by: Standing) -> Floor:
    name = floor.name
    if name not in FLOORED or floor.body not in PARAMETERS[name].bodies:
        raise Refused("name", "这一项不能定底线。请选择列出的项目。")
    if wrong := parameter_errors({name: value}, floor.body):
        raise Refused("value", f"{wrong[0].message}。")
    if not basis.strip():
        raise Refused("basis", "请填写依据文件的名称或文号：学校被退回时要看到它。")
    for asked in floors_asked(by.organisation, floor.body, since):
        if asked.name == name and laxer(name, value, asked.value):
            raise Refused("value", f"上级规定{bound_of(name, asked.value)}，不能放宽。依据{paper(asked)}，请改严。")
    floor.value, floor.since, floor.basis = value, since, basis.strip()
    try:
        with transaction.atomic():
            floor.save()
    except IntegrityError:
        raise Refused("since", f"自{spoken(since)}起这一项已有底线。请换一个日期。") from None
    told = f"{floor.get_body_display()}“{PARAMETERS[name].label}”{bound_of(name, value)}"
    journal.record(verb, floor, f"{WORDS[verb]}：{told}，自{spoken(since)}起", organisation=by.organisation, by=by.user)
    return floor
