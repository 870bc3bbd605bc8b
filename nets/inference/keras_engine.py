"""TensorFlow, JAX and PyTorch through Keras: engines for a GPU, and where there is no OpenVINO.

Each batch size gets one compiled function of a fixed shape; `model.predict` is never called.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from nets.inference.keras_graph import build_model
from nets.reader.description import Network

Floats = npt.NDArray[np.float32]
Compiled = Callable[[Floats], tuple[Floats, Floats]]


class KerasBackend:
    """Compiles a network with the backend that Keras runs on.

    Args:
        network: what was understood of a file.
        precision: "bf16" computes in bfloat16 with float32 weights and outputs.
    """

    def __init__(self, network: Network, precision: str) -> None:
        import keras

        self.name = keras.config.backend()
        before = keras.config.dtype_policy()
        keras.config.set_dtype_policy("mixed_bfloat16" if precision == "bf16" else "float32")
        try:
            self._model = build_model(network, plain=False, exact_outputs=True)
        finally:
            keras.config.set_dtype_policy(before)
        self._shape = network.nodes[0].shape
        self.splits = not _on_gpu(self.name)

    def compile(self, batch: int) -> Compiled:
        """Compile for one batch size."""
        return _COMPILERS[self.name](self._model, (batch, *self._shape))


def _on_gpu(backend: str) -> bool:
    if backend == "tensorflow":
        import tensorflow as tf

        return bool(tf.config.list_physical_devices("GPU"))
    if backend == "jax":
        import jax

        return jax.default_backend() == "gpu"
    import torch

    return bool(torch.cuda.is_available())


def _tensorflow(model: Any, shape: tuple[int, ...]) -> Compiled:
    import tensorflow as tf

    @tf.function(input_signature=[tf.TensorSpec(shape, tf.float32)], autograph=False)
    def forward(planes: Any) -> tuple[Any, Any]:
        policy, value = model(planes, training=False)
        return tf.cast(policy, tf.float32), tf.cast(value, tf.float32)

    function = forward.get_concrete_function()

    def run(planes: Floats) -> tuple[Floats, Floats]:
        policy, value = function(tf.constant(planes))
        # a copy: TensorFlow may lend its own read-only memory
        return np.array(policy), np.array(value)

    return run


def _jax(model: Any, shape: tuple[int, ...]) -> Compiled:
    import jax
    import jax.numpy as jnp

    trainable = [variable.value for variable in model.trainable_variables]
    others = [variable.value for variable in model.non_trainable_variables]

    def forward(trainable: Any, others: Any, planes: Any) -> Any:
        (policy, value), _ = model.stateless_call(trainable, others, planes, training=False)
        return policy.astype(jnp.float32), value.astype(jnp.float32)

    function = jax.jit(forward).lower(trainable, others, jax.ShapeDtypeStruct(shape, jnp.float32)).compile()

    def run(planes: Floats) -> tuple[Floats, Floats]:
        policy, value = function(trainable, others, planes)
        return np.array(policy), np.array(value)

    return run


def _torch(model: Any, shape: tuple[int, ...]) -> Compiled:
    import torch

    device = "cuda" if torch.cuda.is_available() else "cpu"

    def run(planes: Floats) -> tuple[Floats, Floats]:
        with torch.inference_mode():
            policy, value = model(torch.from_numpy(planes).to(device), training=False)
            return policy.float().cpu().numpy(), value.float().cpu().numpy()

    return run


_COMPILERS: dict[str, Callable[[Any, tuple[int, ...]], Compiled]] = {
    "tensorflow": _tensorflow,
    "jax": _jax,
    "torch": _torch,
}
