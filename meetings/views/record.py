"""After the meeting: the record is checked, completed, and signed by chair and recorder."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import OuterRef, QuerySet, Subquery
from django.db.models.functions import JSONObject
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.html import format_html
from django.views.decorators.http import require_GET, require_POST

from accounts.models import Entry
from governance.access import Standing, school_for
from governance.templatetags.findings import grouped

from .. import transitions as verbs
from ..access import item_for, meeting_for, meetings_for
from ..columns import Kept, judgements, met, not_met, unconfirmed
from ..completeness import open_points
from ..documents.kinds import Subject
from ..facts import Load, load
from ..folding import of_question, unfold
from ..models import Document, Judgement, KeptFinding, Meeting, MetAnswer, Signature
from ..papers import latest, shelves
from ..sheet import Remark, Sheet, sheet_of, with_rows_of_the_sheet
from ..viewing import seen
from .answering import stopped_as_message
from .rebuilt import compares

State = Meeting.State
WAY = (State.ENDED, State.COMPLETED, State.SIGNED, State.ISSUED, State.IMPORTED)
CHECKLIST = ("R-01", "R-09", "R-02")  # 记录完整 · 责任人和时限 · 签字
PUBLICITY = ("R-07", "R-08")
# What no word in the record can mend any more: when it was signed, issued, entered, carried out.
BEYOND = ("R-02", "R-03", "R-04", "R-11", "R-12", "R-13", "R-14", *PUBLICITY)
ON_THE_WAY = {"R-03", "R-13"}  # what comes next is not missing


def with_rows_of_the_record(meetings: QuerySet[Meeting]) -> QuerySet[Meeting]:
    back = Entry.objects.filter(subject_kind="meeting", subject_id=OuterRef("pk"), verb="reopen").order_by("-pk")
    return with_rows_of_the_sheet(meetings).annotate(
        kept_rows=not_met(),
        judgement_rows=judgements(),
        check_in_rows=unconfirmed(),
        sent_back=Subquery(back.values(json=JSONObject(by="actor_name", at="at", facts="facts"))[:1]),
    )


def load_meeting(by: Standing, pk: int, *, neighbours: bool | Callable[[Meeting], bool] = False) -> Load:
    loaded = load(by.school, meetings_for(by).filter(pk=pk), neighbours=neighbours, more=with_rows_of_the_record)
    if pk not in loaded.meetings:
        raise Http404("没有这次会议。")
    return loaded


def _page(request, by: Standing, pk: int, *, reason: str = "", wrong: str = ""):
    loaded = load_meeting(by, pk, neighbours=lambda meeting: meeting.state not in Meeting.SEALED)
    sheet = sheet_of(loaded, pk)
    meeting = sheet.meeting
    if meeting.state not in WAY and by.narrowed:
        raise Http404("这次会议还没有开完，没有记录可看。")
    if meeting.state not in WAY:
        messages.info(request, "会议结束后，在这里核对、签字。")
        return redirect("meeting", by.school.code, pk)
    seen(by, "record", "会议记录", matters=[line.item.matter for line in sheet.lines], meeting=meeting)
    for line in sheet.lines:
        line.item.meeting = meeting
    subjects: list[Subject] = [meeting, *(line.item for line in sheet.lines)]
    issued = latest(by, subjects)
    document = issued.get((Document.Kind.MINUTES, f"meeting/{pk}")) if meeting.state == State.ISSUED else None
    signs = verbs.may(by, "sign", meeting) and any(
        role not in sheet.signed_at
        for role, person in (("chair", meeting.chair_id), ("recorder", meeting.recorder_id))
        if person == by.person_id
    )
    context = {
        "standing": by,
        "meeting": meeting,
        "sheet": sheet,
        "document": document,
        "steps": _steps(by, sheet, document),
        "completes": verbs.may(by, "complete", meeting),
        "signs": signs,
        "issues": verbs.may(by, "issue", meeting),
        "reopens": verbs.may(by, "reopen", meeting),
        "compares": compares(by),
        "minuted": meeting.state in (State.COMPLETED, State.SIGNED) and not by.narrowed,
        "digest": verbs.record_digest(loaded, pk) if signs else "",
        "explains": by.heads(meeting.body) and meeting.state not in Meeting.SEALED,
        "corrections": sheet.corrections,
        "compared": compared(meeting) if meeting.state in Meeting.SEALED and sheet.fixes else None,
        "corrects": verbs.may(by, "correct", meeting),
        "signs_corrections": verbs.may(by, "sign_correction", meeting),
        "drops_corrections": verbs.may(by, "drop_correction", meeting),
        "points": open_points(loaded, sheet, by),
        "sent_back": Kept(meeting.sent_back) if meeting.state == State.ENDED and meeting.sent_back else None,
        "shelves": shelves(by, subjects, issued),
        "reason": reason,
        "wrong": wrong,
    }
    return render(request, "meetings/record_page.html", context | _check(by, loaded, sheet))


@dataclass(frozen=True)
class Compared:
    """What the rules said before the first correction, beside what they say of the corrected record."""

    changed: list[SimpleNamespace]
    same: int


def compared(meeting: Meeting) -> Compared | None:
    judgements = Judgement.objects.filter(meeting=meeting, item=None, run=None).defer("own_facts").order_by("-pk")
    first = judgements.exclude(verb="correct").exclude(pk__gt=_first_correction(meeting)).first()
    now = judgements.filter(current=True).first()
    if not first or not now or now.pk == first.pk:
        return None
    said: dict[tuple, dict[int, KeptFinding | MetAnswer]] = defaultdict(dict)
    rows = KeptFinding.objects.filter(judgement__in=(first, now)).order_by("pk")
    answers: list[KeptFinding | MetAnswer] = [*rows, *unfold(first), *unfold(now)]
    for one in answers:
        said[of_question(one)][one.judgement_id] = one
    pairs = [(rule, both.get(first.pk), both.get(now.pk)) for (*_, rule), both in said.items()]
    changed = [
        SimpleNamespace(rule=rule, before=before, after=after)
        for rule, before, after in pairs
        if not before or not after or (before.outcome, before.message) != (after.outcome, after.message)
    ]
    return Compared(changed, len(pairs) - len(changed))


def _first_correction(meeting: Meeting):
    return Judgement.objects.filter(meeting=meeting, verb="correct").order_by("pk").values("pk")[:1]


def _steps(by: Standing, sheet: Sheet, document: Document | None) -> list[dict]:
    """The way from the end of the meeting to the issued minutes."""
    meeting, at = sheet.meeting, WAY.index(sheet.meeting.state)
    came_in = meeting.state == State.IMPORTED  # what is missing will not come any more

    def step(title: str, who: str, when, turn: int) -> dict:
        if came_in and not when:
            return {"title": title, "mark": "unknown"}
        return {"title": title, "by": who, "at": when, "mark": "done" if when else "now" if at == turn else "todo"}

    steps = [
        step("会议结束", "", meeting.ends_at, 0),
        step("完成记录", "" if meeting.record_completed_at else "学校秘书", meeting.record_completed_at, 0),
    ]
    for role, who in ((Signature.Role.CHAIR, sheet.chair), (Signature.Role.RECORDER, sheet.recorder)):
        steps.append(step(f"{role.label}签字", who, sheet.signed_at.get(role), 1))
    came = sheet.came_minutes
    issued = step("签发纪要", verbs.head_label(meeting.body), (document or came) and (document or came).issued_at, 2)
    if came:
        issued |= {"by": str(came.issued_by or ""), "text": came.number}
    if document:
        url = reverse("document_page", args=[by.school.code, document.pk])
        issued |= {"by": document.signer, "text": document.number, "url": url}
    return [*steps, issued]


def _check(by: Standing, loaded: Load, sheet: Sheet) -> dict:
    """What the rules say: what completes a record first, then the rest by weight, each with the place to mend it."""
    meeting = sheet.meeting
    findings: list[Any]
    if meeting.state in Meeting.SEALED:
        # Whoever reads a meeting by a grant may read every item of it (access.meetings_for).
        findings = [*map(Kept, meeting.kept_rows), *met(meeting)]
    else:
        findings = [f for f in verbs.judge_all(loaded, meeting.pk) if f.code not in ON_THE_WAY or f.outcome == "met"]
    first = sorted(
        (f for f in findings if str(f.rule) in CHECKLIST),
        key=lambda f: (CHECKLIST.index(str(f.rule)), f.outcome == "met"),
    )
    groups = grouped(f for f in findings if str(f.rule) not in CHECKLIST)
    return {
        "first": _mendable(by, sheet, (f for f in first if f.outcome != "met")),
        "first_met": [f for f in first if f.outcome == "met"],
        "groups": [(group, _mendable(by, sheet, group.findings)) for group in groups["open"]],
        "met": groups["met"],
    }


def _mendable(by: Standing, sheet: Sheet, findings) -> list[tuple[Remark, str]]:
    writes = verbs.may(by, "note", sheet.meeting)
    corrects = sheet.meeting.state in Meeting.SEALED and verbs.may(by, "correct", sheet.meeting)
    here = reverse("meeting", args=[by.school.code, sheet.meeting.pk])
    rows = []
    for remark in sheet.remarks(findings):
        number = remark.line.item.no if remark.line else 0
        word = f"去第 {number} 项" if number else "去会议页"
        # Signing has its own button; what is still to be written is written on the meeting's page.
        writable = writes and str(remark.finding.rule) != "R-02"
        act = format_html('<a class="btn btn-small" href="{}?item={}">{}</a>', here, number, word) if writable else ""
        if corrects and str(remark.finding.rule) not in BEYOND:
            there = reverse("correction_pick", args=[by.school.code, sheet.meeting.pk])
            act = format_html(
                '<a class="btn btn-small" href="{}#{}">登记更正</a>', there, f"item-{number}" if number else "people"
            )
        if str(remark.finding.rule) in PUBLICITY and remark.line and verbs.may(by, "publish", remark.line.item):
            there = reverse("publish", args=[by.school.code, remark.line.item.pk])
            act = format_html('<a class="btn btn-small" href="{}">去登记</a>', there)
        rows.append((remark, act))
    return rows


@login_required
@require_GET
def record(request, school, pk):
    return _page(request, school_for(request.user, school, granted=True), pk)


@login_required
@require_POST
def complete(request, school, pk):
    by = school_for(request.user, school)
    try:
        verbs.complete(meeting_for(by, pk), by=by)
        messages.success(request, "记录已完成，已请主持人和记录人签字。")
    except verbs.Stopped as stopped:
        stopped_as_message(request, stopped)
    return redirect("record", school, pk)


@login_required
@require_POST
def sign(request, school, pk):
    by = school_for(request.user, school)
    try:
        meeting = verbs.sign(meeting_for(by, pk), digest=request.POST.get("digest", ""), by=by)
        all_signed = meeting.state == State.SIGNED
        messages.success(request, "已签字。两人都已签字，可以签发纪要。" if all_signed else "已签字。")
    except verbs.Stopped as stopped:
        stopped_as_message(request, stopped)
    return redirect("record", school, pk)


@login_required
@require_POST
def reopen(request, school, pk):
    by = school_for(request.user, school)
    reason = request.POST.get("reason", "")
    try:
        verbs.reopen(meeting_for(by, pk), reason=reason, by=by)
    except verbs.Stopped as stopped:
        return _page(request, by, pk, reason=reason, wrong=str(stopped))
    messages.success(request, "已退回修改，已有的签字作废。改好后请重新完成记录。")
    return redirect("record", school, pk)


@login_required
@require_POST
def explain(request, school, pk):
    """The head gives the reason why a blocked item may stand, where the record is read."""
    by = school_for(request.user, school)
    item = item_for(by, pk)
    if item.meeting_id is None:
        raise Http404("这一项没有上会。")
    try:
        verbs.override(item, request.POST.getlist("codes"), request.POST.get("reason", ""), by=by)
        messages.success(request, "理由已记下，永久保留。")
    except verbs.Stopped as stopped:
        stopped_as_message(request, stopped)
    return redirect("record", school, item.meeting_id)


urlpatterns = [
    path("meetings/<int:pk>/record/", record, name="record"),
    path("meetings/<int:pk>/complete/", complete, name="complete"),
    path("meetings/<int:pk>/sign/", sign, name="sign"),
    path("meetings/<int:pk>/reopen/", reopen, name="reopen"),
    path("items/<int:pk>/explain/", explain, name="explain"),
]
