"""The stretch of the journal's chain that a pack carries."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Max, Min

from accounts.chain import told
from accounts.models import Link

from .belonging import Scope


@dataclass(frozen=True)
class Stretch:
    """From the first line of the scope to the last; of what others did in between only digests, so that the chain
    holds together and nobody's business is told."""

    scope: Scope
    first: int
    last: int
    ends: dict[str, Any]

    @classmethod
    def of(cls, scope: Scope) -> "Stretch | None":
        links = Link.objects.filter(organisation=scope.school)
        ends = links.filter(entry__in=scope.entries.order_by()).aggregate(first=Min("no"), last=Max("no"))
        if ends["first"] is None:
            return None
        digests = {each.no: each for each in links.filter(no__in=(ends["first"], ends["last"]))}
        begin, end = digests[ends["first"]], digests[ends["last"]]
        told = {"from": begin.no, "to": end.no, "previous": begin.previous, "digest": end.digest}
        return cls(scope, begin.no, end.no, told)

    def lines(self) -> Iterator[bytes]:
        links = Link.objects.filter(organisation=self.scope.school, no__gte=self.first, no__lte=self.last).order_by(
            "no"
        )
        in_full = self.scope.entries.order_by().values("pk")
        own = set(links.filter(entry__in=in_full).values_list("no", flat=True))
        for each in links.select_related("entry").iterator(chunk_size=2000):
            line: dict[str, Any] = {"no": each.no}
            line |= {"entry": told(each.entry)} if each.no in own else {"entry_digest": each.entry_digest}
            line["digest"] = each.digest
            yield json.dumps(line, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
