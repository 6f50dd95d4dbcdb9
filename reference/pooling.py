"""Pooling: the reference solutions of assignment 03.

A pool has nothing to learn. It slides a window over each map of a stack and keeps one number for
each stop: the largest, or the mean. What comes out is smaller, and it hardly notices when the
picture moves by a pixel.
"""

import numpy as np


def max_pool2d(x, size, stride=None):
    """The largest value of every window of size × size, in each map of `x` (C, H, W) by itself.

        y[c, i, j] = max of x[c, i·stride + u, j·stride + v]    for u, v = 0 … size − 1

    The first window lies in the upper left corner, each following one `stride` values further.
    Without a `stride` the windows lie side by side: stride = size. Only windows that lie wholly
    inside count; rows and columns that are left over are not used.

    Returns an array (C, H', W') with H' = ⌊(H − size) / stride⌋ + 1, and W' likewise: as many maps
    as before. `size` and `stride` are ints ≥ 1, and a window is never larger than the map. `x` may
    hold floats or integers, also `uint8`, of either sign, and stays as it is.

    Example: x [[[1, 7, 3], [2, 5, 4]]] gives [[[7]]] for size 2, and [[[7, 7]]] with stride 1.
    """
    step = size if stride is None else stride
    windows = np.lib.stride_tricks.sliding_window_view(x, (size, size), axis=(1, 2))
    return windows[:, ::step, ::step].max(axis=(3, 4))


def avg_pool2d(x, size, stride=None):
    """The mean of every window of size × size, in each map of `x` (C, H, W) by itself.

        y[c, i, j] = 1/size² · Σ_u Σ_v x[c, i·stride + u, j·stride + v]    for u, v = 0 … size − 1

    Windows, stride and what is left over are as in `max_pool2d`.

    Returns an array (C, H', W') with H' = ⌊(H − size) / stride⌋ + 1, and W' likewise: as many maps
    as before. `size` and `stride` are ints ≥ 1, and a window is never larger than the map. `x` may
    hold floats or integers, also `uint8`: nothing is cut off, nothing overflows. It stays as it is.

    Example: x [[[1, 7, 3], [2, 5, 4]]] gives [[[3.75]]] for size 2, and [[[3.75, 4.75]]] with
    stride 1.
    """
    step = size if stride is None else stride
    values = x.astype(float)
    windows = np.lib.stride_tricks.sliding_window_view(values, (size, size), axis=(1, 2))
    return windows[:, ::step, ::step].mean(axis=(3, 4))


def feature_map_shapes(input_shape, layers):
    """The shapes that a stack of maps passes through, one for each layer.

    `input_shape` is `(C, H, W)`. `layers` is a list, the layer next to the input first, of
    `("conv", filters, k, stride, padding)`: filters of k × k over all maps, on maps with a frame of
    `padding` zeros around them, and of `("pool", size, stride)`: windows of size × size over each
    map by itself, without a frame. Each layer works on what the one before it returns, and there
    is always room for one window at least.

    Returns a list of tuples of ints `(C, H, W)`, one for each layer, without the input: an empty
    list where there are no layers. All sizes round down. `layers` stays as it is.

    Example: (1, 7, 9) and [("conv", 4, 3, 1, 0), ("pool", 2, 2)] give [(4, 5, 7), (4, 2, 3)].
    """
    channels, height, width = input_shape
    shapes = []
    for kind, *settings in layers:
        if kind == "conv":
            channels, window, stride, padding = settings
        else:
            window, stride, padding = *settings, 0
        height = (height + 2 * padding - window) // stride + 1
        width = (width + 2 * padding - window) // stride + 1
        shapes.append((channels, height, width))
    return shapes
