"""Correct solutions of assignment 03 in other styles: none of them may lose a point.

They differ in the algorithm, in the number type of the result, and in whether the result shares
memory with an argument.
"""

import numpy as np

from autograder.check import variant
from reference.pooling import avg_pool2d, feature_map_shapes, max_pool2d

# --- max_pool2d ----------------------------------------------------------------------------------


@variant(of=max_pool2d)
def max_pool2d_loops(x, size, stride=None):
    """Nested lists of Python numbers, one window after the other."""
    step = stride or size
    channels, height, width = x.shape
    maps = [
        [
            [
                max(max(row[left : left + size]) for row in plane[top : top + size])
                for left in range(0, width - size + 1, step)
            ]
            for top in range(0, height - size + 1, step)
        ]
        for plane in x.tolist()
    ]
    return np.array(maps).reshape(channels, len(maps[0]), -1)


@variant(of=max_pool2d)
def max_pool2d_one_axis_at_a_time(x, size, stride=None):
    """First the largest of each run of rows, then of each run of columns; a view for size 1."""
    step = size if stride is None else stride
    y = x
    for axis in (1, 2):
        count = (y.shape[axis] - size) // step + 1
        reach = (count - 1) * step + 1
        slices = [slice(None)] * 3
        best = None
        for offset in range(size):
            slices[axis] = slice(offset, offset + reach, step)
            best = y[tuple(slices)] if best is None else np.maximum(best, y[tuple(slices)])
        y = best
    return y


@variant(of=max_pool2d)
def max_pool2d_minus_infinity(x, size, stride=None):
    """Float maps filled with −∞, raised by one value of the windows after the other."""
    step = size if stride is None else stride
    rows = (x.shape[1] - size) // step + 1
    columns = (x.shape[2] - size) // step + 1
    y = np.full((x.shape[0], rows, columns), -np.inf)
    for i in range(rows):
        for j in range(columns):
            for u in range(size):
                for v in range(size):
                    y[:, i, j] = np.fmax(y[:, i, j], x[:, i * step + u, j * step + v])
    return y


