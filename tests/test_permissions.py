"""Every door of the house × everybody of the cast.

The doors are read from the resolver: one that is not in the table fails by its name. A table row says who may look
(``see``) and, where something can be done, who may do it (``do``). Whoever may not do it writes nothing at all; to
strangers no address with ids of the school exists.
"""

import copy
import io
import re
import time
import zipfile
from datetime import timedelta

import pytest
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.backends import ModelBackend
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection, transaction
from django.db.models import F
from django.http import HttpResponse
from django.test import Client
from django.test.utils import override_settings
from django.urls import get_resolver, reverse
from django.utils import timezone

from accounts.models import Role, User
from governance.models import Grant, Person, Post
from inspection.models import Member
from meetings import transitions as verbs
from meetings.models import Attendance, Consulted, Item, Matter, Meeting, Opinion, Recusal
from tests import cast as people
from tests.doors import BY_GRANT, DOORS, ROOMS
from tests.everything import Scene, blank_page, everything
from tests.inspection import inspecting
from tests.meetings.stage import acting
from tests.opening import EVERYBODY, READERS, SIGNED_IN, STRANGERS, Door, today


def doors_of(patterns) -> list[str]:
    names = []
    for pattern in patterns:
        names += doors_of(pattern.url_patterns) if hasattr(pattern, "url_patterns") else [pattern.name]
    return names


@pytest.mark.django_db  # so that there is a test's database, also if only this module runs
def test_every_door_is_in_the_table():
    found = set(doors_of(get_resolver().url_patterns))
    assert found - set(DOORS) == set(), "doors that nobody has said who may open"
    assert set(DOORS) - found == set(), "doors of the table that are no more"


# A record, a post, an account or a line of the journal: not sessions, nor what one has read. That somebody from outside
# looked at what is confidential is written down for the school.
WRITING = re.compile(
    r'(INSERT INTO|UPDATE|DELETE FROM) "(meetings_(?!confidentialview)|governance_|accounts_(?!notice|heartbeat))'
)


BLANK = blank_page()
SECRET, VIEWED = "（密）", 'INSERT INTO "meetings_confidentialview"'


def all_confidential() -> None:
    """Every matter is one of personnel, sealed or not."""
    with connection.cursor() as cursor:
        marking = f"UPDATE meetings_matter SET category = 'H01', title = title || '{SECRET}'"
        cursor.execute(
            f"SET LOCAL session_replication_role = replica; {marking}; SET LOCAL session_replication_role = origin"
        )


def words_of(response) -> str:
    content = b"".join(response) if response.streaming else response.content
    if content[:2] == b"PK":
        content = b"".join(map((book := zipfile.ZipFile(io.BytesIO(content))).read, book.namelist()))
    return content.decode(errors="replace")


# Of everybody who knocks: as each request finds them, for what the one before did was undone.
SESSIONS: dict[str, dict] = {}
USERS: dict[int, User] = {}


class Knock:
    """Requests by one person, each undone afterwards."""

    def __init__(self, scene: Scene, name: str):
        self.scene, self.name, self.session = scene, name, None
        self.minds_crossings, self.crossed = False, []
        self.unseen: set[str] = set()  # pages that show a personnel matter, and no row says so
        self.client, self.sign_in = Client(raise_request_exception=False), reverse("account_login")
        if name != "nobody":
            client = Client()
            who = getattr(scene.cast, name)
            user = User.objects.get(pk=getattr(who, "user", who).pk)
            client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
            self.session = client.cookies["sessionid"].value
            # As after a first page: what each of these requests would write into the session is undone with it.
            session = client.session
            session["organisation"] = "shifan"
            session.save()
            assert SESSION_KEY in client.session
            SESSIONS[self.session], USERS[user.pk] = dict(session.items()), user

    def __call__(self, method: str, address: str, body: dict | None = None):
        client = self.client
        client.cookies.clear()
        if self.session:
            client.cookies["sessionid"] = self.session
        wrote, viewed, before = [], [], []

        def watching(execute, sql, params, many, context):
            if not before and not sql.startswith("SELECT"):  # what only reads has nothing to be undone
                before.append("")  # for the savepoint comes by here itself
                before[0] = transaction.savepoint()
            if WRITING.match(sql):
                wrote.append(sql)
            elif VIEWED in sql:
                viewed.append(sql)
            return execute(sql, params, many, context)

        with connection.execute_wrapper(watching):
            more = {"content_type": "application/json"} if body and "path" in body else {}
            response = getattr(client, method)(address, body or {}, **more)
            words = words_of(response) if method == "get" and self.name == "wang" else ""
            if SECRET in words and not viewed:
                self.unseen.add(address)
            status = response.status_code
            to_sign_in = response.headers.get("Location", "").startswith(self.sign_in)
            self.crossed = crossings() if self.minds_crossings else []
        if before:
            transaction.set_rollback(False)
            transaction.savepoint_rollback(before[0])
        return status, bool(wrote), to_sign_in

    def read(self, address: str) -> tuple[int, str]:
        """The status of a page, and its words; those of a workbook too."""
        self.client.cookies["sessionid"] = self.session
        with transaction.atomic():
            response = self.client.get(address)
            words = words_of(response)
            transaction.set_rollback(True)
        return response.status_code, words


