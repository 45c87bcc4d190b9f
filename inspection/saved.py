"""筛选 kept under a name: which there are on a page, where they lead, saving one, sharing it, removing it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Q, QuerySet
from django.http import Http404, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import Organisation
from governance.access import Standing, standing_in
from governance.terms import term_of

from . import transitions as verbs
from .models import SavedFilter
from .registers.index import REGISTERS

LONGEST = 1000
AT_HAND = 30  # on the page of a list; the index has them all
KEPT_OPEN = {"findings": ("outcome",)}  # what says something there when it is empty


@dataclass(frozen=True)
class Page:
    """A list that can be narrowed: how saved filters name it, what it is called, where it is."""

    key: str
    title: str
    address: Callable[[Organisation], str]


def kept(key: str) -> Page | None:
    """The page of that name; none if there is no such page any more."""
    if key == "findings":
        return Page(key, "检查结果", lambda of: reverse("district_findings", args=[of.code]))
    if key == "schools":
        return Page(key, "学校 × 规则", lambda of: reverse("district_schools", args=[of.code]))
    register = REGISTERS.get(key.removeprefix("register/")) if key.startswith("register/") else None
    return (
        Page(key, register.title, lambda of: reverse(_register(of), args=[of.code, register.key])) if register else None
    )


def _register(of: Organisation) -> str:
    return "district_register" if of.kind == Organisation.Kind.AUTHORITY else "school_register"


def canonical(page: str, query: QueryDict, names: Iterable[str] | None = None) -> str:
    """The same choices are the same text. The term of the day is not kept: such a filter goes with the time."""
    left = []
    for name in sorted(names if names is not None else query):
        value = query.get(name)
        if name == "page" or value is None or (not value and name not in KEPT_OPEN.get(page, ())):
            continue
        if name == "term" and value == term_of(timezone.localdate()).key:
            continue
        left.append((name, value))
    return urlencode(left)


@dataclass(frozen=True)
class Row:
    saved: SavedFilter
    title: str
    address: str  # empty where there is no such page any more
    mine: bool
    open: bool


@dataclass(frozen=True)
class Saved:
    """``query``: what the page is narrowed to now; ``lost``: a sentence for each choice that there is no longer."""

    rows: list[Row]
    page: str = ""
    query: str = ""
    lost: tuple[str, ...] = ()

    @property
    def open(self) -> bool:
        return any(row.open for row in self.rows)


def filters_of(by: Standing) -> QuerySet[SavedFilter]:
    """One's own here, and what colleagues share."""
    good = SavedFilter.objects.filter(organisation=by.organisation, removed_at=None)
    return good.filter(Q(user=by.user) | Q(shared=True)).select_related("user").order_by("name", "pk")


def saved_here(request, by: Standing, page: Page | None = None, *shown: forms.Form) -> Saved:
    """Those of one page, or of every one."""
    names = {name for form in shown for name in form.fields} | {"sort", "term"}
    query = canonical(page.key, request.GET, names) if page else ""
    found = filters_of(by).filter(page=page.key)[:AT_HAND] if page else filters_of(by)
    rows = [_row(saved, by, opened=page is not None and saved.query == query) for saved in found]
    lost = tuple(sentence for form in shown for sentence in _lost(form))
    return Saved(rows, page.key if page else "", query, lost)


def _row(saved: SavedFilter, by: Standing, *, opened: bool) -> Row:
    page = kept(saved.page)
    address = f"{page.address(by.organisation)}?{saved.query}" if page else ""
    return Row(saved, page.title if page else "已经没有的列表", address, saved.user_id == by.user.pk, opened)


def _lost(form: forms.Form):
    for name in form.errors:
        field = form[name]
        if isinstance(field.field, forms.ChoiceField | forms.ModelChoiceField):
            yield f"“{field.label}”原来的选择现在没有了，没有按它筛选。请重新选择。"
        else:
            yield from (f"“{field.label}”：{error}" for error in field.errors)


class FilterForm(forms.Form):
    name = forms.CharField(label="名称", max_length=40, help_text="例如：初中大额资金、没有公开的决定。")
    shared = forms.BooleanField(label="本单位同事也可以用", required=False)
    page = forms.CharField(max_length=40, widget=forms.HiddenInput)
    query = forms.CharField(max_length=LONGEST, required=False, widget=forms.HiddenInput)

    def clean_page(self) -> str:
        if kept(self.cleaned_data["page"]) is None:
            raise forms.ValidationError("没有这个列表。")
        return self.cleaned_data["page"]

    def clean_query(self) -> str:
        query = canonical(self.data.get("page", ""), QueryDict(self.cleaned_data["query"]))
        if len(query) > LONGEST:  # a Chinese character is nine in an address
            self.add_error("name", "筛选的内容太长，存不下。请减少一些条件。")
        return query


def reader(request, code: str) -> Standing:
    """Whoever reads lists there."""
    by = standing_in(request.user, code)
    if not verbs.VERBS["save_filter"].who(by, None):
        raise Http404("没有这个页面，或您没有查看它的权限。")
    return by


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def filter_new(request, code):
    """What somebody narrowed a list to, kept. The list has the same form; this page is where mistakes are mended."""
    by = reader(request, code)
    form = FilterForm(request.POST or None, initial=request.GET.dict())
    page = kept((request.POST or request.GET).get("page", ""))
    if page is None:
        raise Http404("没有这个列表。")
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            saved = verbs.save_filter(**given, by=by)
        except verbs.Stopped as exc:
            form.add_error("name", str(exc))
        else:
            messages.success(request, f"已存下筛选“{saved.name}”。")
            return redirect(f"{page.address(by.organisation)}?{saved.query}")
    back = f"{page.address(by.organisation)}?{form['query'].value() or ''}"
    return render(request, "inspection/filter_new.html", {"standing": by, "form": form, "page": page, "back": back})


@login_required
@require_POST
def filter_act(request, code, pk, act):
    by = reader(request, code)
    saved = get_object_or_404(filters_of(by), pk=pk)
    try:
        if act == "remove":
            verbs.remove_filter(saved, by=by)
            messages.success(request, f"已删去筛选“{saved.name}”。")
        else:
            saved = verbs.share_filter(saved, shared=act == "share", by=by)
            said = "本单位同事也可以用了" if saved.shared else "只有您自己可以用了"
            messages.success(request, f"筛选“{saved.name}”{said}。")
    except verbs.Stopped as exc:
        messages.error(request, str(exc))
    district = by.of_authority
    return redirect(reverse("register_index" if district else "school_registers", args=[code]) + "#saved")


urlpatterns = [
    path("filters/<slug:code>/new/", filter_new, name="filter_new"),
    path("filters/<slug:code>/<int:pk>/remove/", filter_act, {"act": "remove"}, name="filter_remove"),
    path("filters/<slug:code>/<int:pk>/share/", filter_act, {"act": "share"}, name="filter_share"),
    path("filters/<slug:code>/<int:pk>/keep/", filter_act, {"act": "keep"}, name="filter_keep"),
]
