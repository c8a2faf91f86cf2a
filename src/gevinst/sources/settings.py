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

from gevinst.text.form import one_form, parted, unquoted
from gevinst.text.problems import Said, WrongValueError

SETTING = "setting"
"""Key in a field's metadata: a function that reads a stated value."""


class _NotAllowedError(ValueError):
    """A value that a setting does not allow: the text says what it can be."""

    def __init__(self, key: str, **values: object) -> None:
        self.what = _said(key, **values)
        super().__init__(self.what.say())


def _said(key: str, **values: object) -> Said:
    return Said(f"wrong.setting.{key}", values)


def choice(*known: str) -> Any:
    """Make a setting that is one of some words; the first is the default."""

    def read(value: object) -> str:
        meant = one_form(str(value))
        if meant not in known:
            raise _NotAllowedError("choice", known=known)
        return meant

    return dataclasses.field(default=known[0], metadata={SETTING: read})


def number(default: float, low: float, high: float) -> Any:
    """Make a setting that is a number from `low` to `high`."""
    return dataclasses.field(default=default, metadata={SETTING: _number(low, high)})


def span(default: tuple[float, float], low: float, high: float) -> Any:
    """Make a setting that is two numbers, the smaller first, from `low` to `high`."""
    one = _number(low, high)
    first, last = low + 0.2 * (high - low), low + 0.8 * (high - low)
    limits = {"low": f"{low:g}", "high": f"{high:g}", "first": f"{first:g}", "last": f"{last:g}"}

    def read(value: object) -> tuple[float, float]:
        ends = value.split(":") if isinstance(value, str) else value
        try:
            first, last = map(one, ends)  # type: ignore[call-overload]
        except (TypeError, ValueError):
            raise _NotAllowedError("span", **limits) from None
        if first > last:
            raise _NotAllowedError("span", **limits)
        return (first, last)

    return dataclasses.field(default=default, metadata={SETTING: read})


def flag(default: bool) -> Any:
    """Make a setting that is true or false."""

    def read(value: object) -> bool:
        known = {True: True, False: False, "true": True, "false": False}
        if not isinstance(value, (bool, str)) or value not in known:
            raise _NotAllowedError("flag")
        return known[value]

    return dataclasses.field(default=default, metadata={SETTING: read})


def ids() -> Any:
    """Make a setting that is a list of ids, or one id."""

    def read(value: object) -> tuple[str, ...]:
        listed = list(map(unquoted, parted(value, "+"))) if isinstance(value, str) else value
        if not isinstance(listed, (list, tuple)) or not all(
            isinstance(i, str) and i for i in listed
        ):
            raise _NotAllowedError("ids")
        return tuple(map(one_form, listed))

    return dataclasses.field(default=(), metadata={SETTING: read})


def one_id() -> Any:
    """Make a setting that is an id, or nothing."""

    def read(value: object) -> str:
        if not isinstance(value, str):
            raise _NotAllowedError("id")
        return one_form(value)

    return dataclasses.field(default="", metadata={SETTING: read})


def per_arm(low: float, high: float) -> Any:
    """Make a setting that is a number for each arm it names, and 0 for the others."""
    one = _number(low, high)

    def read(value: object) -> tuple[tuple[str, float], ...]:
        refused = _NotAllowedError("per_arm", low=f"{low:.10g}", high=f"{high:.10g}")
        if isinstance(value, str):
            pairs = [parted(part, ":") for part in parted(value, "+")]
            if any(len(pair) != 2 for pair in pairs):
                raise refused
            value = {unquoted(arm): kr for arm, kr in pairs}
        if not isinstance(value, Mapping):
            raise refused
        try:
            return tuple((one_form(str(arm)), one(kr)) for arm, kr in value.items())
        except _NotAllowedError as error:
            raise error if error.what.key.endswith("thousands") else refused from None

    return dataclasses.field(default=(), metadata={SETTING: read})


def spans(low: float, high: float) -> Any:
    """Make a setting that is two numbers for each id it names, the smaller first."""
    one = span((low, high), low, high).metadata[SETTING]
    refused = _NotAllowedError("spans", low=f"{low:.10g}", high=f"{high:.10g}")

    def read(value: object) -> tuple[tuple[str, tuple[float, float]], ...]:
        if isinstance(value, str):
            pairs = [part.partition(":") for part in parted(value, "+")]
            value = {unquoted(name): ends for name, _, ends in pairs}
        if not isinstance(value, Mapping):
            raise refused
        return tuple((one_form(str(name)), one(ends)) for name, ends in value.items())

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
    WrongValueError
        If the source has no such setting, or the value is not one it allows.
    """
    known = of(source)
    values = {}
    for key, value in stated.items():
        if key not in known:
            what = _said("choice" if known else "none", known=list(known))
            raise WrongValueError(key, value, "write", what=what)
        try:
            values[key] = known[key](value)
        except _NotAllowedError as error:
            raise WrongValueError(key, value, "write", what=error.what) from None
    return values


_THOUSANDS = re.compile(r"\s*[+-]?[1-9]\d{0,2}(?:[.,]\d{3})+\s*")
"""A text that is one number in Danish and another in English: never guessed."""


def _number(low: float, high: float) -> Callable[[object], float]:
    def read(value: object) -> float:
        limits = {"low": f"{low:.10g}", "high": f"{high:.10g}"}
        if isinstance(value, str) and _THOUSANDS.fullmatch(value):
            raise _NotAllowedError("thousands", **limits)
        if isinstance(value, bool) or not isinstance(value, (int, float, str)):
            raise _NotAllowedError("number", **limits)
        try:
            found = float(value)
        except (ValueError, OverflowError):
            raise _NotAllowedError("number", **limits) from None
        if not low <= found <= high:
            raise _NotAllowedError("number", **limits)
        return found

    return read
