"""代理: who stands in for whom in an authority, named by the holder or by the system administrator."""

from datetime import timedelta

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from accounts.administration import NotDone
from accounts.deputising import DEPUTISED, colleagues, deputise, end_deputy, roles_of
from accounts.forms import DayField
from accounts.models import Organisation, Role, User
from accounts.oversight import ADMINISTER, overseen


class DeputyForm(forms.Form):
    role = forms.ModelChoiceField(
        label="谁的岗位",
        queryset=Role.objects.none(),
        empty_label="请选择",
        error_messages={"required": "请选择岗位。"},
    )
    deputy = forms.ModelChoiceField(
        label="由谁代理",
        queryset=User.objects.none(),
        empty_label="请选择",
        help_text="在本单位有岗位的同事。",
        error_messages={"required": "请选择代理人。"},
    )
    since = DayField(label="自", initial=timezone.localdate)
    last = DayField(label="至（含当天）", error_messages={"required": "请填写代理到哪一天，到期自动结束。"})

    def __init__(self, *args, organisation: Organisation, by: User, **more):
        super().__init__(*args, **more)
        roles = roles_of(organisation, by)
        self.fields["role"].queryset = roles
        self.fields["role"].label_from_instance = lambda role: f"{role.user.name} {role.get_role_display()}"
        if len(roles) == 1:
            self.fields["role"].initial = roles[0].pk
        self.fields["deputy"].queryset = colleagues(organisation)
        self.fields["deputy"].label_from_instance = lambda user: user.name


def _place(request, authority: str) -> Organisation:
    place = overseen(request.user, authority, (*DEPUTISED, *ADMINISTER))
    if place.kind != Organisation.Kind.AUTHORITY:
        raise Http404("没有这个单位，或您没有查看它的权限。")
    return place


@login_required
@require_http_methods(["GET", "POST"])
def deputy_list(request, authority):
    place = _place(request, authority)
    form = DeputyForm(request.POST or None, organisation=place, by=request.user)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            made = deputise(given["role"], given["deputy"], since=given["since"], last=given["last"], by=request.user)
        except NotDone as reason:
            form.add_error(None, str(reason))
        else:
            messages.success(request, f"已登记：{made.user.name}代理{given['role'].user.name}。")
            return redirect("deputy_list", authority)
    today = timezone.localdate()
    rows = Role.objects.filter(organisation=place, deputises__isnull=False)
    rows = rows.select_related("user", "deputises__user").order_by("-since", "-pk")
    page = Paginator(rows, settings.PAGE_SIZE).get_page(request.GET.get("page"))
    mine = set(roles_of(place, request.user).values_list("pk", flat=True))
    for each in page:
        each.last = each.until - timedelta(days=1)
        each.over = each.until <= today
        each.ended_by_me = not each.over and each.deputises_id in mine
    context = {"organisation": place, "page": page, "form": form, "names": bool(mine), "today": today}
    return render(request, "accounts/deputy_list.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def deputy_end(request, authority, pk):
    place = _place(request, authority)
    deputy = get_object_or_404(Role, pk=pk, organisation=place, deputises__in=roles_of(place, request.user))
    end_deputy(deputy, by=request.user)
    messages.success(request, "代理已结束，从今天起生效。")
    return redirect("deputy_list", authority)
