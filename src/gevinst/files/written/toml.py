"""Settings as TOML."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

_BARE = re.compile(r"[A-Za-z0-9_-]+")
"""A key of TOML without quotation marks."""


def in_toml(values: Mapping[str, Any], path: tuple[str, ...] = ()) -> str:
    """Write values as TOML: what is one line first, then each table under its head."""
    nested = {key: each for key, each in values.items() if _is_nested(each)}
    said = [f"{toml_key(k)} = {toml_value(v)}\n" for k, v in values.items() if k not in nested]
    for key, each in nested.items():
        below = (*path, key)
        head = ".".join(map(toml_key, below))
        if isinstance(each, Mapping):
            own = not each or not all(map(_is_nested, each.values()))
            said.append((f"\n[{head}]\n" if own else "") + in_toml(each, below))
        else:
            said += [f"\n[[{head}]]\n{in_toml(entry, below)}" for entry in each]
    return "".join(said)


def _is_nested(value: Any) -> bool:
    """Whether a value is a table, or an array of them."""
    tables = isinstance(value, (list, tuple)) and value and isinstance(value[0], Mapping)
    return isinstance(value, Mapping) or bool(tables)


def toml_key(name: str) -> str:
    """Write a key, in quotation marks where it needs them."""
    return name if _BARE.fullmatch(name) else toml_value(name)


def toml_value(value: Any) -> str:
    """Write a value that is one line."""
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(map(toml_value, value))}]"
    if isinstance(value, str):  # JSON leaves one character as it is that TOML does not
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, bool):
        return str(value).lower()
    return repr(value)
