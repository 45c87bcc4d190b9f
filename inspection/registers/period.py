"""Which span of time a register tells: a term, a school year, or days of one's own."""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django import forms
from django.http import QueryDict

from accounts.forms import DayField
from governance.calendar import first_moment
from governance.terms import Term, recent, term_of

from . import Span

OWN = "own"
YEARS = 10
_TERM, _YEAR = re.compile(r"(20\d\d)-([12])"), re.compile(r"20\d\d")


@dataclass(frozen=True)
class Period:
    since: date
    until: date  # the first day after
    said: str
    terms: tuple[Term, ...] = ()  # where it is whole terms

    @property
    def span(self) -> Span:
        return first_moment(self.since), first_moment(self.until)


def of_term(term: Term) -> Period:
    return Period(term.since, term.until, str(term), (term,))


def of_year(year: int) -> Period:
    terms = Term(year, 1), Term(year, 2)
    return Period(terms[0].since, terms[1].until, f"{year}—{year + 1} 学年", terms)


class PeriodForm(forms.Form):
    """``term`` empty: the term of the day, so that what is saved goes with the time. Both days are included."""

    term = forms.CharField(label="期间", required=False)
    since = DayField(label="自", required=False)
    until = DayField(label="至", required=False)

    def __init__(self, query: QueryDict, *, today: date):
        self.this, given = term_of(today), query.get("term", "")
        if given == self.this.key:
            query = query.copy()
            query["term"] = ""
        super().__init__(query)
        self.fields["term"].widget = forms.Select(choices=self._choices(given, today))

    def _choices(self, given: str, today: date) -> list:
        terms = [("", f"本学期（{self.this}）"), *((term.key, str(term)) for term in recent(today)[1:])]
        years = [(str(self.this.year - n), of_year(self.this.year - n).said) for n in range(YEARS)]
        known = {key for key, _ in terms + years}
        if (found := _named(given)) and given not in known:
            terms.append((given, found.said))
        return [("学期", terms), ("学年", years), ("其他", [(OWN, "自定起止日期")])]

    def clean_term(self) -> str:
        given = self.cleaned_data["term"]
        if given and given != OWN and not _named(given):
            raise forms.ValidationError("没有这个期间，现在看的是本学期。")
        return given

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        since, until = given.get("since"), given.get("until")
        if given.get("term") == OWN and not (since and until) and not self.errors:
            self.add_error("until" if since else "since", "请填写起止两天；现在看的是本学期。")
        if since and until and until < since:
            self.add_error("until", f"截止日期早于开始日期 {since}；现在看的是本学期。")
        return given

    @property
    def period(self) -> Period:
        """What is asked for; where it makes no sense, the term of the day."""
        if self.is_valid():
            given = self.cleaned_data
            if given["term"] == OWN:
                since, until = given["since"], given["until"]
                return Period(since, until + timedelta(days=1), f"{since} 至 {until}")
            if found := _named(given["term"]):
                return found
        return of_term(self.this)


def _named(key: str) -> Period | None:
    if found := _TERM.fullmatch(key):
        return of_term(Term(int(found[1]), int(found[2])))
    return of_year(int(key)) if _YEAR.fullmatch(key) else None
