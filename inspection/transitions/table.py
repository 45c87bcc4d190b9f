"""The verbs of inspection and rectification: from which states, to which state, and who may.

As in meetings.transitions.table; no rules stand in their way. Verbs of the authority act on its own things, verbs of a
school on what the authority sent it.
"""

from governance.access import Standing
from meetings.transitions.table import Verb

from ..models import Inspection

I = Inspection.State  # noqa: E741


def inspector(by: Standing, _subject) -> bool:
    return by.supervises


TABLE = (
    Verb("plan_inspection", "筹备检查", inspector, "督导检查员"),
    Verb("edit_inspection", "修改检查", inspector, "督导检查员", (I.DRAFT,)),
    Verb("begin_inspection", "开始检查", inspector, "督导检查员", (I.DRAFT,), I.RUNNING),
    Verb("end_inspection", "结束检查", inspector, "督导检查员", (I.RUNNING,), I.ENDED),
)
VERBS = {verb.name: verb for verb in TABLE}
