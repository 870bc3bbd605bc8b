"""`golois network`."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from nets.reader import Network
    from nets.reader.description import Node


@click.group()
def network() -> None:
    """Look into a network file."""


@network.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--plot", type=click.Path(path_type=Path), metavar="IMAGE", help="Draw the graph into this PNG or SVG.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def summary(file: Path, plot: Path | None, as_json: bool) -> None:
    """Print the layers of FILE, their shapes and counts, and what a tournament would take it for."""
    from nets.inference.cache import understood

    read = understood(file)
    if plot:
        from nets.plots import draw_network

        draw_network(read, plot)
    facts: dict[str, Any] = {
        "file": str(file),
        "parameters": read.parameters_total,
        "trainable": read.parameters_trainable,
        "flops": read.flops,
        "board_size": read.board_size,
        "planes": read.planes,
        "moves": read.moves,
        "policy": f"{read.policy_name} ({read.policy_activation})",
        "value": f"{read.value_name} ({read.value_activation})",
        "keras": read.keras_version,
        "digest": read.digest,
        "warnings": read.warnings,
    }
    if as_json:
        rows = [_row(read, node) for node in read.nodes]
        click.echo(json.dumps(facts | {"layers": rows}))
    else:
        _print(read, facts)


def _row(read: Network, node: Node) -> dict[str, Any]:
    return {
        "name": node.name,
        "layer": _kind(node),
        "shape": list(node.shape),
        "parameters": sum(math.prod(weight.shape) for weight in node.weights if not weight.constant),
        "flops": read.flops_of(node),
        "inputs": [read.nodes[i].name for i in node.inputs],
    }


def _kind(node: Node) -> str:
    """The node's kind with what a reader wants to know of its options."""
    if node.weights and "Convolution" in node.kind:
        kernel = node.weights[0].shape[:-2]
        return f"{node.kind} {'x'.join(map(str, kernel))}"
    function = node.options.get("function")
    return f"{node.kind} {function}" if function else node.kind


def _print(read: Network, facts: dict[str, Any]) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table()
    table.add_column("layer", overflow="fold")
    table.add_column("name", overflow="fold")
    table.add_column("output", no_wrap=True)
    table.add_column("parameters", justify="right")
    table.add_column("MFLOP", justify="right")
    for node in read.nodes:
        row = _row(read, node)
        table.add_row(
            row["layer"],
            row["name"],
            " x ".join(map(str, node.shape)),
            f"{row['parameters']:,}" if row["parameters"] else "",
            f"{row['flops'] / 1e6:.2f}" if row["flops"] else "",
        )
    console = Console()
    console.print(facts["file"], highlight=False, soft_wrap=True)
    console.print(table)
    console.print(
        f"{facts['parameters']:,} parameters, {facts['trainable']:,} trainable, {facts['flops'] / 1e9:.3g} GFLOP per "
        f"position\n{facts['board_size']}x{facts['board_size']}, "
        f"{facts['planes']} planes in, {facts['moves']} moves out; policy {facts['policy']}, "
        f"value {facts['value']}; written by Keras {facts['keras'] or 'of unknown version'}",
        highlight=False,
        soft_wrap=True,
    )
    for warning in facts["warnings"]:
        console.print(f"warning: {warning}", highlight=False)
