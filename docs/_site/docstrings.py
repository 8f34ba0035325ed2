"""Docstrings as the reference pages need them: `Source` sections, which numpydoc does not know, become paragraphs."""

from __future__ import annotations

import re
from typing import Any

from griffe import Docstring, Extension, Object

SOURCE = re.compile(r"^Source\n-+\n", re.MULTILINE)


class Sources(Extension):
    """Turns the section into a note with a title of its own."""

    def on_object(self, *, obj: Object, **kwargs: Any) -> None:
        if obj.docstring is not None:
            value = SOURCE.sub("Notes\n-----\n**Source.** ", obj.docstring.value)
            obj.docstring = Docstring(
                value,
                lineno=obj.docstring.lineno,
                endlineno=obj.docstring.endlineno,
                parent=obj,
                parser=obj.docstring.parser,
                parser_options=obj.docstring.parser_options,
            )
