"""The journal of an organisation and of all below it, for auditors and system administrators."""

from collections import defaultdict
from collections.abc import Callable
from datetime import datetime, time, timedelta
from functools import cached_property

from django import forms
from django.apps import apps
from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.shortcuts import render
from django.utils import timezone

from accounts import chain
from accounts.administration import WORDS
from accounts.forms import DayField
from accounts.oversight import AUDIT, entries_of, overseen

FARTHEST = 10_000  # rows one can page to: counting millions would take longer than reading them

verb_words = dict(WORDS)  # config adds the verbs of the apps above
Named = Callable[[set[int]], dict[int, str]]
subject_names: dict[str, Named] = {}  # by kind, of what has a number for people; config adds them


class NewestFirst(Paginator):
    """A paginator that counts no farther than ``FARTHEST``; ``more`` says that there is more."""

    @cached_property
    def _counted(self) -> int:
        return self.object_list[: FARTHEST + 1].count()

    @property
    def count(self) -> int:
        return min(self._counted, FARTHEST)

    @property
    def more(self) -> bool:
        return self._counted > FARTHEST


class JournalFilter(forms.Form):
    verb = forms.ChoiceField(label="动作", required=False)
    day = DayField(label="日期", required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["verb"] = forms.ChoiceField(
            label="动作", required=False, choices=[("", "全部"), *verb_words.items()]
        )

    def apply(self, entries):
        if not self.is_valid():
            return entries
        if verb := self.cleaned_data["verb"]:
            entries = entries.filter(verb=verb)
        if day := self.cleaned_data["day"]:
            begin = timezone.make_aware(datetime.combine(day, time.min))
            entries = entries.filter(at__gte=begin, at__lt=begin + timedelta(days=1))
        return entries


@login_required
def journal(request, code):
    organisation = overseen(request.user, code, AUDIT)
    wanted = JournalFilter(request.GET)
    entries = wanted.apply(entries_of(organisation).select_related("organisation"))
    page = NewestFirst(entries, settings.PAGE_SIZE).get_page(request.GET.get("page"))
    kinds = {model._meta.model_name: model._meta.verbose_name for model in apps.get_models()}
    of_kind = defaultdict[str, set[int]](set)
    for entry in page:
        of_kind[entry.subject_kind].add(entry.subject_id)
    names = {kind: named(of_kind[kind]) for kind, named in subject_names.items() if kind in of_kind}
    for entry in page:
        entry.verb_word = verb_words.get(entry.verb, entry.verb)
        entry.kind_word = kinds.get(entry.subject_kind, entry.subject_kind)
        entry.subject_name = entry.subject_id
        if (named := names.get(entry.subject_kind)) is not None:
            entry.subject_name = named.get(entry.subject_id, "（已删去）")
    context = {"organisation": organisation, "page": page, "filter": wanted, "filtered": any(request.GET.values())}
    context["chain"] = chain.standing_of(organisation)
    return render(request, "accounts/journal.html", context)
