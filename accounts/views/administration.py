"""Accounts of an organisation and of all below it, for its system administrators."""

from allauth.mfa.models import Authenticator
from django.apps import apps
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.postgres.expressions import ArraySubquery
from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import JSONObject
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from accounts import administration
from accounts.administration import NotDone, may_manage
from accounts.forms import AccountEditForm, AccountForm, RoleForm
from accounts.models import Entry, Organisation, Role
from accounts.oversight import ADMINISTER, accounts_of, overseen

UNITS_SHOWN = 10


def _account(request, code, pk):
    organisation = overseen(request.user, code, ADMINISTER)
    return organisation, get_object_or_404(accounts_of(organisation), pk=pk)


@login_required
def account_list(request, code):
    organisation = overseen(request.user, code, ADMINISTER)
    query = request.GET.get("q", "").strip()
    found, units = accounts_of(organisation), Organisation.objects.none()
    if query:
        found = found.filter(Q(name__icontains=query) | Q(username__icontains=query))
        units = Organisation.objects.filter(path__startswith=organisation.path, name__icontains=query)
    page = Paginator(_with_duties(found).order_by("-is_active", "username"), settings.PAGE_SIZE)
    return render(
        request,
        "accounts/account_list.html",
        {
            "organisation": organisation,
            "page": page.get_page(request.GET.get("page")),
            "query": query,
            "units": units.exclude(pk=organisation.pk)[:UNITS_SHOWN],
        },
    )


def _with_duties(users):
    """With the posts, the roles held today, and whether there is a second step, all in the one statement."""
    today = timezone.localdate()
    posts = apps.get_model("governance", "Post").objects.filter(Q(until__isnull=True) | Q(until__gt=today))
    posts = posts.filter(person__user=OuterRef("pk")).order_by("person", "since", "pk")
    roles = Role.objects.on(today).filter(user=OuterRef("pk")).order_by("pk")
    return users.annotate(
        second_step=Exists(Authenticator.objects.filter(user=OuterRef("pk"))),
        held_posts=ArraySubquery(posts.values(json=JSONObject(place="person__school__name", name="post"))),
        held_roles=ArraySubquery(roles.values(json=JSONObject(place="organisation__name", name="role"))),
    )


@never_cache
@login_required
def account_new(request, code):
    organisation = overseen(request.user, code, ADMINISTER)
    form = AccountForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        user, password = administration.open_account(**form.cleaned_data, organisation=organisation, by=request.user)
        return _show_password(request, organisation, user, password)
    return render(request, "accounts/account_new.html", {"organisation": organisation, "form": form})


@login_required
def account(request, code, pk):
    organisation, user = _account(request, code, pk)
    return _page(request, organisation, user)


def _page(request, organisation, user, *, edit=None, grant=None):
    lines = Entry.objects.filter(subject_kind="user", subject_id=user.pk)
    return render(
        request,
        "accounts/account.html",
        {
            "organisation": organisation,
            "account": user,
            "roles": user.roles.select_related("organisation", "deputises__user").order_by("-since", "-pk"),
            "people": user.people.select_related("school").prefetch_related("posts"),
            "second_step": user.authenticator_set.exists(),
            "hindrance": may_manage(user, organisation, request.user),
            "edit": edit or AccountEditForm(instance=user),
            "grant": grant or RoleForm(kind=organisation.kind),
            "steps": [{"title": line.summary, "at": line.at, "by": line.actor_name} for line in lines[:20]],
            "today": timezone.localdate(),
        },
        status=422 if edit or grant else 200,
    )


@require_POST
@never_cache
@login_required
def account_act(request, code, pk, act):
    """One of the acts without a form of its own."""
    organisation, user = _account(request, code, pk)
    more = {"organisation": organisation, "by": request.user}
    try:
        match act:
            case "reset":
                password = administration.reset_password(user, **more)
                return _show_password(request, organisation, user, password)
            case "off" | "on":
                administration.switch(user, on=act == "on", **more)
                messages.success(request, f"{user.name}的账号已{'启用' if act == 'on' else '停用'}。")
            case "drop-second-step":
                administration.drop_second_step(user, **more)
                messages.success(request, f"{user.name}的双重验证已停用。")
            case _:
                raise Http404
    except NotDone as reason:
        messages.error(request, str(reason))
    return redirect("account", code, pk)


@require_POST
@login_required
def account_edit(request, code, pk):
    organisation, user = _account(request, code, pk)
    form = AccountEditForm(request.POST, instance=user)
    if not form.is_valid():
        return _page(request, organisation, user, edit=form)
    try:
        administration.edit_account(user, **form.cleaned_data, organisation=organisation, by=request.user)
        messages.success(request, "已保存。")
    except NotDone as reason:
        messages.error(request, str(reason))
    return redirect("account", code, pk)


@require_POST
@login_required
def role_new(request, code, pk):
    organisation, user = _account(request, code, pk)
    form = RoleForm(request.POST, kind=organisation.kind)
    if form.is_valid():
        try:
            administration.grant(user, **form.cleaned_data, organisation=organisation, by=request.user)
            messages.success(request, "已授予岗位。")
            return redirect("account", code, pk)
        except NotDone as reason:
            form.add_error(None, str(reason))
    return _page(request, organisation, user, grant=form)


@require_POST
@login_required
def role_end(request, code, pk, role):
    organisation, user = _account(request, code, pk)
    held = get_object_or_404(user.roles, pk=role, organisation__path__startswith=organisation.path)
    try:
        administration.end_role(held, organisation=organisation, by=request.user)
        messages.success(request, f"已免去{held.get_role_display()}岗位，从今天起生效。")
    except NotDone as reason:
        messages.error(request, str(reason))
    return redirect("account", code, pk)


def _show_password(request, organisation, user, password):
    """Shown once, in the answer itself: it is stored nowhere."""
    return render(
        request,
        "accounts/one_time_password.html",
        {"organisation": organisation, "account": user, "password": password},
    )
