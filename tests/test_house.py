"""The house itself: which way imports run, and a command table that tells the truth."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from golois.cli import COMMANDS, root

REPOSITORY = Path(__file__).resolve().parents[1]
MAY_IMPORT = {
    "golois": {"golois"},
    "nets": {"golois", "nets"},
    "selfplay": {"golois", "nets", "selfplay"},
    "tournament": {"golois", "nets", "tournament"},
}


def imported_packages(source: Path) -> set[str]:
    """The top-level packages that a file imports, anywhere in it."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            names.add(node.module.split(".")[0])
    return names


@pytest.mark.parametrize("package", MAY_IMPORT)
def test_imports_run_one_way(package: str) -> None:
    for source in sorted((REPOSITORY / package).rglob("*.py")):
        foreign = (imported_packages(source) & set(MAY_IMPORT)) - MAY_IMPORT[package]
        assert not foreign, f"{source.relative_to(REPOSITORY)} imports {sorted(foreign)}"


def test_go_itself_needs_no_deep_learning_library() -> None:
    for source in sorted((REPOSITORY / "golois").rglob("*.py")):
        heavy = imported_packages(source) & {"keras", "tensorflow", "torch", "jax"}
        assert not heavy, f"{source.relative_to(REPOSITORY)} imports {sorted(heavy)}"


@pytest.mark.parametrize("package", MAY_IMPORT)
def test_a_file_fits_in_a_head(package: str) -> None:
    for source in sorted((REPOSITORY / package).rglob("*.py")):
        lines = len(source.read_text(encoding="utf-8").splitlines())
        assert lines <= 400, f"{source.relative_to(REPOSITORY)} has {lines} lines: is it still one concept?"


def test_help_answers_without_loading_any_command() -> None:
    program = (
        "import sys; sys.argv = ['golois', '--help']\n"
        "from golois.cli import main\n"
        "try:\n    main()\n"
        "except SystemExit as end:\n"
        "    loaded = {'numba', 'numpy', 'tensorflow', 'keras', 'h5py', 'rich'} & set(sys.modules)\n"
        "    sys.exit(f'loaded {sorted(loaded)}' if loaded or end.code else 0)\n"
    )
    answer = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert answer.returncode == 0, answer.stderr
    for name in COMMANDS:
        assert name in answer.stdout


@pytest.mark.parametrize("name", COMMANDS)
def test_the_table_repeats_each_commands_own_summary(name: str) -> None:
    command = root.get_command(None, name)  # type: ignore[arg-type]
    assert command is not None
    assert command.get_short_help_str(limit=200) == COMMANDS[name][1]
