"""Statements that are put into SQL once in a process, and run with what each run gives.

Building and compiling a queryset of thirty subqueries costs ten times what the database takes to answer it. Where the
shape never changes, a ``Statement`` holds the finished text; ``Given`` marks the places for values.
"""

from collections.abc import Callable, Iterable
from copy import copy
from functools import cached_property
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connections
from django.db.models import Expression, Field, QuerySet


class _Place(str):
    """A parameter that each run brings."""


class Given(Expression):
    """The place of a value (``=``, ``<=``), or after ``__in`` of keys or of a queryset of them."""

    def __init__(self, name: str, output_field: Field | None = None) -> None:
        super().__init__(output_field=output_field)
        self.name = name

    def as_sql(self, _compiler, _connection):
        return f"(«{self.name}»)", [_Place(self.name)]


class Statement:
    """``make`` gives the queryset, with ``Given`` where values go. Calling it gives the rows, as that queryset would."""

    def __init__(self, make: Callable[[], QuerySet]) -> None:
        self._make = make

    @cached_property
    def _compiled(self):
        queryset = self._make()
        compiler = queryset.query.get_compiler(using=queryset.db)
        sql, params = compiler.as_sql()
        compiler.connection = None  # that of one thread; each run has its own
        return queryset, compiler, sql, params

    def __call__(self, **given: Any) -> list[Any]:
        queryset, compiler, sql, params = self._compiled
        try:
            filled = {name: _filled(value) for name, value in given.items()}
        except EmptyResultSet:
            return []
        for name, (text, _) in filled.items():
            sql = sql.replace(f"«{name}»", text)
        bound: list[Any] = []
        for param in params:
            bound += filled[param][1] if isinstance(param, _Place) else (param,)
        compiler = copy(compiler)
        compiler.connection = connections[queryset.db]
        compiler.as_sql = lambda *_args, **_more: (sql, tuple(bound))
        queryset = queryset.all()
        queryset.query.get_compiler = lambda *_args, **_more: compiler
        return list(queryset)


def _filled(value: Any) -> tuple[str, Iterable[Any]]:
    if isinstance(value, QuerySet):
        return value.query.sql_with_params()
    if isinstance(value, list | tuple | set | frozenset | dict):
        return "SELECT unnest(%s::bigint[])", [f"{{{','.join(map(str, value))}}}"]  # a list is put into SQL key by key
    return "%s", [value]
