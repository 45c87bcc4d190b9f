"""What a row of the table of doors is made of: who may open it, and how its address and its body are told."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone

from governance.procedures import mark_of
from tests.everything import Scene

SCHOOL = frozenset({"zhao", "qian", "sun", "li", "he", "zheng"})
READERS = SCHOOL | {"wang"}
STRANGERS = frozenset({"wei", "feng", "chen", "chu", "yan"})
SIGNED_IN = READERS | STRANGERS
EVERYBODY = SIGNED_IN | {"nobody"}
NO_ONE: frozenset[str] = frozenset()


def only(*names: str) -> frozenset[str]:
    return frozenset(names)


@dataclass(frozen=True)
class Door:
    at: Callable[[Scene], dict] = lambda scene: {}  # the arguments of its address
    see: frozenset[str] | None = None  # who may look; None: there is nothing to look at
    do: frozenset[str] | None = None  # who may do it; None: there is nothing to do
    body: Callable[[Scene], dict] = lambda scene: {}
    writes: bool = True  # whether doing it with this body writes something down
    own: bool = False  # about the person's own account: never about a school
    query: str = ""


CLERK = only("zheng")
PARTY_HEAD = only("zhao")
CARRIERS = only("li", "zheng")
TALKERS = only("zhao", "qian", "zheng")
INSPECTOR = only("wang")
ADMINISTRATOR = only("chen")
AUTHORITY = only("chu")


def school(see=READERS, do=None, at=lambda scene: {}, **more) -> Door:
    return Door(lambda scene: {"school": "shifan", **at(scene)}, see, do, **more)


def of(kind: str, name: str, **more) -> Callable[[Scene], dict]:
    return lambda scene: {"pk": getattr(scene, kind)[name].pk, **more}


def about(of: str, name: str, **more) -> Callable[[Scene], dict]:
    """The address of what a paper is about."""
    kinds = {"meeting": "meetings", "item": "items", "matter": "matters"}
    return lambda scene: {"of": of, "key": str(getattr(scene, kinds[of])[name].pk), **more}


def one(name: str, **more) -> Callable[[Scene], dict]:
    return lambda scene: {"pk": getattr(scene, name).pk, **more}


def own(see=SIGNED_IN) -> Door:
    return Door(see=see, own=True)


def district(see=INSPECTOR, query="", do=None, at=lambda scene: {}, body=lambda scene: {}, writes=True, **more) -> Door:
    return Door(lambda scene: {"authority": "district", **more, **at(scene)}, see, do, body, writes, query=query)


def asked(**given) -> dict:
    """What an authority asks of its schools, from a day to come on."""
    return {"since": today(9), "basis": "区教发〔2026〕3号", **given}


def account(see=None, do=ADMINISTRATOR, **more) -> Door:
    """The li account, which works in the school only."""
    return Door(lambda scene: {"code": "shifan", "pk": scene.cast.li.user.pk}, see, do, **more)


def listed() -> Door:
    """Everybody may ask; what is in the list is tests/api's to say."""
    return Door(see=SIGNED_IN)


def marked() -> dict:
    return {"working": "no", "day": "2026-03-10", "name": "校庆"}


def today(days: int = 0) -> str:
    return (timezone.localdate() + timedelta(days=days)).isoformat()


def plan_of(scene) -> dict:
    """What is filled in to plan an inspection."""
    return {
        "title": "年度督导", "kind": "supervision", "since": today(), "until": today(20), "records_since": today(-90),
        "records_until": today(), "schools": [scene.cast.school.pk], "members": [scene.cast.wang.pk],
    }  # fmt: skip


def answer(scene, **given) -> dict:
    """What the authority says to the version that waits."""
    return {"seen": mark_of(scene.procedures["submitted"]), **given}
