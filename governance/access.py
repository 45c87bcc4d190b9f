"""Fetching is authorising: a page that has a Standing may show what the standing allows, and nothing else.

Three sources of right, never mixed: a *role* (clerical or supervisory, accounts.Role); a *post* (governance.Post), which
alone gives the lawful acts of a leader; and a *grant* (governance.Grant), which opens some records of a school to somebody
who has neither, and only the doors that ask for it (``granted=True``).
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import CharField, Exists, ExpressionWrapper, F, OuterRef, Q
from django.db.models.functions import JSONObject, Now
from django.http import Http404
from django.utils import timezone

from accounts.models import Organisation, Role, User

from .compiled import Given, Statement
from .models import Body, Grant, Person, Post

HEAD_POST = {Body.PARTY: Post.Name.PARTY_SECRETARY, Body.OFFICE: Post.Name.PRINCIPAL}
REACHING = (Role.Name.INSPECTOR, Role.Name.AUTHORITY_ADMIN)  # from an authority to the authorities below it
NAMED = (Role.Name.INSPECTOR, Role.Name.INVITED)  # who may be named in an inspection
RECORD_READERS = frozenset({Role.Name.SCHOOL_SECRETARY, Role.Name.INSPECTOR})


@dataclass(frozen=True)
class Granted:
    """A Grant as a standing carries it."""

    key: str
    until: datetime
    records_since: date
    records_until: date
    classes: tuple[str, ...]
    people: tuple[int, ...]


@dataclass(frozen=True)
class Standing:
    """What one user is, on one day, in one organisation."""

    user: User
    organisation: Organisation
    day: date
    roles: frozenset[str] = frozenset()
    person_id: int | None = None
    person_name: str = ""
    posts: frozenset[str] = field(default_factory=frozenset)  # held on ``day``
    grants: tuple["Granted", ...] = ()  # good now
    deputises: tuple[str, ...] = ()  # names of those in whose stead a role is held

    @property
    def school(self) -> Organisation:
        return self.organisation

    @property
    def of_authority(self) -> bool:
        """Stands in an authority, and not in a school."""
        return self.organisation.kind == Organisation.Kind.AUTHORITY

    @property
    def clerk(self) -> bool:
        """Does the clerical work of the school: agenda, notice, record."""
        return Role.Name.SCHOOL_SECRETARY in self.roles

    @property
    def leader(self) -> bool:
        return bool(self.posts)

    @property
    def supervises(self) -> bool:
        return Role.Name.INSPECTOR in self.roles

    @property
    def administers(self) -> bool:
        return Role.Name.AUTHORITY_ADMIN in self.roles

    @property
    def audits(self) -> bool:
        return bool(self.roles & {Role.Name.AUDITOR, Role.Name.SYSTEM_ADMIN})

    @property
    def reads_records(self) -> bool:
        """May read matters, meetings, decisions and findings. System administrators and auditors may not."""
        return self.leader or bool(self.roles & RECORD_READERS)

    @property
    def narrowed(self) -> bool:
        """Reads by grants alone, and so no more than these open (``meetings.access``)."""
        return bool(self.grants) and not self.reads_records

    @property
    def works_here(self) -> bool:
        """Belongs to the school itself, and so may act in it; who supervises only reads."""
        return self.leader or self.clerk

    def heads(self, body: str) -> bool:
        return HEAD_POST[Body(body)] in self.posts

    @property
    def heads_any(self) -> bool:
        return any(post in self.posts for post in HEAD_POST.values())

    @cached_property
    def person(self) -> Person | None:
        return Person.objects.get(pk=self.person_id) if self.person_id else None


def _standings(user, organisations, day):
    """Organisations, each annotated with the user's roles (there or above), person and posts: one statement."""
    roles = (
        Role.objects.on(day)
        .filter(user=user)
        .annotate(line=ExpressionWrapper(OuterRef("path"), CharField()))
        .filter(line__startswith=F("organisation__path"))
    )
    posts = Post.objects.filter(person__user=user, school=OuterRef("pk"), since__lte=day).filter(
        Q(until__isnull=True) | Q(until__gt=day)
    )
    people = Person.objects.filter(user=user, school=OuterRef("pk")).values(json=JSONObject(id="pk", name="name"))
    grants = good_grants(user, day).filter(school=OuterRef("pk")).order_by("pk").values(
        json=JSONObject(
            key="key", until="until", records_since="records_since", records_until="records_until", classes="classes",
            people="people",
        )
    )  # fmt: skip
    return organisations.annotate(
        my_roles=ArraySubquery(roles.values("role")),
        my_stead=ArraySubquery(roles.filter(deputises__isnull=False).values("deputises__user__name")),
        my_people=ArraySubquery(people),
        my_posts=ArraySubquery(posts.values("post")),
        my_grants=ArraySubquery(grants),
    )


