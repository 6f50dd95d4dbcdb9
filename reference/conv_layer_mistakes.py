"""What students do instead: known wrong solutions of assignment 02, each with a name and a hint.

A docstring says in one sentence what was done, a hint what to think about, never the answer.
The names appear in reports to instructors; the hints are read by students.
"""

import numpy as np

from autograder.check import mistake
from reference.conv_layer import conv2d, output_size, pad2d, receptive_field

# --- output_size ---------------------------------------------------------------------------------


@mistake(
    of=output_size,
    hint="A fence with 3 gaps has 4 posts. Which of the two do you count?",
)
def forgets_the_first_window(n, k, stride=1, padding=0):
    """The steps between the windows are counted, not the windows: one too few."""
    if n + 2 * padding < k:
        raise ValueError("the window does not fit")
    return (n + 2 * padding - k) // stride


@mistake(
    of=output_size,
    hint="Take a window as long as the row. In how many places does it fit, and by your formula?",
)
def counts_one_window_too_many(n, k, stride=1, padding=0):
    """One window too many: the last one begins one step too late to fit."""
    if n + 2 * padding < k:
        raise ValueError("the window does not fit")
    return (n + 2 * padding - k) // stride + 2


@mistake(
    of=output_size,
    hint="Draw n = 6, k = 3 and stride = 2. Does a third window lie wholly inside?",
)
def rounds_up(n, k, stride=1, padding=0):
    """A last window that hangs over the border is counted too (ceil for floor)."""
    if n + 2 * padding < k:
        raise ValueError("the window does not fit")
    return -(-(n + 2 * padding - k) // stride) + 1


@mistake(
    of=output_size,
    hint="Is half a step a step? What does `round` make of 2.75, and what should become of it?",
)
def rounds_to_the_nearest(n, k, stride=1, padding=0):
    """The number of steps is rounded to the nearest whole number."""
    if n + 2 * padding < k:
        raise ValueError("the window does not fit")
    return round((n + 2 * padding - k) / stride) + 1


@mistake(
    of=output_size,
    hint="How many sides of a row get padding?",
)
def counts_the_padding_once(n, k, stride=1, padding=0):
    """The padding is added on one end of the row only."""
    if n + padding < k:
        raise ValueError("the window does not fit")
    return (n + padding - k) // stride + 1


@mistake(
    of=output_size,
    hint="Does your result change with the padding?",
)
def forgets_the_padding(n, k, stride=1, padding=0):
    """The padding is not counted."""
    if n < k:
        raise ValueError("the window does not fit")
    return (n - k) // stride + 1


@mistake(
    of=output_size,
    hint="Does a frame of zeros make a row longer or shorter?",
)
def subtracts_the_padding(n, k, stride=1, padding=0):
    """The padding is taken away from the row instead of being added to it."""
    if n < k:
        raise ValueError("the window does not fit")
    return (n - 2 * padding - k) // stride + 1


@mistake(
    of=output_size,
    hint="By how many values do two windows lie apart? Where is that in your formula?",
)
def ignores_the_stride_in_the_size(n, k, stride=1, padding=0):
    """The stride is not used: the size is that for stride 1."""
    if n + 2 * padding < k:
        raise ValueError("the window does not fit")
    return n + 2 * padding - k + 1


@mistake(
    of=output_size,
    hint="Which window is not reached by a step? It has no part in the division.",
)
def divides_the_first_window_too(n, k, stride=1, padding=0):
    """The 1 stands inside the division: (n + 2p − k + 1) // stride."""
    if n + 2 * padding < k:
        raise ValueError("the window does not fit")
    return (n + 2 * padding - k + 1) // stride


@mistake(
    of=output_size,
    hint="In which unit is the length of the window measured, in values or in steps?",
)
def divides_only_the_length(n, k, stride=1, padding=0):
    """Only the length of the row is divided by the stride, the window is taken off afterwards."""
    if n + 2 * padding < k:
        raise ValueError("the window does not fit")
    return (n + 2 * padding) // stride - k + 1


@mistake(
    of=output_size,
    hint="Where would the last of your windows end? May it hang over the border?",
)
def counts_windows_that_hang_over(n, k, stride=1, padding=0):
    """Every place that the stride reaches counts, as if the size depended on the stride alone."""
    if n + 2 * padding < k:
        raise ValueError("the window does not fit")
    return -(-(n + 2 * padding) // stride)


@mistake(
    of=output_size,
    hint="Which of the two operators / and // gives a whole number?",
)
def returns_a_fraction(n, k, stride=1, padding=0):
    """The division is not rounded down, so the result is a float."""
    if n + 2 * padding < k:
        raise ValueError("the window does not fit")
    return (n + 2 * padding - k) / stride + 1


@mistake(
    of=output_size,
    hint="How many windows are there where none fits? Can there be a negative number of them?",
)
def never_refuses(n, k, stride=1, padding=0):
    """The formula is used even where no window fits; the result is zero or negative."""
    return (n + 2 * padding - k) // stride + 1


@mistake(
    of=output_size,
    hint="The docstring says what should happen where no window fits. Is a result of 0 the same?",
)
def answers_zero_where_nothing_fits(n, k, stride=1, padding=0):
    """Where no window fits 0 is returned instead of an error."""
    return max(0, (n + 2 * padding - k) // stride + 1)


@mistake(
    of=output_size,
    hint="What is int(-0.5), and what is math.floor(-0.5)? Try n = 4, k = 5, stride = 2.",
)
def cuts_towards_zero(n, k, stride=1, padding=0):
    """`int` cuts a small negative quotient to 0, so a window that is just too large counts."""
    size = int((n + 2 * padding - k) / stride) + 1
    if size < 1:
        raise ValueError("the window does not fit")
    return size


@mistake(
    of=output_size,
    hint="Try a row and a window of the same length.",
)
def refuses_an_exact_fit(n, k, stride=1, padding=0):
    """A window that fits exactly is refused (<= for <)."""
    if n + 2 * padding <= k:
        raise ValueError("the window does not fit")
    return (n + 2 * padding - k) // stride + 1


@mistake(
    of=output_size,
    hint="What has to be longer than the window: the row itself, or the row with its padding?",
)
def refuses_before_padding(n, k, stride=1, padding=0):
    """The window is compared with the row before the padding is added."""
    if n < k:
        raise ValueError("the window does not fit")
    return (n + 2 * padding - k) // stride + 1


@mistake(
    of=output_size,
    hint="Which kind of exception does the docstring promise? What does `assert` raise?",
)
def asserts_that_it_fits(n, k, stride=1, padding=0):
    """An `assert` takes the place of the ValueError."""
    assert n + 2 * padding >= k
    return (n + 2 * padding - k) // stride + 1


# --- pad2d ---------------------------------------------------------------------------------------


@mistake(
    of=pad2d,
    hint="Count the channels before and after. Do you want channels of zeros?",
)
def pads_every_axis(x, padding):
    """All axes are padded, also those of channels and batches."""
    return np.pad(x, padding)


@mistake(
    of=pad2d,
    hint="Which axes of a stack (C, H, W) are the rows and the columns?",
)
def pads_the_first_two_axes(x, padding):
    """The first two axes are padded in place of the last two."""
    return np.pad(x, ((padding, padding), (padding, padding)) + ((0, 0),) * (x.ndim - 2))


@mistake(
    of=pad2d,
    hint="A frame has four sides. Where does the picture lie inside of yours?",
)
def pads_below_and_right_only(x, padding):
    """Zeros are added only at the ends of the axes: below and to the right."""
    return np.pad(x, ((0, 0),) * (x.ndim - 2) + ((0, padding), (0, padding)))


@mistake(
    of=pad2d,
    hint="A frame has four sides. How many zeros stand behind the last pixel of a row?",
)
def pads_above_and_left_only(x, padding):
    """Zeros are added only at the beginnings of the axes: above and to the left."""
    return np.pad(x, ((0, 0),) * (x.ndim - 2) + ((padding, 0), (padding, 0)))


@mistake(
    of=pad2d,
    hint="How wide is the frame on each side, and by how much does the picture grow then?",
)
def shares_the_padding_between_the_sides(x, padding):
    """The picture grows by `padding` in all: the zeros are shared between opposite sides."""
    ends = (padding - padding // 2, padding // 2)
    return np.pad(x, ((0, 0),) * (x.ndim - 2) + (ends, ends))


@mistake(
    of=pad2d,
    hint="Is your frame as wide as the number says? Count.",
)
def always_pads_by_one(x, padding):
    """The frame is one pixel wide, whatever `padding` says."""
    return np.pad(x, ((0, 0),) * (x.ndim - 2) + ((1, 1), (1, 1)))


@mistake(
    of=pad2d,
    hint="A frame has four sides. Which of them are missing?",
)
def pads_only_rows(x, padding):
    """Rows are added above and below, but no columns."""
    return np.pad(x, ((0, 0),) * (x.ndim - 2) + ((padding, padding), (0, 0)))


@mistake(
    of=pad2d,
    hint="A frame has four sides. Which of them are missing?",
)
def pads_only_columns(x, padding):
    """Columns are added on the left and on the right, but no rows."""
    return np.pad(x, ((0, 0),) * (x.ndim - 2) + ((0, 0), (padding, padding)))


@mistake(
    of=pad2d,
    hint="Which number does the frame hold? Look at the docstring, then at the `mode` you use.",
)
def repeats_the_edge(x, padding):
    """The frame repeats the pixels at the border."""
    return np.pad(x, ((0, 0),) * (x.ndim - 2) + ((padding, padding), (padding, padding)), "edge")


@mistake(
    of=pad2d,
    hint="Which number does the frame hold? Look at the docstring, then at the `mode` you use.",
)
def mirrors_at_the_edge(x, padding):
    """The frame mirrors the pixels next to the border."""
    return np.pad(x, ((0, 0),) * (x.ndim - 2) + ((padding, padding), (padding, padding)), "reflect")


@mistake(
    of=pad2d,
    hint="Which number should a frame hold that adds nothing to a sum of products?",
)
def frames_with_ones(x, padding):
    """The frame is made of ones."""
    framed = np.ones((*x.shape[:-2], x.shape[-2] + 2 * padding, x.shape[-1] + 2 * padding))
    framed[..., padding : padding + x.shape[-2], padding : padding + x.shape[-1]] = x
    return framed


@mistake(
    of=pad2d,
    hint="Does the picture grow? Are all of its pixels still there?",
)
def blackens_the_border(x, padding):
    """The outer pixels of the picture itself become zero; its size stays."""
    framed = x.copy()
    rows, columns = x.shape[-2:]
    framed[..., :padding, :] = framed[..., max(0, rows - padding) :, :] = 0
    framed[..., :padding] = framed[..., max(0, columns - padding) :] = 0
    return framed


@mistake(
    of=pad2d,
    hint="Which dtype does your array of zeros have? Can it hold −0.5?",
)
def makes_a_frame_of_integers(x, padding):
    """The result holds integers, so fractions are lost."""
    framed = np.pad(x, ((0, 0),) * (x.ndim - 2) + ((padding, padding), (padding, padding)))
    return framed.astype(int)


@mistake(
    of=pad2d,
    hint="Which of H and W comes first in a shape, and which do you use where?",
)
def swaps_height_and_width(x, padding):
    """Height and width change places: the picture is turned on its side."""
    turned = np.swapaxes(x, -1, -2)
    return np.pad(turned, ((0, 0),) * (x.ndim - 2) + ((padding, padding), (padding, padding)))


@mistake(
    of=pad2d,
    hint="How do you get hold of the last two axes without knowing how many come before them?",
)
def pads_the_second_and_third_axis(x, padding):
    """The axes 1 and 2 are padded, which are the last two only in a stack (C, H, W)."""
    return np.pad(x, [(padding, padding) if axis in (1, 2) else (0, 0) for axis in range(x.ndim)])


@mistake(
    of=pad2d,
    hint="What would one picture alone look like, without a channel axis? And a batch of stacks?",
)
def expects_three_axes(x, padding):
    """The shape is unpacked as C, H, W, which fails for other numbers of axes."""
    channels, height, width = x.shape
    framed = np.zeros((channels, height + 2 * padding, width + 2 * padding))
    framed[:, padding : padding + height, padding : padding + width] = x
    return framed


@mistake(
    of=pad2d,
    hint="Do axes of the same size come back as one? Compare the shape with that of x.",
)
def flattens_the_leading_axes(x, padding):
    """All axes before the last two come back as a single one."""
    stack = x.reshape(-1, *x.shape[-2:])
    framed = np.pad(stack, ((0, 0), (padding, padding), (padding, padding)))
    return framed[0] if x.ndim == 2 else framed


@mistake(
    of=pad2d,
    hint="What does the slice [padding:-padding] select when padding is 0?",
)
def slices_up_to_minus_padding(x, padding):
    """The picture is written to [padding:-padding], which is empty for padding 0."""
    framed = np.zeros((*x.shape[:-2], x.shape[-2] + 2 * padding, x.shape[-1] + 2 * padding))
    framed[..., padding:-padding, padding:-padding] = x
    return framed


@mistake(
    of=pad2d,
    hint="What does `padding or 1` give for padding 0? What should a frame of width 0 look like?",
)
def takes_zero_for_the_default(x, padding):
    """A padding of 0 is treated as if none had been given, and becomes 1."""
    width = padding or 1
    return np.pad(x, ((0, 0),) * (x.ndim - 2) + ((width, width), (width, width)))


@mistake(
    of=pad2d,
    hint="Print x before and after the call. Whose array is it that you are writing to?",
)
def sets_the_corner_to_zero_in_place(x, padding):
    """Zeros are also written into a corner of the caller's array; the result is right, once."""
    framed = np.pad(x, ((0, 0),) * (x.ndim - 2) + ((padding, padding), (padding, padding)))
    x[..., :padding, :padding] = 0
    return framed


# --- conv2d --------------------------------------------------------------------------------------


@mistake(
    of=conv2d,
    hint="Which entry of a kernel meets the first pixel? Try a kernel with a single 1 in a corner.",
)
def flips_the_kernels(x, weight, bias=None, stride=1, padding=0):
    """The kernels are rotated by 180°: a true convolution where a cross-correlation is asked."""
    windows = np.lib.stride_tricks.sliding_window_view(
        pad2d(x * 1.0, padding), weight.shape[2:], axis=(1, 2)
    )[:, ::stride, ::stride]
    y = np.einsum("cijuv,fcuv->fij", windows, weight[:, :, ::-1, ::-1])
    return y if bias is None else y + bias[:, None, None]


@mistake(
    of=conv2d,
    hint="Does the top row of the kernel meet the top row of the window?",
)
def turns_the_kernels_upside_down(x, weight, bias=None, stride=1, padding=0):
    """The rows of the kernels are reversed."""
    windows = np.lib.stride_tricks.sliding_window_view(
        pad2d(x * 1.0, padding), weight.shape[2:], axis=(1, 2)
    )[:, ::stride, ::stride]
    y = np.einsum("cijuv,fcuv->fij", windows, weight[:, :, ::-1])
    return y if bias is None else y + bias[:, None, None]


@mistake(
    of=conv2d,
    hint="Does the left column of the kernel meet the left column of the window?",
)
def mirrors_the_kernels(x, weight, bias=None, stride=1, padding=0):
    """The columns of the kernels are reversed."""
    windows = np.lib.stride_tricks.sliding_window_view(
        pad2d(x * 1.0, padding), weight.shape[2:], axis=(1, 2)
    )[:, ::stride, ::stride]
    y = np.einsum("cijuv,fcuv->fij", windows, weight[:, :, :, ::-1])
    return y if bias is None else y + bias[:, None, None]


@mistake(
    of=conv2d,
    hint="Is the answer of a kernel a sum or a mean? Try a kernel of ones on a picture of ones.",
)
def averages_the_window(x, weight, bias=None, stride=1, padding=0):
    """The mean of the products is taken where their sum is asked."""
    windows = np.lib.stride_tricks.sliding_window_view(
        pad2d(x * 1.0, padding), weight.shape[2:], axis=(1, 2)
    )[:, ::stride, ::stride]
    y = np.einsum("cijuv,fcuv->fij", windows, weight) / weight[0].size
    return y if bias is None else y + bias[:, None, None]


@mistake(
    of=conv2d,
    hint="Which operator multiplies entry by entry, `*` or `@`?",
)
def multiplies_as_matrices(x, weight, bias=None, stride=1, padding=0):
    """Windows and slices are multiplied as matrices (`@`), then summed; oblong ones fail."""
    windows = np.lib.stride_tricks.sliding_window_view(
        pad2d(x * 1.0, padding), weight.shape[2:], axis=(1, 2)
    )[:, ::stride, ::stride]
    products = windows[None] @ weight[:, :, None, None]  # (F, C, H', W', kh, kw)
    y = products.sum(axis=(1, 4, 5))
    return y if bias is None else y + bias[:, None, None]


@mistake(
    of=conv2d,
    hint="Take a kernel as large as the picture: in how many positions does it fit?",
)
def leaves_out_the_last_position(x, weight, bias=None, stride=1, padding=0):
    """The result is one row and one column too small."""
    windows = np.lib.stride_tricks.sliding_window_view(
        pad2d(x * 1.0, padding), weight.shape[2:], axis=(1, 2)
    )[:, ::stride, ::stride]
    y = np.einsum("cijuv,fcuv->fij", windows, weight)[:, :-1, :-1]
    return y if bias is None else y + bias[:, None, None]


@mistake(
    of=conv2d,
    hint="Who decides about the padding: the kernel, or the caller?",
)
def always_keeps_the_size(x, weight, bias=None, stride=1, padding=0):
    """The picture is padded by half a kernel ("same"), whatever `padding` says."""
    kh, kw = weight.shape[2:]
    ends = ((0, 0), (kh // 2, (kh - 1) // 2), (kw // 2, (kw - 1) // 2))
    windows = np.lib.stride_tricks.sliding_window_view(
        np.pad(x * 1.0, ends), weight.shape[2:], axis=(1, 2)
    )[:, ::stride, ::stride]
    y = np.einsum("cijuv,fcuv->fij", windows, weight)
    return y if bias is None else y + bias[:, None, None]


@mistake(
    of=conv2d,
    hint="How many axes does the result have when there is a single kernel?",
)
def drops_the_axis_of_a_single_kernel(x, weight, bias=None, stride=1, padding=0):
    """With one kernel the feature map comes back without the axis that counts kernels."""
    windows = np.lib.stride_tricks.sliding_window_view(
        pad2d(x * 1.0, padding), weight.shape[2:], axis=(1, 2)
    )[:, ::stride, ::stride]
    y = np.einsum("cijuv,fcuv->fij", windows, weight)
    y = y if bias is None else y + bias[:, None, None]
    return y[0] if len(y) == 1 else y


@mistake(
    of=conv2d,
    hint="The first index of a map counts rows. Is that the loop over H or the loop over W?",
)
def transposes_the_maps(x, weight, bias=None, stride=1, padding=0):
    """Rows and columns of every feature map have changed places."""
    windows = np.lib.stride_tricks.sliding_window_view(
        pad2d(x * 1.0, padding), weight.shape[2:], axis=(1, 2)
    )[:, ::stride, ::stride]
    y = np.einsum("cijuv,fcuv->fji", windows, weight)
    return y if bias is None else y + bias[:, None, None]


@mistake(
    of=conv2d,
    hint="Do the rows and the columns of the result both come from the same side of the picture?",
)
def assumes_a_square_picture(x, weight, bias=None, stride=1, padding=0):
    """The number of columns is computed from the height of the picture."""
    windows = np.lib.stride_tricks.sliding_window_view(
        pad2d(x * 1.0, padding), weight.shape[2:], axis=(1, 2)
    )[:, ::stride, ::stride]
    y = np.einsum("cijuv,fcuv->fij", windows, weight)
    missing = max(0, y.shape[1] - y.shape[2])
    y = np.pad(y, ((0, 0), (0, 0), (0, missing)))[:, :, : y.shape[1]]
    return y if bias is None else y + bias[:, None, None]


@mistake(
    of=conv2d,
    hint="What comes after a convolution in a network is another function's business.",
)
def applies_a_relu(x, weight, bias=None, stride=1, padding=0):
    """Negative answers are set to zero."""
    windows = np.lib.stride_tricks.sliding_window_view(
        pad2d(x * 1.0, padding), weight.shape[2:], axis=(1, 2)
    )[:, ::stride, ::stride]
    y = np.einsum("cijuv,fcuv->fij", windows, weight)
    return np.maximum(y if bias is None else y + bias[:, None, None], 0)


@mistake(
    of=conv2d,
    hint="Change the second channel of x. Does your result change?",
)
def uses_the_first_channel_only(x, weight, bias=None, stride=1, padding=0):
    """Only channel 0 is used."""
    windows = np.lib.stride_tricks.sliding_window_view(
        pad2d(x * 1.0, padding), weight.shape[2:], axis=(1, 2)
    )[:, ::stride, ::stride]
    y = np.einsum("ijuv,fuv->fij", windows[0], weight[:, 0])
    return y if bias is None else y + bias[:, None, None]


@mistake(
    of=conv2d,
    hint="What happens in your loop to the sum of the channels before: `=` or `+=`?",
)
def keeps_the_last_channel(x, weight, bias=None, stride=1, padding=0):
    """Each channel overwrites the one before, so that only the last one is left."""
    windows = np.lib.stride_tricks.sliding_window_view(
        pad2d(x * 1.0, padding), weight.shape[2:], axis=(1, 2)
    )[:, ::stride, ::stride]
    y = np.einsum("ijuv,fuv->fij", windows[-1], weight[:, -1])
    return y if bias is None else y + bias[:, None, None]


@mistake(
    of=conv2d,
    hint="Are the channels of one window added up or averaged?",
)
def averages_the_channels(x, weight, bias=None, stride=1, padding=0):
    """The mean over the channels is taken where their sum is asked."""
    windows = np.lib.stride_tricks.sliding_window_view(
        pad2d(x * 1.0, padding), weight.shape[2:], axis=(1, 2)
    )[:, ::stride, ::stride]
    y = np.einsum("cijuv,fcuv->fij", windows, weight) / len(x)
    return y if bias is None else y + bias[:, None, None]


@mistake(
    of=conv2d,
    hint="A kernel has a slice for every channel. Are your slices all the same one?",
)
def uses_one_slice_for_all_channels(x, weight, bias=None, stride=1, padding=0):
    """The first slice of each kernel is used for every channel."""
    windows = np.lib.stride_tricks.sliding_window_view(
        pad2d(x * 1.0, padding), weight.shape[2:], axis=(1, 2)
    )[:, ::stride, ::stride]
    y = np.einsum("cijuv,fuv->fij", windows, weight[:, 0])
    return y if bias is None else y + bias[:, None, None]


@mistake(
    of=conv2d,
    hint="How many feature maps does one kernel give, however many channels it reads?",
)
def keeps_the_channels_apart(x, weight, bias=None, stride=1, padding=0):
    """There is a map for each channel of each kernel: the channels are not added up."""
    windows = np.lib.stride_tricks.sliding_window_view(
        pad2d(x * 1.0, padding), weight.shape[2:], axis=(1, 2)
    )[:, ::stride, ::stride]
    y = np.einsum("cijuv,fcuv->fcij", windows, weight)
    y = y if bias is None else y + bias[:, None, None, None]
    return y.reshape(-1, *y.shape[2:])


@mistake(
    of=conv2d,
    hint="Does every kernel read all the channels, or does each read a channel of its own?",
)
def gives_each_kernel_one_channel(x, weight, bias=None, stride=1, padding=0):
    """Kernel f reads only channel f (counted round and round), as in a depthwise convolution."""
    windows = np.lib.stride_tricks.sliding_window_view(
        pad2d(x * 1.0, padding), weight.shape[2:], axis=(1, 2)
    )[:, ::stride, ::stride]
    turn = np.arange(len(weight)) % len(x)
    y = np.einsum("fijuv,fuv->fij", windows[turn], weight[np.arange(len(weight)), turn])
    return y if bias is None else y + bias[:, None, None]


@mistake(
    of=conv2d,
    hint="Are two of your feature maps the same? Which index of the weights does not move?",
)
def uses_the_first_kernel_for_all_maps(x, weight, bias=None, stride=1, padding=0):
    """Every feature map is made with kernel 0."""
    windows = np.lib.stride_tricks.sliding_window_view(
        pad2d(x * 1.0, padding), weight.shape[2:], axis=(1, 2)
    )[:, ::stride, ::stride]
    y = np.einsum("cijuv,fcuv->fij", windows, np.repeat(weight[:1], len(weight), axis=0))
    return y if bias is None else y + bias[:, None, None]


@mistake(
    of=conv2d,
    hint="Does each kernel write a map of its own, or do they all add to the same one?",
)
def adds_the_kernels_up(x, weight, bias=None, stride=1, padding=0):
    """The answers of all the kernels are added up in one map."""
    windows = np.lib.stride_tricks.sliding_window_view(
        pad2d(x * 1.0, padding), weight.shape[2:], axis=(1, 2)
    )[:, ::stride, ::stride]
    y = np.einsum("cijuv,fcuv->ij", windows, weight)[None]
    return y if bias is None else y + bias.sum()


@mistake(
    of=conv2d,
    hint="Which axis of the weights counts kernels, which counts channels?",
)
def swaps_kernels_and_channels(x, weight, bias=None, stride=1, padding=0):
    """The weights are read as (C, F, kh, kw); this fails unless C and F are equal."""
    windows = np.lib.stride_tricks.sliding_window_view(
        pad2d(x * 1.0, padding), weight.shape[2:], axis=(1, 2)
    )[:, ::stride, ::stride]
    y = np.einsum("cijuv,cfuv->fij", windows, weight)
    return y if bias is None else y + bias[:, None, None]


@mistake(
    of=conv2d,
    hint="Where does the axis of the feature maps belong, in front or at the end?",
)
def puts_the_kernels_last(x, weight, bias=None, stride=1, padding=0):
    """The result has the shape (H', W', F)."""
    windows = np.lib.stride_tricks.sliding_window_view(
        pad2d(x * 1.0, padding), weight.shape[2:], axis=(1, 2)
    )[:, ::stride, ::stride]
    y = np.einsum("cijuv,fcuv->ijf", windows, weight)
    return y if bias is None else y + bias


@mistake(
    of=conv2d,
    hint="Do the feature maps come in the order of the kernels?",
)
def reverses_the_kernels_with_their_order(x, weight, bias=None, stride=1, padding=0):
    """The feature maps come in reverse order."""
    windows = np.lib.stride_tricks.sliding_window_view(
        pad2d(x * 1.0, padding), weight.shape[2:], axis=(1, 2)
    )[:, ::stride, ::stride]
    y = np.einsum("cijuv,fcuv->fij", windows, weight[::-1])
    return y if bias is None else y + bias[:, None, None]


@mistake(
    of=conv2d,
    hint="Does your result change when the bias does?",
)
def forgets_the_bias(x, weight, bias=None, stride=1, padding=0):
    """The bias is not added."""
    windows = np.lib.stride_tricks.sliding_window_view(
        pad2d(x * 1.0, padding), weight.shape[2:], axis=(1, 2)
    )[:, ::stride, ::stride]
    return np.einsum("cijuv,fcuv->fij", windows, weight)


@mistake(
    of=conv2d,
    hint="Is the bias part of every product, or is it added once, when the sum is done?",
)
def adds_the_bias_inside_the_sum(x, weight, bias=None, stride=1, padding=0):
    """The bias is added to each product, so that it counts once for every weight."""
    windows = np.lib.stride_tricks.sliding_window_view(
        pad2d(x * 1.0, padding), weight.shape[2:], axis=(1, 2)
    )[:, ::stride, ::stride]
    y = np.einsum("cijuv,fcuv->fij", windows, weight)
    return y if bias is None else y + weight[0].size * bias[:, None, None]


@mistake(
    of=conv2d,
    hint="Is the bias added inside or outside of the loop over the channels?",
)
def adds_the_bias_for_every_channel(x, weight, bias=None, stride=1, padding=0):
    """The bias is added once for every channel."""
    windows = np.lib.stride_tricks.sliding_window_view(
        pad2d(x * 1.0, padding), weight.shape[2:], axis=(1, 2)
    )[:, ::stride, ::stride]
    y = np.einsum("cijuv,fcuv->fij", windows, weight)
    return y if bias is None else y + len(x) * bias[:, None, None]


@mistake(
    of=conv2d,
    hint="How many numbers are there in `bias`, and to which map does each belong?",
)
def uses_the_first_bias_for_all(x, weight, bias=None, stride=1, padding=0):
    """bias[0] is added to every feature map."""
    windows = np.lib.stride_tricks.sliding_window_view(
        pad2d(x * 1.0, padding), weight.shape[2:], axis=(1, 2)
    )[:, ::stride, ::stride]
    y = np.einsum("cijuv,fcuv->fij", windows, weight)
    return y if bias is None else y + bias[0]


@mistake(
    of=conv2d,
    hint="How many numbers are there in `bias`, and to which map does each belong?",
)
def adds_all_the_biases(x, weight, bias=None, stride=1, padding=0):
    """The sum of all biases is added to every feature map."""
    windows = np.lib.stride_tricks.sliding_window_view(
        pad2d(x * 1.0, padding), weight.shape[2:], axis=(1, 2)
    )[:, ::stride, ::stride]
    y = np.einsum("cijuv,fcuv->fij", windows, weight)
    return y if bias is None else y + bias.sum()


@mistake(
    of=conv2d,
    hint="With which axis does NumPy line up a bias of shape (F,) when it is added to (F, H', W')?",
)
def adds_the_bias_along_the_columns(x, weight, bias=None, stride=1, padding=0):
    """The bias is broadcast along the last axis, which fails unless there are F columns."""
    windows = np.lib.stride_tricks.sliding_window_view(
        pad2d(x * 1.0, padding), weight.shape[2:], axis=(1, 2)
    )[:, ::stride, ::stride]
    y = np.einsum("cijuv,fcuv->fij", windows, weight)
    return y if bias is None else y + bias


@mistake(
    of=conv2d,
    hint="In y = w·x + b, which sign has the b?",
)
def subtracts_the_bias(x, weight, bias=None, stride=1, padding=0):
    """The bias is subtracted, as a threshold would be."""
    windows = np.lib.stride_tricks.sliding_window_view(
        pad2d(x * 1.0, padding), weight.shape[2:], axis=(1, 2)
    )[:, ::stride, ::stride]
    y = np.einsum("cijuv,fcuv->fij", windows, weight)
    return y if bias is None else y - bias[:, None, None]


@mistake(
    of=conv2d,
    hint="Does your result become smaller when the stride grows?",
)
def ignores_the_stride(x, weight, bias=None, stride=1, padding=0):
    """The stride is not used."""
    windows = np.lib.stride_tricks.sliding_window_view(
        pad2d(x * 1.0, padding), weight.shape[2:], axis=(1, 2)
    )
    y = np.einsum("cijuv,fcuv->fij", windows, weight)
    return y if bias is None else y + bias[:, None, None]


@mistake(
    of=conv2d,
    hint="The window moves in two directions. Does it take steps of the same size in both?",
)
def strides_downwards_only(x, weight, bias=None, stride=1, padding=0):
    """The stride is used for the rows only."""
    windows = np.lib.stride_tricks.sliding_window_view(
        pad2d(x * 1.0, padding), weight.shape[2:], axis=(1, 2)
    )[:, ::stride]
    y = np.einsum("cijuv,fcuv->fij", windows, weight)
    return y if bias is None else y + bias[:, None, None]


@mistake(
    of=conv2d,
    hint="The window moves in two directions. Does it take steps of the same size in both?",
)
def strides_to_the_right_only(x, weight, bias=None, stride=1, padding=0):
    """The stride is used for the columns only."""
    windows = np.lib.stride_tricks.sliding_window_view(
        pad2d(x * 1.0, padding), weight.shape[2:], axis=(1, 2)
    )[:, :, ::stride]
    y = np.einsum("cijuv,fcuv->fij", windows, weight)
    return y if bias is None else y + bias[:, None, None]


@mistake(
    of=conv2d,
    hint="Output number 1 belongs to a window. Where in the picture does that window begin?",
)
def reads_the_windows_side_by_side(x, weight, bias=None, stride=1, padding=0):
    """The result has the right size, but its windows still lie one pixel apart."""
    windows = np.lib.stride_tricks.sliding_window_view(
        pad2d(x * 1.0, padding), weight.shape[2:], axis=(1, 2)
    )
    y = np.einsum("cijuv,fcuv->fij", windows, weight)
    rows, columns = (np.array(y.shape[1:]) - 1) // stride + 1
    y = y[:, :rows, :columns]
    return y if bias is None else y + bias[:, None, None]


@mistake(
    of=conv2d,
    hint="Which index is multiplied by the stride, that of the picture or that of the result?",
)
def spreads_the_result(x, weight, bias=None, stride=1, padding=0):
    """The stride is applied to the index of the result: zeros are left between the values."""
    windows = np.lib.stride_tricks.sliding_window_view(
        pad2d(x * 1.0, padding), weight.shape[2:], axis=(1, 2)
    )
    y = np.zeros((len(weight), *windows.shape[1:3]))
    strided = windows[:, ::stride, ::stride]
    y[:, ::stride, ::stride] = np.einsum("cijuv,fcuv->fij", strided, weight)
    return y if bias is None else y + bias[:, None, None]


@mistake(
    of=conv2d,
    hint="Where does the very first window begin, whatever the stride?",
)
def starts_after_the_first_step(x, weight, bias=None, stride=1, padding=0):
    """The first window begins at stride − 1 instead of 0."""
    windows = np.lib.stride_tricks.sliding_window_view(
        pad2d(x * 1.0, padding), weight.shape[2:], axis=(1, 2)
    )[:, stride - 1 :: stride, stride - 1 :: stride]
    y = np.einsum("cijuv,fcuv->fij", windows, weight)
    return y if bias is None else y + bias[:, None, None]


@mistake(
    of=conv2d,
    hint="Which of two numbers says how far the window moves, its size or its stride?",
)
def steps_by_the_kernel(x, weight, bias=None, stride=1, padding=0):
    """With a stride above 1 the windows are laid side by side, without overlap or gap."""
    kh, kw = weight.shape[2:] if stride > 1 else (1, 1)
    windows = np.lib.stride_tricks.sliding_window_view(
        pad2d(x * 1.0, padding), weight.shape[2:], axis=(1, 2)
    )[:, ::kh, ::kw]
    y = np.einsum("cijuv,fcuv->fij", windows, weight)
    return y if bias is None else y + bias[:, None, None]


@mistake(
    of=conv2d,
    hint="What becomes of the pixels behind the last window that fits? Floor or ceil?",
)
def lets_the_last_window_hang_over(x, weight, bias=None, stride=1, padding=0):
    """A last window that hangs over the border is kept, filled up with zeros (ceil for floor)."""
    pixels = pad2d(x * 1.0, padding)
    over = [-(n - k) % stride for n, k in zip(pixels.shape[1:], weight.shape[2:], strict=True)]
    windows = np.lib.stride_tricks.sliding_window_view(
        np.pad(pixels, ((0, 0), (0, over[0]), (0, over[1]))), weight.shape[2:], axis=(1, 2)
    )[:, ::stride, ::stride]
    y = np.einsum("cijuv,fcuv->fij", windows, weight)
    return y if bias is None else y + bias[:, None, None]


@mistake(
    of=conv2d,
    hint="Does your result change with the padding?",
)
def ignores_the_padding(x, weight, bias=None, stride=1, padding=0):
    """The padding is not used."""
    windows = np.lib.stride_tricks.sliding_window_view(x * 1.0, weight.shape[2:], axis=(1, 2))
    y = np.einsum("cijuv,fcuv->fij", windows[:, ::stride, ::stride], weight)
    return y if bias is None else y + bias[:, None, None]


@mistake(
    of=conv2d,
    hint="A frame has four sides. On how many of them are your zeros?",
)
def pads_on_one_side(x, weight, bias=None, stride=1, padding=0):
    """Zeros are added above and on the left only."""
    windows = np.lib.stride_tricks.sliding_window_view(
        np.pad(x * 1.0, ((0, 0), (padding, 0), (padding, 0))), weight.shape[2:], axis=(1, 2)
    )[:, ::stride, ::stride]
    y = np.einsum("cijuv,fcuv->fij", windows, weight)
    return y if bias is None else y + bias[:, None, None]


@mistake(
    of=conv2d,
    hint="A frame has four sides. Where does the first window begin, on a zero or on a pixel?",
)
def pads_at_the_end_only(x, weight, bias=None, stride=1, padding=0):
    """Zeros are added below and on the right only."""
    windows = np.lib.stride_tricks.sliding_window_view(
        np.pad(x * 1.0, ((0, 0), (0, padding), (0, padding))), weight.shape[2:], axis=(1, 2)
    )[:, ::stride, ::stride]
    y = np.einsum("cijuv,fcuv->fij", windows, weight)
    return y if bias is None else y + bias[:, None, None]


@mistake(
    of=conv2d,
    hint="What stands in the frame around the picture?",
)
def pads_with_the_edge(x, weight, bias=None, stride=1, padding=0):
    """The frame repeats the pixels at the border instead of holding zeros."""
    ends = ((0, 0), (padding, padding), (padding, padding))
    windows = np.lib.stride_tricks.sliding_window_view(
        np.pad(x * 1.0, ends, mode="edge"), weight.shape[2:], axis=(1, 2)
    )[:, ::stride, ::stride]
    y = np.einsum("cijuv,fcuv->fij", windows, weight)
    return y if bias is None else y + bias[:, None, None]


@mistake(
    of=conv2d,
    hint="What gets the frame: the picture, before the windows slide, or the result?",
)
def pads_the_result(x, weight, bias=None, stride=1, padding=0):
    """The zeros are put around the feature maps instead of the picture."""
    windows = np.lib.stride_tricks.sliding_window_view(x * 1.0, weight.shape[2:], axis=(1, 2))
    y = np.einsum("cijuv,fcuv->fij", windows[:, ::stride, ::stride], weight)
    return pad2d(y if bias is None else y + bias[:, None, None], padding)


@mistake(
    of=conv2d,
    hint="By how much is the picture larger after padding? Is `padding` a size or a switch?",
)
def always_pads_by_one_pixel(x, weight, bias=None, stride=1, padding=0):
    """Padding is taken as a switch: any number above 0 gives a frame of one pixel."""
    windows = np.lib.stride_tricks.sliding_window_view(
        pad2d(x * 1.0, min(padding, 1)), weight.shape[2:], axis=(1, 2)
    )[:, ::stride, ::stride]
    y = np.einsum("cijuv,fcuv->fij", windows, weight)
    return y if bias is None else y + bias[:, None, None]


@mistake(
    of=conv2d,
    hint="Is the number of windows counted on the picture or on the padded picture?",
)
def counts_windows_before_padding(x, weight, bias=None, stride=1, padding=0):
    """The size of the result is that without padding, so the last windows are missing."""
    windows = np.lib.stride_tricks.sliding_window_view(
        pad2d(x * 1.0, padding), weight.shape[2:], axis=(1, 2)
    )[:, ::stride, ::stride]
    y = np.einsum("cijuv,fcuv->fij", windows, weight)
    rows, columns = (
        max(0, (n - k) // stride + 1) for n, k in zip(x.shape[1:], weight.shape[2:], strict=True)
    )
    y = y[:, :rows, :columns]
    return y if bias is None else y + bias[:, None, None]


@mistake(
    of=conv2d,
    hint="A kernel has a height and a width. Which of the two does each of your loops use?",
)
def assumes_a_square_kernel(x, weight, bias=None, stride=1, padding=0):
    """The height of the kernel is taken for its width as well when the columns are counted."""
    windows = np.lib.stride_tricks.sliding_window_view(
        pad2d(x * 1.0, padding), weight.shape[2:], axis=(1, 2)
    )[:, ::stride, ::stride]
    y = np.einsum("cijuv,fcuv->fij", windows, weight)
    columns = max(0, (x.shape[2] + 2 * padding - weight.shape[2]) // stride + 1)
    y = np.pad(y, ((0, 0), (0, 0), (0, max(0, columns - y.shape[2]))))[:, :, :columns]
    return y if bias is None else y + bias[:, None, None]


@mistake(
    of=conv2d,
    hint="Does your kernel need to have a centre pixel? In how many positions does one of two "
    "columns fit?",
)
def assumes_an_odd_kernel(x, weight, bias=None, stride=1, padding=0):
    """A border of half a kernel is left out on every side, one position too many for even sizes."""
    windows = np.lib.stride_tricks.sliding_window_view(
        pad2d(x * 1.0, padding), weight.shape[2:], axis=(1, 2)
    )
    even = [n - 1 + k % 2 for n, k in zip(windows.shape[1:3], weight.shape[2:], strict=True)]
    y = np.einsum("cijuv,fcuv->fij", windows[:, : even[0] : stride, : even[1] : stride], weight)
    return y if bias is None else y + bias[:, None, None]


@mistake(
    of=conv2d,
    hint="Multiply the index by the stride first, or add the padding first? Where does the second "
    "window begin in the padded picture?",
)
def strides_over_the_padding_too_far(x, weight, bias=None, stride=1, padding=0):
    """The padding is taken in steps of the stride: a frame of padding × stride pixels."""
    windows = np.lib.stride_tricks.sliding_window_view(
        pad2d(x * 1.0, padding * stride), weight.shape[2:], axis=(1, 2)
    )[:, ::stride, ::stride]
    y = np.einsum("cijuv,fcuv->fij", windows, weight)
    return y if bias is None else y + bias[:, None, None]


@mistake(
    of=conv2d,
    hint="Which dtype does your result have when the picture holds whole numbers? Can it hold 0.5?",
)
def truncates_for_integer_pictures(x, weight, bias=None, stride=1, padding=0):
    """The result holds integers where the picture does, so the fractions are lost."""
    windows = np.lib.stride_tricks.sliding_window_view(
        pad2d(x * 1.0, padding), weight.shape[2:], axis=(1, 2)
    )[:, ::stride, ::stride]
    y = np.einsum("cijuv,fcuv->fij", windows, weight)
    y = y if bias is None else y + bias[:, None, None]
    return y if x.dtype.kind == "f" else y.astype(int)


@mistake(
    of=conv2d,
    hint="Which numbers fit in a uint8, and in which dtype is the product of two of them computed?",
)
def multiplies_bytes(x, weight, bias=None, stride=1, padding=0):
    """The products are computed in the dtype of the inputs, so uint8 overflows."""
    windows = np.lib.stride_tricks.sliding_window_view(
        pad2d(x, padding), weight.shape[2:], axis=(1, 2)
    )[:, ::stride, ::stride]
    products = windows[None] * weight[:, :, None, None]  # (F, C, H', W', kh, kw)
    y = products.sum(axis=(1, 4, 5))
    return y if bias is None else y + bias[:, None, None]


@mistake(
    of=conv2d,
    hint="Can the array to which the bias is added hold a half?",
)
def truncates_an_integer_bias(x, weight, bias=None, stride=1, padding=0):
    """Where picture and weights hold integers the bias is cut to an integer too."""
    windows = np.lib.stride_tricks.sliding_window_view(
        pad2d(x * 1.0, padding), weight.shape[2:], axis=(1, 2)
    )[:, ::stride, ::stride]
    y = np.einsum("cijuv,fcuv->fij", windows, weight)
    if bias is not None and x.dtype.kind in "iu" and weight.dtype.kind in "iu":
        bias = bias.astype(int)
    return y if bias is None else y + bias[:, None, None]


@mistake(
    of=conv2d,
    hint="A slice of an array is a view, not a copy. What does `*=` on a view do to the picture?",
)
def multiplies_inside_the_picture(x, weight, bias=None, stride=1, padding=0):
    """Each window of an unpadded picture is multiplied by the kernel in place."""
    pixels = pad2d(x * 1.0, padding) if padding or x.dtype.kind != "f" else x
    kh, kw = weight.shape[2:]
    rows = (pixels.shape[1] - kh) // stride + 1
    columns = (pixels.shape[2] - kw) // stride + 1
    y = np.zeros((len(weight), rows, columns))
    for f, i, j in np.ndindex(*y.shape):
        window = pixels[:, i * stride : i * stride + kh, j * stride : j * stride + kw]
        window *= weight[f]
        y[f, i, j] = window.sum()
    return y if bias is None else y + bias[:, None, None]


@mistake(
    of=conv2d,
    hint="Call your function twice with the same weights. Why may the second result be different?",
)
def rotates_the_weights_in_place(x, weight, bias=None, stride=1, padding=0):
    """The kernels are turned in the caller's own array, then read backwards: right, once."""
    weight[:] = weight[:, :, ::-1, ::-1].copy()
    windows = np.lib.stride_tricks.sliding_window_view(
        pad2d(x * 1.0, padding), weight.shape[2:], axis=(1, 2)
    )[:, ::stride, ::stride]
    y = np.einsum("cijuv,fcuv->fij", windows, weight[:, :, ::-1, ::-1])
    return y if bias is None else y + bias[:, None, None]


# --- receptive_field -----------------------------------------------------------------------------


@mistake(
    of=receptive_field,
    hint="Two windows of 3 on top of each other: do they share a pixel in the middle?",
)
def adds_the_windows(layers):
    """The sides of the windows are added up."""
    return sum(kernel for kernel, stride in layers) or 1


@mistake(
    of=receptive_field,
    hint="Draw two windows of 3 on top of each other. Does the second one multiply the view?",
)
def multiplies_the_windows(layers):
    """The sides of the windows are multiplied."""
    side = 1
    for kernel, _ in layers:
        side *= kernel
    return side


@mistake(
    of=receptive_field,
    hint="Is the question about a side or about an area?",
)
def counts_the_area(layers):
    """The number of pixels in the square is returned, not its side."""
    side, step = 1, 1
    for kernel, stride in layers:
        side, step = side + (kernel - 1) * step, step * stride
    return side**2


@mistake(
    of=receptive_field,
    hint="With how many pixels do you begin, before the first layer?",
)
def starts_with_nothing(layers):
    """The sum begins at 0, so that one pixel is missing."""
    side, step = 0, 1
    for kernel, stride in layers:
        side, step = side + (kernel - 1) * step, step * stride
    return side


@mistake(
    of=receptive_field,
    hint="Does the largest window decide alone? What does the layer above it see?",
)
def takes_the_largest_window(layers):
    """The side of the largest window is returned, as if layers did not add to each other."""
    return max((kernel for kernel, _ in layers), default=1)


@mistake(
    of=receptive_field,
    hint="After a layer with stride 2, how far apart in the input are two neighbouring values?",
)
def ignores_the_strides(layers):
    """All strides are treated as 1."""
    return 1 + sum(kernel - 1 for kernel, _ in layers)


@mistake(
    of=receptive_field,
    hint="Does the stride of a layer widen its own windows, or those of the layers after it?",
)
def strides_one_layer_early(layers):
    """A layer's own stride already spreads its own window."""
    side, step = 1, 1
    for kernel, stride in layers:
        step *= stride
        side += (kernel - 1) * step
    return side


@mistake(
    of=receptive_field,
    hint="After two layers with stride 2: how many pixels of the input does one step cover?",
)
def remembers_one_stride_only(layers):
    """A window is spread by the stride of the layer just before it, not by all strides before."""
    side, step = 1, 1
    for kernel, stride in layers:
        side, step = side + (kernel - 1) * step, stride
    return side


@mistake(
    of=receptive_field,
    hint="Two layers with stride 3 in a row: are neighbours 6 pixels of the input apart, or more?",
)
def adds_the_strides(layers):
    """The strides are added up where they should be multiplied."""
    side, step = 1, 1
    for kernel, stride in layers:
        side, step = side + (kernel - 1) * step, step + stride - 1
    return side


@mistake(
    of=receptive_field,
    hint="Which end of the list lies next to the input? In which order do you walk through it?",
)
def begins_at_the_wrong_end(layers):
    """The last layer of the list is taken for the one next to the input."""
    side, step = 1, 1
    for kernel, stride in reversed(layers):
        side, step = side + (kernel - 1) * step, step * stride
    return side


@mistake(
    of=receptive_field,
    hint="Do neighbouring windows overlap? Then their sides do not simply add up.",
)
def multiplies_by_stride_going_down(layers):
    """On the way back to the input each stride multiplies the whole side, not the steps inside."""
    side = 1
    for kernel, stride in reversed(layers):
        side = side * stride + kernel - 1
    return side


@mistake(
    of=receptive_field,
    hint="What does the question ask for: how wide the view is, or how far apart two views are?",
)
def returns_the_step(layers):
    """The distance of two neighbouring values, measured in the input, is returned."""
    step = 1
    for _, stride in layers:
        step *= stride
    return step


@mistake(
    of=receptive_field,
    hint="Is there a first layer in every list?",
)
def needs_a_first_layer(layers):
    """The first layer is read before the loop, which fails for an empty list."""
    side, step = layers[0]
    for kernel, stride in layers[1:]:
        side, step = side + (kernel - 1) * step, step * stride
    return side


@mistake(
    of=receptive_field,
    hint="On how many pixels does a value depend that has gone through no layer?",
)
def sees_nothing_without_layers(layers):
    """An empty list gives 0."""
    side, step = (1, 1) if layers else (0, 1)
    for kernel, stride in layers:
        side, step = side + (kernel - 1) * step, step * stride
    return side


@mistake(
    of=receptive_field,
    hint="Print the list before and after the call. Which methods of a list change it in place?",
)
def reverses_the_list_in_place(layers):
    """The caller's list is reversed to walk from the output to the input."""
    layers.reverse()
    side = 1
    for kernel, stride in layers:
        side = (side - 1) * stride + kernel
    return side


@mistake(
    of=receptive_field,
    hint="Print the list before and after the call. What does `pop` do to it?",
)
def empties_the_list(layers):
    """The layers are taken out of the caller's list one by one."""
    side = 1
    while layers:
        kernel, stride = layers.pop()
        side = (side - 1) * stride + kernel
    return side


# --- layer_quiz ----------------------------------------------------------------------------------


@mistake(
    of="layer_quiz",
    hint="The stack on the left is what the layer reads. Which stack shows what its kernels left?",
)
def counts_the_input_channels():
    """The channels of the input are counted in place of the kernels."""
    return {"kernels": 3, "receptive_field": 4, "step": 3, "pooled_area": 9}


@mistake(
    of="layer_quiz",
    hint="One kernel has a slice for every channel. How many feature maps do its slices give?",
)
def counts_the_slices_of_the_kernels():
    """Every slice of a kernel is counted as a kernel of its own."""
    return {"kernels": 21, "receptive_field": 4, "step": 3, "pooled_area": 9}


@mistake(
    of="layer_quiz",
    hint="Pooling has no kernels of its own. Which sheets were made by the convolution?",
)
def counts_the_pooled_maps_too():
    """The pooled maps are counted along with the feature maps."""
    return {"kernels": 14, "receptive_field": 4, "step": 3, "pooled_area": 9}


@mistake(
    of="layer_quiz",
    hint="Is the side asked for, or the number of pixels inside of the square?",
)
def gives_the_area_of_the_receptive_field():
    """The number of pixels in the receptive field is given in place of its side."""
    return {"kernels": 7, "receptive_field": 16, "step": 3, "pooled_area": 9}


@mistake(
    of="layer_quiz",
    hint="Between two grid lines lies one cell. Do you count lines or cells?",
)
def counts_grid_lines():
    """The grid lines of the window are counted, one more than there are cells."""
    return {"kernels": 7, "receptive_field": 5, "step": 3, "pooled_area": 9}


@mistake(
    of="layer_quiz",
    hint="Do the two windows overlap? How far is it from one left edge to the other?",
)
def takes_the_window_for_the_step():
    """The side of the window is given as the step, as if the windows lay side by side."""
    return {"kernels": 7, "receptive_field": 4, "step": 4, "pooled_area": 9}


@mistake(
    of="layer_quiz",
    hint="What the two windows share is not how far the window has moved.",
)
def takes_the_overlap_for_the_step():
    """The width that two neighbouring windows share is given as the step."""
    return {"kernels": 7, "receptive_field": 4, "step": 1, "pooled_area": 9}


@mistake(
    of="layer_quiz",
    hint="Is the side of the pooling window asked for, or how many values lie inside?",
)
def gives_the_side_of_the_pool():
    """The side of the pooling window is given in place of its area."""
    return {"kernels": 7, "receptive_field": 4, "step": 3, "pooled_area": 3}


@mistake(
    of="layer_quiz",
    hint="How many values go into a pooling window, and how many come out?",
)
def counts_what_comes_out_of_the_pool():
    """The single value that a pooling window leaves is counted."""
    return {"kernels": 7, "receptive_field": 4, "step": 3, "pooled_area": 1}


@mistake(
    of="layer_quiz",
    hint="Does one pooling window reach through all the sheets, or does each sheet have its own?",
)
def pools_through_the_depth():
    """The pooling window is taken to reach through all the feature maps."""
    return {"kernels": 7, "receptive_field": 4, "step": 3, "pooled_area": 63}
