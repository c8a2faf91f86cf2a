"""Check robustness.json by adding witnesses and proofs up anew: plain loops, no module of ours."""

import json
from collections import Counter
from hashlib import sha256
from math import copysign, fsum
from typing import Any


def digest(content: Any) -> str:
    """Return the SHA-256 of all but the digest itself."""
    return sha256(json.dumps(content | {"digest": None}, sort_keys=True).encode()).hexdigest()


def refused(content: Any) -> list[str]:
    """Name the rows that do not hold, and the digest where anything was changed."""
    checks = {"fragility": _fragility, "bounds": _bounds, "break_even": _line, "difference": _line}
    found = [(row["kind"], checks[row["kind"]](content, row)) for row in content["rows"]]
    wrong = [f"{k} ({kind})" for k, (kind, holds) in enumerate(found, start=1) if not holds]
    return wrong if content["digest"] == digest(content) else ["digest", *wrong]


def _close(found: list[float], said: list[float]) -> bool:
    return all(abs(one - other) < 0.005 for one, other in zip(found, said, strict=True))


def _total(content: Any, changed: Any) -> float:
    parts, rates = [], content["rates"] | changed
    for arm in content["arms"].values():
        parts += [arm["sign"] * units * rates[rate] for rate, units in arm["lines"].items()]
        for weight, cells in zip(content["weights"], arm["times"], strict=True):
            each = arm["sign"] * weight / arm["citizens"]
            parts += [each * c["share"] * c["citizens"] * rates[c["rate"]] for c in cells.values()]
    return fsum(parts)


def _line(content: Any, row: Any) -> bool:
    now, there = _total(content, {}), _total(content, row["claim"]["rates"])
    return _close([now, there, there], [row["proof"], row["witness"], row["claim"]["kr"]])


def _fragility(content: Any, row: Any) -> bool:
    k, now, kr, best = row["claim"]["citizens"], _total(content, {}), dict[Any, float](), []
    arms = {name: content["arms"][name] for name in row["claim"]["arms"]}
    for name, arm in arms.items():
        cells, unit = arm["times"][-1], arm["sign"] * content["weights"][-1] / arm["citizens"]
        cost = {s: content["rates"][c["rate"]] * c["share"] for s, c in cells.items()}
        for before in (s for s, c in cells.items() if row["claim"]["moved"] or not c["lost"]):
            gaps = {s: end - cost[before] for s, end in {"": 0.0, **cost}.items()}
            kr |= {(name, before, s): copysign(unit, -now * unit) * g for s, g in gaps.items()}
            best += [max(kr[name, before, s] for s in gaps)] * cells[before]["citizens"]
    moves = [kr[name, before, after] for name, before, after in row["witness"]]
    seats = Counter((name, before) for name, before, _ in row["witness"])
    fewer = fsum(sorted(best, reverse=True)[: None if k is None else max(k - 1, 0)])
    added = _close([abs(now), fewer, fsum(moves), *moves], row["proof"])
    fits = all(n <= arms[a]["times"][-1][s]["citizens"] for (a, s), n in seats.items())
    enough = k is None or (len(moves) == k and fsum(moves) >= abs(now) - 1e-6)
    return fits and enough and added and (fewer < abs(now) - 1e-6 or k == 0)


def _bounds(content: Any, row: Any) -> bool:
    times, rates, holds = content["arms"][row["claim"]["arm"]]["times"], content["rates"], True
    first, last = ({s: c for s, c in t.items() if c["citizens"]} for t in (times[0], times[-1]))
    for end, sign in (("low", 1), ("high", -1)):
        table, (u, v), value = row["witness"][end], row["proof"][end], row["claim"][end]
        if not u.keys() == table.keys() == first.keys() or v.keys() != last.keys():
            return False
        for s, a in first.items():
            for e, b in last.items():
                fall = rates[a["rate"]] * a["share"] - rates[b["rate"]] * b["share"]
                counts = sign * (fall > 0.005 and not a["lost"] and not b["lost"])
                holds &= u[s] + v[e] <= counts and table[s][e] >= 0
                value -= sign * counts * table[s][e]
        dual = [w[s] * c["citizens"] for w, t in ((u, first), (v, last)) for s, c in t.items()]
        holds &= all(sum(table[s].values()) == a["citizens"] for s, a in first.items())
        holds &= all(sum(t[e] for t in table.values()) == b["citizens"] for e, b in last.items())
        holds &= value == 0 and sum(dual) == sign * row["claim"][end]
    return holds
