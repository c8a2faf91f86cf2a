"""Voice: how texts speak of one study, as of a change, in its money, and of its own people."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

DKK = "DKK"
"""The currency that texts are written in, as ``kr.``."""

CURRENCY = re.compile("[A-Z]{3}")
"""A code of ISO 4217."""

FORMS = {"da": ("one", "many", "the_one", "the_many"), "en": ("one", "many")}
"""Forms of the word for a citizen that a study states, per language."""

NEUTER = "neuter"
"""The Danish word takes *et*, as *et barn*."""

_CITIZEN = {
    "da": {"one": "borger", "many": "borgere", "the_one": "borgeren", "the_many": "borgerne"},
    "en": {"one": "citizen", "many": "citizens"},
}

_AGREES = {
    "en": "et",
    "én": "ét",
    "hver": "hvert",
    "ingen": "intet",
    "den ene": "det ene",
    "en frafalden": "et frafaldet",
}
"""Danish words before that of a citizen, and what they are before a neuter."""

_PROBLEM = "problem"
UNSPOKEN = ("cli", "wrong", "why", "new", "change", "means", "accounts", "elsewhere")
"""Tables that speak of files and of commands, whoever the study is of; accounts are of nobody."""
_OWN = ("change", "means", "elsewhere")
"""Manners of speaking that have words, and texts, of their own."""


@dataclass(frozen=True)
class Voice:
    """How texts speak.

    Parameters
    ----------
    change : bool
        Of a change where they would speak of a difference: nobody is the reference.
    currency : str
        Three letters of ISO 4217: the unit of all amounts.
    citizen : tuple of (str, tuple of (str, str))
        Per language the `FORMS` of the word in the place of *citizen*; empty where it is that.
    means : bool
        Of what hangs together in the same citizens, where they would speak of who went where.
    elsewhere : bool
        Of effects that were measured elsewhere, where they would speak of courses written down.

    Examples
    --------
    >>> from gevinst.text.language import language
    >>> people = ("one", "participant"), ("many", "participants")
    >>> with spoken(Voice(change=True, currency="EUR", citizen=(("en", people),))):
    ...     text = language("en")
    ...     print(text("bootstrap.found_one", kr=text.kr(5)))
    The change is 5 EUR per participant.
    """

    change: bool = False
    currency: str = DKK
    citizen: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = ()
    means: bool = False
    elsewhere: bool = False

    @property
    def money(self) -> str:
        """What is written behind an amount: ``kr.``, or the currency's own three letters."""
        return "kr." if self.currency == DKK else self.currency

    def texts(self, texts: Mapping[str, Any], lang: str) -> Mapping[str, Any]:
        """Return a language's texts as they are said in this voice."""
        for own in (texts[name] for name in _OWN if getattr(self, name)):
            pairs = (pair.split(" > ") for pair in own["words"].values())
            texts = _said(texts, dict(map(tuple, pairs)), own["text"])
        words = _people(lang, dict(dict(self.citizen).get(lang, ())))
        if self.currency != DKK:
            words["kr."] = self.money
        if not words:
            return texts
        kept = {name: texts[name] for name in UNSPOKEN}
        # What a file must hold is called as files call it.
        errors = {code: said for code, said in texts[_PROBLEM].items() if code[0] != "W"}
        said = _said(texts, words)
        return {**said, **kept, _PROBLEM: {**said[_PROBLEM], **errors}}


PLAIN = Voice()
_VOICE: ContextVar[Voice] = ContextVar("voice", default=PLAIN)


@contextmanager
def spoken(voice: Voice | None) -> Iterator[None]:
    """Let texts meanwhile speak in a voice; None: as before."""
    token = _VOICE.set(voice or _VOICE.get())
    try:
        yield
    finally:
        _VOICE.reset(token)


def speak(voice: Voice) -> None:
    """Do the same until the one that encloses it ends."""
    _VOICE.set(voice)


def voice() -> Voice:
    """Return the voice that texts now speak in."""
    return _VOICE.get()


def _said(texts: Any, words: Mapping[str, str], own: Mapping[str, Any] | None = None) -> Any:
    """Return texts in other words: their own where there is one, else each word for its other."""
    other = {before.lower(): after for before, after in words.items()}
    longest = sorted(other, key=len, reverse=True)
    one = re.compile(r"\{\w*|\b(" + "|".join(map(re.escape, longest)) + r")(?!\w)", re.I)

    def said(found: re.Match[str]) -> str:
        if found[1] is None:  # the name of a blank to fill in
            return found[0]
        word = other[found[1].lower()]
        return word[0].upper() + word[1:] if found[1][0].isupper() else word

    def turned(held: Any, own: Any) -> Any:
        if isinstance(held, dict):
            return {key: turned(each, own.get(key, {})) for key, each in held.items()}
        return own or one.sub(said, held)

    return turned(texts, own or {})


def _people(lang: str, stated: dict[str, str]) -> dict[str, str]:
    """Return the words for a citizen, in all their forms, and those in their place."""
    if not stated:
        return {}
    words: dict[str, str] = {}
    for form, usual in _CITIZEN[lang].items():
        words[usual] = stated[form]
        words[_genitive(usual, lang)] = _genitive(stated[form], lang)
    usual, one = _CITIZEN[lang]["one"], stated["one"]
    before = _AGREES if NEUTER in stated else {}
    if lang == "en" and one[0].lower() in "aeiou":
        before = {"a": "an"}
    for article, agreeing in before.items():
        words[f"{article} {usual}"] = f"{agreeing} {one}"
        words[f"{article} {_genitive(usual, lang)}"] = f"{agreeing} {_genitive(one, lang)}"
    return words


def _genitive(word: str, lang: str) -> str:
    hissing = word.lower().endswith(("s", "x", "z"))
    if lang == "da":
        return word + ("'" if hissing else "s")
    return word + ("'" if word.lower().endswith("s") else "'s")
