"""常用语 of a school: kept by the clerk on a page, put into a text in the room."""

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from governance.access import Standing, school_for

from .. import transitions as verbs
from ..models import Phrase
from .answering import stopped_as_message

ACTS = (("up", "上移"), ("down", "下移"), ("delete", "删去"))


class PhraseForm(forms.Form):
    where = forms.ChoiceField(
        label="用在哪里", choices=Phrase.Where.choices, error_messages={"required": "请选择用在哪里。"}
    )
    text = forms.CharField(
        label="内容",
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="最多 200 字。",
        error_messages={"required": "请写明内容。", "max_length": "文字过长：最多 200 字，请缩短。"},
    )


def _clerk(request, school: str) -> Standing:
    by = school_for(request.user, school)
    if not by.clerk:
        raise Http404("常用语由学校秘书维护。")
    return by


def _place(request) -> str:
    where = request.GET.get("where", "")
    return where if where in Phrase.Where.values else ""


def _back(by, where: str = ""):
    return redirect(reverse("phrase_list", args=[by.organisation.code]) + (f"?where={where}" if where else ""))


@login_required
@require_http_methods(["GET", "POST"])
def phrase_list(request, school):
    by = _clerk(request, school)
    form = PhraseForm(request.POST if request.method == "POST" else None, initial={"where": _place(request)})
    if request.method == "POST" and form.is_valid():
        try:
            made = verbs.add_phrase(**form.cleaned_data, by=by)
        except verbs.Stopped as stopped:
            form.add_error("text", str(stopped))
        else:
            messages.success(request, "已增加一条常用语。")
            return _back(by, made.where)
    phrases = Phrase.objects.filter(school=by.organisation)
    if where := _place(request):
        phrases = phrases.filter(where=where)
    page = Paginator(phrases.order_by("where", "position", "pk"), settings.PAGE_SIZE).get_page(request.GET.get("page"))
    context = {"standing": by, "page": page, "form": form, "where": where, "places": Phrase.Where.choices, "acts": ACTS}
    return render(request, "meetings/phrase_list.html", context)


@login_required
@require_POST
def phrases_usual(request, school):
    by = _clerk(request, school)
    try:
        put = verbs.add_usual_phrases(by=by)
    except verbs.Stopped as stopped:
        stopped_as_message(request, stopped)
        return _back(by)
    messages.success(request, f"已放入 {put} 条常用语，可以增删、排序。" if put else "常用的几条都已经有了。")
    return _back(by)


@login_required
@require_POST
def phrase_act(request, school, pk, act):
    by = _clerk(request, school)
    phrase = get_object_or_404(Phrase, school=by.organisation, pk=pk)
    try:
        if act == "delete":
            verbs.drop_phrase(phrase, by=by)
            messages.success(request, f"已删去“{phrase.text}”。")
        elif act in ("up", "down"):
            verbs.move_phrase(phrase, -1 if act == "up" else 1, by=by)
        else:
            raise Http404
    except verbs.Stopped as stopped:
        stopped_as_message(request, stopped)
    return _back(by, _place(request))


@login_required
@require_GET
def phrases_at_hand(request, school):
    """For the room: what can be put into which kind of text."""
    by = _clerk(request, school)
    said: dict[str, list[str]] = {where: [] for where in Phrase.Where.values}
    for where, text in Phrase.objects.filter(school=by.organisation).values_list("where", "text"):
        said[where].append(text)
    return JsonResponse(said)


urlpatterns = [
    path("phrases/", phrase_list, name="phrase_list"),
    path("phrases/usual/", phrases_usual, name="phrases_usual"),
    path("phrases/at-hand/", phrases_at_hand, name="phrases_at_hand"),
    path("phrases/<int:pk>/<slug:act>/", phrase_act, name="phrase_act"),
]
