"""What a page is measured against: the rows of a meeting told by a plain Django view, written by hand.

``page`` is what anybody would write: an address, a login, rows by ``prefetch_related``, the site's base template with its
head and its navigation, plain tags. Nothing is judged or counted, no right is asked for beyond being signed in. ``bare`` is
the floor below it: the same rows by as few statements as can be, drawn outside any request.
"""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import Model, Prefetch
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.template import Context, RequestContext, Template
from django.urls import path

from config.urls import urlpatterns as site
from meetings.models import (
    Attendance,
    Item,
    KeptFinding,
    Meeting,
    Movement,
    NamedBallot,
    Opinion,
    Override,
    Recusal,
    Vote,
)


def with_people(model: type[Model], link: str, *ways: str) -> Prefetch:
    return Prefetch(link, model._default_manager.select_related(*ways or ("person",)))


ROWS = (
    with_people(Attendance, "attendance"),
    with_people(Movement, "movements"),
    "agenda_versions",
    "corrections",
    with_people(Item, "items", "matter__owner", "lead"),
    "items__matter__attachments",
    "items__responsible",
    with_people(Opinion, "items__opinions"),
    with_people(Recusal, "items__recusals"),
    "items__votes",
    with_people(NamedBallot, "items__votes__named"),
    with_people(Override, "items__overrides", "by"),
)
TOLD = """
<dl><dt>时间</dt><dd>{{ meeting.starts_at }}</dd><dt>地点</dt><dd>{{ meeting.place }}</dd><dt>主持</dt><dd>{{ meeting.chair.name }}</dd>
<dt>记录</dt><dd>{{ meeting.recorder.name }}</dd><dt>状态</dt><dd>{{ meeting.get_state_display }}</dd></dl>
<ul>{% for each in meeting.attendance.all %}<li>{{ each.person.name }} {{ each.get_status_display }} {{ each.leave_reason }}</li>{% endfor %}</ul>
<ol>{% for each in meeting.movements.all %}<li>{{ each.at }} {{ each.person.name }} {{ each.get_kind_display }}</li>{% endfor %}</ol>
{% for each in meeting.agenda_versions.all %}<p>第 {{ each.number }} 版 {{ each.at }}</p>{% endfor %}
{% for each in meeting.corrections.all %}<p>更正 {{ each.no }} {{ each.label }} {{ each.right_said }}</p>{% endfor %}
{% for item in meeting.items.all %}<section><h2>{{ item.no }} {{ item.matter.title }}</h2>
<p>{{ item.get_purpose_display }} {{ item.matter.amount|default_if_none:"" }} {{ item.matter.owner.name }}
<a href="{% url 'matter' meeting.school.code item.matter.pk %}">事项</a></p>
<div>{{ item.matter.background|linebreaks }}</div><div>{{ item.matter.proposal|linebreaks }}</div>
<ul>{% for each in item.matter.attachments.all %}<li>{{ each.name }} {{ each.size|filesizeformat }}</li>{% endfor %}</ul>
<ul>{% for each in item.recusals.all %}<li>{{ each.person.name }} {{ each.reason }}</li>{% endfor %}</ul>
<ul>{% for said in item.opinions.all %}<li>{{ said.person.name }} {{ said.get_stance_display }}：{{ said.text|linebreaksbr }}</li>{% endfor %}</ul>
{% for vote in item.votes.all %}<p>{{ vote.get_method_display }} {{ vote.agree }} {{ vote.disagree }} {{ vote.abstain }} {{ vote.get_outcome_display }}
{% for named in vote.named.all %}{{ named.person.name }} {{ named.get_choice_display }} {% endfor %}</p>{% endfor %}
<p>{{ item.get_outcome_display }}</p><div>{{ item.decision_text|linebreaks }}</div><p>{{ item.lead.name }} {{ item.due }}
{% for each in item.responsible.all %}{{ each.name }} {% endfor %}</p>
{% for each in item.overrides.all %}<p>{{ each.by.name }} {{ each.rule }} {{ each.reason }}</p>{% endfor %}</section>{% endfor %}
{% for each in findings %}<p>{{ each.rule }} {{ each.get_outcome_display }} {{ each.message }} {{ each.clause }}</p>{% endfor %}
"""
WITH_THE_SITE = Template(
    '{% extends "base.html" %}{% block heading %}{{ meeting }}{% endblock %}{% block content %}'
    + TOLD
    + "{% endblock %}"
)
ALONE = Template(
    "<html><body><h1>{{ meeting.title }} {{ meeting.starts_at }} {{ meeting.place }}</h1><ul>{% for each in present %}"
    "<li>{{ each.person.name }} {{ each.get_status_display }}</li>{% endfor %}</ul>{% for item in items %}<h2>{{ item.no }}"
    " {{ item.matter.title }}</h2><p>{{ item.matter.proposal }}</p><p>{{ item.decision_text }}</p><p>"
    "{{ item.get_outcome_display }}</p>{% for vote in item.of_votes %}<p>{{ vote.agree }} {{ vote.disagree }} {{ vote.abstain }}"
    "</p>{% endfor %}<ul>{% for said in item.said %}<li>{{ said.person.name }}：{{ said.text }}</li>{% endfor %}</ul>"
    "{% endfor %}</body></html>"
)


@login_required
def page(request, school, pk):
    found = Meeting.objects.select_related("school", "chair", "recorder").prefetch_related(*ROWS)
    meeting = get_object_or_404(found, pk=pk, school__code=school)
    findings = KeptFinding.objects.filter(meeting=meeting, judgement__current=True)
    return HttpResponse(WITH_THE_SITE.render(RequestContext(request, {"meeting": meeting, "findings": findings})))


urlpatterns = [path("plain/<slug:school>/<int:pk>/", page, name="plain"), *site]


def bare(meeting: Meeting) -> Callable[[], None]:
    def view() -> HttpResponse:
        found = Meeting.objects.select_related("school", "chair", "recorder").get(pk=meeting.pk)
        present = list(Attendance.objects.filter(meeting=found).select_related("person"))
        items = list(Item.objects.filter(meeting=found).select_related("matter").order_by("no"))
        by_pk: dict[int, Any] = {item.pk: item for item in items}
        for item in items:
            item.said, item.of_votes = [], []  # type: ignore[attr-defined]
        for said in Opinion.objects.filter(item__in=items).select_related("person"):
            by_pk[said.item_id].said.append(said)
        for vote in Vote.objects.filter(item__in=items):
            by_pk[vote.item_id].of_votes.append(vote)
        return HttpResponse(ALONE.render(Context({"meeting": found, "present": present, "items": items})))

    def draw() -> None:
        assert view().content

    return draw
