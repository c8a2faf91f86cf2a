"""Settings of a source: fields that a study, a script or a command line can state.

A field made by one of the functions here can be stated in study.toml beside the source's name; its
value is held against what the field allows, and a message says what to write. Ids (of statuses, of
items) are held against the study later, by the source's `check`.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Mapping
from typing import Any

SETTING = "setting"
"""Key in a field's metadata: a function that reads a stated value."""


class SettingError(ValueError):
    """A stated value that a setting does not allow.

    Parameters
    ----------
    key : str
        The setting.
    read : str
        What was stated.
    write : str
        What it can be.
    """

    def __init__(self, key: str, read: object, write: str) -> None:
        self.key, self.read, self.write = key, str(read), write
        super().__init__(f"{key}: read '{read}'; write {write}")


def choice(*known: str) -> Any:
    """Make a setting that is one of some words; the first is the default."""

    def read(value: object) -> str:
        if value not in known:
            raise ValueError(", ".join(known))
        return str(value)

    return dataclasses.field(default=known[0], metadata={SETTING: read})


def number(default: float, low: float, high: float) -> Any:
    """Make a setting that is a number from `low` to `high`."""
    return dataclasses.field(default=default, metadata={SETTING: _number(low, high)})


def span(default: tuple[float, float], low: float, high: float) -> Any:
    """Make a setting that is two numbers, the smaller first, from `low` to `high`."""
    one = _number(low, high)
    first, last = low + 0.2 * (high - low), low + 0.8 * (high - low)
    write = (
        f"two numbers from {low:g} to {high:g}, the smaller first, as [{first:g}, {last:g}]; "
        f"on the command line {first:g}:{last:g}"
    )

    def read(value: object) -> tuple[float, float]:
        ends = value.split(":") if isinstance(value, str) else value
        try:
            first, last = map(one, ends)  # type: ignore[call-overload]
        except (TypeError, ValueError):
            raise ValueError(write) from None
        if first > last:
            raise ValueError(write)
        return (first, last)

    return dataclasses.field(default=default, metadata={SETTING: read})


def flag(default: bool) -> Any:
    """Make a setting that is true or false."""

    def read(value: object) -> bool:
        known = {True: True, False: False, "true": True, "false": False}
        if not isinstance(value, (bool, str)) or value not in known:
            raise ValueError("true or false")
        return known[value]

    return dataclasses.field(default=default, metadata={SETTING: read})


def ids() -> Any:
    """Make a setting that is a list of ids, or one id."""

    def read(value: object) -> tuple[str, ...]:
        listed = value.split("+") if isinstance(value, str) else value
        if not isinstance(listed, (list, tuple)) or not all(
            isinstance(i, str) and i for i in listed
        ):
            raise ValueError(
                'ids in quotation marks, as ["first", "second"]; on the command line first+second'
            )
        return tuple(listed)

    return dataclasses.field(default=(), metadata={SETTING: read})


def one_id() -> Any:
    """Make a setting that is an id, or nothing."""

    def read(value: object) -> str:
        if not isinstance(value, str):
            raise ValueError("an id in quotation marks")
        return value

    return dataclasses.field(default="", metadata={SETTING: read})


def per_arm(low: float, high: float) -> Any:
    """Make a setting that is a number for each arm it names, and 0 for the others."""
    one = _number(low, high)

    def read(value: object) -> tuple[tuple[str, float], ...]:
        write = (
            f"a number from {low:.10g} to {high:.10g} for each arm, "
            "as { intervention = 1000 }; on the command line intervention:1000+control:0"
        )
        if isinstance(value, str):
            value = dict(part.partition(":")[::2] for part in value.split("+"))
        if not isinstance(value, Mapping):
            raise ValueError(write)
        try:
            return tuple((str(arm), one(kr)) for arm, kr in value.items())
        except ValueError as error:
            separator = "without a separator" in str(error)
            raise ValueError(f"{error}" if separator else write) from None

    return dataclasses.field(default=(), metadata={SETTING: read})


def of(source: type) -> dict[str, Callable[[object], Any]]:
    """Return the settings of a source class: name -> reader."""
    return {
        field.name: field.metadata[SETTING]
        for field in dataclasses.fields(source)
        if SETTING in field.metadata
    }


def read(source: type, stated: Mapping[str, object]) -> dict[str, Any]:
    """Read what is stated of a source into values of its fields.

    Raises
    ------
    SettingError
        If the source has no such setting, or the value is not one it allows.
    """
    known = of(source)
    values = {}
    for key, value in stated.items():
        if key not in known:
            raise SettingError(key, value, ", ".join(known) or "nothing: there are no settings")
        try:
            values[key] = known[key](value)
        except ValueError as error:
            raise SettingError(key, value, str(error)) from None
    return values


_THOUSANDS = re.compile(r"\s*[+-]?[1-9]\d{0,2}(?:[.,]\d{3})+\s*")
"""A text that is one number in Danish and another in English: never guessed."""


def _number(low: float, high: float) -> Callable[[object], float]:
    def read(value: object) -> float:
        write = f"a number from {low:.10g} to {high:.10g}"
        if isinstance(value, str) and _THOUSANDS.fullmatch(value):
            raise ValueError(f"{write}, without a separator of thousands")
        if isinstance(value, bool) or not isinstance(value, (int, float, str)):
            raise ValueError(write)
        try:
            found = float(value)
        except ValueError:
            raise ValueError(write) from None
        if not low <= found <= high:
            raise ValueError(write)
        return found

    return read
