"""Composition: from a paragraph to lines that are flush, broken as Chinese offices break them.

WeasyPrint stretches no Chinese and knows no names; so lines are broken here and each is drawn with its own tracking.
Pure: text in, lines out; joined they are the text again.

    cell      the square of one character; a figure or a Latin letter takes a part of it
    cluster   characters that stay together: a name, a figure with its unit, a mark with what it belongs to
    tracking  what is added after every character, in ems
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

NO_BEGIN = frozenset("，。、；：？！）》〉」』”’】〕］｝…—·～％‰℃,.;:?!)]}%°")
NO_END = frozenset("（《〈「『“‘【〔［｛([{￥$№")
LONGEST_NAME = 14  # cells; what is longer is no name of a person, and a line without it would gape

_UNITS = (
    "平方米|立方米|公里|小时|分钟|学年|学期|年级|周年|个月|万元|亿元|千元|百万|千万|人次|人民币|"
    "[年月日时分秒号次期届项条款章节页份件名人位个元角万亿岁天周票班所间台套册门度米]"
)
_CLUSTERS = (
    r"〔\d+〕(?:第?\d+号)?"
    rf"|第?\d+(?:[.,:：/~～–-]\d+)*(?:[%％‰℃°]|(?:{_UNITS}))?"
    r"|[A-Za-zÀ-ÖØ-öø-ɏ](?:[A-Za-z0-9À-ÖØ-öø-ɏ'&@._/:+-]*[A-Za-z0-9À-ÖØ-öø-ɏ])?"
    r"|—{2,}|…{2,}|-{2,}|\.{2,}"
)


@dataclass(frozen=True)
class Line:
    text: str
    tracking: float
    cells: float  # what its characters take


@dataclass(frozen=True)
class Measure:
    """How long lines are: so many cells in so many ems of the text's size."""

    cells: float
    ems: float
    advance: Callable[[str], float]

    @property
    def base(self) -> float:
        """The tracking that puts as many square characters on a line as it has cells."""
        return self.ems / self.cells - 1

    def of(self, text: str) -> float:
        return sum(map(self.advance, text))


# Tabs, ends of lines and what else no paper can show, each a blank.
_UNSHOWN = dict.fromkeys(
    (*range(0x20), *range(0x7F, 0xA0), 0x200B, *range(0x2028, 0x202F), 0xFEFF, 0xFFFE, 0xFFFF), " "
)


def shown(text: str) -> str:
    return text.translate(_UNSHOWN)


@lru_cache(maxsize=256)
def _pattern(names: frozenset[str]) -> re.Pattern[str]:
    kept = sorted((name for name in names if 1 < len(name) <= LONGEST_NAME), key=lambda name: (-len(name), name))
    return re.compile("|".join([*map(re.escape, kept), _CLUSTERS, "."]), re.DOTALL)


def clusters(text: str, names: frozenset[str] = frozenset()) -> list[str]:
    """What no line end may part."""
    made: list[str] = []
    for piece in _pattern(names).findall(text):
        if made and (made[-1][-1] in NO_END or piece[0] in NO_BEGIN or piece == " "):
            made[-1] += piece
        else:
            made.append(piece)
    return made


def compose(
    text: str, measure: Measure, *, first: float = 0, names: frozenset[str] = frozenset(), whole: bool = False
) -> list[Line]:
    """``first``: cells that the first line is shorter by. ``whole``: the last line is flush too."""
    text, lines = shown(text), list[Line]()
    room, line, taken = measure.cells - first, "", 0.0
    rest = clusters(text, names)[::-1]
    while rest:
        cluster = rest.pop()
        wide = measure.of(cluster.rstrip(" "))
        if line and taken + wide > room + 1e-6:
            lines.append(_flush(line, room, measure))
            room, line, taken = measure.cells, "", 0.0
        if not line and wide > room + 1e-6 and len(cluster) > 1:
            head = _fitting(cluster, room, measure)
            rest += [cluster[head:], cluster[:head]]
            continue
        line, taken = line + cluster, taken + measure.of(cluster)
    if line:
        last = _flush(line, room, measure)
        natural = min(measure.base, last.tracking) if line.strip() else 0.0
        lines.append(last if whole else Line(line, natural, last.cells))
    return lines


def _fitting(cluster: str, room: float, measure: Measure) -> int:
    """How many characters of a cluster longer than a line stand on one; marks where they may, if that is possible."""
    wide, fits = 0.0, 0
    for character in cluster:
        wide += measure.advance(character)
        if wide > room + 1e-6:
            break
        fits += 1
    fits = max(min(fits, len(cluster) - 1), 1)
    for head in range(fits, max(fits - 6, 0), -1):
        if cluster[head] not in NO_BEGIN and cluster[head - 1] not in NO_END and cluster[head] != " ":
            return head
    return fits


