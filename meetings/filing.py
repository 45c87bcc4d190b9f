"""Whom it concerns that rules of procedure were submitted, returned or filed."""

from datetime import datetime

from django.urls import reverse
from django.utils import timezone

from accounts.models import Entry, Role
from governance.models import Procedure
from governance.procedures import named

from .notices import Offices, link, tell, to_each


def tell_the_authority(entry: Entry, now: datetime) -> None:
    """The administrators of the nearest authority above the school that has any."""
    version = Procedure.objects.select_related("school").get(pk=entry.subject_id)
    if version.filing != Procedure.Filing.SUBMITTED:
        return
    roles = Role.objects.on(timezone.localdate(now)).filter(
        organisation__in=version.school.line, role=Role.Name.AUTHORITY_ADMIN, user__is_active=True
    )
    by_depth = sorted(roles.select_related("organisation"), key=lambda role: -len(role.organisation.line))
    nearest = [role for role in by_depth if role.organisation_id == by_depth[0].organisation_id]
    for role in nearest:
        authority = role.organisation
        tell(
            to_each(
                {role.user_id} - {entry.actor_id},
                school=authority,
                key=f"procedure/{version.pk}/submitted/{entry.pk}",
                kind="procedure_submitted",
                title=f"议事规则等待审查：{version.school}",
                body=f"{named(version)}，请审查后备案或退回。",
                url=reverse("filing_list", args=[authority.code]),
            )
        )


def tell_the_school(entry: Entry, now: datetime) -> None:
    """The clerk and the heads learn what the authority said."""
    version = Procedure.objects.get(pk=entry.subject_id)
    said = {
        "return_procedure": (Procedure.Filing.RETURNED, "议事规则已退回", "退回意见见议事规则页，修改后重新报送。"),
        "file_procedure": (Procedure.Filing.FILED, "议事规则已备案", f"备案号：{version.filing_number}。"),
    }
    state, title, then = said[entry.verb]
    if version.filing != state:
        return
    school = entry.organisation_id
    offices = Offices.of([school], timezone.localdate(now))
    heads = (account for (where, _body), accounts in offices.heads.items() if where == school for account in accounts)
    tell(
        to_each(
            offices.clerks[school].union(heads) - {entry.actor_id},
            school=entry.organisation,
            key=f"procedure/{version.pk}/{state}/{entry.pk}",
            kind=f"procedure_{state}",
            title=title,
            body=f"{named(version)}。{then}",
            url=link("procedure", entry.organisation, pk=version.pk),
        )
    )
