"""督导: the inspections of an authority, planning one, and its pages while it runs and afterwards."""

from datetime import timedelta

import django_filters as filters
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Case, Count, IntegerField, Q, Value, When
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import Organisation
from accounts.templatetags.words import full
from governance.access import Standing, standings_of
from governance.models import Body
from governance.rules.catalogue import CLASSES
from meetings.models import Item
from meetings.viewing import seen_in_list

from . import transitions as verbs
from .access import NO_INSPECTION, inspection_for, inspections_of, items_in_scope
from .inspected import GRAVEST, counted, of_gravity, with_figures
from .models import Inspection
from .planning_form import ExtendForm, InspectionForm, shown
from .views import inspector, page_of

State = Inspection.State
ACTS = {"begin": verbs.begin_inspection, "end": verbs.end_inspection}
DONE = {"begin": "检查已开始，组员可以查看范围内的记录。", "end": "检查已结束，受派组员不再看到记录。"}
SCHOOLS = 25


def _running_first(rows):
    order = Case(
        When(state=State.RUNNING, then=Value(0)), When(state=State.DRAFT, then=Value(1)), default=Value(2),
        output_field=IntegerField(),
    )  # fmt: skip
    many = Count("schools", distinct=True)
    return rows.select_related("authority").annotate(order=order, many=many).order_by("order", "-since", "-pk")


@login_required
@require_safe
def inspection_list(request, authority):
    by = inspector(request.user, authority)
    rows = Inspection.objects.filter(authority=by.organisation)
    if (state := request.GET.get("state", "")) in State.values:
        rows = rows.filter(state=state)
    context = {"standing": by, "page": page_of(request, _running_first(rows)), "states": State.choices, "state": state}
    return render(request, "inspection/inspection_list.html", context | {"today": timezone.localdate()})


@login_required
@require_safe
def my_inspections(request):
    """Those one is named in, while they last: where whoever was invited begins."""
    mine = inspections_of(request.user).filter(members__user=request.user, state=State.RUNNING)
    page = page_of(request, _running_first(Inspection.objects.filter(pk__in=mine.values("pk"))))
    context = {"page": page, "today": timezone.localdate()}
    if len(standings := standings_of(request.user)) == 1:
        context["standing"] = standings[0]
    return render(request, "inspection/my_inspections.html", context)


def planner(user, pk: int) -> tuple[Inspection, Standing]:
    """Whoever may plan, begin and end it; a member who was only invited gets 404."""
    inspection, by = inspection_for(user, pk)
    if not by.supervises:
        raise Http404(NO_INSPECTION)
    return inspection, by


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def inspection_new(request, authority):
    by = inspector(request.user, authority)
    today = timezone.localdate()
    blank = {
        "kind": Inspection.Kind.SUPERVISION,
        "since": today,
        "until": today + timedelta(days=30),
        "records_since": today.replace(day=1) - timedelta(days=365),
        "records_until": today,
    }
    return _form(request, by, None, blank, lambda form: verbs.plan_inspection(form.plan, by=by))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def inspection_edit(request, pk):
    inspection, by = planner(request.user, pk)
    if inspection.state != State.DRAFT:
        messages.info(request, "检查开始以后不能再改范围和成员，只能延长或结束。")
        return redirect("inspection", pk)

    def keep(form: InspectionForm) -> Inspection:
        return verbs.edit_inspection(inspection, form.plan, seen=form.cleaned_data["seen"], by=by)

    return _form(request, by, inspection, shown(inspection), keep)


def _form(request, by: Standing, inspection: Inspection | None, initial: dict, keep):
    form = InspectionForm(
        request.POST if request.method == "POST" else None, by=by, inspection=inspection, initial=initial
    )
    if form.is_bound and form.is_valid():
        try:
            kept = keep(form)
        except verbs.Stopped as stopped:
            form.add_error(None, str(stopped))
        else:
            messages.success(request, "已保存。核对范围和成员后，开始检查。")
            return redirect("inspection", kept.pk)
    context = {"standing": by, "form": form, "inspection": inspection}
    return render(request, "inspection/inspection_form.html", context, status=422 if form.is_bound else 200)


@login_required
@require_POST
def inspection_act(request, pk, act):
    inspection, by = planner(request.user, pk)
    if act not in ACTS:
        raise Http404("没有这个操作。")
    _done(request, DONE[act], lambda: ACTS[act](inspection, by=by))
    return redirect("inspection", pk)


