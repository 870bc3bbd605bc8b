"""`golois benchmark network`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click


@click.command()
@click.argument("file", type=click.Path(path_type=Path), required=False)
@click.option(
    "--engine", "engines", multiple=True, help="An engine to measure; may be repeated. [default: all present]"
)
@click.option("--precision", type=click.Choice(["bf16", "float32"]), default="bf16", show_default=True)
@click.option("--batches", default="1,2,4,8,16,32,64,128,256,512", show_default=True, help="Batch sizes.")
@click.option("--seconds", type=float, default=0.5, show_default=True, help="How long each number is measured.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def network(
    file: Path | None, engines: tuple[str, ...], precision: str, batches: str, seconds: float, as_json: bool
) -> None:
    """Measure positions a second of FILE (the shipped network when left out) on every engine that is installed.

    The last column is the evaluator's speed as a share of the engine's own, measured in turns.
    """
    from nets.inference.engines import available_engines, chosen_engine
    from nets.pretrained import shipped_network

    path = Path(file or shipped_network())
    in_use = chosen_engine("auto")
    sizes = _sizes(batches)
    results = {}
    for engine in engines or available_engines():
        if len(engines) == 1:
            results[engine] = _measure_here(path, engine, precision, sizes, seconds)
        else:
            results[engine] = _measure_apart(path, engine, precision, batches, seconds)
    facts = _facts(path) | {"precision": precision, "in_use": in_use, "engines": results}
    if as_json:
        click.echo(json.dumps(facts))
    else:
        _print(facts)


def _sizes(batches: str) -> list[int]:
    try:
        sizes = [int(size) for size in batches.split(",")]
    except ValueError:
        sizes = []
    if not sizes or min(sizes) < 1 or max(sizes) > 65536:
        raise click.BadParameter(f"{batches!r} is not a list of batch sizes such as 1,8,128", param_hint="--batches")
    return sizes


def _facts(path: Path) -> dict[str, Any]:
    from nets.inference.cache import understood

    network = understood(path)
    return {"network": str(path), "parameters": network.parameters_total, "gflop_per_position": network.flops / 1e9}


def _measure_here(path: Path, engine: str, precision: str, sizes: list[int], seconds: float) -> list[dict[str, Any]]:
    from nets.inference import load_evaluator
    from nets.inference.benchmark import measure

    return measure(load_evaluator(path, engine, precision, max_batch=max(sizes)), sizes, seconds)


def _measure_apart(path: Path, engine: str, precision: str, batches: str, seconds: float) -> Any:
    from nets.inference.benchmark import measure_elsewhere
    from nets.reader.errors import NetworkError

    command = ["benchmark", "network", str(path), "--engine", engine, "--precision", precision]
    command += ["--batches", batches, "--seconds", str(seconds), "--json"]
    try:
        return measure_elsewhere(command)["engines"][engine]
    except NetworkError as error:
        return {"error": str(error)}


def _print(facts: dict[str, Any]) -> None:
    from rich.console import Console
    from rich.table import Table

    console = Console()
    console.print(
        f"{facts['network']}: {facts['parameters']:,} parameters, {facts['gflop_per_position']:.3g} GFLOP per "
        f"position, {facts['precision']}",
        highlight=False,
    )
    for engine, rows in facts["engines"].items():
        title = f"{engine}, in use" if engine == facts["in_use"] else engine
        if isinstance(rows, dict):
            console.print(f"{title}: {rows['error']}", highlight=False)
            continue
        table = Table(title=title, title_justify="left")
        for column in ("batch", "ms", "positions/s", "GFLOP/s", "of the bare engine"):
            table.add_column(column, justify="right")
        for row in rows:
            table.add_row(
                f"{row['batch']}",
                f"{row['milliseconds']:.2f}",
                f"{row['positions_per_second']:,.0f}",
                f"{row['gflops']:,.0f}",
                f"{row['share_of_bare']:.1%}",
            )
        console.print(table)
