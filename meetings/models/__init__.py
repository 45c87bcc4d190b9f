"""What happened.

Glossary
    Matter        事项: one thing to be settled, over its whole life and over both bodies
    Attachment    附件: a file that belongs to a matter or to a consultation
    MatterText    方案文本: one wording of a proposal, as people were consulted on it
    Consultation  会前沟通、酝酿、听取意见…: one prior step, of one kind, with its people (Consulted)
    Item          议题: one coming of a matter to one body; first asked for, then confirmed, then on a meeting's agenda
    Meeting       会议: one sitting of one body
    Attendance    到会: one person's presence at one meeting, from one item to another
    AgendaVersion 议程版本: the agenda as the notice had it, and after each change since
    Movement      到会变动: somebody came, left, came back or stood aside, at an item and a time
    CheckIn       签到: somebody says from their phone that they are here; the clerk confirms
    Opinion       意见: what one person said on one item; a written one is read out and never counted
    Recusal       回避: one person withdrawing from one item
    Vote          表决: counts of one ballot, with the register of those who could vote, frozen
    NamedBallot   记名票: how one person voted in an open ballot
    Override      说明理由: a head's reason for letting a blocked act stand; visible for ever
    Minutes       会议纪要: the issued text, item by item
    Signature     签字: a person's consent to the record of which they saw the digest
    Document      文件: frozen facts, then paper; SignedCopy 签字件; PaperDraft, PaperStyle 文件草稿、文件格式
    Batch         成批: many documents or a pack (Pack 归档包), made part by part (BatchPart)
    Correction    更正: what a sealed record says wrong, and what is right
    Task          步骤: one step on the way to carrying out a decision
    Progress      进展: one report on it, with evidence; Extension 延期: a later date, asked for and granted
    Phrase        常用语: a sentence that a school writes often
    Judgement     检查: one run of the rules at one act, with the facts it judged
    SchoolCheck   学校检查: on which day a school as a whole was last judged
    KeptFinding   检查结果: one rule's answer within a judgement that is not met; MetAnswer 符合: one that is
    Rejudging     重新检查: today's rules on the records of a period, beside what was kept at the acts
    Difference    前后差异: where a re-judging comes to another answer, and why
    TextRevision  修改痕迹: each text as it once stood
    ConfidentialView 查看记录: somebody from outside opened something confidential
    Findable      可查文本: what can be searched, kept by triggers beside what it is taken from
"""

from .agenda import AgendaVersion, Phrase
from .archive import Batch, BatchPart, Pack
from .attendance import Attendance, CheckIn, Movement
from .document import Document, PaperDraft, PaperStyle, SignedCopy
from .findable import Findable
from .follow_up import Extension, Progress, Task
from .judgement import Difference, Judgement, KeptFinding, MetAnswer, Override, Rejudging, SchoolCheck
from .matter import Attachment, Consultation, Consulted, Matter, MatterText
from .meeting import Item, Meeting, Opinion, Recusal, ResponsibleLink, TextRevision
from .paper import Correction, Minutes, MinutesItem, Signature
from .viewing import ConfidentialView
from .vote import NamedBallot, Vote

__all__ = [
    "AgendaVersion",
    "Attachment",
    "Attendance",
    "Batch",
    "BatchPart",
    "CheckIn",
    "ConfidentialView",
    "Consultation",
    "Consulted",
    "Correction",
    "Difference",
    "Document",
    "Extension",
    "Findable",
    "Item",
    "Judgement",
    "KeptFinding",
    "Matter",
    "MatterText",
    "Meeting",
    "MetAnswer",
    "Minutes",
    "MinutesItem",
    "Movement",
    "NamedBallot",
    "Opinion",
    "Override",
    "Pack",
    "PaperDraft",
    "PaperStyle",
    "Phrase",
    "Progress",
    "Recusal",
    "Rejudging",
    "ResponsibleLink",
    "SchoolCheck",
    "Signature",
    "SignedCopy",
    "Task",
    "TextRevision",
    "Vote",
]
