"""Shipped weights: where they are, whether they are whole, and how int8 tensors become floats again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analyzer.records import ModelError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from torch import Tensor

MANIFEST = "manifest.json"
SHARED = "shared.json"  # model beside this one -> names of the tensors that are read from there
SCALE = ".scale"  # suffix of the per-row scale that stands beside an int8 tensor


def folder(name: str) -> Path:
    """Return the folder of a shipped model: inside the installed package, or models/ of a source checkout.

    Raises ModelError when neither holds it.
    """
    here = Path(__file__).resolve().parent
    for candidate in (here / "models" / name, here.parent / "models" / name):
        if (candidate / MANIFEST).is_file():
            return candidate
    raise ModelError(f"model {name!r} is not part of this installation")


@cache
def fingerprint(path: Path) -> str:
    """Check every file of a manifest against its sha256 and return the manifest's own short hash.

    Raises ModelError naming the first file that is missing, truncated or changed.
    """
    try:
        content = (path / MANIFEST).read_bytes()
        expected: dict[str, str] = json.loads(content)["sha256"]
    except (OSError, ValueError, KeyError) as error:
        raise ModelError(f"{path / MANIFEST}: not a readable manifest: {error}") from error
    for name, digest in expected.items():
        try:
            with (path / name).open("rb") as file:
                found = hashlib.file_digest(file, "sha256").hexdigest()
        except OSError as error:
            raise ModelError(f"{path / name}: cannot be read: {error.strerror}") from error
        if found != digest:
            raise ModelError(f"{path / name}: damaged or changed (sha256 does not match {MANIFEST})")
    return hashlib.sha256(content).hexdigest()[:12]


def identity(name: str) -> str | None:
    """Fingerprint of a model by its name, as its scorer will give it; None when only loading it can tell.

    ``name`` is a shipped model or a folder. Raises ModelError when a shipped model is damaged.
    """
    path = Path(name)
    if not path.exists():
        try:
            path = folder(name)
        except ModelError:
            return None
    return fingerprint(path) if (path / MANIFEST).is_file() else mark(name)


def mark(name: str) -> str | None:
    """Identity of a user's model folder by the name, size and time of its files; None where there is no such folder.

    Enough to notice that a model changed without reading its weights.
    """
    path = Path(name)
    files = sorted(p for p in path.glob("*") if p.is_file()) if path.is_dir() else []
    marks = [(p.name, p.stat().st_size, p.stat().st_mtime_ns) for p in files]
    return hashlib.sha256(repr(marks).encode()).hexdigest()[:12] if marks else None


def load_arrays(path: Path) -> dict[str, NDArray[np.generic[Any]]]:
    """Return all tensors of a model's folder as they are stored: int8 matrices, and scales beside them.

    Tensors that it has in common with a model beside it stand there only; SHARED names them. Raises ModelError for
    number formats that numpy lacks, and when the other model is damaged.
    """
    from safetensors import safe_open

    tensors: dict[str, NDArray[np.generic[Any]]] = {}
    for folder_, names in ((path, None), *_shared(path)):
        for file in sorted(folder_.glob("*.safetensors")):
            try:
                with safe_open(file, "numpy") as held:
                    for name in held.keys():  # noqa: SIM118 - a file of tensors is no mapping
                        if names is None or name in names:
                            tensors[name] = held.get_tensor(name)
            except (KeyError, TypeError) as error:
                raise ModelError(f"{file.name}: number format {error} is not known here") from error
    return tensors


def _shared(path: Path) -> Iterator[tuple[Path, frozenset[str]]]:
    """Models beside this one, checked, that hold some of its tensors, with their names."""
    if (path / SHARED).is_file():
        for model, names in json.loads((path / SHARED).read_text(encoding="utf-8")).items():
            fingerprint(path.parent / model)
            yield path.parent / model, frozenset(names)


def plain(tensors: dict[str, NDArray[np.generic[Any]]]) -> list[str]:
    """Names of the tensors themselves, without those of scales."""
    return [name for name in tensors if not name.endswith(SCALE)]


def as_floats(tensors: dict[str, NDArray[np.generic[Any]]], name: str) -> NDArray[np.float32]:
    """Return a tensor as float32: an int8 matrix times the scale of each row."""
    import numpy as np

    value, scale = tensors[name].astype(np.float32), tensors.get(name + SCALE)
    return value if scale is None else value * scale.astype(np.float32).reshape(-1, 1)


def load_tensors(path: Path) -> dict[str, Tensor]:
    """Return all tensors of a model's folder as float32, for torch; raises as ``load_arrays`` does."""
    import torch

    tensors = load_arrays(path)
    return {name: torch.from_numpy(as_floats(tensors, name)) for name in plain(tensors)}
