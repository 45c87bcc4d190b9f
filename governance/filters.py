"""What the list of versions at the authority can be narrowed to."""

import django_filters as filters

from accounts.models import Organisation

from .filing import standing_at
from .models import Body, Procedure


class FilingFilter(filters.FilterSet):
    """At first what waits to be answered."""

    state = filters.ChoiceFilter(label="状态", choices=Procedure.Filing.choices, empty_label="全部", method="by_state")
    school = filters.ModelChoiceFilter(
        label="学校", queryset=Organisation.objects.none(), to_field_name="code", empty_label="全部"
    )
    body = filters.ChoiceFilter(label="会议", choices=Body.choices, empty_label="全部")

    class Meta:
        model = Procedure
        fields: list[str] = []

    def __init__(self, data, *, schools, **more):
        if "state" not in data:
            data = data.copy()
            data["state"] = Procedure.Filing.SUBMITTED
        super().__init__(data, **more)
        self.filters["school"].queryset = schools

    def by_state(self, queryset, name, value):
        return queryset.filter(standing_at(value))
