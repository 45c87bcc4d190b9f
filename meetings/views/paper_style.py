"""文件格式: how the school's papers look, with a sample that follows what is typed."""

from copy import copy

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import path
from django.views.decorators.http import require_http_methods, require_POST

from governance.access import Standing, school_for

from .. import transitions as verbs
from ..documents.pdf import pdf
from ..documents.previews import preview
from ..documents.samples import CHOICES, sample
from ..documents.style import style_of
from ..models import PaperStyle
from .paper_pages import drawn_draft

PARTS = (
    ("名称和编号", ("party_name", "office_name", "party_code", "office_code", "numbering")),
    ("落款和版记", ("seal", "printed_by", "copies_to")),
    ("归档", ("fonds", "retention")),
)


class PaperStyleForm(forms.ModelForm):
    class Meta:
        model = PaperStyle
        fields = [name for _, names in PARTS for name in names]
        widgets = {name: forms.RadioSelect for name in ("numbering", "seal", "retention")}
        help_texts = {
            "party_name": "红头和落款用，如“中共某某学校支部委员会”。不填时用学校名称。",
            "office_name": "校长办公会议的文件用。不填时用学校名称。",
            "party_code": "决定、决议的编号用，如“某附党发”。不填时按种类编号。",
            "office_code": "如“某附校发”。",
            "numbering": "已经用过的号不再用；改了以后，新文件接着往下编。",
            "seal": "决定一类的文件，落款处留出盖章或签名章的位置；会议纪要不盖章。",
            "printed_by": "版记里的印发机关。不填时是“学校名称＋办公室”。",
            "copies_to": "版记里的抄送单位，单个文件上还可以改。",
            "fonds": "档案馆给学校的编号，写在归档包上。没有可不填。",
            "retention": "会议记录和纪要按规定永久保管；这里是归档包上写的期限。",
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.required = name in self.Meta.widgets

    def parts(self):
        return [(title, [self[name] for name in names]) for title, names in PARTS]


def _clerk(request, school: str) -> Standing:
    by = school_for(request.user, school)
    if not verbs.VERBS["set_paper_style"].who(by, by.school):
        raise Http404("文件格式由学校秘书设置。")
    return by


@login_required
@require_http_methods(["GET", "POST"])
def paper_style(request, school):
    by = _clerk(request, school)
    style = style_of(by.school)
    base = verbs.style_mark(style)
    form = PaperStyleForm(request.POST or None, instance=copy(style))
    if request.method == "POST" and form.is_valid():
        try:
            verbs.set_paper_style(form.cleaned_data, base=request.POST.get("base") or None, by=by)
        except verbs.Stopped as stopped:
            form.add_error(None, str(stopped))
            for name, typed in list(form.cleaned_data.items()):
                if getattr(style, name) != typed:
                    shown = getattr(style, f"get_{name}_display", lambda name=name: getattr(style, name))()
                    form.add_error(name, f"现在保存的是“{shown}”。要用您填的，请再保存一次。")
        else:
            messages.success(request, "文件格式已保存，此后生成的文件照此编排。")
            return redirect("paper_style", school)
    context = {"standing": by, "form": form, "base": base, "samples": CHOICES}
    return render(request, "meetings/paper_style.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def paper_style_preview(request, school):
    """The sample in the style as it is typed; what cannot be kept is left as it was."""
    by = _clerk(request, school)
    style = copy(style_of(by.school))
    form = PaperStyleForm(request.POST, instance=copy(style))
    form.is_valid()
    for name, value in form.cleaned_data.items():
        setattr(style, name, value)
    paper = sample(by.school, style, request.POST.get("sample", ""))
    seen = preview(
        request.user,
        f"style/{by.school.pk}",
        {"style": verbs.style_mark(style), "sample": request.POST.get("sample", "")},
        lambda: pdf(paper, draft=True, identifier="sample", made=None, data={}),
    )
    return drawn_draft(request, school, seen, paper)


urlpatterns = [
    path("papers/style/", paper_style, name="paper_style"),
    path("papers/style/preview/", paper_style_preview, name="paper_style_preview"),
]
