"""党务公开, 校务公开: what is said of a decision's publicity, and how many working days it was shown of those required."""

from dataclasses import dataclass

from accounts.models import Organisation
from accounts.templatetags.words import full
from governance.models import Body
from governance.rules.facts import day_of

from .facts import day_facts
from .models import Item

KINDS = ("党务公开", "校务公开")
APPOINTMENT = "H01"  # of which rule R-08 wants working days


def split(scope: str) -> tuple[str, str]:
    """Which kind a scope names, and to whom; a scope from a file may name none."""
    for kind in KINDS:
        if scope.startswith(kind):
            return kind, scope.removeprefix(kind).lstrip("：: ")
    return "", scope


@dataclass(frozen=True)
class Shown:
    days: int | None = None
    needed: int | None = None

    @property
    def word(self) -> str:
        """公示 3 个工作日，须 5 个工作日，还差 2 个."""
        has = f"公示 {self.days} 个工作日" if self.days is not None else ""
        wants = f"须 {self.needed} 个工作日" if self.needed is not None else ""
        lacks = self.needed is not None and self.days is not None and self.days < self.needed
        short = f"还差 {self.needed - self.days} 个" if lacks else ""
        text = "，".join(filter(None, (has, wants, short)))
        return f"{text}。" if text else ""


def publicity_of(item: Item) -> str:
    """What is registered of it, as papers say it."""
    if item.published is None:
        return "没有登记"
    if not item.published:
        return f"不公开：{item.unpublished_reason}" if item.unpublished_reason else "不公开"
    since = full(item.published_from)
    until = f"至{full(item.published_until)}" if item.published_until else "起"
    return f"{since}{until}公开" if since else "已公开"


def shown_for(school: Organisation, item: Item) -> Shown:
    since, until, meeting = item.published_from, item.published_until, item.meeting
    asked = item.matter.category == APPOINTMENT and item.outcome == Item.Outcome.PASSED and meeting
    if not asked and not (since and until):
        return Shown()
    day = day_of(meeting.starts_at) if meeting else since
    assert day
    dossier = day_facts(school, day)
    return Shown(
        days=dossier.working_days(since, until) if since and until else None,
        needed=dossier.parameters(Body.PARTY, day).publicity_working_days if asked else None,
    )