def looking(name: str, door: Door, who: str, knock: Knock, address: str) -> str:
    status, wrote, to_sign_in = knock("get", f"{address}?{door.query}")
    if wrote:
        return "looking wrote something"
    if status >= 500:
        return f"GET {status}"
    if door.see is None:
        return "" if status == 405 or (who == "nobody" and to_sign_in) else f"GET {status}, expected 405"
    if who in door.see:
        fine = status in (200, 302, 400, 404, 405) if door.own else status in (200, 302)
        return "" if fine and not (to_sign_in and who != "nobody") else f"GET {status}, expected to pass"
    if who == "nobody":
        return "" if to_sign_in or status in (401, 403) else f"GET {status}, expected the sign-in"
    allowed = {404} if who in STRANGERS else {403, 404}
    if status == 302 and who in READERS and door.do is not None:
        return ""  # led back to what may be read
    return "" if status in allowed else f"GET {status}, expected {allowed}"


def doing(name: str, door: Door, who: str, knock: Knock, address: str) -> str:
    status, wrote, to_sign_in = knock("post", address, door.body(knock.scene))
    if status >= 500:
        return f"POST {status}"
    if door.own:
        return ""
    if door.do is None:
        if wrote:
            return "POST wrote where there is nothing to do"
        return "" if status in (200, 302, 401, 404, 405) else f"POST {status}, expected nothing"
    if who == "nobody":
        return "" if not wrote and (to_sign_in or status in (401, 405)) else f"POST {status}, expected the sign-in"
    if who in door.do:
        if status in (403, 404, 405):
            return f"POST {status}, expected to pass"
        return "" if wrote or not door.writes else f"POST {status}, but nothing was done"
    if wrote:
        return f"POST {status} did what this person may not do"
    if who in STRANGERS and not (door.see and who in door.see):
        return "" if status == 404 else f"POST {status}, expected 404"
    return "" if status in (200, 302, 403, 404, 409, 422) else f"POST {status}"


DRAWN = {"zheng", "zhao", "li", "wang", "chen"}
"""For whom pages are drawn too: a clerk, a head, a member, an inspector and an outsider. Of the others only the
answer counts, and every page is drawn once more in a browser (tests/browser/test_access.py)."""


@pytest.fixture(scope="module", autouse=True)
def only_what_is_asked():
    """The client copies the context of each template, each refusal draws its page anew, and the description of the API
    is gathered from all its views: none of it is looked at. Who knocks is the same person at every door."""
    read, fetched = SessionStore.load, ModelBackend.get_user

    def load(session):
        kept = SESSIONS.get(session.session_key)
        return read(session) if kept is None else kept | {"seen": int(time.time())}

    def get_user(backend, pk):
        return copy.deepcopy(USERS[pk]) if pk in USERS else fetched(backend, pk)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(SessionStore, "load", load)
        patch.setattr(ModelBackend, "get_user", get_user)
        patch.setattr("django.test.client.store_rendered_templates", lambda *_, **__: None)
        patch.setattr("drf_spectacular.generators.SchemaGenerator.get_schema", lambda *_, **__: {})
        patch.setattr("config.errors.render", lambda request, page, said, status: HttpResponse(page, status=status))
        yield


@pytest.fixture(scope="module")
def scene(django_db_setup, django_db_blocker, tmp_path_factory):
    """Made once for all: every request is undone."""
    media = override_settings(MEDIA_ROOT=tmp_path_factory.mktemp("media"))
    with django_db_blocker.unblock(), media, transaction.atomic():
        yield everything(people.everybody())
        transaction.set_rollback(True)


DRAWINGS = (
    "meetings.documents.draft_pdf",
    "meetings.views.paper_style.pdf",
    "inspection.rectifications.pages.content_of",
    "inspection.rectifications.drafting.pdf_of",
)


