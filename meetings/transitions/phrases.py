"""常用语: the sentences that a school writes often. A list of the clerk's; nothing of a record depends on it."""

from django.db import transaction

from accounts.models import Organisation
from governance.access import Standing

from ..models import Phrase
from .acting import NotAllowed, Stopped, write
from .table import VERBS

MOST = 200  # of a place: more than that nobody finds again
USUAL = {
    Phrase.Where.OPINION: (
        "同意。",
        "同意该方案，建议抓好落实。",
        "原则同意，建议进一步完善后实施。",
        "不同意，理由是：",
        "弃权，理由是：",
        "建议缓议，待情况核实后再议。",
    ),
    Phrase.Where.DECISION: (
        "会议同意该方案，由责任人牵头组织实施。",
        "会议原则同意，按会议意见修改完善后实施。",
        "会议决定缓议，补充论证后再次提请会议研究。",
        "会议不同意该方案。",
    ),
    Phrase.Where.REASON: (
        "因公外出。",
        "参加上级会议。",
        "外出培训学习。",
        "因病请假。",
        "与本事项有利害关系。",
    ),
}


def _school(by: Standing) -> Organisation:
    """The school's row, locked: two acts on its list come one after the other."""
    verb = VERBS["keep_phrases"]
    if not verb.who(by, by.organisation):
        raise NotAllowed(f"“{verb.label}”由{verb.whom}办理。")
    return Organisation.objects.select_for_update(no_key=True).get(pk=by.organisation.pk)


def _listed(school: Organisation, where: str) -> list[Phrase]:
    return list(Phrase.objects.filter(school=school, where=where).order_by("position", "pk"))


def _number(phrases: list[Phrase]) -> None:
    for position, phrase in enumerate(phrases, start=1):
        phrase.position = position
    Phrase.objects.bulk_update(phrases, ["position"])


def _add(school: Organisation, where: str, texts, by: Standing) -> list[Phrase]:
    there = _listed(school, where)
    known = {phrase.text for phrase in there}
    new = [text for text in dict.fromkeys(texts) if text not in known]
    if len(there) + len(new) > MOST:
        raise Stopped(f"“{Phrase.Where(where).label}”已有 {len(there)} 条，最多 {MOST} 条。请先删去不用的。")
    last = there[-1].position if there else 0
    return Phrase.objects.bulk_create(
        Phrase(school=school, where=where, text=text, position=last + n, created_by=by.user)
        for n, text in enumerate(new, start=1)
    )


@transaction.atomic
def add_phrase(where: str, text: str, *, by: Standing) -> Phrase:
    school = _school(by)
    text = text.strip()
    if where not in Phrase.Where.values or not text or len(text) > 200:
        raise Stopped("请选好用在哪里，写明内容（最多 200 字）。")
    made = _add(school, where, [text], by)
    if not made:
        raise Stopped("这一条已经有了。")
    write(VERBS["keep_phrases"], school, by, "增加一条常用语", phrase=made[0].pk)
    return made[0]


@transaction.atomic
def add_usual_phrases(*, by: Standing) -> int:
    """Put in what most schools write; what is there already stays where it is."""
    school = _school(by)
    made = [phrase for where, texts in USUAL.items() for phrase in _add(school, where, texts, by)]
    if made:
        write(VERBS["keep_phrases"], school, by, f"放入 {len(made)} 条常用语")
    return len(made)


@transaction.atomic
def move_phrase(phrase: Phrase, way: int, *, by: Standing) -> None:
    """One place up (-1) or down (1) among those of its kind."""
    school = _school(by)
    phrases = _listed(school, phrase.where)
    at = next((n for n, each in enumerate(phrases) if each.pk == phrase.pk), None)
    if at is None:
        raise Stopped("这一条已经删去了。")
    to = at + way
    if 0 <= to < len(phrases):
        phrases.insert(to, phrases.pop(at))
        _number(phrases)
        write(VERBS["keep_phrases"], school, by, "调整常用语次序", phrase=phrase.pk)


@transaction.atomic
def drop_phrase(phrase: Phrase, *, by: Standing) -> None:
    """Deleting what is gone already is no fault."""
    school = _school(by)
    if Phrase.objects.filter(pk=phrase.pk, school=school).delete()[0]:
        write(VERBS["keep_phrases"], school, by, "删去一条常用语", where=phrase.where, text=phrase.text)
