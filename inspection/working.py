"""底稿: one item, one meeting or a school as a whole, with what the inspectors write beside it."""

from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Q, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from governance.access import Standing, school_for
from meetings.models import Item, KeptFinding, Meeting
from meetings.school_checks import WHOLE
from meetings.viewing import seen
from meetings.views.answering import kept, key

from . import transitions as verbs
from .access import findings_in_scope, inspection_for, item_in_scope, items_in_scope
from .inspections import school_in
from .models import Assessment, Inspection, Remark, SampledItem
from .one_item import Found, findings_on, found_of, one_item, papers_on
from .transitions import On
from .working_forms import AssessForm, FindForm, RemarkForm

DONE = {
    "remark": "备注已保存。",
    "assess": "意见已保存。",
    "find": "问题已记下。",
    "withdraw": "已撤回，原文仍可查看。",
}


def works(inspection: Inspection, by: Standing) -> bool:
    """Whether to show what can be written; the verbs judge it again."""
    today = timezone.localdate()
    lasts = inspection.state == Inspection.State.RUNNING and inspection.since <= today <= inspection.until
    return lasts and inspection.members.filter(user=by.user).exists()


@dataclass
class Desk:
    """What can be written about one thing, and what was typed that could not be taken."""

    inspection: Inspection
    by: Standing
    on: On
    about: Q  # papers and findings
    findings: list[KeptFinding]
    remark: RemarkForm = field(default_factory=lambda: RemarkForm(auto_id="remark_%s"))
    find: FindForm = field(default_factory=lambda: FindForm(auto_id="find_%s"))
    assess: dict[int, AssessForm] = field(default_factory=dict)
    wrong: str = ""

    @property
    def keep(self) -> str:
        of = self.on.item or self.on.meeting or self.on.school
        return f"paper-{self.inspection.pk}-{of._meta.model_name}-{of.pk}"

    def act(self, request) -> HttpResponse | None:
        """Do what was asked; none when something is wrong, which then stands beside what was typed."""
        act, given = request.POST.get("act", ""), request.POST
        try:
            if not self._act(act, given):
                return None
        except verbs.Stopped as stopped:
            self._refused(act, given, str(stopped))
            return None
        messages.success(request, DONE[act])
        which, where = act, "papers"
        if act == "assess":
            which, where = f"{act}-{given['finding']}", f"finding-{given['finding']}"
        return kept(redirect(f"{request.get_full_path()}#{where}"), f"{which}-{self.keep}")

    def _act(self, act: str, given) -> bool:
        inspection, by = self.inspection, self.by
        if act == "remark":
            self.remark = RemarkForm(given, auto_id="remark_%s")
            return self.remark.is_valid() and bool(
                verbs.remark(inspection, self.on, self.remark.cleaned_data["text"], by=by)
            )
        if act == "find":
            self.find = FindForm(given, auto_id="find_%s")
            return self.find.is_valid() and bool(verbs.find(inspection, self.on, **self._found(), by=by))
        if act == "assess":
            finding = next((one for one in self.findings if str(one.pk) == given.get("finding")), None)
            if finding is None:
                raise verbs.Stopped("这一条检查结果已经更新，请看新的结果再提出意见。")
            form = self.assess[finding.pk] = AssessForm(given, prefix=f"f{finding.pk}")
            if given.get("verdict") not in Assessment.Verdict.values:
                raise verbs.Stopped("请选择认定或不予认定。")
            return form.is_valid() and bool(
                verbs.assess(inspection, finding, given["verdict"], form.cleaned_data["reason"], by=by)
            )
        if act == "withdraw":
            model, verb = WITHDRAWN.get(given.get("kind", ""), (None, None))
            if model is None:
                raise Http404("没有这份底稿。")
            return bool(verb(get_object_or_404(model, pk=key(given.get("paper")), inspection=inspection), by=by))
        raise Http404("没有这个操作。")

    def _found(self) -> dict[str, str]:
        return {name: self.find.cleaned_data[name] for name in ("text", "clause", "weight")}

    def _refused(self, act: str, given, said: str) -> None:
        form: Any = {"remark": self.remark, "find": self.find}.get(act)
        if act == "assess":
            form = self.assess.get(key(given.get("finding")))
        if form is not None and form.is_bound:
            form.add_error("reason" if act == "assess" else "text", said)
        else:
            self.wrong = said

    def context(self, found: list[Found]) -> dict[str, Any]:
        return {
            "standing": self.by,
            "inspection": self.inspection,
            "on": self.on,
            "desk": self,
            "works": works(self.inspection, self.by),
            "rows": [
                (row, self.assess.get(row.finding.pk) or AssessForm(prefix=f"f{row.finding.pk}")) for row in found
            ],
            "papers": papers_on(self.inspection, self.about),
        }


