"""Files of a matter: taken in, handed out to those who may read the matter, taken away again."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect
from django.urls import path

from accounts.uploads import handed_out
from governance.access import school_for

from ..access import attachment_for, matter_for
from ..attachments import attach, remove
from ..forms import MOST_AT_ONCE, FilesForm
from ..models import Attachment, Consultation, Matter
from ..transitions import Stopped
from ..viewing import seen
from .answering import stopped_as_message


def attach_all(request, matter: Matter, uploads, *, by, consultation: Consultation | None = None) -> bool:
    """Attach each file by itself: one that is refused does not take the others with it."""
    well = len(uploads) <= MOST_AT_ONCE
    if not well:
        messages.error(request, f"一次最多上传 {MOST_AT_ONCE} 个附件，其余的没有上传。")
    for upload in uploads[:MOST_AT_ONCE]:
        try:
            attach(matter, upload, by=by, consultation=consultation)
        except Stopped as exc:
            stopped_as_message(request, exc)
            well = False
    return well


@login_required
def attachment_add(request, school, pk):
    by = school_for(request.user, school)
    matter = matter_for(by, pk)
    if request.method == "POST":
        form = FilesForm(request.POST, request.FILES)
        if not form.is_valid():
            for error in form.errors.values():
                messages.error(request, " ".join(map(str, error)))
        elif not form.cleaned_data["files"]:
            messages.error(request, "请先选择要上传的文件。")
        elif attach_all(request, matter, form.cleaned_data["files"], by=by):
            messages.success(request, f"已上传 {len(form.cleaned_data['files'])} 个附件。")
    return redirect("matter", school=school, pk=pk)


@login_required
def attachment(request, school, pk):
    """The file, always to be saved and never shown in the page: it came from outside."""
    by = school_for(request.user, school, granted=True)
    kept: Attachment = attachment_for(by, pk)
    seen(by, "attachment", "附件", matters=[kept.matter])
    return handed_out(kept.file, kept.name, kept.content_type, kept.sha256)


@login_required
def attachment_remove(request, school, pk):
    by = school_for(request.user, school)
    if request.method != "POST":
        return redirect("matter_list", school=school)
    kept = attachment_for(by, pk)
    try:
        remove(kept, by=by)
        messages.success(request, f"已移除附件“{kept.name}”。")
    except Stopped as exc:
        stopped_as_message(request, exc)
    return redirect("matter", school=school, pk=kept.matter_id)


urlpatterns = [
    path("matters/<int:pk>/attachments/", attachment_add, name="attachment_add"),
    path("attachments/<int:pk>/", attachment, name="attachment"),
    path("attachments/<int:pk>/remove/", attachment_remove, name="attachment_remove"),
]
