"""Convolution: one small set of weights, slid over everything.

The law of the sum of two dice is a convolution of their laws. The same sum of shifted products blurs a picture,
finds its edges, and is what a convolutional layer learns (Fukushima 1980, LeCun et al. 1989). A dense layer from
28x28 to 28x28 pixels has 614,656 weights; a 3x3 convolution has 9, because what is an edge here is an edge there.

Mathematicians turn the kernel round, w[k] x[i - k]; deep-learning libraries do not, w[k] x[i + k]. Learnt kernels
make the difference immaterial, hand-made ones do not: `law_of_sum` turns, the layers below do not.
"""

from __future__ import annotations

import keras
import numpy as np

from nets.lectures.options import Options
from nets.lectures.report import Report
from nets.lectures.synthetic import digits

# --- Data: a die, a picture, a sound -----------------------------------------------------------------------------

DIE = np.full(6, 1 / 6)
BOX_BLUR = np.full((3, 3), 1 / 9)
EDGES = {
    "vertical edges": np.array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]], float),  # Sobel and Feldman 1968
    "horizontal edges": np.array([[-1, -2, -1], [0, 0, 0], [1, 2, 1]], float),
    "all edges": np.array([[-1, -1, -1], [-1, 8, -1], [-1, -1, -1]], float),
}

# --- Model: convolutions by hand ---------------------------------------------------------------------------------


def law_of_sum(p: np.ndarray, q: np.ndarray) -> np.ndarray:
    """P(X + Y = n) = sum over k of p[k] q[n - k]: p (m,), q (n,) -> (m + n - 1,)."""
    law = np.zeros(len(p) + len(q) - 1)
    for k, probability in enumerate(p):
        law[k : k + len(q)] += probability * q
    return law


