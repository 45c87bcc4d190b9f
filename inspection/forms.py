"""What an inspector fills in."""

from datetime import date

from django import forms

from accounts.forms import DayField
from governance.terms import Term, recent

OWN = "own"


class RejudgingForm(forms.Form):
    """A term, or a span of days of one's own; both days are included."""

    term = forms.ChoiceField(label="记录的时间")
    since = DayField(label="自", required=False)
    until = DayField(label="至", required=False, help_text="起止两天都算在内；选学期的不用填。")

    def __init__(self, *args, today: date, **more):
        super().__init__(*args, **more)
        self.terms: dict[str, Term] = {term.key: term for term in recent(today)}
        choices = [*((key, str(term)) for key, term in self.terms.items()), (OWN, "自定起止日期")]
        self.fields["term"] = forms.ChoiceField(label="记录的时间", choices=choices)

    def clean(self):
        given = super().clean()
        if term := self.terms.get(given.get("term", "")):
            return given | {"since": term.since, "until": date.fromisoformat(term.final_day)}
        for name, word in (("since", "开始"), ("until", "截止")):
            if not given.get(name) and name not in self.errors:
                self.add_error(name, f"请填写{word}日期，或者选一个学期。")
        since, until = given.get("since"), given.get("until")
        if since and until and until < since:
            self.add_error("until", f"截止日期早于开始日期 {since}。")
        return given
