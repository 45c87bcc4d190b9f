"""A workbook that was looked through, brought in: all of it or nothing, and only while it is still what was shown."""

import fcntl
from collections import defaultdict
from typing import Any

from django.db import DatabaseError, transaction

from accounts import journal
from accounts.models import Organisation
from accounts.uploads import safe_name
from governance.access import Standing
from governance.models import Person, Post
from governance.procedures import Refused
from meetings.arrivals import Arrival, arrival_for, put_by
from meetings.workbook import Unreadable
from meetings.workbook.opening import MB, MOST_BYTES

from .planning import Plan, plan_of
from .schools import add_school, by_administrator, edit_school

STRUCTURE = "structure"  # what the file is brought for
OVERTAKEN = "核对以后，学校、人员或任职有了变动，没有导入任何内容。请看下面新的核对结果，再决定是否导入。"
NOT_STORED = "有人正在登记同样的内容，没有导入。请稍后再按一次。"


def receive(upload: Any, *, by: Standing) -> Arrival:
    """Keep a file that can be read. Raises Unreadable."""
    by_administrator(by)
    name = safe_name(upload.name)
    if upload.size > MOST_BYTES:
        raise Unreadable(f"“{name}”有 {upload.size / MB:.1f} MB，最多 {MOST_BYTES // MB} MB。请分几个文件上传。")
    content = upload.read()
    digest = plan_of(content, by.organisation).digest
    return put_by(content, {"name": name, "done": "", "digest": digest, "said": ""}, by=by, what=STRUCTURE)


def take_in(arrival: Arrival, *, together: bool, by: Standing) -> None:
    """Bring in what was shown; what does not fit any more is said on the arrival. A second click finds it done."""
    by_administrator(by)
    with (arrival.folder / "seen.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        arrival.seen = arrival_for(by, arrival.token, STRUCTURE).seen
        if arrival.seen["done"]:
            return
        try:
            _bring_in(arrival, together, by)
        except DatabaseError:
            arrival.seen["said"] = NOT_STORED
        except Refused as refused:
            arrival.seen["said"] = str(refused)
        arrival.keep()


@transaction.atomic
def _bring_in(arrival: Arrival, together: bool, by: Standing) -> None:
    Organisation.objects.select_for_update(no_key=True).get(pk=by.organisation.pk)  # one import after the other
    plan, seen = plan_of(arrival.content, by.organisation), arrival.seen
    if plan.digest != seen["digest"]:
        seen["digest"], seen["said"] = plan.digest, OVERTAKEN
    elif plan.together and not together:
        seen["said"] = "有几行姓名相同、没有人员编号，请确认是不是同一个人，再导入。"
    elif not plan.wrongs:
        seen["done"], seen["said"] = _write(plan, by), ""


def _write(plan: Plan, by: Standing) -> str:
    schools = {}
    for code, given in plan.schools:
        there = Organisation.objects.filter(code=code).first()
        schools[code] = edit_school(there, by=by, **given) if there else add_school(code, by=by, **given)
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
