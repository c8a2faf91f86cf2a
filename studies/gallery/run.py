"""What do published evaluations let anyone say? The gallery, held against expected.toml."""

from __future__ import annotations

import tomllib
import warnings
from pathlib import Path

import gevinst as gv


def main() -> dict[str, dict[str, float]]:
    """Print the gallery and return its figures."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", gv.StudyWarning)
        return _figures()


def _figures() -> dict[str, dict[str, float]]:
    found = gv.gallery()
    print(found)
    (events,) = gv.outcomes(gv.load("gallery/peterborough")).found
    work = {each.outcome.id: each for each in gv.outcomes(gv.load("gallery/ips-work")).found}
    return {
        "adhd-training": {"per_participant": gv.gain(gv.load("gallery/adhd-training")).difference},
        "albuquerque": {"saving": gv.gain(gv.load("gallery/albuquerque")).total},
        "ips-costs": {"difference": gv.gain(gv.load("gallery/ips-costs")).difference},
        "ips-work": {name: each.difference or 0.0 for name, each in work.items()},
        "peterborough": {
            "difference": events.difference or 0.0,
            **{f"low_{phi:g}": low for phi, (low, _) in events.intervals.items()},
            **{f"high_{phi:g}": high for phi, (_, high) in events.intervals.items()},
        },
        "homelessness": _homelessness(),
        "wsipp-ips": _wsipp(),
        "findings": {each.id.partition("/")[2]: float(each.findings) for each in found.evaluations},
    }


def _homelessness() -> dict[str, float]:
    """What all gain, and the municipality under each legal basis."""
    study = gv.load("gallery/homelessness")
    own = {basis: study.choose(basis=f"section_{basis}") for basis in ("110", "85")}
    return {
        "all": gv.gain(study).difference,
        **{
            f"municipality_{basis}": gv.gain(each.choose(perspective="municipality")).difference
            for basis, each in own.items()
        },
    }


def _wsipp() -> dict[str, float]:
    """The net benefit, and two of those who have a part in it."""
    found = gv.gain(gv.load("gallery/wsipp-ips"))
    payers = {payer: each["difference"] for payer, each in found.payers().items()}
    return {"net": found.difference, **{p: payers[p] for p in ("participants", "indirect")}}


def misses(found: dict[str, dict[str, float]]) -> list[str]:
    """Name the figures that are not as expected."""
    expected = tomllib.loads(Path(__file__).with_name("expected.toml").read_text("utf-8"))
    return [
        f"{group}.{name}: {found[group][name]:.4f}, expected {value}"
        for group, figures in expected.items()
        for name, value in figures.items()
        if abs(found[group][name] - value) > 0.01
    ]


if __name__ == "__main__":
    missed = misses(main())
    print("\n".join(missed) or "Every figure is as expected.")
    raise SystemExit(bool(missed))