WITHDRAWN: dict[str, tuple[Any, Any]] = {
    "remark": (Remark, verbs.withdraw_remark),
    "assessment": (Assessment, verbs.withdraw_assessment),
}


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def working_item(request, pk, item):
    """Everything of one item, and what the inspectors say of it."""
    inspection, by = inspection_for(request.user, pk)
    item = item_in_scope(inspection, item)
    school = school_for(request.user, item.matter.school.code, granted=True)
    about = Q(item=item) | Q(item=None, matter=item.matter_id)
    desk = Desk(inspection, by, On.of_item(item), about, findings_on(item.matter.school, about))
    if request.method == "POST" and (done := desk.act(request)):
        return done
    seen(school, "working_item", "检查底稿", matters=[item.matter], meeting=item.meeting, key=inspection.key)
    context = desk.context(found_of(inspection, desk.findings)) | {
        "one": one_item(item, school),
        "item": item,
        "school": item.matter.school,
        "standing_there": school,
        "sampled": _sampled(inspection, item, request.GET.get("sample", "")),
    }
    context |= _beside(inspection, item, context["sampled"])
    return render(request, "inspection/working_item.html", context, status=_status(request))


def _status(request) -> int:
    return 422 if request.method == "POST" else 200


def _sampled(inspection: Inspection, item: Item, no: str) -> SampledItem | None:
    """Its place in the sample that one came from."""
    if not no.isdecimal() or len(no) > 4:
        return None
    rows = SampledItem.objects.filter(sample__inspection=inspection, sample__no=int(no), item=item)
    return rows.select_related("sample", "looked_by").defer("sample__strata").first()


def _beside(inspection: Inspection, item: Item, sampled: SampledItem | None) -> dict[str, Any]:
    """The one before and the one after: in the sample, or in the list of the school, the latest first."""
    if sampled:
        others = SampledItem.objects.filter(sample=sampled.sample).values_list("item", flat=True)
        before = others.filter(no__lt=sampled.no).order_by("-no").first()
        after = others.filter(no__gt=sampled.no).order_by("no").first()
        return {"before": before, "after": after, "query": f"?sample={sampled.sample.no}"}
    mine, at = items_in_scope(inspection, [item.matter.school]), item.meeting.starts_at
    later = Q(meeting__starts_at__gt=at) | Q(meeting__starts_at=at, no__lt=item.no)
    earlier = Q(meeting__starts_at__lt=at) | Q(meeting__starts_at=at, no__gt=item.no)
    before = mine.filter(later).order_by("meeting__starts_at", "-no").values_list("pk", flat=True).first()
    after = mine.filter(earlier).order_by("-meeting__starts_at", "no").values_list("pk", flat=True).first()
    return {"before": before, "after": after, "query": ""}


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def working_meeting(request, pk, meeting):
    """What is said of a meeting as a whole; its items in scope lead to their own pages."""
    inspection, by = inspection_for(request.user, pk)
    items = items_in_scope(inspection).filter(meeting=meeting).select_related("matter").order_by("no")
    held = get_object_or_404(
        Meeting.objects.filter(pk__in=items.values("meeting")).select_related("school"), pk=meeting
    )
    about = Q(meeting=held, item=None, matter=None)
    of_meeting = findings_in_scope(inspection, [held.school]).filter(about)
    desk = Desk(inspection, by, On(held.school, held), about, _with_evidence(of_meeting))
    matters = [item.matter for item in items]
    seen(by, "working_meeting", "检查底稿", matters=matters, meeting=held, key=inspection.key)
    return _place(request, desk, {"meeting": held, "items": items, "school": held.school})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def working_school(request, pk, code):
    inspection, by = inspection_for(request.user, pk)
    school = school_in(inspection, code)
    findings = findings_in_scope(inspection, [school]).filter(WHOLE)
    desk = Desk(inspection, by, On(school), WHOLE & Q(school=school), _with_evidence(findings))
    return _place(request, desk, {"school": school})


def _with_evidence(findings: QuerySet[KeptFinding]) -> list[KeptFinding]:
    return list(findings.select_related("school", "meeting", "matter", "item", "judgement__same_as").order_by("pk"))


def _place(request, desk: Desk, more: dict[str, Any]):
    if request.method == "POST" and (done := desk.act(request)):
        return done
    context = desk.context(found_of(desk.inspection, desk.findings)) | more
    return render(request, "inspection/working_place.html", context, status=_status(request))


def place_of(inspection: int, paper: Remark | Assessment) -> str:
    """The page on which a paper stands."""
    if paper.item_id:
        return reverse("working_item", args=[inspection, paper.item_id])
    if paper.meeting_id and not paper.matter_id:
        return reverse("working_meeting", args=[inspection, paper.meeting_id])
    return reverse("working_school", args=[inspection, paper.school.code])


urlpatterns = [
    path("inspections/<int:pk>/items/<int:item>/", working_item, name="working_item"),
    path("inspections/<int:pk>/meetings/<int:meeting>/", working_meeting, name="working_meeting"),
    path("inspections/<int:pk>/schools/<slug:code>/papers/", working_school, name="working_school"),
]
