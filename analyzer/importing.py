"""Imports of large libraries without the parts that are never used here."""

from __future__ import annotations

import sys
from importlib import import_module
from typing import Any


def without(name: str, part: str) -> Any:
    """Import the module ``name`` while ``part`` cannot be imported; later imports of ``part`` work as ever.

    When either is there already, it is a plain import.
    """
    if name in sys.modules or part in sys.modules:
        return import_module(name)
    sys.modules[part] = None  # type: ignore[assignment]  # Python's way to say: not to be imported
    try:
        return import_module(name)
    finally:
        del sys.modules[part]
