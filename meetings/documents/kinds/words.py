"""How papers say numbers and days."""

from collections.abc import Iterable
from datetime import date, datetime

from ..blocks import Block, Layout, Paper, Para, lines_of, paras

_DIGITS = "〇一二三四五六七八九"
_SINGLE = str.maketrans("“”", "‘’")


def numeral(number: int) -> str:
    """一, 十, 十二, 二十三: as headings are counted; above 99 in figures."""
    if number > 99:
        return str(number)
    tens, ones = divmod(number, 10)
    lead = ("" if tens == 1 else _DIGITS[tens]) + "十" if tens else ""
    return lead + (_DIGITS[ones] if ones or not tens else "")


def day(text: str | None) -> str:
    """2026年3月5日, from what was frozen."""
    if not text:
        return ""
    on = date.fromisoformat(text[:10])
    return f"{on.year}年{on.month}月{on.day}日"


def clock(text: str | None) -> str:
    """15时, 15时30分."""
    if not text:
        return ""
    at = datetime.fromisoformat(text)
    return f"{at.hour}时" + (f"{at.minute}分" if at.minute else "")


def moment(text: str | None) -> str:
    return f"{day(text)}{clock(text)}"


def weekday(text: str) -> str:
    """星期四."""
    return "星期" + "一二三四五六日"[date.fromisoformat(text[:10]).weekday()]


def foot(frozen: dict) -> str:
    """What stands small at the foot of a form: its number, its version, and which one it replaces."""
    return "　".join(filter(None, (frozen.get("number", ""), again(frozen))))


def printed(
    frozen: dict, layout: Layout, blocks: Iterable[Block], untitled: str, names: Iterable[str], foot: str = ""
) -> Paper:
    """The paper of these blocks, called by its number; ``untitled``: what it is called before it has one."""
    number = frozen.get("number", "")
    called, whole = number or untitled, frozenset(names) - {""}
    return Paper(called, frozen["school"], layout, tuple(blocks), number, whole, foot)


def again(frozen: dict) -> str:
    """第2版，代替…: of a version after the first."""
    version = frozen.get("version", 1)
    return f"第{version}版，代替{frozen['replaces']}" if version > 1 else ""


def span(since: str, until: str) -> str:
    """2026年度, or 2026年3月1日至2026年8月31日."""
    whole = since[5:] == "01-01" and until == f"{since[:4]}-12-31"
    return f"{since[:4]}年度" if whole else f"{day(since)}至{day(until)}"


def which_meeting(frozen: dict) -> str:
    """2026年第3次党组织会议."""
    number = frozen["meeting_number"]
    return f"{frozen['starts_at'][:4]}年第{number}次{frozen['body']}" if number else frozen["body"]


def head_lines(name: str, most: int = 20) -> tuple[str, ...]:
    """The red head's first lines: a name too long for one line is split evenly, never shrunk out of reading."""
    lines = -(-len(name) // most)
    each = -(-len(name) // lines) if lines else 0
    return tuple(name[start : start + each] for start in range(0, len(name), each)) if each else ()


def held(frozen: dict) -> str:
    """2026年第3次党组织会议（3月5日召开）, or 2026年3月5日召开的党组织会议."""
    on = day(frozen["starts_at"])
    if not frozen["meeting_number"]:
        return f"{on}召开的{frozen['body']}"
    return f"{which_meeting(frozen)}（{on.partition('年')[2]}召开）"


def quoted(text: str) -> str:
    """In quotation marks; those within become single ones, and lines become one."""
    return f"“{''.join(lines_of(text)).translate(_SINGLE) or '空'}”"


def ended(text: str) -> str:
    """A sentence with its full stop, however it was typed."""
    return text if text.endswith(("。", "！", "？", "。”", "。’")) else f"{text}。"


def led(lead: str, text: str, *, part: str) -> list[Para]:
    """A text that somebody typed, after the words that lead to it; alone they stand for themselves."""
    first, *rest = paras(text, part=part) or [Para("", part=part)]
    return [Para(lead + first.text, part=part), *rest]


def way_of(vote: dict) -> str:
    """举手表决, 无记名投票."""
    way = vote["way"]
    return way if way.endswith("投票") else f"{way}表决" if way else "表决方式未记"


def corrected_since(frozen: dict, therefore: str) -> list[Para]:
    """What of a decision was corrected after it was recorded: both texts, and by which paper."""
    return [
        Para(
            f"该次会议记录中“{row['label']}”原记{quoted(row['wrong'])}，已更正为{quoted(row['right'])}"
            f"{'（' + row['number'] + '）' if row['number'] else ''}，{therefore}。",
            part="更正",
        )
        for row in frozen["corrections"]
    ]
