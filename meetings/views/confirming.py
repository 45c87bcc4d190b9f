"""议程确认: the head's list of what is to come to a meeting, and the acts that move it on."""

from dataclasses import dataclass, field

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Count, F
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils import timezone

from governance.access import Standing, school_for
from governance.models import Body

from .. import transitions as verbs
from ..access import item_for
from ..coming import off_agenda, why_again, with_past
from ..facts import load, with_facts_of_items
from ..models import Item, Matter
from ..needs import titles_of
from ..next_act import NextAct, changed_since_confirmed, confirming, with_reasons
from ..viewing import seen_in_list
from . import room
from .answering import kept, stopped_as_message
from .mending import door, mends

ACTS = ("confirm", "send_back", "postpone", "skip_deployment", "pass_over")
DONE = {
    "confirm": "已同意上会",
    "send_back": "已退回",
    "postpone": "已暂缓上会",
    "skip_deployment": "已定为不需部署",
    "pass_over": "已记为没有议到，回到下次会议的备选",
}


@dataclass
class Line:
    """One item with all that a head has to know before deciding, and what this reader may do with it."""

    act: NextAct
    acts: dict[str, bool] = field(default_factory=dict)
    mends: dict[str, str] = field(default_factory=dict)  # by rule: where what is wrong is put right
    door: tuple[str, str] = ("", "")  # where the act is done, if not here
    refused: list = field(default_factory=list)  # what a confirmation that was just tried was refused with
    reason: str = ""  # what was typed as the reason then

    @property
    def item(self) -> Item:
        return self.act.item

    @property
    def why(self) -> str:
        """Why it came back to the list, where that was read with it."""
        return why_again(self.act.item) if hasattr(self.act.item, "past_rows") else ""

    @property
    def blocked(self) -> bool:
        return bool(self.left)

    @property
    def changed(self) -> str:
        """The wording that the head confirmed, if the text is another now."""
        return self.item.confirmed_text if self.item and changed_since_confirmed(self.item) else ""

    @property
    def left(self) -> list:
        """What stands in the way, as it was just refused or as it stands."""
        return self.refused or self.act.left

    @property
    def waiting(self) -> list[tuple]:
        """What somebody is at already, with the sentence that says so."""
        return self._under_way([*self.left, *self.act.reminders])

    @property
    def groups(self) -> list[tuple[str, list]]:
        """The rest, by what it means for the act."""
        groups = ("须改正", self._open(self.left)), ("提醒", self._open(self.act.reminders))
        return [(word, found) for word, found in groups if found]

    @property
    def later_waiting(self) -> list[tuple]:
        return self._under_way(self.act.to_come)

    @property
    def later(self) -> list:
        return self._open(self.act.to_come)

    def _under_way(self, findings: list) -> list[tuple]:
        return [(one, self.act.under_way[one.code]) for one in findings if one.code in self.act.under_way]

    def _open(self, findings: list) -> list:
        return [one for one in findings if one.code not in self.act.under_way]


def line_of(act: NextAct, by: Standing, matter: Matter) -> Line:
    listed = act.item and act.item.meeting_id is None and act.item.state in Item.ASKED
    may = {name: verbs.may(by, name, act.item) for name in ACTS} if listed else {}
    if listed:  # a decision of the party meeting is not sent back to its proposer
        may["send_back" if act.item.purpose == Item.Purpose.DEPLOY else "skip_deployment"] = False
    return Line(act, acts=may, mends=mends(by, matter, act), door=door(by, act))


def judgeable(items):
    """With all that the lines and the template want of an item."""
    return with_past(with_reasons(with_facts_of_items(items))).select_related("matter__proposer", "matter__owner")


@login_required
def agenda(request, school):
    by = school_for(request.user, school)
    return show(request, by)


def show(request, by: Standing, *, refused: tuple[Item, list, str] | None = None):
    """The list; with ``refused`` the item that could not be confirmed, its findings and what was typed."""
    mine = [body.value for body in Body if by.heads(body)]
    chosen = request.GET.get("body") or (refused[0].body if refused else "")
    if chosen not in Body.values:
        chosen = mine[0] if len(mine) == 1 and chosen != "all" else ""
    counts = dict(off_agenda(by).order_by().values_list("body").annotate(Count("pk")))
    items = off_agenda(by).filter(body__in=[chosen] if chosen else Body.values)
    items = judgeable(items).order_by(
        "-body", F("matter__emergency_at").asc(nulls_last=True), "-state", "requested_at", "pk"
    )  # party first, emergencies first, waiting first
    paginator = Paginator(items, settings.PAGE_SIZE)
    paginator.count = counts.get(chosen, 0) if chosen else sum(counts.values())
    page = paginator.get_page(request.GET.get("page"))
    found = list(page.object_list)
    if refused and refused[0] not in found:
        found = [*judgeable(off_agenda(by).filter(pk=refused[0].pk)), *found]
    seen_in_list(by, "agenda", "议程确认", [item.matter for item in found])
    loaded = load(by.school, matters={item.matter_id for item in found})
    acts = confirming(found, loaded, by=by, at=timezone.now())
    page.object_list = [line_of(act, by, act.item.matter) for act in acts]
    for line in page.object_list:
        if refused and line.item == refused[0]:
            _, line.refused, line.reason = refused
    return render(
        request,
        "meetings/agenda.html",
        {
            "standing": by,
            "page": page,
            "chosen": chosen,
            "bodies": [(body.value, body.label, counts.get(body.value, 0)) for body in Body],
            "total": sum(counts.values()),
            "mine": mine,
            "titles": titles_of(loaded.ground.catalogue),
        },
        status=409 if refused else 200,
    )


@login_required
def item_act(request, school, pk, verb):
    """Confirm, send back or postpone; from the list, or from the page of the matter."""
    by = school_for(request.user, school)
    item = item_for(by, pk)
    to_list = f"{reverse('agenda', args=[school])}?body={item.body}"
    back = reverse("matter", args=[school, item.matter_id]) if request.POST.get("back") == "matter" else to_list
    if verb == "pass_over" and item.meeting_id:
        back = reverse("record", args=[school, item.meeting_id])
    if request.method != "POST" or verb not in ACTS:
        return redirect(back)
    if verb == "pass_over" and room.by_script(request):
        return room.item_act(request, school, pk, lambda item, by: verbs.pass_over(item, by=by))
    reason = request.POST.get("reason", "")
    try:
        if verb == "confirm":
            verbs.confirm(item, by=by, despite=reason, note=request.POST.get("note", ""))
        elif verb == "pass_over":
            verbs.pass_over(item, by=by)
        else:
            act = {"send_back": verbs.send_back, "postpone": verbs.postpone, "skip_deployment": verbs.skip_deployment}
            act[verb](item, by=by, reason=reason)
        messages.success(request, f"{DONE[verb]}：{item.matter.title}")
        return kept(redirect(back), f"{verb}-{pk}")
    except verbs.Refused as exc:
        return show(request, by, refused=(item, exc.findings, reason))
    except verbs.WrongState as exc:
        item.refresh_from_db()
        if item.state != verbs.VERBS[verb].target:  # else the second click of a double click
            stopped_as_message(request, exc)
    except verbs.Stopped as exc:
        stopped_as_message(request, exc)
    return redirect(back)


urlpatterns = [
    path("agenda/", agenda, name="agenda"),
    path("items/<int:pk>/act/<slug:verb>/", item_act, name="item_act"),
]
