"""`golois doctor`: check the installation and say what to do."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import click

PACKAGES = ("numpy", "numba", "h5py", "keras", "tensorflow", "openvino", "click", "rich", "sgfmill")
ENOUGH_MEMORY = 2 << 30  # bytes

GPU_QUESTIONS = {
    "tensorflow": "import tensorflow; print(len(tensorflow.config.list_physical_devices('GPU')))",
    "jax": "import jax; print(sum(device.platform == 'gpu' for device in jax.devices()))",
    "torch": "import torch; print(torch.cuda.device_count())",
}
GPU_PACKAGES = {
    "tensorflow": "pip install 'tensorflow[and-cuda]'",
    "jax": "pip install 'jax[cuda12]'",
    "torch": "pip install torch",
}


@dataclass(frozen=True)
class Finding:
    """One check.

    Attributes:
        name: what was checked.
        state: "ok", "warning" or "error".
        text: what was found.
        advice: what to do about it, "" when it is ok.
    """

    name: str
    state: str
    text: str
    advice: str = ""


@click.command()
@click.option("--network", "-n", type=click.Path(), help="The network to try; the best shipped one when left out.")
def doctor(network: str | None) -> None:
    """Check the installation and say what to do.

    Python and the packages, memory, the folder for compiled kernels, the board, what can run networks, the GPU,
    and whether a network loads and how fast it is. The exit status is 1 when something does not work.
    """
    colors = {"ok": "green", "warning": "yellow", "error": "red"}
    worst = 0
    for name, check in checks(network):
        try:
            finding = check()
        except Exception as error:  # whatever is broken here is what the user wants to hear of
            finding = Finding(
                name, "error", f"{type(error).__name__}: {error}", "reinstall: pip install --force-reinstall ."
            )
        worst = max(worst, finding.state == "error")
        click.echo(f"{click.style(finding.state.rjust(7), fg=colors[finding.state])}  {name}: {finding.text}")
        if finding.advice:
            click.echo(f"         -> {finding.advice}")
    sys.exit(worst)


def checks(network: str | None) -> list[tuple[str, Callable[[], Finding]]]:
    """The checks in their order."""
    return [
        ("Python", check_python),
        ("packages", check_packages),
        ("memory", check_memory),
        ("kernel cache", check_cache),
        ("board", check_board),
        ("network engines", check_engines),
        ("GPU", check_gpu),
        ("network", lambda: check_network(network)),
    ]


def check_python() -> Finding:
    """The version of Python and the machine."""
    text = f"{platform.python_version()} on {platform.system()} {platform.machine()}, {os.cpu_count()} cores"
    if sys.maxsize < 2**32:
        return Finding("Python", "error", f"{text}, 32 bits", "install a Python of 64 bits, 3.11 or newer")
    return Finding("Python", "ok", text)


def check_packages() -> Finding:
    """Whether the libraries are there."""
    found, missing = [], []
    for package in PACKAGES:
        try:
            found.append(f"{package} {version(package)}")
        except PackageNotFoundError:
            missing.append(package)
    # TensorFlow runs networks where OpenVINO has no wheel, and the other way round
    needed = [package for package in missing if package != "openvino"]
    if needed:
        return Finding("packages", "error", f"missing: {', '.join(needed)}", f"pip install {' '.join(needed)}")
    if missing:
        return Finding(
            "packages", "warning", ", ".join(found), "pip install openvino makes networks several times faster"
        )
    return Finding("packages", "ok", ", ".join(found))


def check_memory() -> Finding:
    """How much memory there is."""
    try:
        free = _available_memory()
    except (AttributeError, ValueError, OSError):
        return Finding("memory", "ok", "this system does not say")
    text = f"{free / 2**30:.1f} GiB free"
    if free < ENOUGH_MEMORY:
        return Finding("memory", "warning", text, "training wants 2 GiB: close other programs or use a smaller --batch")
    return Finding("memory", "ok", text)


def _available_memory() -> int:
    """Bytes that programs can have; ValueError, OSError or AttributeError where the system does not say."""
    try:
        lines = Path("/proc/meminfo").read_text().splitlines()
        return 1024 * next(int(line.split()[1]) for line in lines if line.startswith("MemAvailable:"))
    except (OSError, StopIteration):
        return os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")


def check_cache() -> Finding:
    """Where compiled kernels are kept."""
    from golois.jit import CACHE_FOLDER

    if CACHE_FOLDER is None:
        advice = "set GOLOIS_CACHE to a folder that you can write"
        return Finding("kernel cache", "warning", "no folder can be written: every start compiles anew", advice)
    chosen = os.environ.get("GOLOIS_CACHE")
    if chosen and not CACHE_FOLDER.is_relative_to(chosen) and not os.environ.get("NUMBA_CACHE_DIR"):
        advice = "make the folder your own: nobody else may write to it"
        return Finding("kernel cache", "warning", f"GOLOIS_CACHE={chosen} is not used, but {CACHE_FOLDER}", advice)
    return Finding("kernel cache", "ok", str(CACHE_FOLDER))


def check_board() -> Finding:
    """Whether the kernels compile, and how long that takes."""
    from golois.players import RandomPlayer

    started = time.perf_counter()
    from golois.game import Game

    game, player = Game(9), RandomPlayer()
    while not game.is_over:
        game.play(player.choose([game])[0])
    spent = time.perf_counter() - started
    text = f"a random game of {len(game.moves)} moves in {spent:.1f} s"
    return Finding("board", "ok", f"{text}, compiling included" if spent > 1 else text)


def check_engines() -> Finding:
    """What can run networks."""
    from nets.inference.engines import available_engines, chosen_engine

    engines = available_engines()
    if not engines:
        return Finding("network engines", "error", "none", "pip install openvino, or tensorflow")
    return Finding("network engines", "ok", f"{', '.join(engines)}; auto takes {chosen_engine('auto')}")


def check_gpu() -> Finding:
    """Whether there is a graphics processor, and whether the library that would use it sees it."""
    from nets.inference.engines import KERAS_BACKENDS, available_engines, chosen_engine, has_gpu

    if not has_gpu():
        text = "hidden by CUDA_VISIBLE_DEVICES" if Path("/dev/nvidiactl").exists() else "none from NVIDIA"
        return Finding("GPU", "ok", f"{text}; networks run on the processor")
    backends = [name for name in available_engines() if name in KERAS_BACKENDS]
    if not backends:
        advice = "pip install 'tensorflow[and-cuda]' lets networks run and learn on it"
        return Finding("GPU", "warning", "there is one, but no library that could use it", advice)
    chosen = chosen_engine("auto")
    backend = chosen if chosen in backends else backends[0]
    count = _gpus_seen_by(backend)
    if count:
        return Finding("GPU", "ok", f"{backend} sees {count}")
    advice = f"install {backend} with CUDA ({GPU_PACKAGES[backend]}), or a driver that fits it"
    return Finding("GPU", "warning", f"there is one, but {backend} does not see it", advice)


def _gpus_seen_by(backend: str) -> int:
    """The number of GPUs that a library finds; asked in a process of its own, for some keep the memory they find."""
    asked = subprocess.run(
        [sys.executable, "-c", GPU_QUESTIONS[backend]], capture_output=True, text=True, timeout=120, check=False
    )
    answer = asked.stdout.split()[-1:] or ["0"]
    return int(answer[0]) if asked.returncode == 0 and answer[0].isdecimal() else 0


def check_network(network: str | None) -> Finding:
    """Whether a network loads, answers and is fast enough."""
    import numpy as np

    from golois.errors import GoloisError
    from nets.inference import load_evaluator
    from nets.pretrained import shipped_network

    try:
        path = network or shipped_network()
        evaluator = load_evaluator(path, max_batch=16)
    except GoloisError as error:
        return Finding("network", "error", str(error), "train one with golois train, or name one with --network")
    size = evaluator.board_size
    planes = np.zeros((16, size, size, evaluator.planes), np.float32)
    evaluator.evaluate(planes)
    started, count = time.perf_counter(), 0
    while time.perf_counter() - started < 0.5:
        evaluator.evaluate(planes)
        count += len(planes)
    speed = count / (time.perf_counter() - started)
    text = (
        f"{evaluator.name}, {size}x{size}, {evaluator.planes} planes, {evaluator.moves} moves: {speed:,.0f} "
        "positions/s, 16 at a time"
    )
    if speed < 20:
        return Finding("network", "warning", text, "the network is large for this machine: use fewer --visits")
    return Finding("network", "ok", text)