@pytest.mark.parametrize("who", sorted(EVERYBODY))
def test_everybody_passes_their_own_doors_and_no_others(scene, who, monkeypatch):
    for drawing in DRAWINGS:  # paper costs seconds
        monkeypatch.setattr(drawing, lambda *_, **__: BLANK)
    if who not in DRAWN:
        monkeypatch.setattr("django.template.backends.django.Template.render", lambda *_, **__: "")
    knock = Knock(scene, who)
    doors = [(name, door, reverse(name, kwargs=door.at(scene))) for name, door in ROOMS]
    with transaction.atomic():
        if who == "wang":
            all_confidential()
        found = [(address, looking(name, door, who, knock, address)) for name, door, address in doors]
        transaction.set_rollback(True)
    found += [(address, doing(name, door, who, knock, address)) for name, door, address in doors]
    wrong = [f"{address}: {said}" for address, said in found if said]
    assert not wrong, "\n".join(["", *wrong])
    assert not knock.unseen, "somebody from outside saw a personnel matter, and no row says so"


@pytest.fixture
def outsider(scene):
    """卫书记 with every right that a school can give, in the other school."""
    with transaction.atomic():
        Role.objects.create(user=scene.cast.wei.user, organisation=scene.cast.elsewhere, role="school_secretary")
        yield Knock(scene, "wei")
        transaction.set_rollback(True)


TO_EVERY_SCHOOL = {"school_announcement", "school_announcement_receive", "school_announcement_file"}
"""What the authority said to both schools is as much the other one's."""


def test_ids_of_another_school_are_nothing_at_ones_own_doors(scene, outsider):
    wrong = []
    for name, door in ROOMS:
        arguments = door.at(scene)
        if not {"school", "pk"} <= set(arguments) or name in TO_EVERY_SCHOOL:
            continue
        address = reverse(name, kwargs=arguments | {"school": "waixiao"})
        looks = door.see is not None and name != "attachment_remove"  # which leads back to one's own list
        for method in ["get"] * looks + ["post"] * (door.do is not None):
            status, wrote, _ = outsider(method, address, door.body(scene) if method == "post" else {})
            if wrote or status != 404:
                wrong.append(f"{method} {address}: {status}{' wrote' if wrote else ''}")
    assert not wrong, "\n".join(["", *wrong])


@pytest.fixture
def granted(scene):
    """严审计 named in the running inspection."""
    running, yan = scene.inspections["running"], scene.cast.yan
    with transaction.atomic():
        Member.objects.create(inspection=running, user=yan)
        for grant in Grant.objects.filter(key=running.key):
            grant.pk, grant.user = None, yan
            grant.save()
        yield Knock(scene, "yan")
        transaction.set_rollback(True)


def test_a_grant_opens_its_own_doors_until_it_ends_and_no_others(scene, granted, monkeypatch):
    monkeypatch.setattr("django.template.backends.django.Template.render", lambda *_, **__: "")
    running = reverse("inspection", args=[scene.inspections["running"].pk])
    ours = [(name, door, reverse(name, kwargs=door.at(scene))) for name, door in ROOMS if not door.own]
    looked = [each for each in ours if each[1].see is not None and each[1].see != SIGNED_IN]

    def opened() -> set[str]:
        answers = {address: granted("get", f"{address}?{door.query}")[0] for _, door, address in looked}
        return {address for address, status in answers.items() if status not in (403, 404)}

    held = ("open", "ended", "completed", "signed", "issued")
    expected = {reverse("meeting", args=["shifan", scene.meetings[name].pk]) for name in held}
    expected |= {reverse(name, kwargs=DOORS[name].at(scene)) for name in BY_GRANT}
    expected |= {address for _, door, address in looked if address.startswith(running) and "wang" in door.see}
    assert opened() == expected
    for _, door, address in ours:
        if door.do is not None and not address.startswith(running):
            status, wrote, _ = granted("post", address, door.body(scene))
            assert status in (403, 404) and not wrote, address
    Grant.objects.filter(user=scene.cast.yan).update(until=timezone.now())
    assert opened() == set()


@pytest.fixture
def neighbour(scene):
    """林检查 of another authority, with a school and a running inspection of her own."""
    with transaction.atomic():
        authority = people.authority("linqu", "邻区教育局")
        school = people.school("linxiao", "邻区小学", authority)
        scene.cast.lin = lin = people.official(authority, "lin", "林检查", Role.Name.INSPECTOR)
        by = inspecting.acting(lin, "linqu")
        theirs = inspecting.started(inspecting.planned(scene.cast, lin, by=by, schools=[school]))
        yield Knock(scene, "lin"), theirs
        transaction.set_rollback(True)


