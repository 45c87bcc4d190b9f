"""签字件: a document as it was signed, attached to it; a Word file only after what it says otherwise was seen."""

from dataclasses import dataclass

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.views.decorators.http import require_GET, require_http_methods

from accounts.uploads import MB, handed_out, safe_name
from governance.access import Standing, school_for

from .. import transitions as verbs
from ..access import document_for, signed_copy_for
from ..arrivals import SIGNED_COPY, Arrival, arrival_for, put_by
from ..documents import word
from ..documents.word_comparing import differs
from ..models import Document, SignedCopy
from ..transitions.acting import digest_of
from ..viewing import seen_of_document

KINDS = {"changed": "改了", "missing": "少了", "added": "多了", "remark": "说明"}


class SignedCopyForm(forms.Form):
    file = forms.FileField(
        label="签字件",
        error_messages={"required": "请先选择签字件。", "empty": "这是空文件，请核对。"},
        widget=forms.ClearableFileInput(attrs={"accept": ".pdf,.docx,.jpg,.jpeg,.png,.webp,.heic"}),
    )
    note = forms.CharField(
        label="说明",
        max_length=300,
        required=False,
        help_text="例如：用印后扫描，共 3 页。",
        widget=forms.Textarea({"rows": 2}),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        most = settings.ATTACHMENT_MAX_BYTES // MB
        self.fields[
            "file"
        ].help_text = f"扫描的 PDF、图片，或 Word（.docx），不超过 {most} MB。Word 文件先与记录核对，再附上。"


class NoteForm(forms.Form):
    note = forms.CharField(max_length=300, widget=forms.Textarea({"rows": 3}))


def _clerk(request, school: str) -> Standing:
    by = school_for(request.user, school)
    if not by.clerk:
        raise Http404("签字件由学校秘书附上。")
    return by


@login_required
@require_http_methods(["GET", "POST"])
def signed_copy_add(request, school, pk):
    by = _clerk(request, school)
    document = document_for(by, pk)
    form = SignedCopyForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        upload, note = form.cleaned_data["file"], form.cleaned_data["note"]
        try:
            kind, found = verbs.brought_back(document, upload)
            if kind == "docx":
                seen = {"name": safe_name(upload.name), "document": document.pk, "found": found, "note": note}
                arrival = put_by(upload.read(), seen, by=by, what=SIGNED_COPY)
                return redirect("signed_copy_check", school, pk, arrival.token)
            copy = verbs.attach_signed(document, upload, note=note, by=by)
        except verbs.Stopped as stopped:
            form.add_error("file", str(stopped))
        else:
            messages.success(request, f"已附签字件“{copy.name}”。")
            return redirect(_back(school, pk))
    context = {"standing": by, "document": document, "form": form}
    return render(request, "meetings/signed_copy_add.html", context, status=422 if form.errors else 200)


@dataclass(frozen=True)
class Attached:
    copy: SignedCopy
    count: int  # of differences
    compared: bool


def attached(document: Document) -> list[Attached]:
    """The signed copies of a document, as its page lists them."""
    copies = document.signed_copies.select_related("attached_by")
    return [Attached(each, differs(each.differences), each.content_type == word.TYPE) for each in copies]


def _back(school: str, pk: int) -> str:
    return reverse("document_page", args=[school, pk]) + "#signed-copies"


@login_required
@require_http_methods(["GET", "POST"])
def signed_copy_check(request, school, pk, token):
    """What a Word file says otherwise than the record; it is attached from here, and nowhere else."""
    by = _clerk(request, school)
    document, arrival = document_for(by, pk), arrival_for(by, token, SIGNED_COPY)
    if arrival.seen["document"] != document.pk:
        raise Http404("这个文件是为另一份文件上传的。")
    found = arrival.seen["found"]
    form = NoteForm(request.POST if request.method == "POST" else None, initial={"note": arrival.seen["note"]})
    field, count = form.fields["note"], differs(found)
    field.required = count > 0
    field.label = "为什么不同" if count else "说明"
    field.error_messages["required"] = f"这份文件与记录有 {count} 处不同。请写明为什么不同，再附上。"
    if request.method == "POST" and form.is_valid():
        try:
            copy = verbs.attach_signed(
                document, _upload(arrival), note=form.cleaned_data["note"], seen=digest_of(found), by=by
            )
        except verbs.Stopped as stopped:
            form.add_error("note", str(stopped))
        else:
            messages.success(request, f"已附签字件“{copy.name}”。")
            return redirect(_back(school, pk))
    context = {"standing": by, "document": document, "name": arrival.seen["name"], "form": form}
    context |= _shown(request, found)
    return render(request, "meetings/signed_copy_check.html", context, status=422 if form.errors else 200)


def _upload(arrival: Arrival) -> SimpleUploadedFile:
    return SimpleUploadedFile(arrival.seen["name"], arrival.content, word.TYPE)


def _shown(request, found: list[dict]) -> dict:
    differences = [
        {"part": each["part"], "kind": each["kind"], "word": KINDS[each["kind"]], "pieces": each["pieces"]}
        for each in found
        if each["kind"] != "remark"
    ]
    return {
        "differences": Paginator(differences, settings.PAGE_SIZE).get_page(request.GET.get("page")),
        "remarks": [each["pieces"][0][1] for each in found if each["kind"] == "remark"],
    }


@login_required
@require_GET
def signed_copy_differences(request, school, pk):
    """What was shown before it was attached."""
    by = school_for(request.user, school, granted=True)
    copy = signed_copy_for(by, pk)
    seen_of_document(by, "signed_copy_differences", copy.document)
    context = {"standing": by, "copy": copy, "document": copy.document, **_shown(request, copy.differences)}
    return render(request, "meetings/signed_copy_differences.html", context)


@login_required
@require_GET
def signed_copy(request, school, pk):
    by = school_for(request.user, school, granted=True)
    copy = signed_copy_for(by, pk)
    seen_of_document(by, "signed_copy", copy.document)
    return handed_out(copy.file, copy.name, copy.content_type, copy.sha256)


urlpatterns = [
    path("meetings/documents/<int:pk>/signed/", signed_copy_add, name="signed_copy_add"),
    path("meetings/documents/<int:pk>/signed/<slug:token>/", signed_copy_check, name="signed_copy_check"),
    path("meetings/documents/signed/<int:pk>/", signed_copy, name="signed_copy"),
    path("meetings/documents/signed/<int:pk>/differences/", signed_copy_differences, name="signed_copy_differences"),
]
