"""The rules of the two meetings, P and A."""

from governance.rules.facts import Vote
from tests.rules.outcomes.scene import (
    ASKS_FOR_A_RECORD,
    SAYS_IT_ITSELF,
    Scenes,
    of,
    scenes,
    sitting,
    spoke,
    vacant,
)
from tests.rules.story import BEFORE, LI, OUTSIDER, QIAN, SUN, WU, ZHAO, ZHOU, agree, at, counts

PARTY: dict[str, Scenes] = {
    "P-01": scenes(
        lambda s: s.party_meeting(chair=ZHAO),
        lambda s: s.party_meeting(chair=SUN),
        lambda s: s.party_meeting(),
        lambda s: s.office_meeting(chair=ZHAO),
    ),
    "P-03": scenes(
        lambda s: sitting(s, held={"present": 3}),
        lambda s: sitting(s, held={"present": 2}),
        lambda s: sitting(s),
        lambda s: sitting(s, body="office", held={"present": 4}),
    ),
    "P-04": scenes(
        lambda s: sitting(s, "H01", held={"present": 4}),
        lambda s: sitting(s, "H01", held={"present": 3}),
        lambda s: sitting(s, "H01"),
        lambda s: sitting(s, "D02", held={"present": 3}),
    ),
    "P-06": scenes(
        lambda s: sitting(s, opinions=agree(ZHAO), held={"present": 3}),
        lambda s: sitting(s, opinions=agree(LI), held={"present": 3}),
        lambda s: sitting(s, opinions=agree(ZHAO)),
        lambda s: sitting(s, opinions=agree(ZHAO), body="office", held={"present": 4}),
    ),
    "P-07": scenes(
        lambda s: sitting(s, about={"proposer": WU, "proposed_at": BEFORE}),
        lambda s: sitting(s, about={"proposer": OUTSIDER, "proposed_at": BEFORE}),
        lambda s: sitting(s),
        lambda s: sitting(s, about={"proposer": OUTSIDER, "proposed_at": BEFORE}, body="office"),
    ),
    "P-08": scenes(
        lambda s: sitting(s, confirmed_by=ZHAO, confirmed_at=BEFORE),
        lambda s: sitting(s, confirmed_by=SUN, confirmed_at=BEFORE),
        lambda s: sitting(s, outcome=None),
        lambda s: sitting(s, body="office"),
    ),
    "P-09": scenes(
        lambda s: sitting(s, "D02", "propose", "referred", body="office"),
        lambda s: sitting(s, "D02", "handle", "principal_decided", body="office"),
        lambda s: sitting(s, "F01", "propose", "referred", body="office"),
        lambda s: sitting(s, "G", "handle", "principal_decided", body="office"),
    ),
    "P-10": scenes(
        lambda s: sitting(s, votes=counts(3)),
        lambda s: sitting(s, votes=counts(2)),
        lambda s: sitting(vacant(s), votes=counts(3)),
        lambda s: sitting(s),
    ),
    "P-11": scenes(
        lambda s: sitting(s, "H01", about={"candidates": ("甲",)}, votes=(Vote("甲"),)),
        lambda s: sitting(s, "H01", about={"candidates": ("甲",)}),
        ASKS_FOR_A_RECORD,
        lambda s: sitting(s, "D02", about={"candidates": ("甲",)}),
    ),
    "P-12": scenes(
        lambda s: sitting(s, votes=(Vote(method="oral", agree=5),)),
        lambda s: sitting(s),
        ASKS_FOR_A_RECORD,
        lambda s: sitting(s, outcome=None),
    ),
    "P-13": scenes(
        lambda s: sitting(s, "H01", opinions=agree(ZHAO), held={"present": [ZHAO]}),
        lambda s: sitting(s, "H01", opinions=agree(ZHAO), held={"present": [ZHAO, SUN]}),
        lambda s: sitting(s, "H01", opinions=agree(ZHAO)),
        lambda s: sitting(s, "D02", held={"present": 5}),
    ),
    "P-14": scenes(
        lambda s: sitting(s, "D02", opinions=spoke(SUN, ZHAO), held={"present": 5, "chair": ZHAO}),
        lambda s: sitting(s, "D02", opinions=spoke(ZHAO, SUN), held={"present": 5, "chair": ZHAO}),
        lambda s: sitting(s, "F01", opinions=spoke(ZHAO, SUN), held={"present": 5, "chair": ZHAO}),
        lambda s: sitting(s, "G", opinions=spoke(ZHAO, SUN), held={"present": 5, "chair": ZHAO}),
    ),
    "P-16": scenes(
        lambda s: [s.party_meeting(starts_at=at(day)) for day in ("2025-03-05", "2025-04-30")],
        lambda s: [s.party_meeting(starts_at=at(day)) for day in ("2025-03-05", "2025-05-01")],
        lambda s: s.party_meeting(),
        lambda s: of(s, organization="none"),
    ),
    "P-20": scenes(
        lambda s: sitting(s, votes=counts(5), held={"present": 5}),
        lambda s: sitting(s, votes=counts(4), held={"present": 5}),
        lambda s: sitting(s, votes=counts(5)),
        lambda s: sitting(s, held={"present": 5}),
    ),
    "P-21": scenes(
        lambda s: sitting(s),
        lambda s: sitting(s, outcome="principal_decided"),
        SAYS_IT_ITSELF,
        lambda s: sitting(s, outcome="principal_decided", body="office"),
    ),
}

