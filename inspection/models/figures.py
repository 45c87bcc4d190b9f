"""Roll-ups: what is counted of the schools' records, kept by triggers in the transaction that changes a record.

Nothing here is written by hand: the records are what is true, and ``registers`` counts them; ``check_figures`` compares.

Glossary
    Figures         计数: what one meeting counts; or one check of a matter before or without a meeting
    SchoolTerm      the sums of a school in a term
    SchoolTermRule  the same, rule by rule
    SchoolDue       decisions still to be carried out, by the day they are due: what is overdue depends on today
    term            first school year times two, and one more in the second term (``terms.Term.serial``)
    weighed         of an item: its gravest answer by a rule that blocks or warns; explained or not
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from accounts.models import Organisation
from meetings.models import Judgement, Meeting

ANSWERS = ("met", "broken", "unknown", "block", "warn", "excused")


class Answers(models.Model):
    """As ``registers`` counts them: ``block`` and ``warn`` are broken and open."""

    met = models.IntegerField(default=0)
    broken = models.IntegerField(default=0)
    unknown = models.IntegerField(default=0)
    block = models.IntegerField(default=0)
    warn = models.IntegerField(default=0)
    excused = models.IntegerField(default=0)

    class Meta:
        abstract = True


class Counts(Answers):
    party = models.IntegerField(default=0)  # meetings held
    office = models.IntegerField(default=0)
    items = models.IntegerField(default=0)  # settled
    items_met = models.IntegerField(default=0)  # weighed
    items_broken = models.IntegerField(default=0)
    items_unknown = models.IntegerField(default=0)
    decisions = models.IntegerField(default=0)
    class_d = models.IntegerField(default=0)  # decisions by class; what is of none of the four is an ordinary matter
    class_h = models.IntegerField(default=0)
    class_p = models.IntegerField(default=0)
    class_f = models.IntegerField(default=0)

    class Meta:
        abstract = True


class Figures(Counts):
    """``rules``: rule → the six numbers of ``ANSWERS``. ``open_due``: the days of what is still to be carried out."""

    # Whoever writes here has just read the rows that these keys name.
    meeting = models.ForeignKey(
        Meeting, models.PROTECT, null=True, db_constraint=False, db_index=False, related_name="+"
    )
    judgement = models.ForeignKey(
        Judgement, models.PROTECT, null=True, db_constraint=False, db_index=False, related_name="+"
    )
    school = models.ForeignKey(Organisation, models.PROTECT, db_constraint=False, related_name="+")
    term = models.SmallIntegerField()
    rules = models.JSONField(default=dict)
    open_due = ArrayField(models.DateField(), default=list)

    class Meta:
        verbose_name = verbose_name_plural = "计数"
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "judgement"], nulls_distinct=False, name="what_counts_is_counted_once"
            ),
            models.CheckConstraint(
                condition=Q(meeting__isnull=True) ^ Q(judgement__isnull=True),
                name="figures_are_of_a_meeting_or_of_a_check",
            ),
        ]

    def __str__(self):
        return f"{self.school_id} {self.term}"


class SchoolTerm(Counts):
    pk = models.CompositePrimaryKey("term", "school")
    term = models.SmallIntegerField()
    school = models.ForeignKey(
        Organisation, models.PROTECT, db_constraint=False, db_index=False, related_name="school_terms"
    )

    class Meta:
        verbose_name = verbose_name_plural = "学校学期计数"

    def __str__(self):
        return f"{self.school_id} {self.term}"


class SchoolTermRule(Answers):
    pk = models.CompositePrimaryKey("term", "school", "rule")
    term = models.SmallIntegerField()
    school = models.ForeignKey(Organisation, models.PROTECT, db_constraint=False, db_index=False, related_name="+")
    rule = models.CharField(max_length=8)

    class Meta:
        verbose_name = verbose_name_plural = "学校学期规则计数"
        indexes = [
            # Holds all that the first page of a district sums up: the rows themselves lie scattered. What is met stays
            # out of it, since that changes most often.
            models.Index(
                fields=["term"],
                include=["school", "rule", "broken", "unknown", "block", "warn", "excused"],
                condition=Q(broken__gt=0) | Q(unknown__gt=0),
                name="rule_not_met_of_term",
            ),
            models.Index(fields=["term", "rule"], name="rule_by_term"),
        ]

    def __str__(self):
        return f"{self.school_id} {self.term} {self.rule}"


class SchoolDue(models.Model):
    pk = models.CompositePrimaryKey("school", "due")
    school = models.ForeignKey(Organisation, models.PROTECT, db_constraint=False, db_index=False, related_name="+")
    due = models.DateField()
    open = models.IntegerField(default=0)

    class Meta:
        verbose_name = verbose_name_plural = "待落实计数"
        indexes = [models.Index(fields=["school", "due"], include=["open"], condition=Q(open__gt=0), name="still_open")]

    def __str__(self):
        return f"{self.school_id} {self.due}"
