"""Does each published figure follow from its own inputs?

Each check is a small function of `Evidence` that yields findings; `CHECKS` is their registry. None
knows a study: only data and claims are written down, findings never.
"""

from __future__ import annotations

from gevinst.audit.findings import CHECKS, Audit, audit, audit_table
from gevinst.audit.implied import ImpliedRates, implied_rates

__all__ = ["CHECKS", "Audit", "ImpliedRates", "audit", "audit_table", "implied_rates"]
