"""The command `check`: every problem at once, what was read, and what cannot be rebuilt."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Sequence
from typing import TYPE_CHECKING

from gevinst.cli.options import choose_language
from gevinst.cli.output import show, tell
from gevinst.text.voice import speak

if TYPE_CHECKING:
    from gevinst.analyses.audit.finding import Finding
    from gevinst.study.study import Study
    from gevinst.text.problems import Problem, Problems

MOST = 10
"""So many figures that cannot be rebuilt are named by `check`; `audit` names all."""


def check(options: Namespace) -> int:
    """Name every problem of a study at once; what cannot be rebuilt, too."""
    from gevinst.files.studies import check as checked

    study, problems = checked(options.study)
    choose_language(options, problems)
    found = [problem.to_dict(options.lang) for problem in problems]
    plain = {"study": study.id if study else None, "ok": bool(study), "problems": found}
    if not options.json:
        tell(problems, options.lang)
    if study is not None:
        speak(study.voice)
        from gevinst.analyses.audit.registry import audit

        odd = audit(study).not_rebuilt()
        plain["not_rebuilt"] = [finding.to_dict(options.lang) for finding in odd]
        said = [_read_as(study, problems, options.lang), *_not_rebuilt(odd, options.lang)]
        return show(options, plain, "\n".join(said))
    if options.json:
        show(options, plain, "")
    return 1


def _read_as(study: Study, problems: Problems, lang: str) -> str:
    """Say what was read: the groups, and the numbers that another country would read otherwise."""
    from gevinst.text.language import language

    text = language(lang)
    arms = ", ".join(
        text("check.arm", label=text.label(a.label), analysed=a.analysed, enrolled=a.enrolled)
        for a in study.arms
    ) or ", ".join(text.label(account.label) for account in study.accounts)
    said = [text("check.fine", study=study.id, arms=arms, figures=len(study.published))]
    return "\n".join([*said, *noted(problems, lang, study.number_style)])


def noted(problems: Sequence[Problem], lang: str, style: str) -> list[str]:
    """Say the notes: of the numbers that another country would read otherwise the first three."""
    from gevinst.text.language import language
    from gevinst.text.problems import say_all

    text = language(lang)
    notes = [problem for problem in problems if problem.severity == "note"]
    echoes = ["  " + note.say(lang) for note in notes if note.code == "N020"]
    said = say_all((note for note in notes if note.code != "N020"), lang)
    if echoes:
        said += [text("check.echo", style=text(f"numbers.plural.{style}")), *echoes[:3]]
    if len(echoes) > 3:
        said.append("  " + text("check.more", n=len(echoes) - 3))
    return said


def _not_rebuilt(findings: Sequence[Finding], lang: str) -> list[str]:
    """Say which figures cannot be rebuilt, the headline first; none where there are none."""
    if not findings:
        return []
    from gevinst.text.language import language

    said = [finding.told(lang) for finding in findings[:MOST]]
    if len(findings) > MOST:
        said.append(language(lang)("check.more", n=len(findings) - MOST))
    return [language(lang)("check.not_rebuilt"), *(f"  {line}" for line in said)]
