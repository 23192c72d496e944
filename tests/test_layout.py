"""What holds the project together: imports point one way, numbers live in Settings, the README names every option."""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import golden
import pytest
import typer

from analyzer.cli import app
from analyzer.settings import Settings, past_settings

ROOT = Path(__file__).parent.parent
# A module may import only from lines above its own. Stage modules share a line: they never import each other. A
# package named here as a whole orders its own modules.
LAYERS = (
    ("records",),
    ("settings",),
    ("wordlists", "importing"),
    ("syntax",),
    ("hardware", "weights", "separate", "formats", "names", "speech", "timex", "dateline"),
    ("capitals", "entities", "affinity", "clauses", "ownership", "evidence", "conduct", "graph", "torchnet"),
    ("apart", "bodies", "candidates", "counted", "timecues", "encoder", "naming", "owners", "press", "pronouns"),
    ("aliases", "grouping", "nouns"),
    ("offices",),
    ("affiliation",),
    (
        "reading", "sentences", "claims", "attribution", "parties", "published", "dates", "pairing", "nli", "ranking",
        "reprints", "evaluation", "rows", "output", "report.shapes", "report.text",
    ),
    ("report.data",),
    ("report.markdown", "report.html", "report.files"),
    ("pipeline", "progress"),
    ("store",),
    ("stored",),
    ("cli",),
    ("__main__",),
)  # fmt: skip
LEVEL = {module: level for level, modules in enumerate(LAYERS) for module in modules}
MODULES = sorted(
    path for path in (ROOT / "analyzer").rglob("*.py") if path.name != "__init__.py" and "gazetteer" not in path.parts
)


def name_of(path: Path) -> str:
    """A module's name inside the package: report.data."""
    return ".".join(path.relative_to(ROOT / "analyzer").with_suffix("").parts)


def level(module: str) -> int | None:
    """The line of a module, or of its package."""
    return LEVEL.get(module, LEVEL.get(module.split(".")[0]))


def imports(path: Path) -> Iterator[str]:
    """Names inside the package that a module imports, wherever in the file, type checking included."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] == "analyzer":
            inside = node.module.removeprefix("analyzer").removeprefix(".")
            for alias in node.names:
                full = f"{inside}.{alias.name}".removeprefix(".")
                yield full if level(full) is not None else inside
        elif isinstance(node, ast.Import):
            yield from (a.name.removeprefix("analyzer.") for a in node.names if a.name.startswith("analyzer."))


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_imports_point_one_way(path: Path) -> None:
    module = name_of(path)
    own = level(module)
    assert own is not None, f"give {module} its line in LAYERS"
    package = module.split(".")[0] if module not in LEVEL else None
    found = {name for name in imports(path) if name and (package is None or name.split(".")[0] != package)}
    wrong = {name for name in found if (line := level(name)) is None or line >= own}
    assert not wrong, f"{module} may not import {sorted(wrong)}"


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_thresholds_live_in_settings(path: Path) -> None:
    """No comparison with a fraction outside Settings but 0.5, more likely than not; evaluation.py's are definitions."""
    if name_of(path) in {"settings", "evaluation"}:
        pytest.skip("the place for it")
    found = [
        f"line {node.lineno}: {ast.unparse(node)}"
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Compare)
        for side in (node.left, *node.comparators)
        if isinstance(side, ast.Constant) and isinstance(side.value, float) and side.value not in (0.0, 0.5, 1.0)
    ]
    assert not found


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_only_the_command_line_prints(path: Path) -> None:
    calls = [
        node.lineno
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print"
    ]
    assert not calls


def test_settings_of_an_earlier_run_without_those_that_have_gone() -> None:
    assert past_settings({"claim_doubt": 0.4, "background_days": 90}) == Settings(background_days=90)


def test_the_readme_names_every_command_and_option() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    group = typer.main.get_command(app)
    commands = getattr(group, "commands", {})
    assert len(commands) >= 4
    wanted = {option for command in (group, *commands.values()) for p in command.params for option in p.opts}
    wanted = {option for option in wanted if option.startswith("--") and option != "--help"}
    assert {f"analyzer {name}" for name in commands if f"`analyzer {name}" not in readme} == set()
    assert {option for option in wanted if option not in readme} == set()


def test_the_readme_lists_every_setting() -> None:
    rows = ["| setting | default | range | what it is |", "| --- | ---: | --- | --- |"]
    for item in fields(Settings):
        low, high = item.metadata.get("low"), item.metadata.get("high")
        bounds = "" if low is None else f"{low:,} to {high:,}"
        rows.append(f"| `{item.name}` | {item.default} | {bounds} | {item.metadata['reason']} |")
    golden.check_part(ROOT / "README.md", "settings", "\n".join(rows) + "\n")


def test_the_seeds_are_as_given() -> None:
    """The committed report speaks of these very bytes."""
    from hashlib import sha256

    digest = sha256(b"".join(path.read_bytes() for path in sorted((ROOT / "seeds").iterdir()))).hexdigest()
    assert digest == "20b3c7202e5bd84ef33d480ee9991953721a25f61562f39a019716fa53b67896"


def test_constraints_are_exact_pins_of_the_dependencies() -> None:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pins = dict(line.split("==") for line in lines if line and not line.startswith("#"))
    assert all(version for version in pins.values())
    assert not [line for line in lines if "/" in line or "@" in line or "+" in line]
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    named = [*project["dependencies"], *(d for extra in project["optional-dependencies"].values() for d in extra)]
    names = {n.split(">=")[0].split("==")[0].split("[")[0].strip() for n in named}
    assert {name for name in names if name not in pins} == set()
