"""What was counted, who could vote, and, of an open ballot, who voted how. A secret ballot leaves counts only."""

import uuid

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.models import User
from governance.models import Person

from .meeting import Item, Opinion
from .sealing import OF_ITEM, OF_VOTE, append_only, sealed_with


class Vote(models.Model):
    class Method(models.TextChoices):
        ORAL = "oral", "口头"
        SHOW_OF_HANDS = "show_of_hands", "举手"
        OPEN_BALLOT = "open_ballot", "记名投票"
        SECRET_BALLOT = "secret_ballot", "无记名投票"

    item = models.ForeignKey(Item, models.PROTECT, related_name="votes")
    candidate = models.CharField("人选", max_length=40, blank=True)
    round = models.PositiveSmallIntegerField("轮次", default=1)
    method = models.CharField("表决方式", max_length=20, choices=Method, blank=True)
    # What a file brings may lack a count or give an impossible one; rule P-20 finds it.
    agree = models.IntegerField("同意", null=True, default=0)
    disagree = models.IntegerField("不同意", null=True, default=0)
    abstain = models.IntegerField("弃权", null=True, default=0)
    defer = models.IntegerField("缓议", null=True, default=0)
    in_office = models.PositiveSmallIntegerField("应到", null=True)
    present = models.PositiveSmallIntegerField("实到", null=True)
    register = models.JSONField(default=list)  # [{"id", "name"}] of those who could vote, as the vote was counted
    computed = models.CharField("计票结果", max_length=20, choices=Item.Outcome, blank=True)
    outcome = models.CharField("宣布的结果", max_length=20, choices=Item.Outcome, blank=True)
    outcome_reason = models.CharField("与计票不一致的说明", max_length=500, blank=True)
    token = models.UUIDField(default=uuid.uuid4, unique=True)  # a form sends one: a double click counts once
    digest = models.CharField(max_length=64)
    recorded_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")  # nobody: imported
    recorded_at = models.DateTimeField(default=timezone.now)
    abandoned_at = models.DateTimeField(null=True, blank=True)
    abandoned_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    abandoned_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "表决"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["item", "candidate", "round"],
                condition=Q(abandoned_at__isnull=True, recorded_by__isnull=False),
                name="one_standing_vote_for_each_question_and_round",
            ),
            models.CheckConstraint(condition=Q(round__gte=1), name="rounds_are_counted_from_one"),
        ]
        triggers = [
            sealed_with(OF_ITEM, "i.id = {row}.item_id"),
            pgtrigger.Protect(name="a_vote_is_never_deleted", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="a_vote_is_never_rewritten", exclude=["abandoned_at", "abandoned_by", "abandoned_reason"]
            ),
        ]

    def __str__(self):
        return f"{self.item} {self.candidate} {self.agree}/{self.disagree}/{self.abstain}"


class NamedBallot(models.Model):
    """记名票: how one person voted in an open ballot. Never written of any other kind of vote."""

    vote = models.ForeignKey(Vote, models.PROTECT, related_name="named")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    choice = models.CharField("表决意见", max_length=10, choices=Opinion.Stance)

    class Meta:
        verbose_name = verbose_name_plural = "记名票"
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["vote", "person"], name="a_person_votes_once")]
        triggers = [
            append_only("a_ballot_is_never_changed_or_deleted"),
            sealed_with(OF_VOTE, "v.id = {row}.vote_id"),
            pgtrigger.Trigger(
                name="only_an_open_ballot_has_names",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func=(
                    "IF NOT EXISTS (SELECT 1 FROM meetings_vote v WHERE v.id = NEW.vote_id"
                    " AND v.method = 'open_ballot') THEN RAISE EXCEPTION 'only an open ballot has names'"
                    " USING ERRCODE = 'check_violation'; END IF; RETURN NEW;"
                ),
            ),
        ]

    def __str__(self):
        return f"{self.person} {self.get_choice_display()}"
