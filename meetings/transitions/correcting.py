"""更正: what a sealed record says wrong is told by an entry of its own, signed by a head. Nothing is written over.

While a meeting still goes on the same serves for presence and recusals that a vote depends on.
"""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import Max

from governance.access import Standing

from ..facts import Load, load
from ..facts.corrections import lay_over, value_of
from ..models import Correction, Document, Item, Meeting
from .acting import Stopped, WrongState, begin, digest_of, now, write
from .correctable import Correctable, Spot
from .papers import numbered
from .presence import Presence, counted
from .record import judge_all, keep_all

OPEN = (Meeting.State.OPEN, Meeting.State.ENDED)
UNSIGNED = {"signed_at": None, "dropped_at": None}


@transaction.atomic
def correct(meeting: Meeting, path: str, right: str, *, found_by: str, reason: str, by: Standing) -> Correction:
    """Enter what a field of the record should say. It counts once a head has signed it; the same again is the same."""
    if meeting.state in (Meeting.State.COMPLETED, Meeting.State.SIGNED):
        raise WrongState("纪要还没有签发，记录可以直接改：请先“退回修改”，改好后重新签字。")
    verb, meeting = begin("correct", meeting, by)
    loaded = load(by.school, Meeting.objects.filter(pk=meeting.pk))
    spot = Correctable(loaded, meeting.pk).at(path)
    right = spot.parsed(right, meeting)
    found_by, reason = found_by.strip(), reason.strip()
    waiting = Correction.objects.filter(meeting=meeting, path=path, **UNSIGNED).first()
    if waiting:
        if (waiting.right, waiting.found_by, waiting.reason) == (right, found_by, reason):
            return waiting
        raise Stopped(
            f"“{spot.label}”已有更正 {waiting.no} 等待签字，更正为“{_short(waiting.right_said)}”。"
            "请先由负责人签字，再在它的基础上更正；写错了的，先撤回。"
        )
    if right == spot.text:
        raise Stopped(f"“{spot.label}”现在记的就是“{_short(spot.said)}”，与更正的内容相同，不用更正。")
    if not found_by or not reason:
        raise Stopped("请写明是谁发现的。" if not found_by else "请写明更正的理由和依据。")
    if meeting.state in OPEN:
        _only_what_was_counted(loaded, meeting, spot, right)
    _can_be(loaded, meeting, path, right)
    number = (Correction.objects.filter(meeting=meeting).aggregate(n=Max("no"))["n"] or 0) + 1
    said = {"wrong_said": spot.said, "right_said": spot.in_words(right), "found_by": found_by[:100], "reason": reason}
    told = {"no": number, "path": path, "label": spot.label[:200], "wrong": spot.text, "right": right, **said}
    made = Correction.objects.create(
        meeting=meeting, **told, entered_by=by.user, digest=digest_of({"meeting": meeting.ref, **told})
    )
    write(
        verb,
        meeting,
        by,
        f"登记更正 {number}：{made.label}",
        correction=made.pk,
        no=number,
        path=path,
        digest=made.digest,
    )
    return made


@transaction.atomic
def sign_correction(correction: Correction, *, digest: str, by: Standing) -> Correction:
    """From here on the correction counts: of a sealed record a document says so, and the rules judge it anew."""
    verb, meeting = begin("sign_correction", correction.meeting, by)
    correction = Correction.objects.select_related("meeting").get(pk=correction.pk)
    if correction.signed_at:
        return correction
    if correction.dropped_at:
        raise WrongState(f"更正 {correction.no} 已经撤回，不用签字。")
    if meeting.state not in (*OPEN, *Meeting.SEALED):
        raise WrongState("会议记录正在签字、签发，现在不能签更正。请先把记录“退回修改”。")
    if digest != correction.digest:
        raise WrongState("您打开页面以后更正有改动。请看过现在的内容再签字。")
    loaded = load(by.school, Meeting.objects.filter(pk=meeting.pk))
    spot = Correctable(loaded, meeting.pk).at(correction.path)
    if spot.text != correction.wrong:
        raise WrongState(
            f"“{correction.label}”在登记更正以后又有改动，现在记的是“{_short(spot.said)}”。请先撤回这一更正，需要的再登记。"
        )
    _can_be(loaded, meeting, correction.path, correction.right)
    correction.signed_by, correction.signed_at = by.person, now()
    _follow(meeting, correction)
    if meeting.state in Meeting.SEALED:
        correction.document = _document(meeting, correction, by)
    correction.save(update_fields=["signed_by", "signed_at", "document"])
    if meeting.state in Meeting.SEALED:
        loaded = load(by.school, Meeting.objects.filter(pk=meeting.pk), neighbours=True)
        keep_all(loaded, meeting, judge_all(loaded, meeting.pk), verb="correct", by=by)
    write(
        verb, meeting, by, f"签字更正 {correction.no}：{correction.label}", correction=correction.pk, no=correction.no,
        digest=correction.digest, document=correction.document_id,
    )  # fmt: skip
    return correction


