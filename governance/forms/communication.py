"""The form that writes down or corrects a regular talk of the two heads."""

from collections.abc import Collection
from datetime import date, datetime

from django import forms
from django.utils import timezone

from ..models import Communication, Person
from ..rules.dossier import Dossier
from .fields import MomentField


class TalkForm(forms.Form):
    at = MomentField(label="沟通时间")
    note = forms.CharField(
        label="主要内容", required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 4}),
        help_text="商量了哪些事，一两句话即可。不写涉密内容。",
    )  # fmt: skip
    others = forms.ModelMultipleChoiceField(
        Person.objects.none(), label="还有谁参加", required=False, widget=forms.CheckboxSelectMultiple,
        help_text="书记和校长按沟通当天的任职自动记入，不用选。",
    )  # fmt: skip
    base = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, data, *, dossier: Dossier, day: date, pair: Collection[int], talk: Communication | None = None):
        chosen = {person.pk for person in talk.people.all()} - set(pair) if talk else set()
        at = talk.at if talk else timezone.now()
        super().__init__(
            data, initial={"at": timezone.localtime(at), "note": talk.note if talk else "", "others": chosen}
        )
        listed = (dossier.leadership(day) - set(pair)) | chosen
        self.fields["others"].queryset = Person.objects.filter(pk__in=listed).order_by("pk")

    def clean_at(self) -> datetime:
        return self.cleaned_data["at"].replace(second=0, microsecond=0)
