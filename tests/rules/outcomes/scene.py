"""Words for the scenes: each is played on a fresh ``Story`` of five in the party team and four in the office."""

from collections.abc import Callable
from typing import Any

from governance.rules.facts import Emergency, Meeting, Opinion
from governance.rules.ruling import Outcome
from tests.rules.story import BEFORE, MET, START, ZHAO, Story, hours

Scene = Callable[[Story], Any]
Scenes = dict[Outcome, Scene | str]
"""For each outcome the smallest scene that has it, or why no record can have it."""

END = START + hours(1)
EMERGENCY = Emergency(BEFORE, ZHAO, "水管爆裂")
ASKS_FOR_A_RECORD = "it asks for a record: what is absent is broken"
SAYS_IT_ITSELF = "what it looks at is what it looks for: there is nothing else to lack"
THE_DAY_IS_GIVEN = "the day of the check is always given; test_engine asks without one"


def sitting(
    story: Story,
    category: str = "G",
    purpose: str = "decide",
    outcome: str | None = "passed",
    *,
    body: str = "party",
    about: dict[str, Any] | None = None,
    held: dict[str, Any] | None = None,
    **item: Any,
) -> Meeting:
    """A meeting with one item on one matter."""
    matter = story.matter(category, **(about or {}))
    return story.meeting(body, story.item(matter, purpose, outcome=outcome, **item), **(held or {}))


def twice(story: Story, first: tuple[str, str, str], second: tuple[str, str, str], category: str = "D02") -> None:
    """One matter at two meetings, the day before and today: each a body, a purpose and an outcome."""
    matter = story.matter(category)
    for start, (body, purpose, outcome) in zip((BEFORE, START), (first, second), strict=True):
        story.meeting(body, story.item(matter, purpose, outcome=outcome), starts_at=start)


def vacant(story: Story) -> Story:
    story.posts.clear()
    return story


def of(story: Story, **facts: Any) -> Story:
    """The same school, in another way."""
    for name, value in facts.items():
        setattr(story, name, value)
    return story


def spoke(*people: str) -> tuple[Opinion, ...]:
    return tuple(Opinion(person, None, order) for order, person in enumerate(people, start=1))


def scenes(met: Scene | str, broken: Scene | str, unknown: Scene | str, not_applicable: Scene | str) -> Scenes:
    return {
        MET: met,
        Outcome.BROKEN: broken,
        Outcome.UNKNOWN: unknown,
        Outcome.NOT_APPLICABLE: not_applicable,
    }