def _flush(line: str, room: float, measure: Measure) -> Line:
    drawn = line.rstrip(" ")
    cells = measure.of(drawn)
    # The last character ends where the last one of a line of squares does; its own tracking falls outside.
    long = room * (1 + measure.base) - measure.base
    return Line(line, (long - cells) / max(len(drawn) - 1, 1) if drawn else 0.0, cells)


# --- titles ----------------------------------------------------------------------------------------------------

# Words of titles of school papers: a line that ends inside one is worse than one of odd length.
_WORDS = re.compile(
    "“[^“”]{1,6}”|正在|办理|办结|逾期|党组织副书记|党组织书记|党组织委员|副书记|关于|学校|中学|小学|幼儿园|学年|学期|年度|教师|教育|教学|学生|家长|职工|党员|干部|党组织|党支部|党总支|党委|委员会|支部|校长|书记|会议|办公会|"
    "代表大会|工作|管理|方案|办法|制度|规定|细则|计划|规划|总结|报告|请示|决定|决议|通知|意见|批复|建设|实施|调整|修订|制定|使用|采购|招标|"
    "项目|经费|预算|决算|资金|专项|绩效|工资|分配|考核|评优|评选|推荐|选拔|任用|任命|任职|聘用|聘任|招聘|职称|岗位|设置|机构|人员|人事|安全|"
    "卫生|食堂|宿舍|校舍|维修|改造|工程|设备|购置|课程|课后|服务|招生|考试|作业|质量|评价|改革|发展|重大|事项|落实|情况|执行|检查|整改|监督|公开|"
    "纪律|作风|师德|师风|思想|政治|意识|形态|组织|领导|责任|分工|活动|年级|班级|主任|副校长|处室|部门|集团|分校|校区|资助|奖励|处分|处理|申请|"
    "审议|讨论|研究|通过|同意|开展|进一步|加强|完善|推进|全面|示范|实验|附属|高级|九年|一贯制|义务|"
    "表决|方式|票数|名称|次数|金额|摘要|责任人|时限|状态|编号|依据|日期|备注|签名|姓名|职务|意见|结果|类别|部门|落实"
)


def titled(text: str, most: float, advance: Callable[[str], float], names: frozenset[str] = frozenset()) -> list[str]:
    """A title in as few lines as it needs, of even length or each shorter than the one above, no word split."""
    text = shown(text)
    whole_words = clusters(text, names | frozenset(_WORDS.findall(text)))
    words = [part for word in whole_words for part in ([word] if sum(map(advance, word)) <= most else word)]
    widths = [sum(map(advance, word)) for word in words]
    whole = sum(widths)
    if whole <= most or len(words) < 2:
        return [text]
    for count in range(-(-int(whole * 100) // int(most * 100)), len(words) + 1):
        if best := _shaped(words, widths, count, most, whole / count):
            return best
    return words


def _shaped(words: list[str], widths: list[float], count: int, most: float, even: float) -> list[str] | None:
    """The best way to make ``count`` lines: dynamic programming over where each line ends."""
    ends = {0: (0.0, [0])}
    for line in range(count):
        longer: dict[int, tuple[float, list[int]]] = {}
        for start, (cost, cuts) in ends.items():
            wide = 0.0
            for end in range(start + 1, len(words) + 1):
                wide += widths[end - 1]
                if wide > most + 1e-6:
                    break
                price = cost + (wide - even - (0.6 if line < count - 1 else -0.6)) ** 2 + _price(words, end)
                if end not in longer or price < longer[end][0]:
                    longer[end] = (price, [*cuts, end])
        ends = longer
    if len(words) not in ends:
        return None
    cuts = ends[len(words)][1]
    return ["".join(words[start:end]) for start, end in pairwise(cuts)]


def _price(words: list[str], end: int) -> float:
    """What ending a line here costs: little between words that we know, much inside what may be one that we do not."""
    if end == len(words):
        return 0
    before, after = words[end - 1], words[end]
    if after in ("的", "和", "与", "及", "等", "了"):
        return 9  # a line does not begin with what belongs to the word before it
    if before in ("和", "与", "及", "在", "对", "为", "第", "至"):
        return 6
    if before == "关于" or before[-1] in "的、，》”）":
        return -2
    return 0 if len(before) > 1 and len(after) > 1 else 2 if len(before) > 1 or len(after) > 1 else 5