@transaction.atomic
def drop_correction(correction: Correction, *, by: Standing) -> Correction:
    """Taken back before anybody signed it. It stays visible, and its number is not given again."""
    verb, meeting = begin("drop_correction", correction.meeting, by)
    correction = Correction.objects.get(pk=correction.pk)
    if correction.signed_at:
        raise WrongState(f"更正 {correction.no} 已经签字，不能撤回。写错了的，再登记一次更正。")
    if correction.dropped_at is None:
        correction.dropped_at = now()
        correction.save(update_fields=["dropped_at"])
        write(verb, meeting, by, f"撤回更正 {correction.no}：{correction.label}", correction=correction.pk)
    return correction


def waits_for_signature(meeting: Meeting) -> list[int]:
    """The numbers of the corrections that nobody has signed yet."""
    return list(Correction.objects.filter(meeting=meeting, **UNSIGNED).values_list("no", flat=True))


def _short(text: str) -> str:
    return text if len(text) <= 24 else f"{text[:24]}…"


def _document(meeting: Meeting, correction: Correction, by: Standing) -> Document:
    from ..documents import freeze_correction

    columns = numbered(meeting.school, Document.Kind.CORRECTION, meeting.body)
    minutes = Document.objects.filter(meeting=meeting, kind=Document.Kind.MINUTES).first()
    frozen = freeze_correction(correction, minutes, number=columns["number"])
    return Document.objects.create(
        school=meeting.school, meeting=meeting, kind=Document.Kind.CORRECTION, corrects=minutes,
        frozen=frozen, digest=digest_of(frozen), issued_by=by.user, **columns,
    )  # fmt: skip


def _follow(meeting: Meeting, correction: Correction) -> None:
    """A date that was written down wrong is the date of the follow-up too, unless it was put off since."""
    match correction.path.split("/"):
        case ["item", pk, "due"] if meeting.state in Meeting.SEALED:
            item = Item.objects.select_for_update(of=("self",)).get(pk=pk)
            before = correction.wrong or None
            if (item.due and item.due.isoformat()) == before:
                item.due_decided = item.due_decided or item.due
                item.due = datetime.fromisoformat(correction.right).date() if correction.right else None
                item.save(update_fields=["due", "due_decided"])


def _can_be(loaded: Load, meeting: Meeting, path: str, right: str) -> None:
    """Stopped where the record would contradict itself with the field as it is to be."""
    row, items = loaded.meetings[meeting.pk], loaded.items[meeting.pk]
    lay_over(row, items, [{"path": path, "right": right}])
    if row.starts_at is None:
        raise Stopped("开始时间不能为空。")
    if row.ends_at and row.ends_at < row.starts_at:
        raise Stopped("结束时间不能早于开始时间。两处都记错的，先更正另一处。")
    for each in row.attendance_rows:
        if each["from_item"] and each["to_item"] and each["to_item"] < each["from_item"]:
            raise Stopped("离会的项次不能在到会的项次之前。两处都记错的，先更正另一处。")
    last = max((item.no for item in items), default=0)
    if path.startswith("attendance/"):
        given = [int(each) for each in right.split(",") if each.isdigit()] if path.endswith(("_item", "/away")) else []
        if any(number > last for number in given):
            raise Stopped(f"本次会议只有 {last} 项，没有第 {max(given)} 项。")


def _only_what_was_counted(loaded: Load, meeting: Meeting, spot: Spot, right: str) -> None:
    """Before the record is sealed a correction is only for what cannot simply be written anew: what a vote depends on,
    or what another correction lies over."""
    kind, *where, _name = spot.path.split("/")
    beside = f"{'/'.join((kind, *where))}/"
    if Correction.objects.filter(meeting=meeting, signed_at__isnull=False, path__startswith=beside).exists():
        return
    voted = counted(meeting)
    items = [item for item in loaded.items[meeting.pk] if item.no in voted]
    match spot.path.split("/"):
        case ["recusal", pk, _, "on"] if int(pk) in {item.pk for item in items}:
            return
        case ["attendance", person, ("status" | "from_item" | "to_item" | "away")]:
            rows = loaded.meetings[meeting.pk].attendance_rows
            row: dict = next((row for row in rows if row["person"] == int(person)), {})
            before = _there(row, items)
            after = _there({**row, spot.name: value_of(spot.name, right)}, items)
            if before != after:
                return
    raise Stopped(f"“{spot.label}”还可以直接修改：没有表决依赖它。请到会议页上改，不用登记更正。")


def _there(row: dict, items: Iterable[Item]) -> set[int]:
    """The items that somebody is present at."""
    there = Presence(row.get("status", ""), row.get("from_item"), row.get("to_item"), tuple(row.get("away") or ()))
    return {item.pk for item in items if there.at(item.no)}