def test_an_inspector_of_one_authority_sees_nothing_of_another(scene, neighbour):
    """Over every page, export and address of the API; and nothing of ours at her own doors."""
    knock, theirs = neighbour
    wrong = []
    for name, door in ROOMS:
        if door.own or door.see == SIGNED_IN:
            continue
        arguments = door.at(scene)
        address = reverse(name, kwargs=arguments)
        if door.see is not None and knock("get", f"{address}?{door.query}")[0] != 404:
            wrong.append(f"GET {address}")
        if door.do is not None and knock("post", address, door.body(scene))[:2] != (404, False):
            wrong.append(f"POST {address}")
        if door.see is not None and "authority" in arguments:
            address = reverse(name, kwargs=arguments | {"authority": "linqu"})
            status, words = knock.read(f"{address}?{door.query}")
            if status not in (403, 404) and ({"pk", "code"} & set(arguments) or "示范中学" in words):
                wrong.append(f"GET {address}: {status}")
    for name, door in ROOMS:
        if name.startswith("api-") and name.endswith("-list"):
            status, words = knock.read(reverse(name, kwargs=door.at(scene)))
            if status != 200 or "shifan" in words:
                wrong.append(f"{name}: {status}")
    assert not wrong, "\n".join(["", *wrong])
    assert Knock(scene, "wang")("get", reverse("inspection", args=[theirs.pk]))[0] == 404


SCHOOL_OF = {
    Matter: "school",
    Meeting: "school",
    Post: "school",
    Attendance: "meeting__school",
    Item: "matter__school",
    Opinion: "item__matter__school",
    Recusal: "item__matter__school",
    Consulted: "consultation__matter__school",
    Item.responsible.through: "item__matter__school",
    Matter.interests.through: "matter__school",
}


def crossings() -> list[str]:
    """Rows of one school that name a person or a meeting of another."""
    found = []
    for model, school_of in SCHOOL_OF.items():
        for link in model._meta.get_fields():
            if link.many_to_one and link.related_model in (Person, Meeting) and not school_of.startswith(link.name):
                named = model.objects.filter(**{f"{link.name}__isnull": False})
                if named.exclude(**{f"{link.name}__school": F(school_of)}).exists():
                    found.append(f"{model.__name__}.{link.name}")
    return found


def test_ids_of_another_school_are_nothing_in_ones_own_forms(scene, outsider):
    """The clerk of the other school names our people and items where theirs are asked for."""
    cast, theirs = scene.cast, acting(scene.cast.wei)
    when = timezone.now() + timedelta(days=3)
    meeting = verbs.plan(cast.elsewhere, body="party", starts_at=when, place="二楼", by=theirs)
    matter = Matter.objects.create(
        school=cast.elsewhere, title="外校的事", category="D13", state="proposed", created_by=cast.wei.user
    )
    ours = dict.fromkeys(("person", "proposer", "owner", "interests", "observers", "people"), cast.li.pk)
    heard = {"kind": "individual", "at": "2026-01-05T10:00", "outcome": "heard", "heard": "3", "note": "同意"}
    texts = {"title": "借名", "category": "D13", "background": "背景", "proposal": "方案", "act": "propose"}
    day = {"day": today(9), "clock": "09:00", "place": "二楼", "mode": "in_person", "body": "office"}
    assert crossings() == []
    outsider.minds_crossings = True
    for name, more, body in [
        ("meeting_agenda", {"pk": meeting.pk}, {"seen": "", "order": str(scene.items["confirmed"].pk)}),
        ("meeting_expect", {"pk": meeting.pk}, ours),
        ("meeting_new", {}, day | ours),
        ("matter_new", {}, texts | ours),
        ("matter_edit", {"pk": matter.pk}, texts | ours),
        ("consult", {"pk": matter.pk}, heard | ours),
        ("post_new", {}, {"post": "admin_member", "since": today(), **ours}),
        *(
            ("note", {"pk": meeting.pk}, {"path": path, "value": value, "base": None})
            for path, value in (
                (f"attendance/{cast.li.pk}/status", "present"),
                (f"item/{scene.items['open'].pk}/decision_text", "改"),
                ("meeting/chair", str(cast.li.pk)),
                ("meeting/delegation_receiver", str(cast.li.pk)),
            )
        ),
    ]:
        status, _, _ = outsider("post", reverse(name, kwargs={"school": "waixiao", **more}), body)
        assert status < 500, name
        assert outsider.crossed == [], name


def test_the_test_for_crossings_would_see_one(scene):
    with transaction.atomic():
        Attendance.objects.create(meeting=scene.meetings["planned"], person=scene.cast.wei)
        assert crossings() == ["Attendance.person"]
        transaction.set_rollback(True)