@login_required
@require_POST
def inspection_extend(request, pk):
    inspection, by = planner(request.user, pk)
    form = ExtendForm(request.POST)
    if form.is_valid():
        until = form.cleaned_data["until"]
        done = f"检查延到{full(until)}。"
        if _done(request, done, lambda: verbs.extend_inspection(inspection, until=until, by=by)):
            return redirect("inspection", pk)
    else:
        messages.error(request, "请填写延到哪一天。")
    return _page(request, pk, extending=form, status=422)


def _done(request, done: str, act) -> bool:
    try:
        act()
    except verbs.Stopped as stopped:
        messages.error(request, str(stopped))
        return False
    messages.success(request, done)
    return True


@login_required
@require_safe
def inspection(request, pk):
    return _page(request, pk)


def _page(request, pk: int, *, extending: ExtendForm | None = None, status: int = 200):
    found, by = inspection_for(request.user, pk)
    schools = found.schools_here.order_by("name")
    if q := request.GET.get("q", "").replace("\0", "").strip()[:60]:
        schools = schools.filter(Q(name__icontains=q) | Q(code__icontains=q))
    page = Paginator(schools, SCHOOLS).get_page(request.GET.get("page"))
    figures = counted(found, list(page))
    context = {
        "standing": by,
        "inspection": found,
        "page": page,
        "rows": [(school, figures[school.pk]) for school in page],
        "many": found.schools_here.count() if q else page.paginator.count,
        "q": q,
        "people": found.people.select_related("school").order_by("school__name", "name") if found.named else (),
        "members": found.members.select_related("user"),
        "classes": [CLASSES.get(letter, letter) for letter in found.classes],
        "today": timezone.localdate(),
        "left": (found.until - timezone.localdate()).days,
        "extending": extending or ExtendForm(initial={"until": found.until + timedelta(days=7)}),
        "plans": by.supervises,
    }
    return render(request, "inspection/inspection.html", context, status=status)


class ItemFilter(filters.FilterSet):
    q = filters.CharFilter(label="名称", field_name="matter__title", lookup_expr="icontains")
    letter = filters.ChoiceFilter(
        label="类别", field_name="matter__category", lookup_expr="startswith", choices=list(CLASSES.items()), empty_label="全部"
    )  # fmt: skip
    gravest = filters.ChoiceFilter(label="最重的结论", choices=GRAVEST, empty_label="全部", method="by_gravity")
    body = filters.ChoiceFilter(label="会议", choices=Body.choices, empty_label="全部")

    class Meta:
        model = Item
        fields: list[str] = []

    def by_gravity(self, queryset, name, value):
        return of_gravity(queryset, value)


def school_in(inspection: Inspection, code: str) -> Organisation:
    return get_object_or_404(inspection.schools_here, code=code)


@login_required
@require_safe
def inspection_school(request, pk, code):
    """One school within an inspection: the items in scope, each leading to its working page."""
    found, by = inspection_for(request.user, pk)
    school = school_in(found, code)
    items = items_in_scope(found, [school]).select_related("matter", "meeting")
    narrowed = ItemFilter(request.GET, queryset=with_figures(items, found).order_by("-meeting__starts_at", "no"))
    page = Paginator(narrowed.qs, settings.PAGE_SIZE).get_page(request.GET.get("page"))
    seen_in_list(by, "inspection_school", "检查范围内的议题", [item.matter for item in page], key=found.key)
    for item in page:
        letter = item.matter.category[:1]
        item.of_class = CLASSES.get(letter, letter)
    context = {
        "standing": by,
        "inspection": found,
        "school": school,
        "scope": counted(found, [school])[school.pk],
        "people": found.people.filter(school=school) if found.named else (),
        "filter": narrowed,
        "page": page,
    }
    return render(request, "inspection/inspection_school.html", context)


urlpatterns = [
    path("d/<slug:authority>/inspections/", inspection_list, name="inspection_list"),
    path("d/<slug:authority>/inspections/new/", inspection_new, name="inspection_new"),
    path("inspections/", my_inspections, name="my_inspections"),
    path("inspections/<int:pk>/", inspection, name="inspection"),
    path("inspections/<int:pk>/edit/", inspection_edit, name="inspection_edit"),
    path("inspections/<int:pk>/extend/", inspection_extend, name="inspection_extend"),
    path("inspections/<int:pk>/act/<slug:act>/", inspection_act, name="inspection_act"),
    path("inspections/<int:pk>/schools/<slug:code>/", inspection_school, name="inspection_school"),
]
