"""成批: many documents as one file, made by the workers; who asked sees how far it is, and may stop it."""

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.uploads import handed_out
from governance.access import Standing, school_for

from ..batches import ask_batch, batch_for, batches_for, size_of_batches, stop_batch
from ..batches.asking import LAST, size_of
from ..models import Document
from ..transitions import Stopped, may
from .answering import stopped_as_message

SEEN = 100  # parts that did not come to anything, on the page of a batch


class BatchForm(forms.Form):
    year = forms.TypedChoiceField(label="年度", coerce=int)
    kinds = forms.MultipleChoiceField(
        label="文件", widget=forms.CheckboxSelectMultiple, error_messages={"required": "请选择要哪几种文件。"}
    )

    def __init__(self, *args, years: list[int], **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["year"].choices = [(year, f"{year} 年") for year in years]
        self.fields["kinds"].choices = Document.Kind.choices


def _school(request, school: str) -> Standing:
    by = school_for(request.user, school)
    if not by.works_here:
        raise Http404("成批文件和归档包由本校办理。")
    return by


@login_required
@require_GET
def batch_list(request, school):
    by = _school(request, school)
    page = Paginator(batches_for(by), settings.PAGE_SIZE).get_page(request.GET.get("page"))
    for batch in page:
        batch.size = size_of(batch)
    context = {"standing": by, "page": page, "asks": may(by, "ask_batch", None), "takes": size_of_batches(by.school)}
    return render(request, "meetings/batch_list.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def batch_new(request, school):
    by = _school(request, school)
    if not may(by, "ask_batch", None):
        raise Http404("成批生成由学校秘书办理。")
    years = sorted({*_years(by), timezone.localdate().year}, reverse=True)
    given = request.POST if request.method == "POST" else None
    # What most ask for: the minutes of the year in hand.
    form = BatchForm(given, years=years, initial={"year": years[0], "kinds": [Document.Kind.MINUTES]})
    if form.is_bound and form.is_valid():
        try:
            batch = ask_batch(form.cleaned_data["kinds"], form.cleaned_data["year"], by=by)
            return redirect("batch", school, batch.pk)
        except Stopped as stopped:
            form.add_error(None, str(stopped))
    return render(
        request, "meetings/batch_new.html", {"standing": by, "form": form}, status=422 if form.is_bound else 200
    )


def _years(by: Standing) -> list[int]:
    return list(Document.objects.filter(school=by.school).order_by().values_list("year", flat=True).distinct())


@login_required
@require_GET
def batch(request, school, pk):
    by = _school(request, school)
    batch = batch_for(by, pk)
    failed = batch.parts.exclude(failed="").exclude(about__has_key=LAST).order_by("no")[:SEEN]
    context = {
        "standing": by,
        "batch": batch,
        "goes_on": not batch.finished_at and not batch.stopped_at,
        "size": size_of(batch),
        "failed": failed if batch.parts_failed else [],
        "stops": may(by, "stop_batch", None),
    }
    return render(request, "meetings/batch.html", context)


@login_required
@require_POST
def batch_stop(request, school, pk):
    by = _school(request, school)
    try:
        stop_batch(batch_for(by, pk), by=by)
        messages.success(request, "已停止。已经生成的文件保留。")
    except Stopped as stopped:
        stopped_as_message(request, stopped)
    return redirect("batch", school, pk)


@login_required
@require_GET
def batch_file(request, school, pk):
    kept = batch_for(_school(request, school), pk)
    if not kept.file:
        raise Http404("还没有做好，没有可以下载的文件。")
    return handed_out(kept.file, kept.file_name, "application/zip", kept.file_sha256)


urlpatterns = [
    path("batches/", batch_list, name="batch_list"),
    path("batches/new/", batch_new, name="batch_new"),
    path("batches/<int:pk>/", batch, name="batch"),
    path("batches/<int:pk>/stop/", batch_stop, name="batch_stop"),
    path("batches/<int:pk>/file/", batch_file, name="batch_file"),
]
