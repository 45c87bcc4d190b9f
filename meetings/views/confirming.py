"""议程确认: the head's list of what is to come to a meeting, and the acts that move it on."""

from dataclasses import dataclass, field

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Count, Prefetch
from django.shortcuts import redirect, render
from django.urls import path, reverse

from governance.access import Standing, school_for
from governance.models import Body

from .. import transitions as verbs
from ..access import item_for, items_for
from ..facts import Load
from ..models import Consultation, Item, Matter
from ..needs import category_titles
from .answering import kept, stopped_as_message

ON_THE_LIST = (Item.State.WAITING, Item.State.POSTPONED, Item.State.CONFIRMED)
OVER = (Matter.State.WITHDRAWN, Matter.State.CLOSED)
ACTS = ("confirm", "send_back", "postpone")
DONE = {"confirm": "已同意上会", "send_back": "已退回", "postpone": "已暂缓上会"}


@dataclass
class Line:
    """One item on the list, with all that a head has to know before deciding."""

    item: Item
    findings: list = field(default_factory=list)
    acts: dict[str, bool] = field(default_factory=dict)
    heads: Consultation | None = None  # the latest consultation of the two heads
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


def lines_of(by: Standing, items: list[Item], loaded: Load | None = None) -> list[Line]:
    """The items with what the rules say of each, in a number of statements that does not grow with them."""
    if not items:
        return []
    codes = verbs.VERBS["confirm"].rules
    said = verbs.before_confirming_all([item.pk for item in items], by=by, codes=codes, loaded=loaded)
    for item in items:
        for each in item.matter.asked_heads:
            each.on_another_text = each.proposal_digest not in ("", verbs.proposal_digest(item.matter))
    return [
        Line(
            item,
            findings=said[item.pk][0],
            acts={name: verbs.may(by, name, item) for name in ACTS},
            heads=next(iter(item.matter.asked_heads), None),
        )
        for item in items
    ]


def with_consultations(items):
    asked = Consultation.objects.filter(kind=Consultation.Kind.SECRETARY_PRINCIPAL).order_by("-pk")
    return items.select_related("matter__proposer", "matter__owner").prefetch_related(
        Prefetch("matter__consultations", asked.prefetch_related("consulted__person"), to_attr="asked_heads"),
    )


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
    items = with_consultations(items).order_by("-body", "-state", "requested_at", "pk")  # party first, waiting first
    page = Paginator(items, settings.PAGE_SIZE).get_page(request.GET.get("page"))
    found = list(page.object_list)
    if refused and refused.item not in found:
        found = [*with_consultations(listed(by).filter(pk=refused.item.pk)), *found]
    page.object_list = lines_of(by, found)
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
            "titles": category_titles(by.school),
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
