"""Drawings of networks and of what was measured on them."""

from __future__ import annotations

from pathlib import Path

from golois.files import write_whole
from nets.evaluation import Evaluation
from nets.reader import Network


def draw_calibration(result: Evaluation, path: Path) -> None:
    """Draw predicted values against results: a calibrated network lies on the diagonal."""
    from matplotlib.figure import Figure  # without pyplot: no window, no global state

    figure = Figure(figsize=(5, 5), layout="constrained")
    axes = figure.subplots()
    axes.plot([0, 1], [0, 1], color="grey", linewidth=1)
    axes.plot([b.predicted for b in result.calibration], [b.actual for b in result.calibration], marker="o")
    for one in result.calibration:
        axes.annotate(f"{one.positions:,}", (one.predicted, one.actual), xytext=(6, -10), textcoords="offset points")
    axes.set(xlim=(0, 1), ylim=(0, 1), xlabel="predicted: White wins", ylabel="White won")
    axes.set_title(f"value mse {result.value_mse:.4f}, best constant {result.constant_mse:.4f}")
    axes.grid(alpha=0.3)
    write_whole(path, lambda temporary: figure.savefig(temporary, dpi=110, format="png"))


def draw_network(network: Network, path: Path) -> None:
    """Draw a network's graph from the board down: a line for each layer, an arc for each input from further up."""
    from matplotlib.figure import Figure
    from matplotlib.patches import FancyArrowPatch

    count = len(network.nodes)
    figure = Figure(figsize=(8, 1 + 0.3 * count), layout="constrained")
    axes = figure.subplots()
    for row, node in enumerate(network.nodes):
        shape = "x".join(map(str, node.shape))
        is_output = row in (network.policy, network.value)
        axes.text(
            0.5,
            -row,
            f"{node.name}   {node.kind}   {shape}",
            ha="center",
            va="center",
            fontsize=8,
            bbox={"boxstyle": "round", "facecolor": "#ffe0b0" if is_output else "#e8f0ff" if node.weights else "white"},
        )
        for source in node.inputs:
            bend = 0.0 if source == row - 1 else 0.9
            start, end = ((0.5, -source), (0.5, -row)) if not bend else ((0.72, -source), (0.72, -row))
            axes.add_patch(
                FancyArrowPatch(
                    start,
                    end,
                    arrowstyle="-|>",
                    mutation_scale=8,
                    connectionstyle=f"arc3,rad={-bend / (1 + 0.2 * (row - source))}",
                    shrinkA=8,
                    shrinkB=8,
                    color="grey",
                )
            )
    axes.set(xlim=(0, 1.2), ylim=(-count, 1))
    axes.axis("off")
    kind = path.suffix.lstrip(".").lower() or "png"
    write_whole(path, lambda temporary: figure.savefig(temporary, dpi=110, format=kind))
