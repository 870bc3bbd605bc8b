"""`golois train`."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from golois.errors import GoloisError
from nets.commands.filter_options import filter_options, game_filter

if TYPE_CHECKING:
    from nets.training import TrainingConfig

# What a resumed run may be told anew: none of it changes the schedule or the data.
_FREE_ON_RESUME = {"run", "resume", "output", "games", "more_games", "threads", "tensorboard"}
_DEFAULT_POSITIONS = 2_000_000


@click.command()
@click.option(
    "--games",
    multiple=True,
    metavar="SOURCE...",
    help="Game records: a folder of SGF, .sgf, .tsv.xz, games.data or a game store (.h5). Several may follow.",
)
@click.argument("more_games", nargs=-1, metavar="")
@click.option("-o", "--output", default="network.h5", show_default=True, help="The network to write.")
@click.option(
    "--run",
    default="",
    metavar="FOLDER",
    help="Folder for checkpoints, history and curves.  [default: the output's name with .run]",
)
@click.option("--resume", is_flag=True, help="Go on with the run in its folder, from its last checkpoint.")
@click.option(
    "--architecture",
    type=click.Choice(["residual", "senet", "mobile", "convnext"]),
    default="residual",
    show_default=True,
    help="Family of networks.",
)
@click.option("--blocks", type=int, default=6, show_default=True, help="Blocks of the trunk.")
@click.option("--filters", type=int, default=64, show_default=True, help="Channels of the trunk.")
@click.option(
    "--limit",
    type=int,
    metavar="PARAMETERS",
    help="Take the largest network of the family with at most so many parameters, in place of --blocks and --filters.",
)
@click.option(
    "--normalization",
    type=click.Choice(["none", "batch"]),
    default="none",
    show_default=True,
    help="Batch normalization: slower on a CPU, usual on a GPU.",
)
@click.option(
    "--planes", type=click.Choice(["6", "8", "21", "31"]), default="6", show_default=True, help="Input planes."
)
@click.option(
    "--size",
    "board_size",
    type=click.IntRange(2, 25),
    default=19,
    show_default=True,
    help="Size of the board, which must be that of the games.",
)
@click.option(
    "--moves",
    type=int,
    default=0,
    help="Outputs of the policy: 361 on 19x19 for a network without a pass.  [default: points and pass: 362]",
)
@click.option("--from", "start_from", metavar="FILE", help="Start from the weights of this network of the same shape.")
@click.option(
    "--teacher",
    metavar="FILE",
    help="Learn this stronger network's answers beside the records; it has the same planes and board.",
)
@click.option(
    "--teacher-share", type=float, default=0.5, show_default=True, help="How much the teacher counts, 0 to 1."
)
@click.option("--positions", type=int, help=f"Positions to train on.  [default: {_DEFAULT_POSITIONS:,}]")
@click.option("--minutes", type=float, help="Train for so many minutes instead; the schedule fits itself to them.")
@click.option(
    "--epoch-positions",
    type=int,
    default=131_072,
    show_default=True,
    help="Positions between two validations with checkpoint.",
)
@click.option("--validation-positions", type=int, default=8192, show_default=True, help="Positions of a validation.")
@filter_options
@click.option("--batch", type=int, default=128, show_default=True, help="Positions in a step.")
@click.option("--accumulate", type=int, default=1, show_default=True, help="Steps whose gradients are averaged.")
@click.option(
    "--optimizer",
    type=click.Choice(["muon", "adamw", "sgd"]),
    default="muon",
    show_default=True,
    help="sgd has Nesterov momentum 0.9.",
)
@click.option("--learning-rate", type=float, help="Highest learning rate.  [default: muon 0.004, adamw 0.002, sgd 0.1]")
@click.option("--warmup", type=float, default=0.02, show_default=True, help="Part of the run before that.")
@click.option("--weight-decay", type=float, help="Of kernels only.  [default: 0.01, sgd 0.0001]")
@click.option("--clip", type=float, default=1.0, show_default=True, help="Greatest norm of the gradient; 0: any.")
@click.option("--label-smoothing", type=float, default=0.0, show_default=True, help="Of the policy target.")
@click.option(
    "--only-value",
    is_flag=True,
    help="Train the value head alone, three times as fast; the rest of --from stays as it is.",
)
@click.option("--value-weight", type=float, default=1.0, show_default=True, help="Weight of the value's mse.")
@click.option(
    "--averaging",
    type=float,
    default=0.999,
    show_default=True,
    help="Momentum of the averaged weights, which are what is saved; 0: none.",
)
@click.option(
    "--precision",
    type=click.Choice(["auto", "float32", "mixed_bfloat16", "mixed_float16"]),
    default="auto",
    show_default=True,
    help="Arithmetic of the training; the file is always float32.",
)
@click.option("--jit/--no-jit", default=None, help="Compile with XLA.  [default: Keras decides]")
@click.option("--distribute", type=click.Choice(["mirrored"]), help="Share each batch among all GPUs (TensorFlow).")
@click.option(
    "--patience",
    type=int,
    default=0,
    show_default=True,
    help="Stop after so many epochs without a better validation; 0: never.",
)
@click.option(
    "--snapshot",
    "snapshots",
    type=float,
    multiple=True,
    metavar="PART",
    help="Also write the network after this part of the run, 0 to 1. May be repeated.",
)
@click.option("--seed", type=int, default=1, show_default=True, help="Of weights, order and symmetries.")
@click.option("--threads", type=int, default=1, show_default=True, help="Threads that fill batches.")
@click.option("--tensorboard", is_flag=True, help="Write TensorBoard logs into the run's folder.")
@click.pass_context
def train(context: click.Context, **options: Any) -> None:
    """Train a network on game records and write it as .h5.

    Every epoch ends in a validation and a checkpoint; a run that was killed goes on with --resume. The validation
    games are those whose id falls into one bucket of a hundred; they are never trained on.

    \b
      golois train --games my-games/
      golois train --games kgs6d.tsv.xz --limit 1000000 --positions 5000000 -o strong.h5
      golois train -o strong.h5 --resume
    """
    from rich.console import Console

    from nets.quiet import import_keras

    import_keras()

    from nets.commands.display import TrainingDisplay, duration, open_games_shown
    from nets.training import train as run_training

    console = Console()
    resume = options["resume"]
    config = _resumed(context, options) if resume else _new(options)
    console.print(f"{config.shape}", highlight=False)
    store = open_games_shown(config.games, console, config.board_size)
    try:
        with TrainingDisplay(console) as display:
            result = run_training(
                config,
                display.show,
                resume=resume,
                on_size=lambda size: console.print(str(size), highlight=False),
                store=store,
            )
    except KeyboardInterrupt:
        raise GoloisError(
            f"interrupted; go on with: golois train --resume --run {config.run_folder} -o {config.output}"
        ) from None
    if result.stopped_early:
        console.print("no better validation for a while: stopped early, the best network is kept")
    for path in result.snapshots:
        console.print(f"wrote {path}", highlight=False, soft_wrap=True)
    console.print(
        f"wrote {result.network}: {result.positions:,} positions in {duration(result.seconds)}",
        highlight=False,
        soft_wrap=True,
    )


def _new(options: dict[str, Any]) -> TrainingConfig:
    from nets.architectures import NetworkShape, shape_within
    from nets.training import TrainingConfig

    games = options["games"] + options["more_games"]
    if not games:
        raise click.UsageError("Missing option '--games': name the records to train on.")
    if options["positions"] and options["minutes"]:
        raise click.UsageError("--positions and --minutes: the run ends by one of them.")
    shape = NetworkShape(
        family=options["architecture"],
        blocks=options["blocks"],
        filters=options["filters"],
        planes=int(options["planes"]),
        moves=options["moves"],
        normalization=options["normalization"],
        board_size=options["board_size"],
    )
    if options["limit"]:
        shape = shape_within(shape, options["limit"])
    same = (
        "output", "run", "minutes", "start_from", "teacher", "teacher_share", "only_value", "epoch_positions",
        "validation_positions", "batch", "accumulate", "optimizer", "learning_rate", "warmup", "weight_decay", "clip",
        "label_smoothing", "value_weight", "averaging", "precision", "jit", "patience", "snapshots", "seed", "threads",
        "tensorboard",
    )  # fmt: skip
    config = TrainingConfig(
        games=games,
        shape=shape,
        filter=game_filter(options),
        positions=options["positions"] or (None if options["minutes"] else _DEFAULT_POSITIONS),
        distribute=options["distribute"] or "",
        **{name: options[name] for name in same},
    )
    if (config.run_folder / "checkpoint.npz").exists():
        raise GoloisError(
            f"{config.run_folder} holds a run already: go on with it by --resume, delete it, or choose another --output"
        )
    return config


def _resumed(context: click.Context, options: dict[str, Any]) -> TrainingConfig:
    from nets.training import load_config

    given = click.core.ParameterSource.COMMANDLINE
    for option in context.command.params:
        name = str(option.name)
        if name not in _FREE_ON_RESUME and context.get_parameter_source(name) == given:
            raise click.UsageError(f"{option.opts[0]} with --resume: a resumed run keeps its settings; leave it out.")
    run = Path(options["run"]) if options["run"] else Path(options["output"]).with_suffix(".run")
    config = load_config(run)
    changes: dict[str, Any] = {"run": str(run)}
    for name in ("output", "threads", "tensorboard"):
        if context.get_parameter_source(name) == given:
            changes[name] = options[name]
    if games := options["games"] + options["more_games"]:
        changes["games"] = games
    return replace(config, **changes)
