"""What many tests of a module begin with is made by the verbs once; each further test gets the rows copied in.

The rows of a scene are what it adds to those of the scene before it, the first being the cast. Triggers and keys are
set aside while they are copied: they have been asked when the rows were made. Primary keys are those of the first time;
sequences never go back, so nothing else in this database has them.
"""

import copy
from collections.abc import Callable
from dataclasses import dataclass, field

from django.db import connection, transaction

from tests import cast as people

FOR_GOOD = {"django_migrations", "django_content_type", "auth_permission"}


def filled_tables() -> list[str]:
    with connection.cursor() as cursor:
        tables = sorted(set(connection.introspection.table_names(cursor)) - FOR_GOOD)
        cursor.execute(
            " UNION ALL ".join(f"SELECT '{table}' WHERE EXISTS (SELECT 1 FROM \"{table}\")" for table in tables)
        )
        return [table for (table,) in cursor.fetchall()]


def rows_now() -> dict[str, set[bytes]]:
    """Every row there is, as a line; they lie in no order that one could rely on."""
    found = {}
    for table in filled_tables():
        with connection.cursor() as cursor, cursor.copy(f'COPY "{table}" TO STDOUT') as lines:
            found[table] = set(b"".join(lines).splitlines(keepends=True))
    return found


def _age(line: bytes) -> tuple[int, bytes]:
    """As the rows were made: what lists them without an order finds them so."""
    return len(line.split(b"\t", 1)[0]), line


@dataclass
class Scene:
    """What stands in the tables, and what has to be written for it onto the scene before."""

    made: object
    rows: dict[str, set[bytes]]
    emptied: list[str]
    added: dict[str, bytes]
    next: dict[tuple, "Scene"] = field(default_factory=dict)

    @classmethod
    def of(cls, make: Callable[[], object], before: dict[str, set[bytes]]) -> "Scene":
        assert rows_now() == before, "something was written before the scene was asked for"
        with transaction.atomic():
            made, rows = make(), rows_now()
            transaction.set_rollback(True)
        emptied = [table for table, lines in before.items() if not lines <= rows.get(table, set())]
        added = {
            table: b"".join(sorted(lines if table in emptied else lines - before.get(table, set()), key=_age))
            for table, lines in rows.items()
        }
        return cls(made, rows, emptied, {table: lines for table, lines in added.items() if lines})

    def begin(self) -> object:
        with connection.cursor() as cursor:
            emptying = "".join(f'; DELETE FROM "{table}"' for table in self.emptied)
            cursor.execute(f"SET LOCAL session_replication_role = replica{emptying}")
            for table, lines in self.added.items():
                with cursor.copy(f'COPY "{table}" FROM STDIN') as copying:
                    copying.write(lines)
            cursor.execute("SET LOCAL session_replication_role = origin")
        return copy.deepcopy(self.made)


class Beginnings:
    """The scenes of one module, each onto the one before; and how far the test that runs has come."""

    def __init__(self, first: Scene):
        self.first = self.now = Scene(first.made, first.rows, first.emptied, first.added)

    def cast(self) -> people.Cast:
        self.now = self.first
        return self.now.begin()

    def again(self, cast: people.Cast, make: Callable, *args, **more) -> object:
        asked = (make, args, tuple(sorted(more.items())))
        if asked not in self.now.next:
            self.now.next[asked] = Scene.of(lambda: make(cast, *args, **more), self.now.rows)
        self.now = self.now.next[asked]
        return self.now.begin()
