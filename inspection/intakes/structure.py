"""Schools and people out of a workbook: looked through, shown, then brought in, all of it or nothing, and only while it is
still what was shown."""

from collections import defaultdict
from typing import Any

from django.db import DatabaseError, OperationalError, transaction
from django.utils import timezone

from accounts import journal
from accounts.models import Organisation, User
from governance.access import Standing, authority_for
from governance.models import Person, Post
from governance.procedures import Refused

from ..models import Intake
from ..structure.planning import Plan, plan_of
from ..transitions.acting import allowed
from ..transitions.structuring import add_school, edit_school
from .progress import At

OVERTAKEN = "核对以后，学校、人员或任职有了变动，没有导入任何内容。请看下面新的核对结果，再决定是否导入。"
NOT_STORED = "有人正在登记同样的内容，没有导入。请稍后再按一次。"
SAME_NAMES = "有几行姓名相同、没有人员编号，请确认是不是同一个人，再导入。"


def _standing(intake: Intake, user: User) -> Standing:
    by = authority_for(user, intake.authority.code)
    allowed("import_people", by)
    return by


def look(intake: Intake, at: At) -> None:
    """What the workbook would change. Nothing is written."""
    by = _standing(intake, intake.by)
    _show(intake, plan_of(_content(intake), by.organisation, at))


def bring_in(intake: Intake, at: At) -> None:
    """What does not fit any more is said, and shown anew; then it has to be wanted again."""
    by = _standing(intake, intake.wanted_by)
    try:
        with transaction.atomic():
            Organisation.objects.select_for_update(no_key=True).get(pk=by.organisation.pk)  # one after the other
            plan = plan_of(_content(intake), by.organisation, at)
            if plan.digest != intake.digest:
                _show(intake, plan, OVERTAKEN)
            elif plan.together and not intake.together:
                _show(intake, plan, SAME_NAMES)
            elif plan.wrongs:
                _show(intake, plan)
            else:
                intake.said, intake.found, intake.finished_at = _write(plan, by, at), {}, timezone.now()
    except OperationalError:
        raise
    except DatabaseError:
        intake.wanted_at, intake.said = None, NOT_STORED
    except Refused as refused:
        intake.wanted_at, intake.said = None, str(refused)[:200]


def _content(intake: Intake) -> bytes:
    with intake.file.open("rb") as kept:
        return kept.read()


def _show(intake: Intake, plan: Plan, said: str = "") -> None:
    intake.read_at, intake.wanted_at = timezone.now(), None
    intake.digest, intake.said, intake.found = plan.digest, said, plan.shown()


def _write(plan: Plan, by: Standing, at: At) -> str:
    schools: dict[str, Organisation] = {}
    for code, given in plan.schools:
        at("登记学校", len(schools), len(plan.schools))
        there = Organisation.objects.filter(code=code).first()
        schools[code] = edit_school(there, by=by, **given) if there else add_school(code, by=by, **given)
    at("登记人员任职", 0, 1)
    new = [one for one in plan.people if one.pk is None]
    codes = {one.school for one in plan.people} | {term.someone.school for term in plan.terms}
    schools |= {each.code: each for each in Organisation.objects.filter(code__in=codes)}
    made = Person.objects.bulk_create(
        Person(school=schools[one.school], name=one.name, **({"ref": one.ref} if one.ref else {}), **one.given)
        for one in new
    )
    keys = {id(one): person.pk for one, person in zip(new, made, strict=True)}
    for one in plan.people:
        if one.pk:
            Person.objects.filter(pk=one.pk).update(**one.given)
    for term in plan.terms:  # whoever leaves goes before whoever comes
        if term.pk:
            Post.objects.filter(pk=term.pk).update(**term.given)
    Post.objects.bulk_create(
        Post(
            school=schools[term.someone.school], person_id=term.someone.pk or keys[id(term.someone)], post=term.post,
            since=term.since, until=term.until, full_time=term.full_time,
        )
        for term in plan.terms
        if term.pk is None
    )  # fmt: skip
    _journal(plan, schools, by)
    return _counted(plan)


def _journal(plan: Plan, schools: dict[str, Organisation], by: Standing) -> None:
    """One line a school, with what became of each person and post."""
    told: dict[str, list[str]] = defaultdict(list)
    for one in plan.people:
        told[one.school].append(f"{'登记' if one.pk is None else '修改'}人员 {one.name}")
    for term in plan.terms:
        assert term.row is not None
        changes = "，".join(f"{what}：{before} → {after}" for what, before, after in term.row.changes)
        told[term.someone.school].append(f"{term.row.title}{f'（{changes}）' if changes else ''}")
    for code, lines in told.items():
        school = schools[code]
        summary = f"导入人员任职：{len(lines)} 项，{'；'.join(lines)}"
        journal.record("import_people", school, summary, organisation=school, by=by.user, facts={"lines": lines})


def _counted(plan: Plan) -> str:
    def news(rows: list[Any], is_new) -> tuple[int, int]:
        new = sum(1 for each in rows if is_new(each))
        return new, len(rows) - new

    known = {row.title for row in plan.rows if row.verdict == "new" and row.sheet == "学校"}
    schools = len(known), len(plan.schools) - len(known)
    people = news(plan.people, lambda one: one.pk is None)
    terms = news(plan.terms, lambda term: term.pk is None)
    words = [
        f"{what}{verb} {count} {unit}"
        for what, unit, counts in (("学校", "所", schools), ("人员", "人", people), ("任职", "项", terms))
        for verb, count in zip(("新增", "改动"), counts, strict=True)
        if count
    ]
    return "，".join(words)