def good_grants(user, day: date | Given | None = None):
    """The grants of a user that are good at this moment, by the clock of the database, and while the role lasts in which
    one may be named at all."""
    roles = Role.objects.on(day or timezone.localdate()).filter(user=user, role__in=NAMED)
    roles = roles.annotate(line=ExpressionWrapper(OuterRef("school__path"), CharField()))
    named = Exists(roles.filter(line__startswith=F("organisation__path")))
    return Grant.objects.filter(named, user=user, since__lte=Now(), until__gt=Now())


def _standing(user: User | AnonymousUser, organisation, day: date) -> Standing:
    me: dict[str, Any] = organisation.my_people[0] if organisation.my_people else {"id": None, "name": ""}
    return Standing(
        user=user,  # type: ignore[arg-type]  # nobody has no role and no post, and so never a standing
        organisation=organisation,
        day=day,
        roles=frozenset(organisation.my_roles),
        person_id=me["id"],
        person_name=me["name"],
        posts=frozenset(organisation.my_posts),
        grants=tuple(_granted(row) for row in organisation.my_grants),
        deputises=tuple(sorted(set(organisation.my_stead))),
    )


def _granted(row: dict[str, Any]) -> Granted:
    return Granted(
        key=row["key"],
        until=datetime.fromisoformat(row["until"]),
        records_since=date.fromisoformat(row["records_since"]),
        records_until=date.fromisoformat(row["records_until"]),
        classes=tuple(row["classes"]),
        people=tuple(row["people"]),
    )


@Statement
def _by_code():
    return _standings(Given("user"), Organisation.objects.filter(code=Given("code")), Given("day"))


def standing_in(user: User | AnonymousUser, code: str, *, kind: str = "", granted: bool = False) -> Standing:
    """The user's standing in an organisation, of whatever kind if none is asked for, from a role there or above or a
    post there, or, at a door that is open to them, from a grant; or 404."""
    day = timezone.localdate()
    organisation = next(iter(_by_code(code=code, user=user.pk, day=day)), None)
    if organisation is None or (kind and organisation.kind != kind):
        raise Http404("没有这个单位，或您没有查看它的权限。")
    if not (organisation.my_roles or organisation.my_posts or (granted and organisation.my_grants)):
        raise Http404("没有这个单位，或您没有查看它的权限。")
    return _standing(user, organisation, day)


def school_for(user: User | AnonymousUser, code: str, *, records: bool = True, granted: bool = False) -> Standing:
    """The user's standing in a school, or 404. With ``records`` also 404 for roles that read no records. ``granted``
    opens the door to grants too: what it shows must then go through ``meetings.access``."""
    standing = standing_in(user, code, kind=Organisation.Kind.SCHOOL, granted=granted)
    if records and not (standing.reads_records or (granted and standing.grants)):
        raise Http404("没有这个单位，或您没有查看它的权限。")
    return standing


def authority_for(user: User | AnonymousUser, code: str) -> Standing:
    """The user's standing in an authority (from a role there or above), or 404."""
    return standing_in(user, code, kind=Organisation.Kind.AUTHORITY)


def standings_of(user: User | AnonymousUser, *, below: bool = False) -> list[Standing]:
    """Every organisation in which the user has a role of its own, or a post; with ``below``, as the switcher shows it,
    also the authorities over which a role reaches."""
    day = timezone.localdate()
    mine = Organisation.objects.filter(
        Q(pk__in=Role.objects.on(day).filter(user=user).values("organisation"))
        | Q(
            pk__in=Post.objects.filter(person__user=user, since__lte=day)
            .filter(Q(until__isnull=True) | Q(until__gt=day))
            .values("school")
        )
    )
    if below:
        reaching = Role.objects.on(day).filter(user=user, role__in=REACHING)
        reaching = reaching.annotate(line=ExpressionWrapper(OuterRef("path"), CharField()))
        lower = Exists(reaching.filter(line__startswith=F("organisation__path")))
        mine |= Organisation.objects.filter(lower, kind=Organisation.Kind.AUTHORITY, ended_on__isnull=True)
    return [_standing(user, organisation, day) for organisation in _standings(user, mine.order_by("kind", "code"), day)]


def schools_below(authority: Organisation):
    return Organisation.objects.filter(kind=Organisation.Kind.SCHOOL, path__startswith=authority.path)


def authorities_from(authority: Organisation):
    """The authority and those below it, without any that was ended."""
    return Organisation.objects.filter(
        kind=Organisation.Kind.AUTHORITY, path__startswith=authority.path, ended_on__isnull=True
    )


def readable_schools(user: User | AnonymousUser):
    """Schools whose records the user may read: by a post there, or by a reading role there or above."""
    day = timezone.localdate()
    roles = (
        Role.objects.on(day)
        .filter(user=user, role__in=RECORD_READERS)
        .annotate(line=ExpressionWrapper(OuterRef("path"), CharField()))
        .filter(line__startswith=F("organisation__path"))
    )
    posts = Post.objects.filter(person__user=user, since__lte=day).filter(Q(until__isnull=True) | Q(until__gt=day))
    return Organisation.objects.filter(kind=Organisation.Kind.SCHOOL).filter(
        Exists(roles) | Q(pk__in=posts.values("school"))
    )
