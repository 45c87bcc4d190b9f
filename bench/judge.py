"""How long the rules take over ten years of one school: 1,000 meetings of 12 items, all rules, one core.

python bench/judge.py [MEETINGS]
"""

import gc
import sys
import time
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from governance.rules.dossier import Dossier
from governance.rules.engine import judge
from governance.rules.facts import (
    SHANGHAI,
    Attendance,
    Communication,
    Consultation,
    Item,
    LargeSum,
    Matter,
    Meeting,
    Minutes,
    MinutesItem,
    Opinion,
    Person,
    Post,
    Procedure,
    Publicity,
    Record,
    Records,
    School,
    Vote,
)

PARTY, OFFICE = [f"p{n}" for n in range(7)], ["p1", "o1", "o2", "o3", "o4"]
CATEGORIES = ["D02", "H01", "F01", "D08", "P03", "G", "D13", "H02", "D18", "F01", "G", "D04"]
ITEMS = 12
FIRST = datetime(2016, 1, 4, 15, tzinfo=SHANGHAI)


def posts() -> tuple[Post, ...]:
    held = [(PARTY[0], "party_secretary"), (PARTY[1], "deputy_party_secretary"), (PARTY[1], "principal")]
    held += [(person, "party_committee_member") for person in PARTY[2:]]
    held += [(person, "vice_principal") for person in OFFICE[1:]]
    return tuple(Post(person, post, date(2015, 1, 1), full_time=True) for person, post in held)


def matter(meeting: int, number: int, start: datetime) -> Matter:
    def held(kind: str, days: int, people: tuple[str, ...] = ()) -> Consultation:
        at = start - timedelta(days=days)
        return Consultation(kind, at, at, people, outcome="agreed")

    category = CATEGORIES[number - 1]
    return Matter(
        id=f"x{meeting}-{number}",
        title="关于一件事的方案",
        category=category,
        amount=Decimal(40_000 + meeting) if category == "F01" else None,
        payee=f"供应商{meeting % 50}" if category == "F01" else None,
        proposer=PARTY[number % 7],
        proposed_at=start - timedelta(days=9),
        owner=PARTY[2],
        candidates=("王立", "刘敏") if category[0] == "H" else (),
        consultations=(
            held("investigation", 8),
            held("secretary_principal", 3, (PARTY[0], PARTY[1])),
            held("individual", 2),
            held("deliberation", 2),
            held("staff_hearing", 4),
        ),
    )


def item(meeting: int, number: int, start: datetime, body: str, team: list[str], came: int) -> Item:
    personnel = CATEGORIES[number - 1][0] == "H"
    speakers = [*team[1:came], team[0]]
    return Item(
        no=number,
        matter=f"x{meeting}-{number}",
        purpose="decide" if body == "party" else "handle",
        confirmed_by=team[0],
        confirmed_at=start - timedelta(days=4),
        opinions=tuple(
            Opinion(
                person, "agree", order, f"同意，请按第 {meeting * number + order} 号意见抓紧办理并于月底前报告进展情况"
            )
            for order, person in enumerate(speakers, start=1)
        ),
        votes=tuple(Vote(name, "show_of_hands", came, 0, 0, 0) for name in (("王立", "刘敏") if personnel else (None,)))
        if body == "party"
        else (),
        outcome="passed" if body == "party" else "principal_decided",
        decision_text="同意该方案",
        responsible=(PARTY[2],),
        due=start.date() + timedelta(days=60),
        done_on=start.date() + timedelta(days=50),
        publicity=Publicity(True, start.date(), start.date() + timedelta(days=9)),
    )


def meeting(number: int) -> Meeting:
    body = "party" if number % 2 else "office"
    start = FIRST + timedelta(days=3.5 * number)
    end = start + timedelta(hours=2)
    team = PARTY if body == "party" else OFFICE
    # every tenth meeting lacks people, so that breaches are told too
    came = len(team) - (5 if number % 10 == 1 else 1)
    items = tuple(item(number, one, start, body, team, came) for one in range(1, ITEMS + 1))
    return Meeting(
        id=f"m{number}",
        body=body,  # type: ignore[arg-type]
        starts_at=start,
        ends_at=end,
        number=number // 2,
        place="会议室",
        chair=team[0],
        recorder="clerk",
        notice_sent_at=start - timedelta(days=3),
        entered_at=end + timedelta(hours=1),
        attendance=tuple(
            Attendance(person, "present" if place < came else "leave", leave_reason="公出")
            for place, person in enumerate(team)
        )
        + (Attendance("clerk", "present", "recorder"),),
        items=items,
        record=Record(end + timedelta(hours=5), (team[0], "clerk")),
        minutes=Minutes("1", team[0], end + timedelta(days=1), tuple(MinutesItem(one.no, "passed") for one in items)),
    )


def records(meetings: int) -> Records:
    held = tuple(meeting(number) for number in range(meetings))
    people = dict.fromkeys([*PARTY, *OFFICE, "clerk"])
    return Records(
        school=School("s1", "示范中学", "committee"),
        people=tuple(Person(person, f"人{place}", True) for place, person in enumerate(people)),
        posts=posts(),
        procedures=tuple(
            Procedure(body, date(2016 + year, 1, 1), parameters={"notice_hours": 48})  # type: ignore[arg-type]
            for year in range(10)
            for body in ("party", "office")
        ),
        large_sums=(LargeSum(date(2015, 1, 1), Decimal(100_000)),),
        communications=tuple(Communication(FIRST + timedelta(days=14 * week)) for week in range(260)),
        matters=tuple(
            matter(number, one, held[number].starts_at) for number in range(meetings) for one in range(1, 13)
        ),
        meetings=held,
    )


def main() -> None:
    meetings = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000
    facts = records(meetings)
    times = []
    for _ in range(5):
        gc.collect()
        fresh = replace(facts)
        begun = time.process_time()
        findings = judge(Dossier(fresh), on=date(2026, 1, 1))
        times.append(time.process_time() - begun)
    told = {outcome: sum(one.outcome == outcome for one in findings) for outcome in ("met", "broken", "unknown")}
    begun = time.process_time()
    read = sum(len(one.message) for one in findings)
    reading = time.process_time() - begun
    items = meetings * ITEMS
    print(f"{meetings:,} meetings, {items:,} items: {len(findings):,} findings {told}")
    print(f"judged in {min(times):.2f} s (median {sorted(times)[2]:.2f} s), {items / min(times):,.0f} items/s")
    print(f"all messages read in {reading:.2f} s ({read:,} characters)")


if __name__ == "__main__":
    main()
