"""管理: where the authority's own work begins. Each line says how things stand, and leads to its page."""

from dataclasses import dataclass

from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.models import Role
from governance.access import Standing, authorities_from, authority_for, schools_below
from governance.calendar import years_shown
from governance.filing import waiting
from governance.models import CalendarYear, CatalogueRow, Floor, LargeSum

from .models import Announcement


@dataclass(frozen=True)
class Task:
    title: str
    text: str
    state: str
    url: str


def managing(user, authority: str) -> Standing:
    """The standing of whoever administers the authority, or inspects for it."""
    by = authority_for(user, authority)
    if not by.administers and not by.supervises:
        raise Http404("没有这个页面，或您没有查看它的权限。")
    return by


@login_required
@require_safe
def management(request, authority):
    by = managing(request.user, authority)
    return render(request, "inspection/management.html", {"standing": by, "tasks": tasks(by)})


def tasks(by: Standing) -> list[Task]:
    place, today = by.organisation, timezone.localdate()

    def address(name: str) -> str:
        return reverse(name, args=[place.code])

    below, schools = authorities_from(place).exclude(pk=place.pk).count(), schools_below(place).count()
    asked = [model.objects.filter(**{name: place}).count() for model, name in
             ((LargeSum, "school"), (CatalogueRow, "school"), (Floor, "authority"))]  # fmt: skip
    known = CalendarYear.objects.filter(year=today.year).exists()
    last = years_shown()[1]
    subordinates = [
        Task(
            "下级主管部门",
            "登记下级主管部门，指定它的第一位管理员，改名，停用。",
            f"{below} 个",
            address("authority_list"),
        )
    ]
    return [
        Task(
            "目录和标准",
            "对所属学校的大额标准、事项目录、议事规则参数提出要求，学校只能更严。",
            f"大额标准 {asked[0]} 项，目录 {asked[1]} 项，底线 {asked[2]} 项",
            address("district_large_sum_list"),
        ),
        Task("备案", "审查学校报送的议事规则，备案或退回。", f"{waiting(place).count()} 版等待审查", address("filing_list")),
        Task(
            "公告",
            "发给所属学校，看哪些学校读过、回执过。",
            f"已发布 {Announcement.objects.filter(authority=place, withdrawn_at=None).count()} 份",
            address("announcement_list"),
        ),
        Task(
            "工作日历",
            "登记全区调休、停课的日子，各种期限按它计算。",
            f"{today.year} 年的国家调休{'已有' if known else '还没有'}，可登记到 {last} 年",
            address("district_calendar"),
        ),
        Task(
            "代理",
            "检查员、管理员外出时由同事代理，到期自动结束。",
            f"正在代理 {Role.objects.on(today).filter(organisation=place, deputises__isnull=False).count()} 项",
            address("deputy_list"),
        ),
        *(subordinates if by.administers else ()),
        Task(
            "学校和人员",
            "登记学校，成批导入学校、人员和任职，变更学校的上级。" if by.administers else "查看所属学校。",
            f"{schools} 所学校",
            address("structure" if by.administers else "district"),
        ),
    ]  # fmt: skip


urlpatterns = [path("d/<slug:authority>/management/", management, name="management")]
