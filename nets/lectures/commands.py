"""`golois lecture`: list the lectures and run one."""

from __future__ import annotations

import time
from importlib import import_module
from pathlib import Path

import click

# chapter -> name of the module -> what it teaches; read in this order
SYLLABUS: dict[str, dict[str, str]] = {
    "By hand, in NumPy": {
        "neuron": "A weighted sum and an activation; the losses that judge it.",
        "backprop": "The 2-2-2 network worked by hand, to nine digits; vanishing gradients.",
        "numpy_mlp": "Layers, losses and mini-batch SGD; gradients checked, then MNIST.",
        "convolution": "From two dice to blur, edges, dilation, transposition and pooling.",
    },
    "Dense networks": {
        "xor": "Two layers learn what one neuron cannot.",
        "mnist_dense": "Handwritten digits with dense layers.",
        "imdb": "Film reviews: overfitting, L1, L2, dropout and early stopping.",
        "reuters": "News in 46 classes: how wide, how deep, and the bottleneck.",
        "boston": "House prices: scaling, cross-validation, mean absolute error.",
        "optimizers": "SGD, momentum, RMSprop, Adagrad, Adam, AMSGrad and AdaBound compared.",
    },
    "Convolutional networks": {
        "mnist_cnn": "Digits again: convolution, max pooling, dropout.",
        "cifar10": "Small photographs: dropout, pooling and augmentation.",
        "batchnorm": "Batch normalisation, in training and afterwards.",
        "residual": "Why depth needs a way around: residual blocks.",
        "transfer": "Features of VGG19, and its first layers under a new head.",
    },
    "The functional API": {
        "autoencoder": "An encoder and a decoder, chained.",
        "unet": "Taking noise off digits, without and with skip connections.",
        "ensemble": "Several networks averaged into one.",
        "tickets": "Three inputs, two outputs, two weighted losses; a shared embedding.",
        "gates": "Multiplication: gates, attention, a gated recurrent cell.",
        "siamese": "One network applied to two inputs: shared weights.",
        "custom_dense": "Layers of one's own; saving and reading weights.",
        "distributed": "One step on two devices gives the gradients of one.",
    },
    "The destination": {
        "go_random": "Six planes to a policy of 362 and a value, on random data.",
        "go_real": "The same network on real games, and the way on.",
    },
}
NAMES = [name for chapter in SYLLABUS.values() for name in chapter]


@click.group()
def lecture() -> None:
    """Run the lecture's networks, from one neuron to the Go network."""


@lecture.command("list")
def list_lectures() -> None:
    """List the lectures in the order in which they are read."""
    number = 0
    for chapter, lectures in SYLLABUS.items():
        click.echo(chapter)
        for name, summary in lectures.items():
            number += 1
            click.echo(f"  {number:2}  {name:14}{summary}")
    click.echo(f"\nEach is one file, to be read from top to bottom: {Path(__file__).parent}")
    click.echo("Run one: golois lecture run NAME (--quick for a few seconds on a synthetic set)")


@lecture.command("run")
@click.argument("name", type=click.Choice(NAMES), metavar="NAME")
@click.option("--epochs", type=click.IntRange(1), help="Passes over the training data [default: the lecture's own].")
@click.option("--quick", is_flag=True, help="A few seconds on a small synthetic set.")
@click.option(
    "--data",
    type=click.Path(path_type=Path),
    help="Folder with the data sets, or the games for go_real [default: GOLOIS_LECTURE_DATA, else Keras downloads].",
)
@click.option("--samples", type=click.IntRange(64), help="Use at most this many training examples.")
@click.option("--plot", type=click.Path(file_okay=False, path_type=Path), help="Folder for the PNG files.")
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True, help="Start of the random numbers.")
@click.option(
    "--pretrained",
    default="imagenet",
    show_default=True,
    help="transfer only: imagenet (Keras downloads it), a weights file, or random.",
)
def run_lecture(
    name: str,
    *,
    epochs: int | None,
    quick: bool,
    data: Path | None,
    samples: int | None,
    plot: Path | None,
    seed: int,
    pretrained: str,
) -> None:
    """Run the lecture NAME: print its results and, with --plot, draw its curves and pictures."""
    if quick and data is not None:
        raise click.UsageError("--quick uses a synthetic set and --data a real one: give one of them.")
    from nets.quiet import import_keras

    import_keras()
    import keras

    from nets.lectures.options import Options
    from nets.lectures.report import Report

    keras.utils.set_random_seed(seed)
    module = import_module(f"nets.lectures.{name}")
    report = Report(plot)
    report.say(f"{(module.__doc__ or '').splitlines()[0]}\nRead along: {module.__file__}\n")
    started = time.perf_counter()
    module.run(Options(epochs, quick, data, samples, seed, pretrained), report)
    report.summary()
    report.say(f"{time.perf_counter() - started:.0f} s")
