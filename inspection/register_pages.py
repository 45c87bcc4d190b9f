"""台账 on the screen and in Excel: the same rows and columns, for a district and for one school."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_safe

from accounts.models import Organisation
from governance.access import Standing, school_for, schools_below
from governance.terms import term_of
from meetings.viewing import seen_in_list
from meetings.views.sheets import exported, matter_in, said_by

from .filters import RegisterFilter
from .registers.drawn import drawn, heads
from .registers.drawn import shown as shown_of
from .registers.index import FEW, GROUPS, MOST, REGISTERS, counted, counts, whole
from .registers.period import Period, PeriodForm, of_term
from .registers.shape import Register
from .saved import kept, saved_here
from .views import inspector


class Bounded(Paginator):
    """Counts no further than anybody reads; the whole of a register may be ``known`` all the same."""

    def __init__(self, rows: QuerySet, known: Callable[[], int | None]):
        super().__init__(rows, settings.PAGE_SIZE)
        self._rows, self._known = rows, known

    @cached_property
    def _counted(self) -> tuple[int, bool]:
        """How many, and whether there are more."""
        few = counted(self._rows, FEW)
        if few <= FEW:
            return few, False
        if (known := self._known()) is not None:
            return known, False
        most = counted(self._rows, MOST)
        return min(most, MOST), most > MOST

    @property
    def more(self) -> bool:
        return self._counted[1]

    @property
    def count(self) -> int:
        return self._counted[0]


@dataclass(frozen=True)
class Asked:
    """A register as somebody asked for it."""

    register: Register
    by: Standing
    when: PeriodForm
    period: Period
    filter: RegisterFilter

    @property
    def said(self) -> str:
        """What it is narrowed to, in words."""
        return "；".join(filter(None, (self.period.said if self.register.by_time else "", said_by(self.filter.form))))

    def known(self) -> int | None:
        """Of what is narrowed to nothing but schools."""
        given = {name for name, value in self.filter.form.cleaned_data.items() if value}
        schools = scope(self.by)
        if school := self.filter.form.cleaned_data.get("school"):
            schools = schools.filter(pk=school.pk)
        today = timezone.localdate()
        return whole(self.register, schools, self.period, today) if given <= {"school"} else None


def scope(by: Standing) -> QuerySet[Organisation]:
    """The schools that a standing's registers are about."""
    if by.of_authority:
        return schools_below(by.organisation)
    return Organisation.objects.filter(pk=by.organisation.pk)


def asked(request, by: Standing, key: str) -> Asked:
    if key not in REGISTERS:
        raise Http404("没有这个台账。")
    register, today, schools = REGISTERS[key], timezone.localdate(), scope(by)
    when = PeriodForm(request.GET, today=today)
    period = when.period
    several = schools if by.of_authority else None
    rows = register.rows(schools, period.span, today)
    narrowed = RegisterFilter(request.GET, register=register, schools=several, day=today, queryset=rows)
    return Asked(register, by, when, period, narrowed)


def _listed(request, by: Standing, key: str):
    seen = asked(request, by, key)
    page = Bounded(seen.filter.qs, seen.known).get_page(request.GET.get("page"))
    code, register = by.organisation.code, seen.register
    told = [matter for row in page for matter in matter_in(row)]
    seen_in_list(by, request.resolver_match.url_name, f"查看台账“{register.title}”", told)
    district = by.of_authority
    names = ("district_register_sheet", "register_index") if district else ("school_register_sheet", "school_registers")
    context = {
        "standing": by,
        "register": register,
        "when": seen.when,
        "period": seen.period,
        "filter": seen.filter,
        "page": page,
        "heads": heads(register, by),
        "lines": [drawn(register, register.prepare(row), by) for row in page],
        "sheet": reverse(names[0], args=[code, key]),
        "index": reverse(names[1], args=[code]),
        "saved": saved_here(request, by, kept(f"register/{key}"), seen.when, seen.filter.form),
    }
    return render(request, "inspection/register.html", context)


def _sheet(request, by: Standing, key: str):
    seen = asked(request, by, key)
    columns = tuple((told.column, told.value) for told in shown_of(seen.register, by))
    return exported(
        request, by, title=seen.register.title, columns=columns, rows=seen.filter.qs, narrowed=seen.said,
        unit=seen.register.unit, prepare=seen.register.prepare,
    )  # fmt: skip


def _index(request, by: Standing):
    today = timezone.localdate()
    period, schools = of_term(term_of(today)), scope(by)
    many = counts(schools, period, today)
    district = by.of_authority
    name = "district_register" if district else "school_register"
    groups = [
        (words, [(each, reverse(name, args=[by.organisation.code, each.key]), many[each.key]) for each in several])
        for words, several in GROUPS
    ]
    kept_rows = Paginator(saved_here(request, by).rows, settings.PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "standing": by, "groups": groups, "period": period, "most": FEW + 1, "district": district, "kept": kept_rows,
    }  # fmt: skip
    return render(request, "inspection/registers.html", context)


@login_required
@require_safe
def register_index(request, authority):
    return _index(request, inspector(request.user, authority))


@login_required
@require_safe
def district_register(request, authority, register):
    """What a number of the district counts, row by row."""
    return _listed(request, inspector(request.user, authority), register)


@login_required
@require_GET
def district_register_sheet(request, authority, register):
    return _sheet(request, inspector(request.user, authority), register)


@login_required
@require_safe
def school_registers(request, school):
    return _index(request, school_for(request.user, school))


@login_required
@require_safe
def school_register(request, school, register):
    return _listed(request, school_for(request.user, school), register)


@login_required
@require_GET
def school_register_sheet(request, school, register):
    return _sheet(request, school_for(request.user, school), register)


urlpatterns = [
    path("d/<slug:authority>/registers/", register_index, name="register_index"),
    path("d/<slug:authority>/registers/<slug:register>/", district_register, name="district_register"),
    path(
        "d/<slug:authority>/registers/<slug:register>/sheet.xlsx",
        district_register_sheet,
        name="district_register_sheet",
    ),
    path("s/<slug:school>/registers/", school_registers, name="school_registers"),
    path("s/<slug:school>/registers/<slug:register>/", school_register, name="school_register"),
    path("s/<slug:school>/registers/<slug:register>/sheet.xlsx", school_register_sheet, name="school_register_sheet"),
]
