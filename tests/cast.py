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


def person(
    school: Organisation, username: str, name: str, *posts: str, title: str = "", party_member=True, **more
) -> Person:
    """Somebody of a school with an account, in post since ``SINCE``. ``more`` goes to the posts."""
    someone = Person.objects.create(
        school=school,
        name=name,
        title=title,
        party_member=party_member,
        user=user(username, name, email=f"{username}@example.cn"),
    )
    for post in posts:
        Post.objects.create(school=school, person=someone, post=post, **({"since": SINCE} | more))
    return someone


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
    name = Post.Name
    district = authority()
    ours = school("shifan", "示范中学", district)
    elsewhere = school("waixiao", "外校小学", district, stage=Organisation.Stage.PRIMARY)
    zheng = person(ours, "zheng", "郑秘书", title="办公室主任")
    Role.objects.create(user=zheng.user, organisation=ours, role=Role.Name.SCHOOL_SECRETARY, since=SINCE)
    return Cast(
        district=district,
        school=ours,
        elsewhere=elsewhere,
        zhao=person(ours, "zhao", "赵书记", name.PARTY_SECRETARY),
        qian=person(ours, "qian", "钱校长", name.PRINCIPAL, name.DEPUTY_PARTY_SECRETARY),
        sun=person(ours, "sun", "孙副书记", name.DEPUTY_PARTY_SECRETARY, full_time=True),
        li=person(ours, "li", "李副校", name.VICE_PRINCIPAL, name.PARTY_COMMITTEE_MEMBER),
        zhou=person(ours, "zhou", "周副校", name.VICE_PRINCIPAL, party_member=False),
        wu=person(ours, "wu", "吴委员", name.PARTY_COMMITTEE_MEMBER),
        he=person(ours, "he", "何主任", name.ADMIN_MEMBER),
        zheng=zheng,
        wei=person(elsewhere, "wei", "卫书记", name.PARTY_SECRETARY),
        wang=official(district, "wang", "王检查", Role.Name.INSPECTOR),
        feng=official(district, "feng", "冯审计", Role.Name.AUDITOR),
        chen=official(district, "chen", "陈系统", Role.Name.SYSTEM_ADMIN),
        chu=official(district, "chu", "褚主管", Role.Name.AUTHORITY_ADMIN),
        yan=official(district, "yan", "严审计", Role.Name.INVITED),
    )
