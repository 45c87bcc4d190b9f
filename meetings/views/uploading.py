"""How a workbook comes in at a page: the field, and what could not be read said beside it."""

from collections.abc import Callable
from typing import Any

from django import forms

from accounts.uploads import Unwelcome

from ..transitions import Stopped
from ..workbook import Unreadable


def workbook_field(label: str, help_text: str, accept: str = ".xlsx") -> forms.FileField:
    return forms.FileField(
        label=label,
        help_text=help_text,
        error_messages={"required": "请先选择要上传的文件。", "empty": "这是空文件，请核对。"},
        widget=forms.ClearableFileInput(attrs={"accept": accept}),
    )


def uploaded(request: Any, form_class: type[forms.Form], receive: Callable[[Any], Any]) -> tuple[forms.Form, Any]:
    """The form, and what came of its ``file``; nothing, if none was sent or it was refused."""
    if request.method != "POST":
        return form_class(), None
    form = form_class(request.POST, request.FILES)
    if form.is_valid():
        try:
            return form, receive(form.cleaned_data["file"])
        except (Unreadable, Unwelcome, Stopped) as refused:
            form.add_error("file", str(refused))
    return form, None
