"""Ctrl-C: noted when it comes, because whoever is interrupted can make something else of it.

An extension that is interrupted while it imports another prints the interrupt and says that the
import failed; a callback of the import system or a destructor prints it and goes on; a
thread that hands work to processes finds them gone.
"""

from __future__ import annotations

import _thread
import signal
import sys
import threading
import time
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from types import TracebackType

_AGAIN = 0.5
"""Seconds after which an interrupt comes again, until it is met; time to clear what was staged."""

_came = False


def came() -> bool:
    """Whether this process was interrupted."""
    return _came


def met() -> None:
    """Let no interrupt come again."""
    if _came:
        signal.signal(signal.SIGINT, signal.SIG_IGN)


def watch() -> None:
    """Note interrupts from here on, and keep Python from saying what became of them."""
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:  # nohup ignores them
        signal.signal(signal.SIGINT, _note)
        sys.excepthook, sys.unraisablehook = _printed, _swallowed
        threading.excepthook = _of_a_thread


def _note(*_: object) -> NoReturn:
    global _came
    _came = True
    _thread.start_new_thread(_again, ())  # without the locks of `threading`, which may be held
    raise KeyboardInterrupt


def _again() -> None:
    time.sleep(_AGAIN)
    _thread.interrupt_main()


def _printed(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if not issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error, trace)


def _swallowed(what: sys.UnraisableHookArgs) -> None:
    if not issubclass(what.exc_type, KeyboardInterrupt):
        sys.__unraisablehook__(what)


def _of_a_thread(what: threading.ExceptHookArgs) -> None:
    """Say what a thread stopped at, but not once workers are taken from one that hands out work."""
    if not _came:
        threading.__excepthook__(what)
