"""A question that is answered once for each case, and remembered."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from functools import cached_property as remembered
else:

    class remembered:
        """``functools.cached_property`` takes a lock for each first answer, which costs as much as many answers do."""

        def __init__(self, answer):
            self.answer, self.__doc__ = answer, answer.__doc__

        def __set_name__(self, _owner, name):
            self.name = name

        def __get__(self, case, _owner=None):
            if case is None:
                return self
            value = self.answer(case)
            setattr(case, self.name, value)
            return value
