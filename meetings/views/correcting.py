"""更正: what is wrong is pointed at in the record, told beside what was written, and signed by a head."""

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from governance.access import Standing, school_for
from governance.forms.fields import DayField, MomentField
from governance.models import Body

from .. import transitions as verbs
from ..access import meetings_for
from ..facts import Load, load
from ..models import Correction
from ..sheet import ORDER, by_rank
from ..transitions import correctable
from .answering import kept, stopped_as_message


def _loaded(by: Standing, pk: int) -> Load:
    """A record that may be corrected by whoever asks, or 404."""
    loaded = load(by.school, meetings_for(by).filter(pk=pk))
    if pk not in loaded.meetings or not verbs.may(by, "correct", loaded.meetings[pk]):
        raise Http404("没有这份记录，或者它不由您更正。")
    return loaded


def _spot_control(spot: verbs.Spot) -> forms.Field:
    people = list(spot.names.items())
    match spot.control:
        case "choice":
            return forms.ChoiceField(label="更正为", choices=[("", "（空）"), *spot.choices], required=False)
        case "person":
            return forms.ChoiceField(label="更正为", choices=[("", "（空）"), *people], required=False)
        case "people":
            boxes = forms.CheckboxSelectMultiple
            return forms.MultipleChoiceField(label="更正为", choices=people, widget=boxes, required=False)
        case "yes_or_no":
            return forms.ChoiceField(label="更正为", choices=[("1", "是"), ("", "否")], required=False)
        case "day":
            return DayField(label="更正为", required=False)
        case "moment":
            return MomentField(label="更正为", required=False)
        case "figure":
            return forms.CharField(
                label="更正为", required=False, widget=forms.TextInput(attrs={"inputmode": "numeric"})
            )
        case "long":
            widget = forms.Textarea(attrs={"rows": 6, "data-right": ""})
            return forms.CharField(label="更正为", required=False, widget=widget, strip=False)
    hint = "项次之间用逗号分开，如 2,3。" if spot.name == "away" else ""
    return forms.CharField(label="更正为", required=False, help_text=hint)


