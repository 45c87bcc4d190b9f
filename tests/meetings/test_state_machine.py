"""A hundred random ways through a meeting, against the database: whatever people try, in whatever order.

After every act: what was refused changed nothing, nothing that was written is lost, votes add up and stand on the
presence they were counted with, nothing is settled that the rules forbid, a sealed record stays as it is, the record
built again from its journal is the record, and what is counted of it is what there is.
"""

import uuid
from collections import defaultdict
from datetime import timedelta
from itertools import count

import pytest
from django.db import connection, transaction
from django.utils import timezone
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test

from accounts.models import Organisation
from governance.compiled import Given, Statement
from inspection.figures import differences
from meetings import transitions as verbs
from meetings.facts import load
from meetings.models import Correction, Document, Item, Meeting, MinutesItem, Override, TextRevision, Vote
from meetings.rebuilding import account_of_rows, compare
from meetings.transitions.acting import digest_of
from meetings.transitions.ballots import checked

from .stage import acting, called, confirmed, decided, mark, opened, signed, vote

S = Meeting.State
WHO = st.sampled_from(("zhao", "qian", "sun", "li", "wu"))
NO = st.integers(1, 2)
TURNS = count()  # what is counted is compared after every third way: it costs more than the way
TEXTS = st.sampled_from(("", "同意。", "同意，抓紧办理。", "再议。", "缓一缓"))


@pytest.fixture
def world(cast):
    """One meeting at each stage; an example takes one of them and leaves no trace."""
    three = [confirmed(cast, title=f"第{n}件") for n in "一二三"]
    running = opened(cast, confirmed(cast, title="会上一"), confirmed(cast, title="会上二"))
    mark(cast, running, "present", cast.zhao, cast.qian, cast.sun, cast.li)
    over = []
    for hours in (3, 4):
        meeting = called(cast, confirmed(cast, title=f"会后{hours}"), hours=hours)
        verbs.reschedule(
            meeting, starts_at=timezone.now() + timedelta(minutes=hours), place="二楼", by=acting(cast.zheng)
        )
        meeting = verbs.open_meeting(meeting, by=acting(cast.zheng))
        mark(cast, meeting, "present", cast.zhao, cast.qian, cast.sun, cast.li)
        mark(cast, meeting, "absent", cast.wu)
        item = meeting.items.get()
        vote(cast, item, agree=4)
        decided(cast, item)
        over.append(signed(cast, meeting))
    issued = over.pop()
    verbs.issue(issued, by=acting(cast.zhao))
    by = {name: acting(getattr(cast, name)) for name in ("zhao", "qian", "sun", "li", "wu", "zheng")}
    return {"cast": cast, "by": by, "new": three, S.OPEN: running.pk, S.SIGNED: over[0].pk, S.ISSUED: issued.pk}


def within(text: str, longer: str) -> bool:
    """Whether every character of a text stands in a longer one, in its order."""
    rest = iter(longer)
    return all(each in rest for each in text)


# Asked for after every act of a hundred meetings: compiled once.
one_meeting = Statement(lambda: Meeting.objects.filter(pk=Given("pk")))
items_of = Statement(
    lambda: Item.objects.filter(meeting=Given("meeting")).select_related("meeting", "matter").order_by("no")
)
votes_of = Statement(
    lambda: Vote.objects.filter(item__meeting=Given("meeting"), recorded_by__isnull=False).select_related("item")
)


