"""Stride, padding, channels: the reference solutions of assignment 02.

A convolution layer reads its windows from a stack of channels and answers with another stack. So
layers can be put one on top of the other, and three questions come up again and again: how large
is the result, what lies beyond the border, and how much of the picture does one value depend on.

Pixels often come as `uint8`, where 200 + 100 is 44. So `conv2d` computes in float64.
"""

import numpy as np


def output_size(n, k, stride=1, padding=0):
    """How many windows of `k` values fit along one axis of a picture with `n` values.

    First `padding` zeros are put on each of the two ends. The first window then begins at the very
    first value, zeros included, and each following window `stride` values later. A window counts
    where it lies wholly inside. What is left after the last one is not used.

    Returns an int, at least 1. Raises `ValueError` where not even the first window fits.
    All four are ints; n, k and stride are at least 1, padding is at least 0.

    Example: n = 6, k = 3, stride = 2 has windows that begin at 0 and at 2, so the answer is 2.
    """
    room = n + 2 * padding - k  # the last place where a window may begin
    if room < 0:
        raise ValueError(f"a window of {k} does not fit into {n + 2 * padding} values")
    return room // stride + 1


def pad2d(x, padding):
    """Put a frame of zeros, `padding` pixels wide, around every picture in `x` (…, H, W).

    The last two axes of `x` are the rows and columns of a picture. There may be none, one or more
    axes before them (channels, a batch of pictures): these keep their sizes.

    Returns an array (…, H + 2·padding, W + 2·padding). `padding` is an int ≥ 0. `x` may hold floats
    or integers, of either sign, and stays as it is.

    Example: [[1, 2]] with padding = 1 gives [[0, 0, 0, 0], [0, 1, 2, 0], [0, 0, 0, 0]].
    """
    height, width = x.shape[-2:]
    framed = np.zeros((*x.shape[:-2], height + 2 * padding, width + 2 * padding), x.dtype)
    framed[..., padding : padding + height, padding : padding + width] = x
    return framed


def conv2d(x, weight, bias=None, stride=1, padding=0):
    """The convolution layer: `x` (C, H, W) in, one feature map for each of the F kernels out.

        y[f, i, j] = bias[f] + Σ_c Σ_u Σ_v xp[c, i·stride + u, j·stride + v] · weight[f, c, u, v]

    where xp is `x` with `padding` zeros on all four sides of every channel. As in all networks,
    kernels are not flipped: this is a cross-correlation.

    `weight` (F, C, kh, kw) holds F kernels, each with a slice for every channel; `bias` (F,) one
    number for each kernel, or None for no bias. `stride` (≥ 1) and `padding` (≥ 0) are ints, for
    both axes alike. Pictures and kernels may be oblong; at least one window fits.

    Returns an array (F, H', W') with the sizes that `output_size` counts. All arrays may hold
    floats or integers, also `uint8`: nothing is cut off, nothing overflows. They stay as they are.

    Example: x [[[1, 2, 3]], [[4, 5, 6]]], weight [[[[1]], [[10]]]], bias [0.5] and stride = 2 give
    [[[41.5, 63.5]]].
    """
    sides = ((0, 0), (padding, padding), (padding, padding))
    pixels = np.pad(x.astype(float), sides)
    windows = np.lib.stride_tricks.sliding_window_view(pixels, weight.shape[2:], axis=(1, 2))
    windows = windows[:, ::stride, ::stride]  # (C, H', W', kh, kw)
    y = np.tensordot(weight.astype(float), windows, axes=((1, 2, 3), (0, 3, 4)))
    return y if bias is None else y + bias[:, None, None]


def receptive_field(layers):
    """The side of the square in the input on which one value after all `layers` depends.

    `layers` is a list of pairs `(kernel, stride)` of ints ≥ 1, the layer next to the input first:
    convolutions or pools with windows of kernel × kernel. The side is counted in pixels of the
    input, from the first one that matters to the last one, both included. Padding does not change
    it. Without any layer a value depends on itself.

    Returns an int ≥ 1. `layers` stays as it is.

    Example: [(3, 1), (3, 1)] gives 5, for the outer of the three windows reach one pixel further.
    """
    side, step = 1, 1  # step: pixels of the input between two neighbouring values so far
    for kernel, stride in layers:
        side += (kernel - 1) * step
        step *= stride
    return side


# Read from the drawing of a layer at the end of the notebook.
layer_quiz = {"kernels": 7, "receptive_field": 4, "step": 3, "pooled_area": 9}
