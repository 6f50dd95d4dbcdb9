"""Correct solutions of assignment 02 in other styles. None of them may lose a point."""

import numpy as np

from autograder.check import variant
from reference.conv_layer import conv2d, output_size, pad2d, receptive_field

# --- output_size ---------------------------------------------------------------------------------


@variant(of=output_size)
def output_size_by_trying(n, k, stride=1, padding=0):
    """Lays down one window after the other and counts."""
    count, end = 0, k
    while end <= n + 2 * padding:
        count += 1
        end += stride
    if count == 0:
        raise ValueError("no window fits")
    return count


@variant(of=output_size)
def output_size_of_a_range(n, k, stride=1, padding=0):
    """The length of the range of places where a window may begin."""
    places = range(0, n + 2 * padding - k + 1, stride)
    if not places:
        raise ValueError(f"{k} values do not fit into {n}")
    return len(places)


@variant(of=output_size)
def output_size_as_numpy_int(n, k, stride=1, padding=0):
    """With np.floor, and a NumPy scalar in the end."""
    size = np.floor((n + 2 * padding - k) / stride) + 1
    if size <= 0:
        raise ValueError
    return np.int64(size)


@variant(of=output_size)
def output_size_one_step_at_a_time(n, k, stride=1, padding=0):
    """Recursion: the first window, and those of the row without its first values."""
    if padding:
        return output_size_one_step_at_a_time(n + 2 * padding, k, stride)
    if n < k:
        raise ValueError("too short")
    return 1 if n - stride < k else 1 + output_size_one_step_at_a_time(n - stride, k, stride)


# --- pad2d ---------------------------------------------------------------------------------------


@variant(of=pad2d)
def pad2d_by_numpy(x, padding):
    """np.pad with nothing for the leading axes; without padding the argument itself."""
    if padding == 0:
        return x
    return np.pad(x, [(0, 0)] * (x.ndim - 2) + [(padding, padding)] * 2)


@variant(of=pad2d)
def pad2d_by_gluing(x, padding):
    """Rows of zeros are glued on, then columns."""
    rows = np.zeros((*x.shape[:-2], padding, x.shape[-1]))
    tall = np.concatenate([rows, x, rows], axis=-2)
    columns = np.zeros((*tall.shape[:-1], padding))
    return np.concatenate([columns, tall, columns], axis=-1)


@variant(of=pad2d)
def pad2d_by_matrices(x, padding):
    """Two products with identity matrices that have been pushed down."""
    height, width = x.shape[-2:]
    down = np.eye(height + 2 * padding, height, k=-padding)
    right = np.eye(width + 2 * padding, width, k=-padding)
    return down @ x.astype(np.float64) @ right.T


@variant(of=pad2d)
def pad2d_by_loops(x, padding):
    """Pixel by pixel; the leading axes are flattened for a while."""
    height, width = x.shape[-2:]
    pictures = x.reshape(-1, height, width)
    framed = [
        [
            [
                picture[i, j].item() if 0 <= i < height and 0 <= j < width else 0
                for j in range(-padding, width + padding)
            ]
            for i in range(-padding, height + padding)
        ]
        for picture in pictures
    ]
    return np.array(framed).reshape(*x.shape[:-2], height + 2 * padding, width + 2 * padding)


# --- conv2d --------------------------------------------------------------------------------------


@variant(of=conv2d)
def conv2d_by_loops(x, weight, bias=None, stride=1, padding=0):
    """Seven loops in pure Python."""
    filters, channels, kh, kw = weight.shape
    _, height, width = x.shape
    rows = (height + 2 * padding - kh) // stride + 1
    columns = (width + 2 * padding - kw) // stride + 1
    y = [[[0.0 if bias is None else float(bias[f])] * columns for _ in range(rows)]
         for f in range(filters)]  # fmt: skip
    for f in range(filters):
        for i in range(rows):
            for j in range(columns):
                for c in range(channels):
                    for u in range(kh):
                        for v in range(kw):
                            row, column = i * stride + u - padding, j * stride + v - padding
                            if 0 <= row < height and 0 <= column < width:
                                y[f][i][j] += float(x[c, row, column]) * float(weight[f, c, u, v])
    return np.array(y)


@variant(of=conv2d)
def conv2d_window_by_window(x, weight, bias=None, stride=1, padding=0):
    """Three loops over the result, one product of arrays for each value."""
    padded = pad2d(x.astype(float), padding)
    filters, _, kh, kw = weight.shape
    if bias is None:
        bias = np.zeros(filters)
    rows = output_size(x.shape[1], kh, stride, padding)
    columns = output_size(x.shape[2], kw, stride, padding)
    y = np.empty((filters, rows, columns))
    for f in range(filters):
        for i in range(rows):
            for j in range(columns):
                top, left = i * stride, j * stride
                window = padded[:, top : top + kh, left : left + kw]
                y[f, i, j] = np.sum(window * weight[f]) + bias[f]
    return y


