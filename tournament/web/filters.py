"""What visitors may ask a list for: values from the address, of which an empty one says nothing."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BeforeValidator
from pydantic_core import PydanticUseDefault


def _empty_is_none(value: Any) -> Any:
    # a form sends its empty fields as well
    if value == "":
        raise PydanticUseDefault
    return value


_Empty = BeforeValidator(_empty_is_none)

Number = Annotated[int | None, _Empty]
"""A whole number, or None where the address has an empty one."""
