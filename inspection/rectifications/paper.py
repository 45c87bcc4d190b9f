"""整改通知书 as a paper: what it says is frozen when it is issued, and drawn from that ever after."""

from django.utils import timezone

from meetings.documents.blocks import Block, Closing, Heading, Layout, Paper, Para, RedHead, Title, paras
from meetings.documents.kinds.words import day, ended, head_lines, numeral
from meetings.documents.paper import NotAsIssued, kept_pdf
from meetings.documents.pdf import pdf
from meetings.transitions.acting import digest_of

from ..models import Problem, Rectification

ASKED = "请在{by}前通过本系统逐条报告整改情况，写明采取的措施和结果，并附佐证材料。逾期没有报告的，将予以督促。"

FOUND_AT = ("meeting", "matter", "item")


def frozen_facts(notice: Rectification, problems: list[Problem]) -> dict:
    """Texts alone. A draft has no number and no day."""
    issued = notice.issued_at
    return {
        "authority": notice.authority.name,
        "school": notice.school.name,
        "number": notice.number,
        "title": notice.title,
        "lead": notice.lead,
        "due": notice.due.isoformat() if notice.due else None,
        "inspection": notice.inspection.title if notice.inspection else "",
        "issued_on": timezone.localdate(issued).isoformat() if issued else None,
        "issued_by": notice.issued_by.name if notice.issued_by else "",
        "problems": [
            {
                "no": each.no,
                "place": each.place,
                "text": each.text,
                "clause": each.clause,
                "rule": each.rule,
                "demand": each.demand,
                "pace": each.get_pace_display(),
                "due": each.due.isoformat(),
            }
            for each in problems
        ],
    }


def laid_out(frozen: dict) -> Paper:
    blocks: list[Block] = [
        RedHead(head_lines(frozen["authority"]), "整改通知书", frozen["number"]),
        Title(frozen["title"]),
        Para(f"{frozen['school']}：", indent=0),
        *paras(frozen["lead"]),
        Heading("一、存在的问题和整改要求"),
    ]
    for each in frozen["problems"]:
        blocks += _problem(each)
    by = day(frozen["due"])
    asked = ASKED.format(by=by or "各项整改时限")
    blocks += [Heading("二、报告整改情况"), Para(asked), Closing(frozen["authority"], day(frozen["issued_on"]))]
    names = frozenset({frozen["school"]})
    return Paper(
        frozen["number"] or frozen["title"],
        frozen["authority"],
        Layout.OFFICIAL,
        tuple(blocks),
        frozen["number"],
        names,
    )


def _problem(each: dict) -> list[Block]:
    first, *rest = paras(each["text"]) or [Para("")]
    clause = f"依据：{ended(each['clause'])}" if each["clause"] else ""
    return [
        Heading(f"（{numeral(each['no'])}）{each['place'] or '有关问题'}", level=2),
        Para(ended(first.text) if not rest else first.text),
        *rest,
        *([Para(clause)] if clause else []),
        *paras(f"整改要求：{each['demand']}"),
        Para(f"整改方式和时限：{each['pace']}，{day(each['due'])}前。"),
    ]


def paper_of(notice: Rectification) -> Paper:
    return laid_out(_facts(notice))


def _facts(notice: Rectification) -> dict:
    """The frozen facts, which whoever has the database itself could have changed; of a draft, what it would say."""
    if not notice.number:
        return frozen_facts(notice, list(notice.problems.select_related(*FOUND_AT)))
    if digest_of(notice.frozen) != notice.digest:
        raise NotAsIssued(f"{notice.number}的内容与签发时的摘要不符，可能被改动过，没有交出。请联系系统管理员。")
    return notice.frozen


def content_of(notice: Rectification) -> bytes:
    """The PDF of an issued notice, kept as it was made; of a draft what it would be now."""
    if not notice.number:
        return pdf_of(notice)
    _facts(notice)
    return kept_pdf(notice, f"rectifications/{notice.pk}-{notice.digest}.pdf", lambda: pdf_of(notice))


def pdf_of(notice: Rectification) -> bytes:
    """Made twice, it has the same bytes."""
    facts = _facts(notice)
    identifier = notice.digest[:32] or "draft"
    return pdf(laid_out(facts), draft=not notice.number, identifier=identifier, made=notice.issued_at, data=facts)