def convolve_2d(picture: np.ndarray, kernel: np.ndarray, padding: str = "same") -> np.ndarray:
    """Slide kernel (h, w), both odd, over picture (H, W) -> (H, W), or with padding "valid" (H - h + 1, W - w + 1)."""
    h, w = kernel.shape
    if padding == "same":
        picture = np.pad(picture, ((h // 2, h // 2), (w // 2, w // 2)))  # zeros around
    windows = np.lib.stride_tricks.sliding_window_view(picture, (h, w))  # (rows, columns, h, w), nothing copied
    return np.einsum("rchw,hw->rc", windows, kernel)


def causal(x: np.ndarray, kernel: np.ndarray, dilation: int = 1) -> np.ndarray:
    """y[t] looks at x[t], x[t - dilation], ... and never ahead (WaveNet, van den Oord et al. 2016).

    x (T,), kernel (k,), the last weight for the present -> (T,). With dilations 1, 2, 4, 8 four layers of two
    weights see sixteen steps back.
    """
    reach = dilation * (len(kernel) - 1)
    padded = np.concatenate([np.zeros(reach), x])
    return np.array([kernel @ padded[t : t + reach + 1 : dilation] for t in range(len(x))])


def transposed(x: np.ndarray, kernel: np.ndarray, stride: int = 2) -> np.ndarray:
    """Each x[i] paints kernel * x[i] at stride * i: from n values to stride * (n - 1) + k, the way to grow pictures.

    It is the matrix of the convolution with that stride, transposed: hence the name.
    """
    y = np.zeros(stride * (len(x) - 1) + len(kernel))
    for i, value in enumerate(x):
        y[stride * i : stride * i + len(kernel)] += value * kernel
    return y


def dynamic(x: np.ndarray, to_kernel: np.ndarray) -> np.ndarray:
    """The kernel itself is computed from the input at each place (Wu et al. 2019).

    x (T, channels), to_kernel (channels, k): softmax(x[t] @ to_kernel) weighs the k values up to t -> (T, channels).
    """
    k = to_kernel.shape[1]
    scores = np.exp(x @ to_kernel)
    kernels = scores / scores.sum(axis=1, keepdims=True)  # (T, k): a kernel for every place
    padded = np.concatenate([np.zeros((k - 1, x.shape[1])), x])
    return np.array([kernels[t] @ padded[t : t + k] for t in range(len(x))])


def max_pool(picture: np.ndarray, size: int = 2) -> np.ndarray:
    """Keep the largest of each size x size square: (H, W) -> (H / size, W / size)."""
    h, w = picture.shape
    return picture.reshape(h // size, size, w // size, size).max(axis=(1, 3))


# --- Evaluation: against Keras -----------------------------------------------------------------------------------


def through(layer: keras.layers.Layer, x: np.ndarray, kernel: np.ndarray | None = None) -> np.ndarray:
    """Send x (without batch and channel) through a Keras layer of one channel with the given kernel."""
    x = x[None, ..., None].astype(np.float32)
    layer.build(x.shape)
    if kernel is not None:
        layer.set_weights([kernel[..., None, None]])
    return np.asarray(layer(x))[0, ..., 0]


def differences_to_keras(random: np.random.Generator) -> dict[str, float]:
    """Largest difference between our convolutions and Keras's layers, on random numbers."""
    layers = keras.layers
    picture, kernel = random.normal(size=(12, 12)), random.normal(size=(3, 3))
    sound, taps = random.normal(size=20), random.normal(size=3)
    once = {"filters": 1, "kernel_size": 3, "use_bias": False}
    pairs = {
        "Conv2D same": (convolve_2d(picture, kernel), layers.Conv2D(padding="same", **once), picture, kernel),
        "Conv2D valid": (convolve_2d(picture, kernel, "valid"), layers.Conv2D(**once), picture, kernel),
        "Conv1D causal": (causal(sound, taps), layers.Conv1D(padding="causal", **once), sound, taps),
        "Conv1D dilated": (
            causal(sound, taps, 4),
            layers.Conv1D(padding="causal", dilation_rate=4, **once),
            sound,
            taps,
        ),
        "Conv1DTranspose": (transposed(sound, taps), layers.Conv1DTranspose(strides=2, **once), sound, taps),
        "MaxPooling2D": (max_pool(picture), layers.MaxPooling2D(), picture, None),
    }
    return {name: float(np.abs(ours - through(*keras_side)).max()) for name, (ours, *keras_side) in pairs.items()}


def run(options: Options, report: Report) -> None:
    """Two dice, blur and edges, the one-dimensional family, pooling; everything against Keras."""
    law = law_of_sum(DIE, DIE)
    report.table("The sum of two dice", [str(n) for n in range(2, 13)], [[f"{p * 36:.0f}/36" for p in law]])
    report.result("P(two dice make 7)", law[5])

    picture = digits(options.seed)[0][0][0].astype(float)  # (28, 28)
    pictures = {"picture": picture, "box blur": convolve_2d(picture, BOX_BLUR)}
    pictures |= {name: convolve_2d(picture, kernel) for name, kernel in EDGES.items()}
    report.pictures("convolution", pictures | {"max pooling": max_pool(picture)})

    impulse = np.eye(1, 8, 2)[0]  # 0 0 1 0 0 0 0 0: shows where a kernel's weights go
    kernel = np.array([1.0, 2.0, 3.0])
    rows = [
        ["input", *impulse],
        ["causal", *causal(impulse, kernel)],
        ["causal, dilation 2", *causal(impulse, kernel, 2)],
        ["transposed, stride 2", *transposed(impulse, kernel)[:8]],
    ]
    report.table("Kernel 1 2 3 on an impulse (last weight = present)", ["", *"01234567"], rows)

    random = np.random.default_rng(options.seed)
    x = random.normal(size=(6, 2))
    report.say(
        f"dynamic convolution with equal scores is a moving mean:\n{dynamic(x, np.zeros((2, 3))).round(3).tolist()}"
    )

    square = np.array([[1, 3, 2, 1], [4, 2, 0, 1], [5, 1, 8, 2], [0, 2, 3, 4]], float)
    report.say(f"max pooling {square.astype(int).tolist()} -> {max_pool(square).astype(int).tolist()}")
    for name, difference in differences_to_keras(random).items():
        report.result(f"difference to Keras: {name}", difference)


# --- What to try next --------------------------------------------------------------------------------------------
# Convolve the law of two dice with itself a few times and plot it: the central limit theorem. Count the weights and
# multiplications of a dense layer and of a convolution on 19x19x6, the input of the Go network.