class Sitting(RuleBasedStateMachine):
    world: dict

    def __init__(self):
        super().__init__()
        self.mark = transaction.savepoint()
        self.by, self.cast = self.world["by"], self.world["cast"]
        self.clerk, self.head = self.by["zheng"], self.by["zhao"]
        self.written: dict[str, list[str]] = {}
        self.there: dict[int, set[str]] = {}
        self.sealed: dict[str, str] | None = None

    def teardown(self):
        try:
            if hasattr(self, "pk"):
                compared = compare(self.meeting)
                assert compared.agrees, compared.differences
                self.texts_stand()
                self.signatures_stand()
                listed = list(Correction.objects.filter(meeting=self.pk).order_by("no").values_list("no", flat=True))
                assert listed == list(range(1, len(listed) + 1))
                if next(TURNS) % 3 == 0:
                    assert differences(Organisation.objects.filter(pk=self.cast.school.pk)) == []
        finally:
            self.roll_back()

    def roll_back(self):
        transaction.savepoint_rollback(self.mark)

    @initialize(begun=st.sampled_from((None, None, S.OPEN, S.OPEN, S.OPEN, S.OPEN, S.SIGNED, S.ISSUED)))
    def take(self, begun):
        if begun is None:
            made = verbs.plan(
                self.cast.school, body="party", starts_at=timezone.now() + timedelta(minutes=50), place="一楼",
                by=self.clerk,
            )  # fmt: skip
            self.pk = made.pk
        else:
            self.pk = self.world[begun]
        self.stands = account_of_rows(self.pk)
        self.after()

    # what everything goes through

    @property
    def meeting(self) -> Meeting:
        (meeting,) = one_meeting(pk=self.pk)
        return meeting

    def items(self) -> list[Item]:
        return items_of(meeting=self.pk)

    def item(self, no: int) -> Item | None:
        items = self.items()
        return items[(no - 1) % len(items)] if items else None

    def act(self, what, *args, **more):
        """Do it, or be refused and leave everything as it was. Anything but a sentence for people is a fault."""
        wrote = []

        def watching(execute, sql, params, many, context):
            if sql.startswith(("INSERT", "UPDATE", "DELETE")):
                wrote.append(sql)
            return execute(sql, params, many, context)

        try:
            with connection.execute_wrapper(watching):
                done = what(*args, **more)
        except verbs.Stopped as stopped:
            assert str(stopped).strip()
            assert not wrote or account_of_rows(self.pk) == self.stands
            return None
        if wrote:
            self.after()
        return done

    def after(self):
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
        self.stands = account_of_rows(self.pk)
        self.state = self.stands["meeting/state"]
        self.votes_stand()
        if self.state == S.ISSUED:
            self.sealed = self.sealed or self.stands
            assert self.stands == self.sealed
            document = Document.objects.get(meeting=self.pk, kind="minutes")
            assert digest_of(document.frozen) == document.digest
        numbers = sorted(text for path, text in self.stands.items() if path[:5] == "item/" and path.endswith("/no"))
        assert numbers == [str(n) for n in range(1, len(numbers) + 1)]

    def votes_stand(self):
        for one in votes_of(meeting=self.pk):
            assert checked(one) == ""
            if one.abandoned_at is None:
                assert self._present(one.item.no) == self.there.setdefault(one.pk, self._present(one.item.no))

    def signatures_stand(self):
        if signatures := {text for path, text in self.stands.items() if path.endswith("/digest") and path[0] == "s"}:
            loaded = load(self.cast.school, Meeting.objects.filter(pk=self.pk))
            assert signatures == {verbs.record_digest(loaded, self.pk)}

    def texts_stand(self):
        """Every text that was accepted is kept: itself, or one that only adds to it, and the last one in its row."""
        kept = defaultdict(list)
        for path, text in TextRevision.objects.filter(meeting=self.pk).order_by("pk").values_list("field", "text"):
            kept[path].append(text)
        for path, texts in self.written.items():
            for text in texts:
                # What a count had already set is no new text: the record itself says it.
                assert any(within(text, each) for each in (*kept[path], self.stands.get(path, ""))), (path, text)

    def note(self, path, value, base=None):
        written = self.act(verbs.note, self.meeting, path, value, base=base, by=self.clerk)
        if written and (written.value or path in self.written):
            self.written.setdefault(path, []).append(written.value)
        return written

    def _present(self, no: int) -> set[str]:
        found = set()
        for path, text in self.stands.items():
            if path.startswith("attendance/") and path.endswith("/status") and text == "present":
                who = path.split("/")[1]
                seat = {
                    name: self.stands.get(f"attendance/{who}/{name}", "") for name in ("from_item", "to_item", "away")
                }
                came = int(seat["from_item"] or 1) <= no <= int(seat["to_item"] or 999)
                if came and str(no) not in seat["away"].split(","):
                    found.add(who)
        return found

    # before the meeting

    @precondition(lambda self: self.state in (S.DRAFT, S.CALLED))
    @rule(order=st.permutations([0, 1, 2]), length=st.integers(0, 3), stale=st.booleans())
    def agenda(self, order, length, stale):
        now = list(Item.objects.filter(meeting=self.pk).order_by("no").values_list("pk", flat=True))
        wanted = [self.world["new"][each].pk for each in order][:length]
        self.act(verbs.set_agenda, self.meeting, wanted, seen=[0] if stale else now, by=self.clerk)

    @precondition(lambda self: self.state in (S.DRAFT, S.CALLED))
    @rule(others=st.lists(WHO, unique=True, max_size=2))
    def expect(self, others):
        team = [getattr(self.cast, name).pk for name in ("zhao", "qian", "sun", "li", "wu") if name not in others]
        self.act(verbs.expect, self.meeting, team, [self.cast.zhou], by=self.clerk)

    @precondition(lambda self: self.state in (S.DRAFT, S.CALLED))
    @rule(minutes=st.integers(-5, 90))
    def reschedule(self, minutes):
        at = timezone.now() + timedelta(minutes=minutes)
        self.act(verbs.reschedule, self.meeting, starts_at=at, place="三楼", by=self.clerk)

    @rule()
    def next_step(self):
        """What people would do next, so that an example comes to an end now and then."""
        meeting, open_items = self.meeting, [i for i in self.items() if i.state == Item.State.CONFIRMED]
        match self.state:
            case S.DRAFT if not open_items:
                self.agenda([0, 1, 2], 2, False)
            case S.DRAFT:
                self.act(verbs.call, meeting, by=self.clerk)
            case S.CALLED:
                self.act(verbs.open_meeting, meeting, by=self.clerk)
            case S.OPEN | S.ENDED if open_items:
                self.conclude(open_items[0])
            case S.OPEN:
                self.act(verbs.end, meeting, by=self.clerk)
            case S.ENDED:
                self.act(verbs.complete, meeting, by=self.clerk)
            case S.COMPLETED:
                self.sign("zhao", True)
                self.sign("zheng", True)
            case S.SIGNED:
                self.issue("zhao")

    conclude_sooner = rule()(lambda self: self.next_step())

    def conclude(self, item):
        if not item.votes.filter(abandoned_at=None).exists():
            for name in ("zhao", "qian", "sun", "li") if len(self._present(item.no)) < 3 else ():
                self.note(f"attendance/{getattr(self.cast, name).pk}/status", "present")
            self.vote(item.no, True, 0, 1, "show_of_hands", "")
        self.note(f"item/{item.pk}/decision_text", "同意实施。")
        self.settle(item.no)

    @rule(
        verb=st.sampled_from((verbs.call, verbs.open_meeting, verbs.end, verbs.complete, verbs.issue)),
        by=st.sampled_from(("zheng", "zhao", "sun")),
    )
    def out_of_turn(self, verb, by):
        self.act(verb, self.meeting, by=self.by[by])

    # at the meeting

    @precondition(lambda self: self.state in (S.CALLED, S.OPEN, S.ENDED))
    @rule(no=NO, text=TEXTS, name=st.sampled_from(("decision_text", "outcome_reason")), stale=st.booleans())
    def decide(self, no, text, name, stale):
        if item := self.item(no):
            self.note(f"item/{item.pk}/{name}", text, verbs.version_of("别的文字") if stale else None)

    @precondition(lambda self: self.state in (S.CALLED, S.OPEN, S.ENDED))
    @rule(no=NO, value=st.sampled_from(("passed", "rejected", "deferred", "noted", "")))
    def announce(self, no, value):
        if item := self.item(no):
            self.note(f"item/{item.pk}/outcome", value)

    @precondition(lambda self: self.state in (S.CALLED, S.OPEN, S.ENDED))
    @rule(no=NO, who=WHO, days=st.integers(1, 30))
    def charge(self, no, who, days):
        if item := self.item(no):
            self.note(f"item/{item.pk}/responsible", str(getattr(self.cast, who).pk))
            self.note(f"item/{item.pk}/due", (timezone.localdate() + timedelta(days=days)).isoformat())

    @precondition(lambda self: self.state in (S.CALLED, S.OPEN, S.ENDED))
    @rule(
        no=NO,
        who=WHO,
        text=TEXTS,
        stance=st.sampled_from(("agree", "defer", "")),
        order=st.sampled_from(("1", "2", "")),
    )
    def say(self, no, who, text, stance, order):
        if item := self.item(no):
            head = f"opinion/{item.pk}/{getattr(self.cast, who).pk}"
            for name, value in (("stance", stance), ("order", order), ("text", text)):
                self.note(f"{head}/{name}", value)

    @precondition(lambda self: self.state in (S.CALLED, S.OPEN, S.ENDED))
    @rule(no=NO, mine=TEXTS, theirs=TEXTS)
    def two_write(self, no, mine, theirs):
        """Two saw the same text; the later one is shown both, and what they typed is written nowhere."""
        item = self.item(no)
        if item is None:
            return
        path = f"item/{item.pk}/decision_text"
        base = verbs.version_of(item.decision_text)
        if self.note(path, theirs, base) is None or theirs == item.decision_text or mine == theirs:
            return
        try:
            verbs.note(self.meeting, path, mine, base=base, by=self.head if self.head.clerk else self.clerk)
        except verbs.Conflict as conflict:
            assert (conflict.theirs, conflict.mine) == (theirs, mine)
            assert account_of_rows(self.pk) == self.stands
        else:
            raise AssertionError("one wrote over the other")

    @precondition(lambda self: self.state in (S.CALLED, S.OPEN, S.ENDED))
    @rule(
        who=WHO,
        field=st.sampled_from(
            (("status", "present"), ("status", "leave"), ("status", "absent"), ("status", ""), ("from_item", "2"),
             ("from_item", ""), ("to_item", "1"), ("to_item", ""), ("away", "2"), ("leave_reason", "出差"))
        ),
    )  # fmt: skip
    def roll_call(self, who, field):
        self.note(f"attendance/{getattr(self.cast, who).pk}/{field[0]}", field[1])

    @precondition(lambda self: self.state in (S.CALLED, S.OPEN, S.ENDED))
    @rule(who=WHO, kind=st.sampled_from(("arrived", "left", "back", "recused", "rejoined", "leave", "absent")), no=NO)
    def move(self, who, kind, no):
        self.act(verbs.move, self.meeting, getattr(self.cast, who), kind, item_no=no, detail="有事", by=self.clerk)

    @precondition(lambda self: self.state in (S.CALLED, S.OPEN, S.ENDED))
    @rule(
        no=NO, right=st.sampled_from((True, True, False)), against=st.integers(0, 3), round=st.sampled_from((1, 1, 2)),
        method=st.sampled_from(("oral", "show_of_hands", "open_ballot", "secret_ballot")),
        outcome=st.sampled_from(("", "", "passed", "rejected")),
    )  # fmt: skip
    def vote(self, no, right, against, round, method, outcome):
        item = self.item(no)
        if item is None:
            return
        aside = {path.split("/")[2] for path in self.stands if path.startswith(f"recusal/{item.pk}/")}
        voters = sorted(self._present(item.no) - aside)
        against = min(against, len(voters))
        counts = {"agree": len(voters) - against + (not right), "disagree": against}
        ballots = {int(pk): "disagree" if n < against else "agree" for n, pk in enumerate(voters) if right or n}
        given = {"ballots": ballots} if method == "open_ballot" else {"counts": counts}
        token = uuid.uuid4()
        more = {"method": method, "outcome": outcome, "reason": "主持人宣布" if outcome else "", "round": round}
        made = self.act(verbs.vote, item, **given, **more, token=token, by=self.clerk)
        if made:
            assert right or not voters
            assert self.act(verbs.vote, item, **given, **more, token=token, by=self.clerk).pk == made.pk

    @precondition(lambda self: any(path.startswith("vote/") for path in self.stands))
    @rule()
    def abandon(self):
        made = Vote.objects.filter(item__meeting=self.pk, abandoned_at=None).last()
        if made and self.act(verbs.abandon_vote, made, reason="记错", by=self.clerk):
            self.there.pop(made.pk, None)

    @precondition(lambda self: self.state in (S.CALLED, S.OPEN, S.ENDED))
    @rule(no=NO)
    def settle(self, no):
        if (item := self.item(no)) and self.act(verbs.settle, item, by=self.clerk):
            loaded = load(self.cast.school, Meeting.objects.filter(pk=self.pk))
            standing = verbs.blockers(verbs.before_settling(loaded, self.pk, item.no))
            given = set(Override.objects.filter(item=item).values_list("rule", flat=True))
            assert {finding.code for finding in standing} <= given

    @precondition(lambda self: self.state in (S.CALLED, S.OPEN, S.ENDED))
    @rule(no=NO, codes=st.sampled_from((["P-03"], ["P-10"], ["P-07", "P-10"])))
    def explain(self, no, codes):
        if item := self.item(no):
            self.act(verbs.override, item, codes, "情况紧急", by=self.head)

    @precondition(lambda self: any(path.endswith("/settled") for path in self.stands))
    @rule()
    def unsettle(self):
        settled = [item for item in self.items() if item.state == Item.State.SETTLED]
        self.act(verbs.unsettle, settled[-1], reason="补写", by=self.clerk)

    @precondition(lambda self: self.state in (S.CALLED, S.OPEN, S.ENDED))
    @rule(no=NO)
    def pass_over(self, no):
        if item := self.item(no):
            self.act(verbs.pass_over, item, by=self.clerk)

    # afterwards

    @precondition(lambda self: self.state in (S.ENDED, S.COMPLETED, S.SIGNED, S.ISSUED))
    @rule(who=st.sampled_from(("zhao", "zheng", "qian")), seen=st.sampled_from((True, True, False)))
    def sign(self, who, seen):
        loaded = load(self.cast.school, Meeting.objects.filter(pk=self.pk))
        digest = verbs.record_digest(loaded, self.pk) if seen and self.pk in loaded.meetings else "0" * 64
        self.act(verbs.sign, self.meeting, digest=digest, by=self.by[who])

    @precondition(lambda self: self.state in (S.ENDED, S.COMPLETED, S.SIGNED, S.ISSUED))
    @rule(by=st.sampled_from(("zheng", "zhao", "qian")))
    def reopen(self, by):
        self.act(verbs.reopen, self.meeting, reason="补充", by=self.by[by])

    @precondition(lambda self: self.state in (S.ENDED, S.COMPLETED, S.SIGNED, S.ISSUED))
    @rule(text=TEXTS)
    def reword(self, text):
        row = MinutesItem.objects.filter(minutes__meeting=self.pk).first()
        if row and self.act(verbs.edit_minutes, row, text, base=verbs.version_of(row.text), by=self.clerk):
            self.written.setdefault(f"minutes/{row.item_id}", [])

    @precondition(lambda self: self.state in (S.ENDED, S.COMPLETED, S.SIGNED, S.ISSUED))
    @rule(by=st.sampled_from(("zhao", "zhao", "qian")))
    def issue(self, by):
        if self.act(verbs.issue, self.meeting, by=self.by[by]):
            self.sealed = self.stands

    @precondition(lambda self: self.state in (S.ENDED, S.COMPLETED, S.SIGNED, S.ISSUED))
    @rule(no=NO, who=WHO, text=TEXTS, what=st.sampled_from(("item", "attendance")), signs=st.booleans())
    def correct(self, no, who, text, what, signs):
        item = self.item(no)
        if item is None:
            return
        status = f"attendance/{getattr(self.cast, who).pk}/status"
        path, right = (f"item/{item.pk}/decision_text", text) if what == "item" else (status, "leave")
        made = self.act(verbs.correct, self.meeting, path, right, found_by="赵书记", reason="核对录音", by=self.clerk)
        if made and signs:
            self.act(verbs.sign_correction, made, digest=made.digest, by=self.head)


def test_a_hundred_ways_through_a_meeting(world):
    Sitting.world = world
    with transaction.atomic():
        run_state_machine_as_test(
            Sitting,
            settings=settings(
                max_examples=100,
                stateful_step_count=7,
                deadline=None,
                suppress_health_check=list(HealthCheck),
                phases=(Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink),
            ),
        )