@variant(of=max_pool2d)
def max_pool2d_as_strided(x, size, stride=None):
    """Windows by strides of memory, sorted, of which the last value is kept."""
    if stride is None:
        stride = size
    c, h, w = x.shape
    sc, sh, sw = x.strides
    shape = (c, (h - size) // stride + 1, (w - size) // stride + 1, size, size)
    strides = (sc, sh * stride, sw * stride, sh, sw)
    windows = np.lib.stride_tricks.as_strided(x, shape, strides, writeable=False)
    return np.sort(windows.reshape(*shape[:3], -1), axis=-1)[..., -1]


@variant(of=max_pool2d)
def max_pool2d_by_index(x, size, stride=None):
    """Index arrays pick all windows at once; the result is float32."""
    step = size if stride is None else stride
    top = np.arange(0, x.shape[1] - size + 1, step)[:, None, None, None]
    left = np.arange(0, x.shape[2] - size + 1, step)[:, None, None]
    u, v = np.arange(size)[:, None], np.arange(size)
    return np.amax(x[:, top + u, left + v], axis=(-1, -2)).astype(np.float32)


# --- avg_pool2d ----------------------------------------------------------------------------------


@variant(of=avg_pool2d)
def avg_pool2d_loops(x, size, stride=None):
    """Sums of Python numbers, divided at the end."""
    step = stride or size
    channels, height, width = x.shape
    tops, lefts = range(0, height - size + 1, step), range(0, width - size + 1, step)
    y = np.zeros((channels, len(tops), len(lefts)))
    for c in range(channels):
        for i, top in enumerate(tops):
            for j, left in enumerate(lefts):
                total = 0.0
                for row in range(top, top + size):
                    for column in range(left, left + size):
                        total += float(x[c, row, column])
                y[c, i, j] = total / (size * size)
    return y


@variant(of=avg_pool2d)
def avg_pool2d_summed_areas(x, size, stride=None):
    """Every window from four corners of a table of running sums."""
    step = size if stride is None else stride
    sums = np.pad(x, ((0, 0), (1, 0), (1, 0))).astype(np.float64).cumsum(axis=1).cumsum(axis=2)
    boxes = sums[:, size:, size:] - sums[:, :-size, size:]
    boxes += sums[:, :-size, :-size] - sums[:, size:, :-size]
    return boxes[:, ::step, ::step] / size**2


@variant(of=avg_pool2d)
def avg_pool2d_matrices(x, size, stride=None):
    """A matrix that averages rows from the left, one that averages columns from the right."""
    step = size if stride is None else stride

    def averaging(n):
        matrix = np.zeros(((n - size) // step + 1, n))
        for row in range(len(matrix)):
            matrix[row, row * step : row * step + size] = 1 / size
        return matrix

    return averaging(x.shape[1]) @ x @ averaging(x.shape[2]).T


@variant(of=avg_pool2d)
def avg_pool2d_float32(x, size, stride=None):
    """Strided slices, added up in float32; a view of the map itself for size 1 and stride 1."""
    step = size if stride is None else stride
    if size == step == 1:
        return x
    rows = (x.shape[1] - size) // step * step + 1
    columns = (x.shape[2] - size) // step * step + 1
    y = np.float32(0)
    for u, v in np.ndindex(size, size):
        y = y + x[:, u : u + rows : step, v : v + columns : step].astype(np.float32)
    return y / np.float32(size * size)


@variant(of=avg_pool2d)
def avg_pool2d_kernel(x, size, stride=None):
    """A convolution of each map with a box of 1/size², by einsum."""
    step = size if stride is None else stride
    box = np.full((size, size), 1 / size**2)
    windows = np.lib.stride_tricks.sliding_window_view(x, (size, size), axis=(1, 2))
    return np.einsum("cijuv,uv->cij", windows[:, ::step, ::step], box)


# --- feature_map_shapes --------------------------------------------------------------------------


@variant(of=feature_map_shapes)
def feature_map_shapes_recursive(input_shape, layers):
    """The first layer, then all the others from its result."""
    if not layers:
        return []
    (kind, *settings), c, (h, w) = layers[0], input_shape[0], input_shape[1:]
    if kind == "conv":
        c, k, s, p = settings
        h, w = h + 2 * p, w + 2 * p
    else:
        k, s = settings
    shape = (c, 1 + (h - k) // s, 1 + (w - k) // s)
    return [shape, *feature_map_shapes_recursive(shape, layers[1:])]


@variant(of=feature_map_shapes)
def feature_map_shapes_by_counting(input_shape, layers):
    """The places where windows begin are listed and counted."""
    shapes, shape = [], input_shape
    for layer in layers:
        if layer[0] == "pool":
            _, size, stride = layer
            starts = [range(0, n - size + 1, stride) for n in shape[1:]]
            shape = (shape[0], len(starts[0]), len(starts[1]))
        elif layer[0] == "conv":
            _, filters, size, stride, padding = layer
            starts = [range(-padding, n + padding - size + 1, stride) for n in shape[1:]]
            shape = (filters, len(starts[0]), len(starts[1]))
        shapes.append(shape)
    return shapes


@variant(of=feature_map_shapes)
def feature_map_shapes_numpy(input_shape, layers):
    """Both sides in one array; the sizes are NumPy integers."""
    channels, sides = input_shape[0], np.array(input_shape[1:])
    found = []
    for layer in layers:
        channels = layer[1] if layer[0] == "conv" else channels
        k, stride, padding = layer[2:] if layer[0] == "conv" else (*layer[1:], 0)
        sides = np.floor_divide(sides + 2 * padding - k, stride) + 1
        found.append((channels, *sides))
    return found


@variant(of=feature_map_shapes)
def feature_map_shapes_by_doing(input_shape, layers):
    """An empty array goes through the layers; its shapes are written down."""
    maps, shapes = np.zeros(input_shape), []
    for kind, *settings in layers:
        if kind == "conv":
            filters, k, stride, padding = settings
            maps = np.pad(maps[:1], ((0, 0), (padding, padding), (padding, padding)))
            maps = np.repeat(maps, filters, axis=0)
        else:
            k, stride = settings
        maps = maps[:, : maps.shape[1] - k + 1 : stride, : maps.shape[2] - k + 1 : stride]
        shapes.append(maps.shape)
    return shapes
