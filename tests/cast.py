"""The people of every test, by name.

    区教育局   inspector 王检查, invited inspector 严审计, auditor 冯审计, system administrator 陈系统, administrator 褚主管
    示范中学   secretary 赵书记, principal 钱校长 (also deputy secretary), deputy secretary 孙副书记,
               vice principals 李副校 and 周副校, committee member 吴委员, member of the administration 何主任,
               clerk 郑秘书
    外校小学   secretary 卫书记: the outsider

Everybody signs in by the pinyin of the surname, with the password ``PASSWORD``.
"""

from dataclasses import dataclass
from datetime import date
from functools import cache

from django.contrib.auth.hashers import make_password

from accounts.models import Organisation, Role, User
from governance.models import Person, Post

PASSWORD = "qiu-ye-feng-2026"
SINCE = date(2024, 9, 1)


def authority(code: str = "district", name: str = "区教育局", parent: Organisation | None = None) -> Organisation:
    return Organisation.objects.create(kind=Organisation.Kind.AUTHORITY, code=code, name=name, parent=parent)


def school(code: str, name: str, parent: Organisation, **more) -> Organisation:
    more = {"stage": Organisation.Stage.JUNIOR, "party_organization": Organisation.PartyOrganisation.COMMITTEE} | more
    return Organisation.objects.create(kind=Organisation.Kind.SCHOOL, code=code, name=name, parent=parent, **more)


def user(username: str, name: str, **more) -> User:
    return User.objects.create(username=username, name=name, password=_hashed(), **more)


@cache
def _hashed() -> str:
    return make_password(PASSWORD)  # slow by design: once is enough for all


def _account(username: str, name: str) -> User:
    return User(username=username, name=name, password=_hashed(), email=f"{username}@example.cn")


def _in_post(
    school: Organisation, username: str, name: str, *posts: str, title: str = "", party_member=True, **more
) -> tuple[Person, list[Post]]:
    someone = Person(school=school, name=name, title=title, party_member=party_member, user=_account(username, name))
    return someone, [Post(school=school, person=someone, post=post, **({"since": SINCE} | more)) for post in posts]


def _kept(*made: tuple[Person, list[Post]]) -> list[Person]:
    """A statement for each table: hundreds of tests begin with this."""
    User.objects.bulk_create(someone.user for someone, _ in made)
    Person.objects.bulk_create(someone for someone, _ in made)
    Post.objects.bulk_create(post for _, posts in made for post in posts)
    return [someone for someone, _ in made]


def person(school: Organisation, username: str, name: str, *posts: str, **more) -> Person:
    """Somebody of a school with an account, in post since ``SINCE``. ``more`` goes to the person and the posts."""
    return _kept(_in_post(school, username, name, *posts, **more))[0]


def official(organisation: Organisation, username: str, name: str, role: str, since: date = SINCE) -> User:
    """Somebody with a role in an organisation."""
    someone = user(username, name, email=f"{username}@example.cn")
    Role.objects.create(user=someone, organisation=organisation, role=role, since=since)
    return someone


@dataclass
class Cast:
    district: Organisation
    school: Organisation
    elsewhere: Organisation
    zhao: Person  # secretary
    qian: Person  # principal and deputy secretary
    sun: Person  # deputy secretary
    li: Person  # vice principal, committee member
    zhou: Person  # vice principal, no party member
    wu: Person  # committee member
    he: Person  # member of the administration
    zheng: Person  # clerk: a role, no post
    wei: Person  # secretary of another school
    wang: User  # inspector
    feng: User  # auditor
    chen: User  # system administrator
    chu: User  # administrator of the authority
    yan: User  # invited: reads nothing, until an inspection grants it


def everybody() -> Cast:
    post, role = Post.Name, Role.Name
    district = authority()
    ours = school("shifan", "示范中学", district)
    elsewhere = school("waixiao", "外校小学", district, stage=Organisation.Stage.PRIMARY)
    people = _kept(
        _in_post(ours, "zheng", "郑秘书", title="办公室主任"),
        _in_post(ours, "zhao", "赵书记", post.PARTY_SECRETARY),
        _in_post(ours, "qian", "钱校长", post.PRINCIPAL, post.DEPUTY_PARTY_SECRETARY),
        _in_post(ours, "sun", "孙副书记", post.DEPUTY_PARTY_SECRETARY, full_time=True),
        _in_post(ours, "li", "李副校", post.VICE_PRINCIPAL, post.PARTY_COMMITTEE_MEMBER),
        _in_post(ours, "zhou", "周副校", post.VICE_PRINCIPAL, party_member=False),
        _in_post(ours, "wu", "吴委员", post.PARTY_COMMITTEE_MEMBER),
        _in_post(ours, "he", "何主任", post.ADMIN_MEMBER),
        _in_post(elsewhere, "wei", "卫书记", post.PARTY_SECRETARY),
    )
    seats = (
        (ours, people[0].user, role.SCHOOL_SECRETARY),
        (district, _account("wang", "王检查"), role.INSPECTOR),
        (district, _account("feng", "冯审计"), role.AUDITOR),
        (district, _account("chen", "陈系统"), role.SYSTEM_ADMIN),
        (district, _account("chu", "褚主管"), role.AUTHORITY_ADMIN),
        (district, _account("yan", "严审计"), role.INVITED),
    )
    officials = User.objects.bulk_create(account for _, account, _ in seats[1:])
    Role.objects.bulk_create(
        Role(user=account, organisation=where, role=each, since=SINCE) for where, account, each in seats
    )
    named = {each.user.username: each for each in people} | {each.username: each for each in officials}
    return Cast(district, ours, elsewhere, **named)
