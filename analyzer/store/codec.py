"""Records as JSON and back: what the store keeps of a dataclass."""

from __future__ import annotations

import datetime as dt
import json
import types
import zlib
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from enum import StrEnum
from functools import cache
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints


class DamagedError(Exception):
    """Bytes that no record was ever stored as."""


T = TypeVar("T")
Convert = Callable[[Any], Any]


def plain(value: Any) -> Any:
    """Return a record, or records in tuples, lists and dicts, as values that JSON knows; fields keep their order."""
    if is_dataclass(value):
        return {item.name: plain(getattr(value, item.name)) for item in fields(value)}
    if isinstance(value, dict):
        return {name: plain(one) for name, one in value.items()}
    if isinstance(value, tuple | list):
        return [plain(one) for one in value]
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, StrEnum):
        return value.value
    return value.isoformat() if isinstance(value, dt.date) else value


def dumps(value: Any) -> str:
    """Return the value as one line of JSON, the same bytes for the same value."""
    return json.dumps(plain(value), separators=(",", ":"))


def loads(kind: type[T], text: str) -> T:
    """Return the record of this type that ``dumps`` wrote; raises DamagedError for anything else."""
    convert: Any = converter
    try:
        made: T = convert(kind)(json.loads(text))
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise DamagedError(str(error)) from error
    return made


def squeeze(value: Any) -> bytes:
    """Return the value as deflated JSON."""
    return zlib.compress(dumps(value).encode(), 6)


def unsqueeze(kind: type[T], data: bytes) -> T:
    """Return the record of this type that ``squeeze`` wrote; raises DamagedError for anything else."""
    try:
        text = zlib.decompress(data).decode()
    except (zlib.error, ValueError) as error:
        raise DamagedError(str(error)) from error
    return loads(kind, text)


@cache
def converter(kind: Any) -> Convert:
    """A function from JSON to a value of the annotated type."""
    origin, arguments = get_origin(kind), get_args(kind)
    if origin in (Union, types.UnionType):
        inner = [converter(one) for one in arguments if one is not types.NoneType]
        convert = inner[0] if len(inner) == 1 else _same
        return lambda value: None if value is None else convert(value)
    if origin in (tuple, list, frozenset):
        one = converter(arguments[0])
        return lambda value: origin(one(item) for item in value)
    if origin is dict:
        one = converter(arguments[1])
        return lambda value: {name: one(item) for name, item in value.items()}
    if is_dataclass(kind):
        hints = get_type_hints(kind)
        parts = [(item.name, converter(hints[item.name])) for item in fields(kind)]
        make: Any = kind
        return lambda value: make(**{name: convert(value[name]) for name, convert in parts if name in value})
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return kind
    return dt.date.fromisoformat if kind is dt.date else _same


def _same(value: Any) -> Any:
    return value
