"""下级主管部门: those below an authority, ruled by whoever administers it."""

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, F, OuterRef, Q
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.forms import AccountForm
from accounts.models import Organisation
from governance.access import Standing, authorities_from
from governance.procedures import Refused

from ..transitions import structuring as verbs
from ..views import page_of
from .forms import CODE
from .pages import administrator


class AuthorityForm(forms.Form):
    code = CODE
    name = forms.CharField(label="名称", max_length=120, error_messages={"required": "请填写名称。"})
    parent = forms.ModelChoiceField(label="上级", queryset=Organisation.objects.none(), empty_label=None)

    def __init__(self, *args, by: Standing, authority: Organisation | None = None, **more):
        given = {"name": authority.name} if authority else {"parent": by.organisation}
        super().__init__(*args, initial=given, **more)
        self.fields["parent"].queryset = authorities_from(by.organisation)
        if authority:  # where it hangs, and what addresses call it, stays
            del self.fields["code"], self.fields["parent"]


def _below(by: Standing):
    rows = Organisation.objects.filter(kind=Organisation.Kind.AUTHORITY, path__startswith=by.organisation.path)
    return rows.exclude(pk=by.organisation.pk).select_related("parent")


@login_required
@require_GET
def authority_list(request, authority):
    by = administrator(request.user, authority)
    schools = Count("children", filter=Q(children__kind=Organisation.Kind.SCHOOL))
    people = verbs.administrators(OuterRef("pk")).values("user__name")
    rows = (
        _below(by)
        .annotate(schools=schools, administrators=ArraySubquery(people))
        .order_by(F("ended_on").asc(nulls_first=True), "path")
    )
    context = {"standing": by, "page": page_of(request, rows)}
    return render(request, "inspection/authority_list.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def authority_new(request, authority):
    by = administrator(request.user, authority)
    form = AuthorityForm(request.POST or None, by=by)
    return _filled_in(request, by, form, "登记下级主管部门", lambda given: verbs.add_authority(**given, by=by))


@login_required
@require_http_methods(["GET", "POST"])
def authority_edit(request, authority, code):
    by = administrator(request.user, authority)
    found = get_object_or_404(_below(by), code=code)
    form = AuthorityForm(request.POST or None, by=by, authority=found)
    title = f"修改 {found.name}"
    return _filled_in(request, by, form, title, lambda given: verbs.rename_authority(found, **given, by=by))


def _filled_in(request, by: Standing, form: forms.Form, title: str, keep):
    if request.method == "POST" and form.is_valid():
        try:
            kept = keep(form.cleaned_data)
        except Refused as refused:
            form.add_error(refused.field, str(refused))
        else:
            messages.success(request, f"已保存：{kept.name}。")
            return redirect("authority_list", by.organisation.code)
    return _form(request, by, form, title)


def _form(request, by: Standing, form: forms.BaseForm, title: str, lead: str = ""):
    context = {"standing": by, "form": form, "title": title, "lead": lead}
    return render(request, "inspection/authority_form.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def authority_end(request, authority, code):
    by = administrator(request.user, authority)
    try:
        ended = verbs.end_authority(get_object_or_404(_below(by), code=code), by=by)
        messages.success(request, f"{ended.name}已停用。")
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect("authority_list", authority)


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def authority_appoint(request, authority, code):
    """The one-time password is shown once, in the answer itself."""
    by = administrator(request.user, authority)
    found = get_object_or_404(_below(by), code=code)
    form = AccountForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            user, password = verbs.appoint_administrator(found, **form.cleaned_data, by=by)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            context = {"standing": by, "account": user, "password": password}
            return render(request, "accounts/one_time_password.html", context)
    lead = (
        "给第一位管理员开设账号，他可以登记学校和人员，提出要求，备案，发布公告。已有账号的人，由系统管理员授予岗位。"
    )
    return _form(request, by, form, f"指定管理员：{found.name}", lead)


urlpatterns = [
    path("d/<slug:authority>/authorities/", authority_list, name="authority_list"),
    path("d/<slug:authority>/authorities/new/", authority_new, name="authority_new"),
    path("d/<slug:authority>/authorities/<slug:code>/edit/", authority_edit, name="authority_edit"),
    path("d/<slug:authority>/authorities/<slug:code>/end/", authority_end, name="authority_end"),
    path("d/<slug:authority>/authorities/<slug:code>/administrator/", authority_appoint, name="authority_appoint"),
]
