"""The tree of authorities: those right below one, each with the sums of its schools, and the one above."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Exists

from accounts.models import Organisation, Role
from governance.access import Standing, authorities_from

from .registers import Tally, total_of
from .rollups import Glance

DIRECT = "直属学校"


@dataclass
class Branch:
    """An authority right below, or (without ``code``) the schools that hang on this one itself."""

    name: str
    code: str = ""
    path: str = ""
    rows: list[Glance] = field(default_factory=list)

    @property
    def tally(self) -> Tally:
        return total_of(row.now for row in self.rows)

    @property
    def behind(self) -> int:
        return sum(1 for row in self.rows if row.behind)


def authorities_below(authority: Organisation) -> list[Organisation]:
    return list(authorities_from(authority).filter(parent=authority).order_by("code"))


def branches(below: Iterable[Organisation], rows: Iterable[Glance]) -> list[Branch]:
    """The sums of each authority below, and of what hangs on this one itself; empty where the tree ends."""
    found = [Branch(each.name, each.code, each.path) for each in below]
    if not found:
        return []
    direct = Branch(DIRECT)
    for row in rows:
        branch = next((each for each in found if row.path.startswith(each.path)), direct)
        branch.rows.append(row)
        row.under = branch.name if branch.code else ""
    return [*found, direct] if direct.rows else found


def above(by: Standing) -> Organisation | None:
    """The authority above, if the person works for it or for one still higher."""
    if by.organisation.parent_id is None:
        return None
    held = Role.objects.on(by.day).filter(user=by.user, organisation__in=by.organisation.line[:-1])
    return Organisation.objects.filter(Exists(held), pk=by.organisation.parent_id).first()