@variant(of=conv2d)
def conv2d_by_columns(x, weight, bias=None, stride=1, padding=0):
    """im2col: every window becomes a column, the layer a single matrix product."""
    filters, channels, kh, kw = weight.shape
    padded = np.pad(x.astype(float), ((0, 0), (padding, padding), (padding, padding)))
    rows = (padded.shape[1] - kh) // stride + 1
    columns = (padded.shape[2] - kw) // stride + 1
    patches = np.empty((channels * kh * kw, rows * columns))
    for place in range(rows * columns):
        i, j = place // columns * stride, place % columns * stride
        patches[:, place] = padded[:, i : i + kh, j : j + kw].ravel()
    y = weight.reshape(filters, -1) @ patches
    if bias is not None:
        y = y + bias.reshape(-1, 1)
    return y.reshape(filters, rows, columns)


@variant(of=conv2d)
def conv2d_weight_by_weight(x, weight, bias=None, stride=1, padding=0):
    """One strided copy of the picture for each place in the kernel, in float32 for float32."""
    dtype = np.float32 if x.dtype == np.float32 == weight.dtype else np.float64
    padded = np.pad(x.astype(dtype), ((0, 0), (padding, padding), (padding, padding)))
    kh, kw = weight.shape[2:]
    last_row, last_column = padded.shape[1] - kh, padded.shape[2] - kw
    y = 0
    for u in range(kh):
        for v in range(kw):
            copy = padded[:, u : u + last_row + 1 : stride, v : v + last_column + 1 : stride]
            y = y + np.einsum("fc,cij->fij", weight[:, :, u, v].astype(dtype), copy)
    return y if bias is None else (y.T + bias).T


@variant(of=conv2d)
def conv2d_by_fourier(x, weight, bias=None, stride=1, padding=0):
    """The correlation theorem, then only the values that the stride reaches."""
    padded = np.pad(x * 1.0, ((0, 0), (padding, padding), (padding, padding)))
    height, width = padded.shape[1:]
    kh, kw = weight.shape[2:]
    spectrum = np.conj(np.fft.rfft2(weight * 1.0, (height, width))) * np.fft.rfft2(padded)
    y = np.fft.irfft2(spectrum.sum(axis=1), (height, width))
    y = y[:, : height - kh + 1 : stride, : width - kw + 1 : stride]
    return y if bias is None else y + np.expand_dims(bias, (1, 2))


@variant(of=conv2d)
def conv2d_in_integers(x, weight, bias=None, stride=1, padding=0):
    """Whole numbers stay whole numbers (int64) as long as nothing has a fraction."""
    whole = x.dtype.kind in "iu" and weight.dtype.kind in "iu"
    dtype = np.int64 if whole else np.float64
    padded = np.pad(x.astype(dtype), ((0, 0), (padding, padding), (padding, padding)))
    channels, height, width = padded.shape
    filters, _, kh, kw = weight.shape
    shape = (channels, (height - kh) // stride + 1, (width - kw) // stride + 1, kh, kw)
    a, b, c = padded.strides
    windows = np.lib.stride_tricks.as_strided(
        padded, shape, (a, b * stride, c * stride, b, c), writeable=False
    )
    y = np.einsum("cijuv,fcuv->fij", windows, weight.astype(dtype))
    return y + (0 if bias is None else bias.reshape(filters, 1, 1))


# --- receptive_field -----------------------------------------------------------------------------


@variant(of=receptive_field)
def receptive_field_from_the_top(layers):
    """From the output back to the input."""
    side = 1
    for kernel, stride in reversed(layers):
        side = (side - 1) * stride + kernel
    return side


@variant(of=receptive_field)
def receptive_field_by_recursion(layers):
    """The first layer widens what the others need."""
    if not layers:
        return 1
    (kernel, stride), *others = layers
    return kernel + (receptive_field_by_recursion(others) - 1) * stride


@variant(of=receptive_field)
def receptive_field_by_marking(layers):
    """Marks the values that are needed, layer by layer, down to the input."""
    first = last = 0
    for kernel, stride in layers[::-1]:
        first, last = first * stride, last * stride + kernel - 1
    return len(range(first, last + 1))


@variant(of=receptive_field)
def receptive_field_as_a_sum(layers):
    """A sum over cumulative products; a NumPy scalar in the end."""
    table = np.array(layers, dtype=int).reshape(-1, 2)
    steps = np.cumprod(np.concatenate([[1], table[:, 1]]))[:-1]
    return 1 + np.sum((table[:, 0] - 1) * steps)


# --- layer_quiz ----------------------------------------------------------------------------------


@variant(of="layer_quiz")
def layer_quiz_in_numpy_ints():
    """NumPy ints, in another order."""
    side = np.int64(3)
    return {"pooled_area": side * side, "step": np.int32(3), "receptive_field": np.int64(4),
            "kernels": np.uint8(7)}  # fmt: skip


@variant(of="layer_quiz")
def layer_quiz_entry_by_entry():
    """An empty dict that is filled one answer after the other, some of them worked out."""
    picture, feature_map, pool = 19, 6, 3
    answers = {}
    answers["kernels"] = 7
    answers["receptive_field"] = 4
    answers["step"] = (picture - answers["receptive_field"]) // (feature_map - 1)
    answers["pooled_area"] = pool**2
    return answers


@variant(of="layer_quiz")
def layer_quiz_from_an_array():
    """Names and numbers that are zipped; every answer is an element of a NumPy array."""
    names = np.array(["kernels", "receptive_field", "step", "pooled_area"])
    return dict(zip(names.tolist(), np.array([7, 4, 3, 3 * 3], dtype=np.int16), strict=True))