OFFICE: dict[str, Scenes] = {
    "A-01": scenes(
        lambda s: s.office_meeting(chair=QIAN),
        lambda s: s.office_meeting(chair=LI),
        lambda s: s.office_meeting(),
        lambda s: s.party_meeting(chair=QIAN),
    ),
    "A-03": scenes(
        lambda s: sitting(s, body="office", held={"present": 2}),
        lambda s: sitting(s, body="office", held={"present": 1}),
        lambda s: sitting(s, body="office"),
        lambda s: sitting(s, held={"present": 5}),
    ),
    "A-06": scenes(
        lambda s: sitting(s, body="office", about={"proposer": WU, "proposed_at": BEFORE}),
        lambda s: sitting(s, body="office", about={"proposer": OUTSIDER, "proposed_at": BEFORE}),
        lambda s: sitting(s, body="office"),
        lambda s: sitting(s, about={"proposer": OUTSIDER, "proposed_at": BEFORE}),
    ),
    "A-07": scenes(
        lambda s: sitting(s, body="office", confirmed_by=QIAN, confirmed_at=BEFORE),
        lambda s: sitting(s, body="office", confirmed_by=LI, confirmed_at=BEFORE),
        lambda s: sitting(s, body="office", outcome=None),
        lambda s: sitting(s),
    ),
    "A-08": scenes(
        lambda s: sitting(s, body="office", opinions=spoke(LI), held={"present": [QIAN, LI], "chair": QIAN}),
        lambda s: sitting(s, body="office", opinions=spoke(LI), held={"present": [QIAN, LI, ZHOU], "chair": QIAN}),
        lambda s: sitting(s, body="office", held={"present": [QIAN, LI], "chair": QIAN}),
        lambda s: sitting(s, body="office", outcome="referred", opinions=spoke(LI), held={"present": 4}),
    ),
    "A-09": scenes(
        lambda s: sitting(s, outcome="principal_decided", body="office"),
        lambda s: sitting(s, outcome="rejected", body="office"),
        SAYS_IT_ITSELF,
        lambda s: sitting(s, outcome="rejected"),
    ),
    "A-16": scenes(
        lambda s: [s.office_meeting(starts_at=at(day)) for day in ("2025-03-05", "2025-03-26")],
        lambda s: [s.office_meeting(starts_at=at(day)) for day in ("2025-03-05", "2025-03-27")],
        "every meeting has a day",
        lambda s: s.office_meeting(),
    ),
}
