"""What students do instead: known wrong solutions of assignment 03, each with a name and a hint.

A docstring says in one sentence what was done, a hint what to think about, never the answer.
The names appear in reports to instructors; the hints are read by students.
"""

import numpy as np

from autograder.check import mistake
from reference.pooling import avg_pool2d, feature_map_shapes, max_pool2d

# --- max_pool2d ----------------------------------------------------------------------------------


@mistake(
    of=max_pool2d,
    hint="With which number does your search begin? What comes out where all values are below it?",
)
def starts_from_zero(x, size, stride=None):
    """The search for the largest value begins at 0, so windows of negative values give 0."""
    step = size if stride is None else stride
    rows, columns = ((n - size) // step + 1 for n in x.shape[1:])
    y = np.zeros((x.shape[0], rows, columns))
    for c, i, j in np.ndindex(y.shape):
        for value in x[c, i * step : i * step + size, j * step : j * step + size].flat:
            y[c, i, j] = max(y[c, i, j], value)
    return y


@mistake(
    of=max_pool2d,
    hint="Which of −5 and 2 is the larger number, and which has the larger magnitude?",
)
def compares_magnitudes(x, size, stride=None):
    """The largest magnitude is returned."""
    step = size if stride is None else stride
    windows = np.lib.stride_tricks.sliding_window_view(x, (size, size), axis=(1, 2))
    return np.abs(windows[:, ::step, ::step] * 1.0).max(axis=(3, 4))


@mistake(
    of=max_pool2d,
    hint="Is the number that you keep one of the numbers in the window?",
)
def takes_the_mean(x, size, stride=None):
    """The mean is taken where the largest value is asked."""
    step = size if stride is None else stride
    windows = np.lib.stride_tricks.sliding_window_view(x, (size, size), axis=(1, 2))
    return windows[:, ::step, ::step].mean(axis=(3, 4))


@mistake(
    of=max_pool2d,
    hint="How many values does one window hold, and how many of them does your code look at?",
)
def keeps_the_corner(x, size, stride=None):
    """The upper left value of each window is kept, the others are never looked at."""
    step = size if stride is None else stride
    rows, columns = ((n - size) // step + 1 for n in x.shape[1:])
    return x[:, ::step, ::step][:, :rows, :columns]


@mistake(
    of=max_pool2d,
    hint="Three maps go in. How many should come out? Over which axes does your maximum run?",
)
def pools_the_depth_away(x, size, stride=None):
    """The maximum also runs over the maps, so that one map is left."""
    step = size if stride is None else stride
    windows = np.lib.stride_tricks.sliding_window_view(x, (size, size), axis=(1, 2))
    return windows[:, ::step, ::step].max(axis=(0, 3, 4))


@mistake(
    of=max_pool2d,
    hint="Does a value of the second map ever turn up in your first one? Should it?",
)
def mixes_the_maps(x, size, stride=None):
    """Every map of the result holds the largest values over all maps."""
    step = size if stride is None else stride
    windows = np.lib.stride_tricks.sliding_window_view(x, (size, size), axis=(1, 2))
    largest = windows[:, ::step, ::step].max(axis=(0, 3, 4))
    return np.stack([largest] * x.shape[0])


@mistake(
    of=max_pool2d,
    hint="Which numbers lie beside each other in memory: those of a window, or those of a row?",
)
def cuts_rows_into_pieces(x, size, stride=None):
    """The array is reshaped to groups of size² values, but these lie in rows, not in windows."""
    if stride not in (None, size):
        windows = np.lib.stride_tricks.sliding_window_view(x, (size, size), axis=(1, 2))
        return windows[:, ::stride, ::stride].max(axis=(3, 4))
    rows, columns = x.shape[1] // size, x.shape[2] // size
    whole = x[:, : rows * size, : columns * size]
    return whole.reshape(x.shape[0], rows, columns, size * size).max(axis=-1)


@mistake(
    of=max_pool2d,
    hint="What happens to the rows and columns that are left over when the windows do not fill "
    "the map?",
)
def needs_whole_windows(x, size, stride=None):
    """The map is reshaped to windows side by side: an error where they do not fill it."""
    channels, height, width = x.shape
    tiles = x.reshape(channels, height // size, size, width // size, size)
    if stride in (None, size):
        return tiles.max(axis=(2, 4))
    windows = np.lib.stride_tricks.sliding_window_view(x, (size, size), axis=(1, 2))
    return windows[:, ::stride, ::stride].max(axis=(3, 4))


@mistake(
    of=max_pool2d,
    hint="How far is it from one window to the next if nobody names a stride?",
)
def steps_by_one_by_default(x, size, stride=None):
    """Without a stride the windows move on by 1."""
    step = 1 if stride is None else stride
    windows = np.lib.stride_tricks.sliding_window_view(x, (size, size), axis=(1, 2))
    return windows[:, ::step, ::step].max(axis=(3, 4))


@mistake(
    of=max_pool2d,
    hint="Call your function twice with the same size and two strides. Does anything change?",
)
def steps_by_the_size(x, size, stride=None):
    """The stride is ignored: the windows always lie side by side."""
    windows = np.lib.stride_tricks.sliding_window_view(x, (size, size), axis=(1, 2))
    return windows[:, ::size, ::size].max(axis=(3, 4))


@mistake(
    of=max_pool2d,
    hint="Two numbers describe a pool: how large a window is, and how far it moves. Which one says "
    "how many values you look at?",
)
def looks_as_far_as_the_stride(x, size, stride=None):
    """The window is as large as the stride, whatever the size."""
    side = size if stride is None else stride
    rows, columns = ((n - size) // side + 1 for n in x.shape[1:])
    y = np.zeros((x.shape[0], rows, columns))
    for c, i, j in np.ndindex(y.shape):
        y[c, i, j] = x[c, i * side : (i + 1) * side, j * side : (j + 1) * side].max()
    return y


@mistake(
    of=max_pool2d,
    hint="A stride belongs to both axes. Which one does yours move along?",
)
def strides_along_rows_only(x, size, stride=None):
    """The stride is used for the rows; from column to column the windows move on by their size."""
    step = size if stride is None else stride
    windows = np.lib.stride_tricks.sliding_window_view(x, (size, size), axis=(1, 2))
    return windows[:, ::step, ::size].max(axis=(3, 4))


@mistake(
    of=max_pool2d,
    hint="In which row of the map does the window for the second row of the result begin?",
)
def forgets_to_multiply_by_the_stride(x, size, stride=None):
    """The result has the right size, but its windows begin at i and j, not at i · stride."""
    step = size if stride is None else stride
    rows, columns = ((n - size) // step + 1 for n in x.shape[1:])
    windows = np.lib.stride_tricks.sliding_window_view(x, (size, size), axis=(1, 2))
    return windows[:, :rows, :columns].max(axis=(3, 4))


@mistake(
    of=max_pool2d,
    hint="H // size counts windows that lie side by side. How many are there when they overlap?",
)
def divides_by_the_size(x, size, stride=None):
    """H // size windows are taken, whatever the stride."""
    step = size if stride is None else stride
    rows, columns = x.shape[1] // size, x.shape[2] // size
    y = np.zeros((x.shape[0], rows, columns))
    for c, i, j in np.ndindex(y.shape):
        window = x[c, i * step : i * step + size, j * step : j * step + size]
        y[c, i, j] = window.max() if window.size else 0
    return y


@mistake(
    of=max_pool2d,
    hint="Does your last window lie wholly inside the map when the windows overlap?",
)
def divides_by_the_stride(x, size, stride=None):
    """H // stride windows are taken, so that with an overlap the last ones hang over the border."""
    step = size if stride is None else stride
    rows, columns = x.shape[1] // step, x.shape[2] // step
    y = np.zeros((x.shape[0], rows, columns))
    for c, i, j in np.ndindex(y.shape):
        y[c, i, j] = x[c, i * step : i * step + size, j * step : j * step + size].max()
    return y


@mistake(
    of=max_pool2d,
    hint="A pool of 2 on five columns: how many windows lie wholly inside?",
)
def rounds_up(x, size, stride=None):
    """What is left over at the border gets windows of its own, which are not full."""
    step = size if stride is None else stride
    rows, columns = (-((size - n) // step) + 1 for n in x.shape[1:])
    y = np.zeros((x.shape[0], rows, columns))
    for c, i, j in np.ndindex(y.shape):
        window = x[c, i * step : i * step + size, j * step : j * step + size]
        y[c, i, j] = window.max() if window.size else 0
    return y


@mistake(
    of=max_pool2d,
    hint="Take a map as large as the window: how many windows are there, and how many do you take?",
)
def forgets_the_last_window(x, size, stride=None):
    """The "+ 1" is missing: the last window of each axis is left out."""
    step = size if stride is None else stride
    rows, columns = ((n - size) // step for n in x.shape[1:])
    windows = np.lib.stride_tricks.sliding_window_view(x, (size, size), axis=(1, 2))
    return windows[:, ::step, ::step].max(axis=(3, 4))[:, :rows, :columns]


@mistake(
    of=max_pool2d,
    hint="Try a wide map, then a tall one. Which side does each of your loops run over?",
)
def assumes_a_square_map(x, size, stride=None):
    """The number of columns is computed from the height."""
    step = size if stride is None else stride
    windows = np.lib.stride_tricks.sliding_window_view(x, (size, size), axis=(1, 2))
    y = windows[:, ::step, ::step].max(axis=(3, 4))
    columns = (x.shape[1] - size) // step + 1
    return np.pad(y, ((0, 0), (0, 0), (0, max(columns - y.shape[2], 0))))[:, :, :columns]


@mistake(
    of=max_pool2d,
    hint="x has the axes (C, H, W). Does your result have them in the same order?",
)
def swaps_rows_and_columns(x, size, stride=None):
    """The maps of the result are transposed."""
    step = size if stride is None else stride
    windows = np.lib.stride_tricks.sliding_window_view(x, (size, size), axis=(1, 2))
    return windows[:, ::step, ::step].max(axis=(3, 4)).swapaxes(1, 2)


@mistake(
    of=max_pool2d,
    hint="Which dtype does your result have when x holds whole numbers? Can it hold −∞?",
)
def fills_integers_with_infinity(x, size, stride=None):
    """The result is filled with −∞ in the dtype of x, which is an error for integers."""
    step = size if stride is None else stride
    rows, columns = ((n - size) // step + 1 for n in x.shape[1:])
    y = np.zeros((x.shape[0], rows, columns), x.dtype)
    y[:] = -np.inf
    for c, i, j in np.ndindex(y.shape):
        y[c, i, j] = x[c, i * step : i * step + size, j * step : j * step + size].max()
    return y


@mistake(
    of=max_pool2d,
    hint="A slice of an array is a view, not a copy. Into which array do you collect the maxima?",
)
def collects_inside_the_map(x, size, stride=None):
    """The maxima are collected in a slice of x: a view, so they are written into the map."""
    step = size if stride is None else stride
    rows, columns = ((n - size) // step + 1 for n in x.shape[1:])
    y = x[:, ::step, ::step][:, :rows, :columns]
    for c, i, j in np.ndindex(y.shape):
        y[c, i, j] = x[c, i * step : i * step + size, j * step : j * step + size].max()
    return y


# --- avg_pool2d ----------------------------------------------------------------------------------


@mistake(
    of=avg_pool2d,
    hint="Can the mean of a window with one bright pixel be as bright as that pixel?",
)
def takes_the_largest(x, size, stride=None):
    """The largest value is taken where the mean is asked."""
    step = size if stride is None else stride
    windows = np.lib.stride_tricks.sliding_window_view(x, (size, size), axis=(1, 2))
    return windows[:, ::step, ::step].max(axis=(3, 4))


@mistake(
    of=avg_pool2d,
    hint="How bright is a grey wall after your pool?",
)
def forgets_to_divide(x, size, stride=None):
    """The sum of each window is returned."""
    step = size if stride is None else stride
    windows = np.lib.stride_tricks.sliding_window_view(x, (size, size), axis=(1, 2))
    return windows[:, ::step, ::step].sum(axis=(3, 4), dtype=float)


@mistake(
    of=avg_pool2d,
    hint="How many values does a window of 3 × 3 hold?",
)
def divides_by_the_side(x, size, stride=None):
    """The sum is divided by the side of the window, not by the number of its values."""
    step = size if stride is None else stride
    windows = np.lib.stride_tricks.sliding_window_view(x, (size, size), axis=(1, 2))
    return windows[:, ::step, ::step].sum(axis=(3, 4), dtype=float) / size


@mistake(
    of=avg_pool2d,
    hint="How many values does a window hold? Does the answer depend on how far it moves?",
)
def divides_by_the_stride_squared(x, size, stride=None):
    """The sum is divided by stride² instead of by the number of values in the window."""
    step = size if stride is None else stride
    windows = np.lib.stride_tricks.sliding_window_view(x, (size, size), axis=(1, 2))
    return windows[:, ::step, ::step].sum(axis=(3, 4), dtype=float) / step**2


@mistake(
    of=avg_pool2d,
    hint="Three maps go in. How many should come out? Over which axes does your mean run?",
)
def averages_the_depth_away(x, size, stride=None):
    """The mean also runs over the maps, so that one map is left."""
    step = size if stride is None else stride
    windows = np.lib.stride_tricks.sliding_window_view(x, (size, size), axis=(1, 2))
    return windows[:, ::step, ::step].mean(axis=(0, 3, 4))


@mistake(
    of=avg_pool2d,
    hint="Give your function two maps that differ. Do the results differ, too?",
)
def pools_the_first_map_only(x, size, stride=None):
    """Every map of the result is the pool of the first map."""
    step = size if stride is None else stride
    windows = np.lib.stride_tricks.sliding_window_view(x, (size, size), axis=(1, 2))
    first = windows[0, ::step, ::step].mean(axis=(2, 3))
    return np.stack([first] * x.shape[0])


@mistake(
    of=avg_pool2d,
    hint="How far is it from one window to the next if nobody names a stride?",
)
def moves_by_one_by_default(x, size, stride=None):
    """Without a stride the windows move on by 1."""
    step = 1 if stride is None else stride
    windows = np.lib.stride_tricks.sliding_window_view(x, (size, size), axis=(1, 2))
    return windows[:, ::step, ::step].mean(axis=(3, 4))


@mistake(
    of=avg_pool2d,
    hint="Call your function twice with the same size and two strides. Does anything change?",
)
def moves_by_the_size(x, size, stride=None):
    """The stride is ignored: the windows always lie side by side."""
    windows = np.lib.stride_tricks.sliding_window_view(x, (size, size), axis=(1, 2))
    return windows[:, ::size, ::size].mean(axis=(3, 4))


@mistake(
    of=avg_pool2d,
    hint="Two numbers describe a pool: how large a window is, and how far it moves. Which one says "
    "how many values you add up?",
)
def averages_as_far_as_the_stride(x, size, stride=None):
    """The window is as large as the stride, whatever the size."""
    side = size if stride is None else stride
    rows, columns = ((n - size) // side + 1 for n in x.shape[1:])
    y = np.zeros((x.shape[0], rows, columns))
    for c, i, j in np.ndindex(y.shape):
        y[c, i, j] = x[c, i * side : (i + 1) * side, j * side : (j + 1) * side].mean()
    return y


@mistake(
    of=avg_pool2d,
    hint="A pool of 2 on five columns: how many windows lie wholly inside?",
)
def averages_what_is_left_over(x, size, stride=None):
    """What is left over at the border gets windows of its own, averaged over what they hold."""
    step = size if stride is None else stride
    rows, columns = (-((size - n) // step) + 1 for n in x.shape[1:])
    y = np.zeros((x.shape[0], rows, columns))
    for c, i, j in np.ndindex(y.shape):
        window = x[c, i * step : i * step + size, j * step : j * step + size]
        y[c, i, j] = window.mean() if window.size else 0
    return y


@mistake(
    of=avg_pool2d,
    hint="Does your pool put zeros where the map has ended? Whom does that make darker?",
)
def fills_up_with_zeros(x, size, stride=None):
    """The map is filled up with zeros until the windows cover all of it."""
    step = size if stride is None else stride
    missing = [(size - n) % step for n in x.shape[1:]]
    padded = np.pad(x, ((0, 0), (0, missing[0]), (0, missing[1])))
    windows = np.lib.stride_tricks.sliding_window_view(padded, (size, size), axis=(1, 2))
    return windows[:, ::step, ::step].mean(axis=(3, 4))


@mistake(
    of=avg_pool2d,
    hint="Try a wide map, then a tall one. Which side does each of your loops run over?",
)
def averages_a_square_map(x, size, stride=None):
    """The number of columns is computed from the height."""
    step = size if stride is None else stride
    windows = np.lib.stride_tricks.sliding_window_view(x, (size, size), axis=(1, 2))
    y = windows[:, ::step, ::step].mean(axis=(3, 4))
    columns = (x.shape[1] - size) // step + 1
    return np.pad(y, ((0, 0), (0, 0), (0, max(columns - y.shape[2], 0))))[:, :, :columns]


@mistake(
    of=avg_pool2d,
    hint="Which dtype does your result have when x holds whole numbers? Can it hold 2.5?",
)
def truncates_for_integer_maps(x, size, stride=None):
    """The result holds integers where x does, so the fractions are lost."""
    step = size if stride is None else stride
    windows = np.lib.stride_tricks.sliding_window_view(x, (size, size), axis=(1, 2))
    return windows[:, ::step, ::step].mean(axis=(3, 4)).astype(x.dtype)


@mistake(
    of=avg_pool2d,
    hint="What is 200 + 100 in a uint8? In which dtype do you add up, before you divide?",
)
def adds_up_bytes(x, size, stride=None):
    """The values are added up in the dtype of x, so uint8 overflows before the division."""
    step = size if stride is None else stride
    windows = np.lib.stride_tricks.sliding_window_view(x, (size, size), axis=(1, 2))
    return windows[:, ::step, ::step].sum(axis=(3, 4), dtype=x.dtype) / size**2


@mistake(
    of=avg_pool2d,
    hint="A slice of an array is a view, not a copy. Where do you put the means?",
)
def stores_means_inside_the_map(x, size, stride=None):
    """Each mean is also written back into its window: a view, so the caller's map changes."""
    step = size if stride is None else stride
    windows = np.lib.stride_tricks.sliding_window_view(x * 1.0, (size, size), axis=(1, 2))
    y = windows[:, ::step, ::step].mean(axis=(3, 4))
    x[:, ::step, ::step][:, : y.shape[1], : y.shape[2]] = y
    return y


# --- feature_map_shapes --------------------------------------------------------------------------


@mistake(
    of=feature_map_shapes,
    hint="What becomes of the rows that are left over after the last whole window?",
)
def rounds_sizes_up(input_shape, layers):
    """Sizes round up where the windows do not fill the map."""
    channels, height, width = input_shape
    shapes = []
    for kind, *settings in layers:
        if kind == "conv":
            channels, window, stride, padding = settings
        else:
            window, stride, padding = *settings, 0
        height = -((window - height - 2 * padding) // stride) + 1
        width = -((window - width - 2 * padding) // stride) + 1
        shapes.append((channels, height, width))
    return shapes


@mistake(
    of=feature_map_shapes,
    hint="A window as large as its map fits once. What does your formula say?",
)
def forgets_the_plus_one(input_shape, layers):
    """The window at the very start is not counted."""
    channels, height, width = input_shape
    shapes = []
    for kind, *settings in layers:
        if kind == "conv":
            channels, window, stride, padding = settings
        else:
            window, stride, padding = *settings, 0
        height = (height + 2 * padding - window) // stride
        width = (width + 2 * padding - window) // stride
        shapes.append((channels, height, width))
    return shapes


@mistake(
    of=feature_map_shapes,
    hint="What is the last number of a conv layer for?",
)
def forgets_the_padding(input_shape, layers):
    """The padding of the convolutions is ignored."""
    channels, height, width = input_shape
    shapes = []
    for kind, *settings in layers:
        if kind == "conv":
            channels, window, stride = settings[:3]
        else:
            window, stride = settings
        height = (height - window) // stride + 1
        width = (width - window) // stride + 1
        shapes.append((channels, height, width))
    return shapes


@mistake(
    of=feature_map_shapes,
    hint="On how many sides of a row does the frame of zeros lie?",
)
def counts_the_padding_once(input_shape, layers):
    """The padding is added on one side only."""
    channels, height, width = input_shape
    shapes = []
    for kind, *settings in layers:
        if kind == "conv":
            channels, window, stride, padding = settings
        else:
            window, stride, padding = *settings, 0
        height = (height + padding - window) // stride + 1
        width = (width + padding - window) // stride + 1
        shapes.append((channels, height, width))
    return shapes


@mistake(
    of=feature_map_shapes,
    hint="The settings of a conv layer have an order. Which one is the stride, which the padding?",
)
def swaps_stride_and_padding(input_shape, layers):
    """Stride and padding of the convolutions have changed places (a stride of 0 is taken as 1)."""
    channels, height, width = input_shape
    shapes = []
    for kind, *settings in layers:
        if kind == "conv":
            channels, window, padding, stride = settings
        else:
            window, stride, padding = *settings, 0
        height = (height + 2 * padding - window) // max(stride, 1) + 1
        width = (width + 2 * padding - window) // max(stride, 1) + 1
        shapes.append((channels, height, width))
    return shapes


@mistake(
    of=feature_map_shapes,
    hint="Does a convolution move on by one window side, by one value, or by something else?",
)
def convolves_with_stride_one(input_shape, layers):
    """The stride of the convolutions is ignored."""
    channels, height, width = input_shape
    shapes = []
    for kind, *settings in layers:
        if kind == "conv":
            channels, window, stride, padding = settings
            stride = 1
        else:
            window, stride, padding = *settings, 0
        height = (height + 2 * padding - window) // stride + 1
        width = (width + 2 * padding - window) // stride + 1
        shapes.append((channels, height, width))
    return shapes


@mistake(
    of=feature_map_shapes,
    hint="A pool has two settings. What happens when they differ?",
)
def divides_by_the_pool(input_shape, layers):
    """Pools divide the sides by their size, whatever their stride."""
    channels, height, width = input_shape
    shapes = []
    for kind, *settings in layers:
        if kind == "conv":
            channels, window, stride, padding = settings
            height = (height + 2 * padding - window) // stride + 1
            width = (width + 2 * padding - window) // stride + 1
        else:
            height, width = height // settings[0], width // settings[0]
        shapes.append((channels, height, width))
    return shapes


@mistake(
    of=feature_map_shapes,
    hint="May a pooling window hang over the border when the windows overlap?",
)
def divides_by_the_stride_of_the_pool(input_shape, layers):
    """Pools divide the sides by their stride, whatever their size."""
    channels, height, width = input_shape
    shapes = []
    for kind, *settings in layers:
        if kind == "conv":
            channels, window, stride, padding = settings
            height = (height + 2 * padding - window) // stride + 1
            width = (width + 2 * padding - window) // stride + 1
        else:
            height, width = height // settings[1], width // settings[1]
        shapes.append((channels, height, width))
    return shapes


@mistake(
    of=feature_map_shapes,
    hint="How many maps leave a layer with eight filters?",
)
def keeps_the_number_of_channels(input_shape, layers):
    """Convolutions change height and width, but not the number of maps."""
    channels, height, width = input_shape
    shapes = []
    for kind, *settings in layers:
        if kind == "conv":
            window, stride, padding = settings[1:]
        else:
            window, stride, padding = *settings, 0
        height = (height + 2 * padding - window) // stride + 1
        width = (width + 2 * padding - window) // stride + 1
        shapes.append((channels, height, width))
    return shapes


@mistake(
    of=feature_map_shapes,
    hint="A filter reads all maps at once. How many maps does it leave behind?",
)
def gives_each_channel_its_filters(input_shape, layers):
    """The number of maps is multiplied by the number of filters."""
    channels, height, width = input_shape
    shapes = []
    for kind, *settings in layers:
        if kind == "conv":
            channels, window, stride, padding = channels * settings[0], *settings[1:]
        else:
            window, stride, padding = *settings, 0
        height = (height + 2 * padding - window) // stride + 1
        width = (width + 2 * padding - window) // stride + 1
        shapes.append((channels, height, width))
    return shapes


@mistake(
    of=feature_map_shapes,
    hint="Does a pool look at one map at a time, or at several?",
)
def pools_the_channels_too(input_shape, layers):
    """Pools divide the number of maps by their stride as well."""
    channels, height, width = input_shape
    shapes = []
    for kind, *settings in layers:
        if kind == "conv":
            channels, window, stride, padding = settings
        else:
            window, stride, padding = *settings, 0
            channels = max(channels // stride, 1)
        height = (height + 2 * padding - window) // stride + 1
        width = (width + 2 * padding - window) // stride + 1
        shapes.append((channels, height, width))
    return shapes


@mistake(
    of=feature_map_shapes,
    hint="Does a pool have a frame of zeros? What does your variable hold after a conv layer?",
)
def pads_pools_like_the_layer_before(input_shape, layers):
    """The padding of a convolution is still set when the next pool is reached."""
    channels, height, width = input_shape
    shapes, padding = [], 0
    for kind, *settings in layers:
        if kind == "conv":
            channels, window, stride, padding = settings
        else:
            window, stride = settings
        height = (height + 2 * padding - window) // stride + 1
        width = (width + 2 * padding - window) // stride + 1
        shapes.append((channels, height, width))
    return shapes


@mistake(
    of=feature_map_shapes,
    hint="Which shape goes into the second layer?",
)
def starts_every_layer_from_the_input(input_shape, layers):
    """Every layer is applied to the height and width of the input."""
    channels, height, width = input_shape
    shapes = []
    for kind, *settings in layers:
        if kind == "conv":
            channels, window, stride, padding = settings
        else:
            window, stride, padding = *settings, 0
        rows = (height + 2 * padding - window) // stride + 1
        columns = (width + 2 * padding - window) // stride + 1
        shapes.append((channels, rows, columns))
    return shapes


@mistake(
    of=feature_map_shapes,
    hint="How many shapes should there be for three layers?",
)
def lists_the_input_too(input_shape, layers):
    """The list begins with the shape of the input."""
    channels, height, width = input_shape
    shapes = [(channels, height, width)]
    for kind, *settings in layers:
        if kind == "conv":
            channels, window, stride, padding = settings
        else:
            window, stride, padding = *settings, 0
        height = (height + 2 * padding - window) // stride + 1
        width = (width + 2 * padding - window) // stride + 1
        shapes.append((channels, height, width))
    return shapes


@mistake(
    of=feature_map_shapes,
    hint="Is the answer one shape, or one for each layer?",
)
def returns_the_last_shape(input_shape, layers):
    """Only the shape after the last layer is returned."""
    channels, height, width = input_shape
    for kind, *settings in layers:
        if kind == "conv":
            channels, window, stride, padding = settings
        else:
            window, stride, padding = *settings, 0
        height = (height + 2 * padding - window) // stride + 1
        width = (width + 2 * padding - window) // stride + 1
    return (channels, height, width)


@mistake(
    of=feature_map_shapes,
    hint="In which order does the input give channels, height and width?",
)
def puts_the_channels_last(input_shape, layers):
    """The shapes are given as (H, W, C)."""
    channels, height, width = input_shape
    shapes = []
    for kind, *settings in layers:
        if kind == "conv":
            channels, window, stride, padding = settings
        else:
            window, stride, padding = *settings, 0
        height = (height + 2 * padding - window) // stride + 1
        width = (width + 2 * padding - window) // stride + 1
        shapes.append((height, width, channels))
    return shapes


@mistake(
    of=feature_map_shapes,
    hint="Do height and width each go their own way through the layers?",
)
def assumes_square_maps(input_shape, layers):
    """The width is taken to be the height."""
    channels, height = input_shape[:2]
    shapes = []
    for kind, *settings in layers:
        if kind == "conv":
            channels, window, stride, padding = settings
        else:
            window, stride, padding = *settings, 0
        height = (height + 2 * padding - window) // stride + 1
        shapes.append((channels, height, height))
    return shapes


@mistake(
    of=feature_map_shapes,
    hint="Of which type are your sizes: could you use them as the shape of an array?",
)
def returns_floats(input_shape, layers):
    """The sizes are floats: np.floor of a quotient."""
    channels, height, width = input_shape
    shapes = []
    for kind, *settings in layers:
        if kind == "conv":
            channels, window, stride, padding = settings
        else:
            window, stride, padding = *settings, 0
        height = np.floor((height + 2 * padding - window) / stride) + 1
        width = np.floor((width + 2 * padding - window) / stride) + 1
        shapes.append((channels, height, width))
    return shapes


@mistake(
    of=feature_map_shapes,
    hint="What is left of the list of layers after your function has run?",
)
def uses_up_the_layers(input_shape, layers):
    """The layers are popped off the caller's list."""
    channels, height, width = input_shape
    shapes = []
    while layers:
        kind, *settings = layers.pop(0)
        if kind == "conv":
            channels, window, stride, padding = settings
        else:
            window, stride, padding = *settings, 0
        height = (height + 2 * padding - window) // stride + 1
        width = (width + 2 * padding - window) // stride + 1
        shapes.append((channels, height, width))
    return shapes
