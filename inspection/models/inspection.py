"""督导、巡察、审计: who looks at which schools, at what of their records, and for how long.

Glossary
    Inspection  检查: a scope of schools, period, kinds of matters and people, from a day until a day
    Member      组员: an inspector named in it. Whoever has no role over the schools reads them by a Grant alone
                (governance.Grant), which is written when the inspection begins and taken back when it ends
    scope       the records that are looked at: meetings held from ``records_since`` until ``records_until``, of the
                classes in ``classes`` (all if empty) and with one of ``people`` (all if empty)
"""

from datetime import date, timedelta
from functools import cached_property

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from accounts.models import Organisation, User
from governance.models import Person

KEY = "inspection/"


class Inspection(models.Model):
    class Kind(models.TextChoices):
        SUPERVISION = "supervision", "督导"
        PATROL = "patrol", "巡察"
        AUDIT = "audit", "审计"

    class State(models.TextChoices):
        DRAFT = "draft", "筹备"
        RUNNING = "running", "进行中"
        ENDED = "ended", "已结束"

    authority = models.ForeignKey(Organisation, models.PROTECT, related_name="inspections")
    kind = models.CharField("类型", max_length=12, choices=Kind, default=Kind.SUPERVISION)
    title = models.CharField("名称", max_length=120)
    basis = models.CharField("依据", max_length=300, blank=True)  # the paper that ordered it
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    since = models.DateField("自")
    until = models.DateField("至")  # the last day, to its last minute
    records_since = models.DateField("记录自")
    records_until = models.DateField("记录至")
    classes = ArrayField(models.CharField(max_length=1), default=list, blank=True, verbose_name="事项类别")
    schools = models.ManyToManyField(Organisation, related_name="inspected_by", verbose_name="学校")
    people = models.ManyToManyField(Person, related_name="+", blank=True, verbose_name="人员")
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    begun_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "检查"
        ordering = ["-since", "-pk"]
        indexes = [models.Index(fields=["authority", "-since"], name="inspection_by_authority")]
        constraints = [
            models.CheckConstraint(condition=Q(until__gte=F("since")), name="an_inspection_ends_after_it_began"),
            models.CheckConstraint(
                condition=Q(records_until__gte=F("records_since")), name="the_records_looked_at_are_a_span"
            ),
        ]

    def __str__(self):
        return self.title

    @property
    def key(self) -> str:
        """How grants and views name it."""
        return f"{KEY}{self.pk}"

    @property
    def schools_here(self) -> models.QuerySet[Organisation]:
        """Of a school that was moved to another authority, nothing is shown any more."""
        return self.schools.filter(path__startswith=self.authority.path)

    @cached_property
    def named(self) -> list[tuple[int, int]]:
        """The people it is narrowed to, each with the school."""
        return list(self.people.values_list("pk", "school"))

    @property
    def first_day_after(self) -> date:
        return self.until + timedelta(days=1)


class Member(models.Model):
    inspection = models.ForeignKey(Inspection, models.PROTECT, related_name="members")
    user = models.ForeignKey(User, models.PROTECT, related_name="inspections", verbose_name="组员")
    leads = models.BooleanField("组长", default=False)

    class Meta:
        verbose_name = verbose_name_plural = "检查组员"
        ordering = ["-leads", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["inspection", "user"], name="a_member_is_named_once"),
            models.UniqueConstraint(
                fields=["inspection"], condition=Q(leads=True), name="one_member_leads_an_inspection"
            ),
        ]

    def __str__(self):
        return str(self.user)
