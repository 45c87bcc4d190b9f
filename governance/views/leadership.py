"""班子: who is in the two teams on a day, and since when everybody holds which post."""

from datetime import date

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Prefetch
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from ..access import HEAD_POST, Standing
from ..appointing import Clash, add_person, appoint, appoints, dismiss
from ..facts import ground_of
from ..forms.people import PostEndForm, PostForm
from ..models import Body, Person, Post
from ..rules.dossier import Dossier
from .reading import asked_day, reading


def _appointing(request, school: str) -> Standing:
    by = reading(request, school)
    if not appoints(by):
        raise PermissionDenied("任职由学校秘书或主管部门管理员登记。")
    return by


@login_required
@require_GET
def leadership(request, school):
    by = reading(request, school)
    asked = asked_day(request)
    terms = Post.objects.order_by("since", "pk")
    people = Person.objects.filter(school=by.school).prefetch_related(Prefetch("posts", terms, to_attr="terms"))
    page = Paginator(people.order_by("pk"), settings.PAGE_SIZE).get_page(request.GET.get("page"))
    return render(
        request,
        "governance/leadership.html",
        {
            "standing": by,
            **asked,
            "teams": _teams(by, asked["on"]),
            "page": page,
            "appoints": appoints(by),
        },
    )


def _teams(by: Standing, on: date) -> list[dict]:
    """Each body with its members and their posts of the day, the head first."""
    dossier = Dossier(ground_of(by.school).records())
    rank, words = {post: place for place, post in enumerate(Post.Name.values)}, dict(Post.Name.choices)
    held: dict[int, list[str]] = {}
    for post in sorted(dossier.group(on).posts, key=lambda post: rank[post.post]):
        held.setdefault(post.person, []).append(post.post)
    bodies = [Body.OFFICE] if not dossier.has_party_organization else [Body.PARTY, Body.OFFICE]
    return [
        {
            "word": "党组织班子" if body == Body.PARTY else "行政班子",
            "meeting": body.label,
            "members": [
                {
                    "name": dossier.name(pk),
                    "posts": "、".join(words[post] for post in posts),
                    "head": HEAD_POST[body] in posts,
                }
                for pk, posts in sorted(held.items(), key=lambda each: HEAD_POST[body] not in each[1])
                if pk in dossier.team(body, on)
            ],
            "headless": dossier.head(body, on) is None,
            "head": words[HEAD_POST[body]],
        }
        for body in bodies
    ]


@login_required
@require_http_methods(["GET", "POST"])
def post_new(request, school):
    by = _appointing(request, school)
    form = PostForm(request.POST or None, school=by.school, initial={"person": request.GET.get("person")})
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            with transaction.atomic():
                person = given["person"] or add_person(given["name"].strip(), party_member=given["party_member"], by=by)
                post = appoint(
                    person,
                    given["post"],
                    since=given["since"],
                    until=given["until"],
                    full_time=given["full_time"],
                    by=by,
                )
        except Clash as clash:
            form.add_error(None, str(clash))
        else:
            messages.success(request, f"已登记：{post.person} 任{post.get_post_display()}。")
            return redirect("leadership", school)
    return render(request, "governance/post_new.html", {"standing": by, "form": form})


@login_required
@require_http_methods(["GET", "POST"])
def post_end(request, school, pk):
    by = _appointing(request, school)
    post = get_object_or_404(Post.objects.select_related("person"), pk=pk, school=by.school)
    form = PostEndForm(request.POST or None, initial={"until": post.until or timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        try:
            dismiss(post, until=form.cleaned_data["until"], by=by)
        except Clash as clash:
            form.add_error("until", str(clash))
        else:
            messages.success(request, f"已登记：{post.person} 免{post.get_post_display()}。")
            return redirect("leadership", school)
    return render(request, "governance/post_end.html", {"standing": by, "form": form, "post": post})


urlpatterns = [
    path("leadership/", leadership, name="leadership"),
    path("leadership/posts/new/", post_new, name="post_new"),
    path("leadership/posts/<int:pk>/end/", post_end, name="post_end"),
]