class CorrectionForm(forms.Form):
    """``right`` is asked for as the field itself is."""

    found_by = forms.CharField(
        label="谁发现的", max_length=100, help_text="姓名和单位，例如：钱校长；区教育局督导组王检查。",
        error_messages={"required": "请写明是谁发现的。"},
    )  # fmt: skip
    reason = forms.CharField(
        label="更正的理由和依据", max_length=2000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text="错在哪里，凭什么这样更正。写入更正说明。", error_messages={"required": "请写明更正的理由和依据。"},
    )  # fmt: skip

    def __init__(self, *args, spot: verbs.Spot, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields = {"right": _spot_control(spot), **self.fields}
        several = spot.control == "people"
        self.initial["right"] = spot.text.split(",") if several else spot.text

    @property
    def right(self) -> str:
        given = self.cleaned_data["right"]
        return ",".join(sorted(given, key=int)) if isinstance(given, list) else correctable.shown(given)


@login_required
@require_GET
def correction_pick(request, school, pk):
    """The record field by field, each the link that corrects it."""
    by = school_for(request.user, school)
    loaded = _loaded(by, pk)
    fields = verbs.Correctable(loaded, pk)
    meeting = loaded.meetings[pk]
    context = {
        "standing": by,
        "meeting": meeting,
        "sealed": meeting.state in type(meeting).SEALED,
        "sections": _sections(loaded, pk, fields),
    }
    return render(request, "meetings/correction_pick.html", context)


def _sections(loaded: Load, pk: int, fields: verbs.Correctable) -> list[dict]:
    """The meeting, who was there, each item: rows of fields under what they belong to."""
    meeting = loaded.meetings[pk]
    day = loaded.dossier.meeting_case(next(m for m in loaded.dossier.records.meetings if m.id == pk)).day
    sat = [row["person"] for row in by_rank(meeting.attendance_rows, loaded.dossier, meeting.body, day)]
    team = [person for post in ORDER[Body(meeting.body)] for person in loaded.dossier.holders(post, day)]
    people = list(
        dict.fromkeys([*sat, *(person for person in team if person in loaded.dossier.team(meeting.body, day))])
    )
    of = correctable
    about = [("", fields.several("meeting", of.MEETING_WORDS))]
    there = [(fields.names[who], fields.several(f"attendance/{who}", of.ATTENDANCE_WORDS)) for who in people]
    sections = [
        {"title": "会议", "anchor": "meeting", "rows": about},
        {"title": "到会", "anchor": "people", "rows": there},
    ]
    for item in loaded.items[pk]:
        rows = [("", fields.several(f"item/{item.pk}", of.ITEM_WORDS))]
        silent: list[tuple[str, list[verbs.Spot]]] = []
        for row in item.vote_rows:
            place = fields.vote_place(item, row).split(" · ", 1)[1]
            rows.append((place, fields.several(f"vote/{row['id']}", of.VOTE_WORDS)))
        said = {(row["person"], row["written"]) for row in item.opinion_rows}
        for who, written in [*((who, False) for who in people), *((who, True) for who, on_paper in said if on_paper)]:
            spots = fields.several(f"{'written' if written else 'opinion'}/{item.pk}/{who}", of.OPINION_WORDS)
            recused = any(row["person"] == who for row in item.recusal_rows)
            names = ("on", "reason") if recused else ("on",)
            aside = [] if written else fields.several(f"recusal/{item.pk}/{who}", of.RECUSAL_WORDS, *names)
            spoke = recused or (who, written) in said
            (rows if spoke else silent).append((fields.names[who] + ("（书面）" if written else ""), [*spots, *aside]))
        minuted = [row for row in meeting.minutes_rows if row["item"] == item.pk]
        rows += [("纪要", fields.several(f"minutes/{row['id']}", of.MINUTES_WORDS)) for row in minuted]
        title = f"{item.no}. {item.matter.title}"
        sections.append({"title": title, "anchor": f"item-{item.no}", "rows": rows, "silent": silent})
    return sections


@login_required
@require_http_methods(["GET", "POST"])
def correction_new(request, school, pk):
    by = school_for(request.user, school)
    loaded = _loaded(by, pk)
    meeting = loaded.meetings[pk]
    where = request.POST.get("field") or request.GET.get("path", "")
    try:
        spot = verbs.Correctable(loaded, pk).at(where)
    except verbs.Stopped as stopped:
        stopped_as_message(request, stopped)
        return redirect("correction_pick", school, pk)
    form = CorrectionForm(request.POST or None, spot=spot)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            made = verbs.correct(meeting, where, form.right, found_by=given["found_by"], reason=given["reason"], by=by)
        except verbs.Stopped as stopped:
            form.add_error("right", str(stopped))
        else:
            messages.success(request, f"已登记更正 {made.no}，等{_signers(meeting)}签字后生效。")
            address = reverse("record", args=[school, pk])
            return kept(redirect(f"{address}#correction-{made.no}"), f"correction-{pk}-{where}")
    context = {"standing": by, "meeting": meeting, "spot": spot, "form": form, "signers": _signers(meeting)}
    return render(request, "meetings/correction_new.html", context, status=422 if form.errors else 200)


def _signers(meeting) -> str:
    return f"{verbs.head_label(meeting.body)}或主持人"


def _corrections(by: Standing) -> QuerySet[Correction]:
    return Correction.objects.filter(meeting__in=meetings_for(by)).select_related("meeting")


@login_required
@require_POST
def correction_sign(request, school, pk):
    by = school_for(request.user, school)
    correction = get_object_or_404(_corrections(by), pk=pk)
    try:
        made = verbs.sign_correction(correction, digest=request.POST.get("digest", ""), by=by)
        paper = f"更正说明 {made.document.number} 已签发。" if made.document else ""
        messages.success(request, f"更正 {made.no} 已签字生效。{paper}")
    except verbs.Stopped as stopped:
        stopped_as_message(request, stopped)
    return redirect(f"{reverse('record', args=[school, correction.meeting_id])}#correction-{correction.no}")


@login_required
@require_POST
def correction_drop(request, school, pk):
    by = school_for(request.user, school)
    correction = get_object_or_404(_corrections(by), pk=pk)
    try:
        verbs.drop_correction(correction, by=by)
        messages.success(request, f"更正 {correction.no} 已撤回。")
    except verbs.Stopped as stopped:
        stopped_as_message(request, stopped)
    return redirect("record", school, correction.meeting_id)


urlpatterns = [
    path("meetings/<int:pk>/corrections/", correction_pick, name="correction_pick"),
    path("meetings/<int:pk>/corrections/new/", correction_new, name="correction_new"),
    path("corrections/<int:pk>/sign/", correction_sign, name="correction_sign"),
    path("corrections/<int:pk>/drop/", correction_drop, name="correction_drop"),
]
