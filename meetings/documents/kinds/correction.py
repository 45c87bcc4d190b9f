"""更正说明: a document that names the one it corrects."""

from ...models import Document
from ...transitions.table import corrector
from ..blocks import Block, Heading, Labelled, Layout, Paper, Para, RedHead, Together, paras
from ..freezing import freeze_correction
from .kind import Kind, Of
from .words import day, head_lines, numeral, printed, which_meeting


def laid_out(frozen: dict) -> Paper:
    unit = frozen.get("style", {}).get("unit") or frozen["school"]
    lines = head_lines(unit)
    on = f"（{day(frozen['minutes_on'])}签发）" if frozen["minutes_on"] else ""
    minutes = f"，纪要为{frozen['minutes']}{on}" if frozen["minutes"] else ""
    place = frozen["label"].replace(" · ", "，").replace(" ", "")
    lead = (
        f"{day(frozen['starts_at'])}，{frozen['school']}召开{which_meeting(frozen)}{minutes}。"
        f"该次会议记录中“{place}”一处有误，现更正如下："
    )
    blocks: list[Block] = [
        RedHead(
            lines,
            f"{frozen['body']}更正说明",
            frozen["number"],
            left=frozen["school"] if len(lines) < 2 else "",
            right=day(frozen["issued_on"]),
        ),
        Para(lead, part="导语"),
    ]
    texts = (("原记录", frozen["wrong"]), ("更正为", frozen["right"]), ("更正的理由和依据", frozen["reason"]))
    for number, (word, text) in enumerate(texts, start=1):
        blocks += [Heading(f"{numeral(number)}、{word}"), *(paras(text, part=word) or [Para("（空）", part=word)])]
    people = (("发现", "found_by"), ("登记", "entered_by"), ("签发", "issued_by"))
    blocks += [
        Para("原会议记录和纪要照旧保存，不作涂改；凡引用该处内容的，以本说明为准。"),
        Together(tuple(Labelled(word, (frozen[key],), part=word) for word, key in people if frozen[key])),
    ]
    return printed(frozen, Layout.OFFICIAL, blocks, "", {frozen[key] for _, key in people})


KIND = Kind(
    code=Document.Kind.CORRECTION,
    of=Of.MEETING,
    freeze=freeze_correction,  # by the verb that signs it
    laid_out=laid_out,
    who=corrector,
    whom="召集会议的负责人或主持人",
    by_itself=True,
)
