"""The people of the demo district, their posts and their sign-ins."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.contrib.auth.hashers import make_password

from accounts.models import Organisation, Role, User
from governance.models import Person, Post

from . import rules

PASSWORD = "yishi-demo"
AUTHORITY = "qingwu"
P = Post.Name


@dataclass(frozen=True)
class SignIn:
    username: str
    name: str
    what: str


@dataclass
class DemoSchool:
    organisation: Organisation
    clerk: Person
    people: dict[str, Person]  # by name
    large_sum: Decimal
    flawed: float  # share of items with a flaw


@dataclass
class District:
    authority: Organisation
    schools: list[DemoSchool] = field(default_factory=list)


# name, party member, sign-in suffix, posts as (post, years and days before today, until days before today, full time)
_SCHOOLS: tuple[dict[str, Any], ...] = (
    dict(
        code="qw-gaozhong", prefix="gz", name="青梧区第一高级中学", stage="senior", party="committee",
        large="100000", flawed=0.12, clerk=("许静怡", "办公室副主任"),
        people=(
            ("顾明远", True, "shuji", ((P.PARTY_SECRETARY, 900, None),)),
            ("沈知行", True, "xiaozhang", ((P.PRINCIPAL, 900, None), (P.DEPUTY_PARTY_SECRETARY, 900, None))),
            ("陆婉清", True, "fushuji", ((P.DEPUTY_PARTY_SECRETARY, 620, None),)),
            ("方景澄", True, "fuxiao1", ((P.VICE_PRINCIPAL, 900, None), (P.PARTY_COMMITTEE_MEMBER, 900, None))),
            ("秦述之", True, "fuxiao2", ((P.VICE_PRINCIPAL, 900, None), (P.PARTY_COMMITTEE_MEMBER, 900, None))),
            ("傅嘉树", False, "fuxiao3", ((P.VICE_PRINCIPAL, 500, None),)),
            ("梁素心", True, "jiwei", ((P.PARTY_COMMITTEE_MEMBER, 900, None),)),
            ("潘若谷", True, "weiyuan", ((P.PARTY_COMMITTEE_MEMBER, 200, None),)),
            ("韦长河", True, "", ((P.PARTY_COMMITTEE_MEMBER, 900, 200),)),
            ("江望舒", False, "zhuren", ((P.ADMIN_MEMBER, 700, None),)),
        ),
    ),
    dict(
        code="qw-chenghu", prefix="jn", name="青梧区澄湖九年一贯制学校", stage="nine_year", party="general_branch",
        large="50000", flawed=0.22, clerk=("白予安", "党政办干事"),
        people=(
            ("余昇平", True, "shuji", ((P.PARTY_SECRETARY, 760, None),)),
            ("孟祎宁", True, "xiaozhang", ((P.PRINCIPAL, 210, None), (P.DEPUTY_PARTY_SECRETARY, 210, None))),
            ("霍启东", True, "", ((P.PRINCIPAL, 1400, 210), (P.DEPUTY_PARTY_SECRETARY, 1400, 210))),
            ("苗春晖", True, "fuxiao1", ((P.VICE_PRINCIPAL, 760, None), (P.PARTY_COMMITTEE_MEMBER, 760, None))),
            ("范思齐", True, "fuxiao2", ((P.VICE_PRINCIPAL, 760, None),)),
            ("葛青禾", True, "weiyuan1", ((P.PARTY_COMMITTEE_MEMBER, 760, None),)),
            ("路遥迢", True, "weiyuan2", ((P.PARTY_COMMITTEE_MEMBER, 400, None),)),
            ("欧阳堃", False, "zhuren", ((P.ADMIN_MEMBER, 760, None),)),
        ),
    ),
    dict(
        code="qw-huaiyin", prefix="xx", name="青梧区槐荫路小学", stage="primary", party="branch",
        large="10000", flawed=0.18, clerk=("简一苇", "办公室主任"),
        people=(
            ("骆镕", True, "shuji", ((P.PARTY_SECRETARY, 1100, None), (P.PRINCIPAL, 1100, None))),
            ("毕晓岚", True, "fushuji", ((P.DEPUTY_PARTY_SECRETARY, 640, None, True),)),
            ("尹立夏", True, "fuxiao1", ((P.VICE_PRINCIPAL, 1100, None), (P.PARTY_COMMITTEE_MEMBER, 1100, None))),
            ("常珺", False, "fuxiao2", ((P.VICE_PRINCIPAL, 640, None),)),
            ("安之若", False, "zhuren", ((P.ADMIN_MEMBER, 640, None),)),
        ),
    ),
    dict(
        code="qw-youer", prefix="ye", name="青梧区实验幼儿园", stage="kindergarten", party="branch",
        large="10000", flawed=0.3, clerk=None,
        people=(
            ("乔语桐", True, "shuji", ((P.PARTY_SECRETARY, 820, None),)),
            ("邵云舒", True, "yuanzhang", ((P.PRINCIPAL, 820, None), (P.DEPUTY_PARTY_SECRETARY, 820, None))),
            ("温如言", True, "fuyuan", ((P.VICE_PRINCIPAL, 820, None), (P.PARTY_COMMITTEE_MEMBER, 820, None))),
            ("辛夷", False, "zhuren", ((P.ADMIN_MEMBER, 300, None),)),
        ),
    ),
)  # fmt: skip

_OFFICIALS = (
    ("ducha", "任致远", Role.Name.INSPECTOR, "督导检查员：看全区四校"),
    ("shoupai", "严守正", Role.Name.INVITED, "受派检查员：只看一次检查范围内的记录"),
    ("guanli", "闻人雪", Role.Name.AUTHORITY_ADMIN, "主管部门管理员：学校、班子、任职"),
    ("shenji", "石敬之", Role.Name.AUDITOR, "审计员：看日志"),
    ("xitong", "司徒明", Role.Name.SYSTEM_ADMIN, "系统管理员：账号"),
)


_SHOWN = ("shuji", "xiaozhang", "yuanzhang", "fushuji", "fuxiao1", "fuyuan")


def sign_ins() -> list[SignIn]:
    """The sign-ins worth trying, each with what the person is."""
    shown = [SignIn(username, name, f"青梧区教育局 · {what}") for username, name, _role, what in _OFFICIALS]
    for spec in _SCHOOLS:
        if spec["clerk"]:
            shown.append(SignIn(f"{spec['prefix']}-mishu", spec["clerk"][0], f"{spec['name']} · 学校秘书"))
        for name, _member, suffix, posts in spec["people"]:
            if suffix in _SHOWN:
                held = "、".join(P(post).label for post, _since, until, *_ in posts if not until)
                shown.append(SignIn(f"{spec['prefix']}-{suffix}", name, f"{spec['name']} · {held}"))
    return shown


def create(on: date) -> District:
    hashed = make_password(PASSWORD)  # hashing is slow by design: once is enough for all

    def account(username: str, name: str) -> User:
        return User.objects.create(username=username, name=name, password=hashed, email=f"{username}@example.cn")

    authority = Organisation.objects.create(kind="authority", code=AUTHORITY, name="青梧区教育局")
    district = District(authority)
    for username, name, role, _what in _OFFICIALS:
        Role.objects.create(
            user=account(username, name), organisation=authority, role=role, since=on - timedelta(days=500)
        )
    for spec in _SCHOOLS:
        district.schools.append(_school(spec, authority, account, on))
    _share_a_clerk(district, on)
    return district


def _school(spec: dict, authority: Organisation, account, on: date) -> DemoSchool:
    school = Organisation.objects.create(
        kind="school", code=spec["code"], name=spec["name"], parent=authority, stage=spec["stage"],
        party_organization=spec["party"],
    )  # fmt: skip
    people = {}
    for name, member, suffix, posts in spec["people"]:
        user = account(f"{spec['prefix']}-{suffix}", name) if suffix else None
        people[name] = person = Person.objects.create(school=school, name=name, party_member=member, user=user)
        for post, since, until, *full_time in posts:
            Post.objects.create(
                school=school,
                person=person,
                post=post,
                since=on - timedelta(days=since),
                until=on - timedelta(days=until) if until else None,
                full_time=full_time[0] if full_time else None,
            )
    clerk = None
    if spec["clerk"]:
        name, title = spec["clerk"]
        user = account(f"{spec['prefix']}-mishu", name)
        clerk = Person.objects.create(school=school, name=name, title=title, party_member=True, user=user)
        Role.objects.create(
            user=user, organisation=school, role=Role.Name.SCHOOL_SECRETARY, since=on - timedelta(days=500)
        )
    rules.write(school, on, Decimal(spec["large"]), _SCHOOLS.index(spec) + 1)
    return DemoSchool(school, clerk, people, Decimal(spec["large"]), spec["flawed"])


def _share_a_clerk(district: District, on: date) -> None:
    """The kindergarten has no office of its own: the primary school's clerk works for both."""
    primary, kindergarten = district.schools[2], district.schools[3]
    user = primary.clerk.user
    kindergarten.clerk = Person.objects.create(
        school=kindergarten.organisation,
        name=user.name,
        title="办公室主任（槐荫路小学兼）",
        party_member=True,
        user=user,
    )
    Role.objects.create(
        user=user,
        organisation=kindergarten.organisation,
        role=Role.Name.SCHOOL_SECRETARY,
        since=on - timedelta(days=400),
    )
