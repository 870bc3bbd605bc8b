"""Import Keras without the greetings of the libraries under it."""

from __future__ import annotations

import contextlib
import os
import sys
import tempfile
from collections.abc import Iterator


@contextlib.contextmanager
def quiet_import() -> Iterator[None]:
    """Keep what native libraries write to standard error while they are imported; show it when the import fails.

    TensorFlow's C++ part reports optimizations and missing GPU drivers before its log level can be set, and a user
    takes those lines for errors.
    """
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    try:
        real = os.dup(2)
    except OSError:  # no standard error: nothing to keep quiet
        yield
        return
    with tempfile.TemporaryFile() as kept:
        sys.stderr.flush()
        os.dup2(kept.fileno(), 2)
        try:
            yield
        except BaseException:
            os.dup2(real, 2)
            kept.seek(0)
            os.write(2, kept.read())
            raise
        finally:
            sys.stderr.flush()
            os.dup2(real, 2)
            os.close(real)


def seed_everything(seed: int) -> None:
    """Seed Python, NumPy and Keras quietly: under other backends Keras seeds TensorFlow too, and so imports it here."""
    import keras

    with quiet_import():
        keras.utils.set_random_seed(seed)


def import_keras() -> None:
    """Import Keras and its backend quietly; to be called before the modules that use them."""
    with quiet_import():
        import keras

        keras.backend.backend()
