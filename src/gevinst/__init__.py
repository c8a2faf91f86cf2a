"""How sure can anyone be of a published gain?"""

from __future__ import annotations

__version__ = "0.1.0"
