"""Who else has a meeting open, and at which item. Kept in Redis while they look, and nowhere else: it is no record.

Without Redis nobody is seen, and the page goes on as ever.
"""

import json
import time
from dataclasses import dataclass
from functools import cache

from django.conf import settings
from django.db import connection
from redis import Redis, RedisError

from governance.access import Standing

STAYS = 40  # seconds after the last sign of life; a page gives one every five
PATIENCE = 0.2
REST = 30  # seconds that an unreachable Redis is left alone, or each page would wait for it again

_resting_until = 0.0


@dataclass(frozen=True)
class Other:
    name: str
    no: int  # the item at hand; 0 is the roll call
    writes: bool


def spoken(others: list[Other]) -> list[str]:
    """Whoever writes with where they are; readers only by name."""
    lines = [f"{one.name}也在，正在看{f'第 {one.no} 项' if one.no else '到会情况'}" for one in others if one.writes]
    readers = [one.name for one in others if not one.writes]
    if readers:
        more = f"等 {len(readers)} 人" if len(readers) > 3 else ""
        lines.append(f"{'、'.join(readers[:3])}{more}在看")
    return lines


@cache
def _redis(url: str) -> Redis:
    url = url.replace("redis+socket://", "unix://").replace("virtual_host=", "db=")
    return Redis.from_url(url, socket_connect_timeout=PATIENCE, socket_timeout=PATIENCE, retry=None)


def key_of(meeting: int) -> str:
    return f"company:{connection.settings_dict['NAME']}:{meeting}"


def seen_with(by: Standing, meeting: int, no: int, *, writes: bool) -> list[Other]:
    """Note that somebody of the school looks at an item, and tell who else of it does: those who write first."""
    global _resting_until
    if not by.works_here or time.monotonic() < _resting_until:
        return []
    key = key_of(meeting)
    sign = json.dumps({"at": time.time(), "name": by.user.name, "no": no, "writes": writes})
    try:
        with _redis(settings.REDIS_URL).pipeline() as line:
            line.hset(key, str(by.user.pk), sign)
            line.expire(key, 4 * STAYS)
            line.hgetall(key)
            found: dict[bytes, bytes] = line.execute()[-1]
    except (RedisError, OSError):
        _resting_until = time.monotonic() + REST
        return []
    signs = {int(user): json.loads(sign) for user, sign in found.items() if int(user) != by.user.pk}
    here = [one for _, one in sorted(signs.items()) if time.time() - one["at"] < STAYS]
    others = [Other(one["name"], one["no"], one["writes"]) for one in here]
    return sorted(others, key=lambda other: not other.writes)
