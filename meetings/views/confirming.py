"""议程确认: the head's list of what is to come to a meeting, and the acts that move it on."""

from dataclasses import dataclass, field
from datetime import datetime

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Count
from django.shortcuts import redirect, render
from django.urls import path, reverse

from governance.access import Standing, school_for
from governance.models import Body

from .. import transitions as verbs
from ..access import item_for, items_for
from ..facts import Load, load, with_facts_of_items
from ..models import Consultation, Item, Matter
from ..needs import titles_of
from .answering import kept, stopped_as_message

ON_THE_LIST = (Item.State.WAITING, Item.State.POSTPONED, Item.State.CONFIRMED)
OVER = (Matter.State.WITHDRAWN, Matter.State.CLOSED)
ACTS = ("confirm", "send_back", "postpone")
DONE = {"confirm": "已同意上会", "send_back": "已退回", "postpone": "已暂缓上会"}


@dataclass(frozen=True)
class Asked:
    """The latest consultation of the two heads: who of them said what, and when they were done."""

    answers: list[tuple[str, str]]  # name, and the answer in words
    at: datetime | None
    on_another_text: bool


@dataclass
class Line:
    """One item on the list, with all that a head has to know before deciding."""

    item: Item
    findings: list = field(default_factory=list)
    acts: dict[str, bool] = field(default_factory=dict)
    heads: Asked | None = None
    refused: list = field(default_factory=list)  # what a confirmation that was just tried was refused with
    reason: str = ""  # what was typed as the reason then

    @property
    def blocked(self) -> bool:
        return bool(verbs.blockers(self.findings) or self.refused)

    @property
    def missing(self) -> list:
        """What is not met, of what was just refused or of the list as it stands."""
        return self.refused or [finding for finding in self.findings if finding.outcome != "met"]

    @property
    def met(self) -> list:
        return [finding for finding in self.findings if finding.outcome == "met"]


def listed(by: Standing):
    """What has been asked for and is on no agenda yet."""
    return items_for(by).filter(meeting=None, state__in=ON_THE_LIST).exclude(matter__state__in=OVER)


def lines_of(by: Standing, items: list[Item], loaded: Load) -> list[Line]:
    """The items with what the rules say of each; ``loaded`` has their matters."""
    said = verbs.before_confirming_all(items, by=by, codes=verbs.VERBS["confirm"].rules, loaded=loaded)
    return [
        Line(
            item,
            findings=said[item.pk][0],
            acts={name: verbs.may(by, name, item) for name in ACTS},
            heads=_asked(loaded, loaded.matters[item.matter_id]),
        )
        for item in items
    ]


def _asked(loaded: Load, matter: Matter) -> Asked | None:
    asked = [row for row in matter.consultation_rows if row["kind"] == Consultation.Kind.SECRETARY_PRINCIPAL]
    if not asked:
        return None
    last, words = asked[-1], dict(Consultation.Outcome.choices)
    together = words.get(last["outcome"], "") if last["at"] else "待答复"
    return Asked(
        answers=[(loaded.dossier.name(row["person"]), words.get(row["outcome"], together)) for row in last["people"]],
        at=last["at"] and datetime.fromisoformat(last["at"]),
        on_another_text=last["digest"] not in ("", verbs.proposal_digest(matter)),
    )


def judgeable(items):
    """With all that ``lines_of`` and the template want of an item."""
    return with_facts_of_items(items).select_related("matter__proposer", "matter__owner")


@login_required
def agenda(request, school):
    by = school_for(request.user, school)
    return show(request, by)


def show(request, by: Standing, *, refused: Line | None = None):
    """The list; with ``refused`` the item that could not be confirmed, its findings and what was typed."""
    mine = [body.value for body in Body if by.heads(body)]
    chosen = request.GET.get("body") or (refused.item.body if refused else "")
    if chosen not in Body.values:
        chosen = mine[0] if len(mine) == 1 else ""
    counts = dict(listed(by).order_by().values_list("body").annotate(Count("pk")))
    items = listed(by).filter(body__in=[chosen] if chosen else Body.values)
    items = judgeable(items).order_by("-body", "-state", "requested_at", "pk")  # party first, waiting first
    paginator = Paginator(items, settings.PAGE_SIZE)
    paginator.count = counts.get(chosen, 0) if chosen else sum(counts.values())
    page = paginator.get_page(request.GET.get("page"))
    found = list(page.object_list)
    if refused and refused.item not in found:
        found = [*judgeable(listed(by).filter(pk=refused.item.pk)), *found]
    loaded = load(by.school, matters={item.matter_id for item in found})
    page.object_list = lines_of(by, found, loaded)
    for line in page.object_list:
        if refused and line.item.pk == refused.item.pk:
            line.refused, line.reason = refused.refused, refused.reason
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
    if request.method != "POST" or verb not in ACTS:
        return redirect(back)
    reason = request.POST.get("reason", "")
    try:
        if verb == "confirm":
            verbs.confirm(item, by=by, despite=reason, note=request.POST.get("note", ""))
        else:
            {"send_back": verbs.send_back, "postpone": verbs.postpone}[verb](item, by=by, reason=reason)
        messages.success(request, f"{DONE[verb]}：{item.matter.title}")
        return kept(redirect(back), f"{verb}-{pk}")
    except verbs.Refused as exc:
        return show(request, by, refused=Line(item, refused=exc.findings, reason=reason))
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
