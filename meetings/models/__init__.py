"""What happened.

Glossary
    Matter        事项: one thing to be settled, over its whole life and over both bodies
    Attachment    附件: a file that belongs to a matter or to a consultation
    Consultation  会前沟通、酝酿、听取意见…: one prior step, of one kind, with its people (Consulted)
    Item          议题: one coming of a matter to one body; first asked for, then confirmed, then on a meeting's agenda
    Meeting       会议: one sitting of one body
    Attendance    到会: one person's presence at one meeting, from one item to another
    Opinion       意见: what one person said on one item; a written one is read out and never counted
    Recusal       回避: one person withdrawing from one item
    Vote          表决: counts of one ballot, with the register of those who could vote, frozen
    Override      说明理由: a head's reason for letting a blocked act stand; visible for ever
    Minutes       会议纪要: the issued text, item by item
    Signature     签字: a person's consent to the record of which they saw the digest
    Document      文件: frozen facts, then paper
    Judgement     检查: one run of the rules at one act, with the facts it judged
    KeptFinding   检查结果: one rule's answer within a judgement
    Rejudging     重新检查: today's rules on the records of a period, beside what was kept at the acts
    Difference    前后差异: where a re-judging comes to another answer, and why
    TextRevision  修改痕迹: each text as it once stood
"""

from .judgement import Difference, Judgement, KeptFinding, Override, Rejudging
from .matter import Attachment, Consultation, Consulted, Matter
from .meeting import Attendance, Item, Meeting, Opinion, Recusal, TextRevision, Vote
from .paper import Document, Minutes, MinutesItem, Signature

__all__ = [
    "Attachment",
    "Attendance",
    "Consultation",
    "Consulted",
    "Difference",
    "Document",
    "Item",
    "Judgement",
    "KeptFinding",
    "Matter",
    "Meeting",
    "Minutes",
    "MinutesItem",
    "Opinion",
    "Override",
    "Recusal",
    "Rejudging",
    "Signature",
    "TextRevision",
    "Vote",
]
