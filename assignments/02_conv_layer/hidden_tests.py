"""Hidden tests of 02_conv_layer. The first line of a test's docstring is what the student reads.

Every question climbs a staircase: first what the idea is, then one feature at a time (stride,
padding, channels, bias), then the edges, the number types and the arguments. So a solution with
one mistake keeps the points of the steps below it. What is expected is computed before the
student's code sees the arguments: code that changes them loses the last step only. The comment
above a test names the mistakes that no earlier test catches.
"""

import numpy as np

from autograder.check import like, points

ARGUMENTS = "Whose array are you writing to? A slice of an array is a view, not a copy."


def read_only(array):
    """The array, from now on read-only."""
    array.flags.writeable = False
    return array


# --- output_size ---------------------------------------------------------------------------------


def line(rng, stride=1, rest=0, padding=0):
    """Lengths (n, k) where a few windows fit and `rest` values remain after the last of them."""
    count, k = int(rng.integers(9, 20)), int(rng.integers(2, 8))
    return (count - 1) * stride + k + rest - 2 * padding, k


# Catches windows too few or too many.
@points("output_size", 1, hint="Draw n = 5 and k = 2, and count with your fingers.")
def test_output_size_counts_every_position(student, reference, rng):
    """With stride 1 every position counts, and the result is a whole number."""
    for _ in range(4):
        n, k = line(rng)
        expected = like(reference.output_size(n, k))
        assert student.output_size(n, k) == expected
    expected = like(reference.output_size(7, 1))
    assert student.output_size(7, 1) == expected


# Catches strides that are forgotten or divide too much.
@points("output_size", 1, hint="How often can you step on after the first window?")
def test_output_size_steps_by_the_stride(student, reference, rng):
    """Larger strides where the last window ends exactly at the border."""
    for stride in (2, 3, 4, 7):
        n, k = line(rng, stride)
        expected = like(reference.output_size(n, k, stride))
        assert student.output_size(n, k, stride) == expected


# Catches rounding up, and rounding to the nearest.
@points("output_size", 0.75, hint="What becomes of values behind the last whole window?")
def test_output_size_leaves_a_rest(student, reference, rng):
    """Larger strides where a few values are left over."""
    for stride, rest in ((3, 1), (3, 2), (2, 1), (4, 3), (5, 4), (7, 6)):
        n, k = line(rng, stride, rest)
        expected = like(reference.output_size(n, k, stride))
        assert student.output_size(n, k, stride) == expected


# Catches padding that is forgotten, counted once, or only after the size has been looked at.
@points("output_size", 0.75, hint="By how much does padding lengthen a row of n values?")
def test_output_size_adds_padding(student, reference, rng):
    """Padding lengthens the axis, with stride 1 and with larger strides."""
    for stride, rest, padding in ((1, 0, 1), (1, 0, 3), (2, 1, 1), (3, 0, 2), (3, 2, 4)):
        n, k = line(rng, stride, rest, padding)
        expected = like(reference.output_size(n, k, stride, padding))
        assert student.output_size(n, k, stride, padding) == expected
        assert student.output_size(n, k, padding=padding, stride=stride) == expected


# Catches windows that do not fit and are counted all the same, and the refusal of an exact fit.
@points("output_size", 0.5, hint="When does not even the first window fit, and when does it just?")
def test_output_size_knows_what_fits(student, reference):
    """An exact fit is one window; a window that is too large raises ValueError."""
    for n, k, stride, padding in ((5, 5, 1, 0), (4, 4, 3, 0), (1, 1, 1, 0), (2, 6, 2, 2)):
        expected = like(reference.output_size(n, k, stride, padding))
        assert student.output_size(n, k, stride, padding) == expected
    for n, k, stride, padding in ((3, 9, 1, 0), (4, 5, 1, 0), (4, 5, 2, 0), (1, 8, 3, 3)):
        with student.raises("ValueError"):
            student.output_size(n, k, stride, padding)


# --- pad2d ---------------------------------------------------------------------------------------


# Catches frames that are too thin, one-sided, not zero, or on the wrong axes.
@points("pad2d", 1.25, hint="How many axes does a stack of channels have, and which get a frame?")
def test_pad2d_frames_every_channel(student, reference, rng):
    """Every channel of a stack gets a frame of zeros on all four sides."""
    for shape, padding in (((3, 4, 6), 1), ((2, 5, 3), 2), ((4, 3, 5), 3)):
        x = rng.standard_normal(shape)
        expected = like(reference.pad2d(x, padding))
        assert student.pad2d(x, padding) == expected


# Catches code for exactly three axes.
@points("pad2d", 0.75, hint="Which axes are the last two, whatever comes before them?")
def test_pad2d_takes_any_number_of_axes(student, reference, rng):
    """A single picture, a batch of stacks and still more axes: only the last two are padded."""
    for shape, padding in (((4, 7), 2), ((2, 3, 5, 4), 1), ((3, 1, 2, 2, 5), 2)):
        x = rng.standard_normal(shape)
        expected = like(reference.pad2d(x, padding))
        assert student.pad2d(x, padding) == expected


# Catches `padding:-padding`, and the zero that is taken for a one.
@points("pad2d", 0.5, hint="Print np.arange(5)[0:-0].")
def test_pad2d_takes_a_padding_of_zero(student, reference, rng):
    """Padding 0 changes nothing; a single pixel or row may have a frame larger than itself."""
    for shape, padding in (((2, 3, 4), 0), ((3, 5), 0), ((1, 1, 1), 3), ((2, 1, 6), 4)):
        x = rng.standard_normal(shape)
        expected = like(reference.pad2d(x, padding))
        assert student.pad2d(x, padding) == expected


# Catches frames that are drawn into the argument.
@points("pad2d", 0.5, hint=ARGUMENTS)
def test_pad2d_leaves_its_argument_alone(student, reference, rng):
    """`x` stays as it is, read-only, strided and integer ones work, a second call is right."""
    pixels = rng.integers(100, 256, (3, 4, 10), np.uint8)[..., ::2]
    for x in (pixels, rng.standard_normal((6, 4)).T):
        before = x.copy()
        expected = like(reference.pad2d(x, 2))
        assert student.pad2d(x, 2) == expected
        assert x == like(before), "Your function changes its argument x."
        assert student.pad2d(read_only(x), 2) == expected


# --- conv2d --------------------------------------------------------------------------------------


def layer(rng, shape, filters, kernel):
    """A stack of channels of that shape, and `filters` kernels for it."""
    return rng.standard_normal(shape), rng.standard_normal((filters, shape[0], *kernel))


# Catches kernels that are flipped or used as matrices, means, sizes, and results without F.
@points("conv2d", 1, hint="Try a kernel with a single 1 in a corner.")
def test_conv2d_slides_one_kernel_over_one_channel(student, reference, rng):
    """One channel and one kernel: a cross-correlation, with the axis for the kernels."""
    for height, width in ((6, 9), (8, 5), (7, 7)):
        x, weight = layer(rng, (1, height, width), 1, (3, 3))
        expected = like(reference.conv2d(x, weight))
        assert student.conv2d(x, weight) == expected


# Catches whatever becomes of the channels but their sum.
@points("conv2d", 1, hint="How many numbers does one window hold if there are three channels?")
def test_conv2d_sums_over_the_channels(student, reference, rng):
    """Several channels, one kernel: every channel meets its own slice, and all are added up."""
    for channels, height, width in ((2, 6, 8), (3, 7, 5), (4, 5, 6)):
        x, weight = layer(rng, (channels, height, width), 1, (3, 3))
        expected = like(reference.conv2d(x, weight))
        assert student.conv2d(x, weight) == expected


# Catches one kernel for all maps, and axes of the weights or of the result that are swapped.
@points("conv2d", 1, hint="Which axis of the weights counts the kernels? And which of the result?")
def test_conv2d_has_one_map_for_each_kernel(student, reference, rng):
    """Several channels and several kernels: one feature map for each kernel, in order."""
    for shape, filters in (((3, 6, 8), 3), ((2, 7, 5), 4), ((4, 5, 6), 2), ((1, 5, 7), 3)):
        x, weight = layer(rng, shape, filters, (3, 3))
        expected = like(reference.conv2d(x, weight))
        assert student.conv2d(x, weight) == expected


# Catches a bias that is forgotten, counted too often, or given to the wrong axis.
@points("conv2d", 0.75, hint="How often is a bias added to one value of a feature map, and whose?")
def test_conv2d_adds_a_bias_for_each_kernel(student, reference, rng):
    """Every feature map gets its own bias, once."""
    for shape, filters in (((2, 6, 9), 3), ((3, 6, 6), 4), ((1, 6, 5), 1)):
        x, weight = layer(rng, shape, filters, (3, 3))
        bias = rng.choice([-1, 1], filters) * np.arange(1, filters + 1) + rng.uniform(0, 0.5)
        expected = like(reference.conv2d(x, weight, bias))
        assert student.conv2d(x, weight, bias) == expected


# Catches strides that are forgotten, for one axis only, or used for the wrong index.
@points("conv2d", 1, hint="Where does the second window begin? And the last one?")
def test_conv2d_steps_by_the_stride(student, reference, rng):
    """The window moves on by the stride, downwards and to the right, whether it divides or not."""
    for shape, stride in (((2, 7, 9), 2), ((1, 8, 12), 2), ((2, 6, 10), 3), ((1, 9, 12), 5)):
        x, weight = layer(rng, shape, 3, (3, 3))
        expected = like(reference.conv2d(x, weight, stride=stride))
        assert student.conv2d(x, weight, stride=stride) == expected


# Catches frames that are forgotten, too thin, one-sided, not zero, or put around the result.
@points("conv2d", 0.75, hint="On how many sides, around which array, and for how many channels?")
def test_conv2d_pads_with_zeros(student, reference, rng):
    """Zeros are put around every channel, as many as `padding` says."""
    for shape, padding in (((2, 5, 7), 1), ((3, 6, 4), 2), ((1, 4, 5), 3)):
        x, weight = layer(rng, shape, 2, (3, 3))
        expected = like(reference.conv2d(x, weight, padding=padding))
        assert student.conv2d(x, weight, padding=padding) == expected


# Catches code for square or for odd kernels only.
@points("conv2d", 0.5, hint="Try kernels of 2×4 and of 1×1, and one as large as the picture.")
def test_conv2d_takes_any_kernel(student, reference, rng):
    """Kernels may be oblong, even, a single value, or as large as the picture."""
    cases = [((2, 6, 9), (2, 4)), ((3, 7, 5), (4, 3)), ((2, 4, 6), (1, 1)), ((2, 3, 5), (3, 5)),
             ((1, 1, 7), (1, 2)), ((2, 6, 1), (5, 1))]  # fmt: skip
    for shape, kernel in cases:
        x, weight = layer(rng, shape, 2, kernel)
        expected = like(reference.conv2d(x, weight))
        assert student.conv2d(x, weight) == expected


# Catches sizes and strides that are right only as long as nothing is padded, and the reverse.
@points("conv2d", 0.5, hint="Is the size of the padded picture the one that you work with?")
def test_conv2d_does_everything_at_once(student, reference, rng):
    """Stride, padding, bias, oblong kernels, several channels and kernels, all together."""
    cases = [((3, 6, 9), 2, (2, 3), 2, 1), ((2, 9, 7), 4, (4, 3), 3, 2),
             ((2, 5, 8), 3, (3, 2), 4, 3), ((1, 3, 2), 2, (5, 4), 2, 2)]  # fmt: skip
    for shape, filters, kernel, stride, padding in cases:
        x, weight = layer(rng, shape, filters, kernel)
        bias = rng.standard_normal(filters) + 3
        expected = like(reference.conv2d(x, weight, bias, stride, padding))
        assert student.conv2d(x, weight, bias, stride, padding) == expected


# Catches integer results for fractional weights, and products that are computed in 8 bits.
@points("conv2d", 0.25, hint="What is 200 + 100 in a uint8? Can your result hold 0.5?")
def test_conv2d_takes_any_numbers(student, reference, rng):
    """Pictures and weights of integers and bytes lose no fraction and do not overflow."""
    whole, pixels = rng.integers(-9, 10, (2, 5, 6)), rng.integers(100, 256, (2, 6, 5), np.uint8)
    fractions, few = rng.standard_normal((3, 2, 2, 3)), rng.integers(-3, 4, (2, 2, 3, 2))
    cases = ((whole, fractions, None), (pixels, fractions.astype(np.float32), None),
             (pixels, rng.integers(2, 256, (2, 2, 3, 2), np.uint8), np.array([3, -400])),
             (whole, few, np.array([0.25, -0.5])))  # fmt: skip
    for x, weight, shift in cases:
        expected = like(reference.conv2d(x, weight, shift))
        assert student.conv2d(x, weight, shift) == expected


# Catches windows and kernels that are multiplied or turned in place.
@points("conv2d", 0.25, hint=ARGUMENTS)
def test_conv2d_leaves_its_arguments_alone(student, reference, rng):
    """All arguments stay as they are, read-only and strided ones work, a second call is right."""
    x = rng.standard_normal((2, 6, 14))[..., ::2]
    weight, bias = rng.standard_normal((3, 2, 3, 6))[..., ::-2], rng.standard_normal(6)[::2]
    x_before, weight_before, bias_before = x.copy(), weight.copy(), bias.copy()
    expected = like(reference.conv2d(x, weight, bias))
    assert student.conv2d(x, weight, bias) == expected
    assert x == like(x_before), "Your function changes its argument x."
    assert weight == like(weight_before), "Your function changes its argument weight."
    assert bias == like(bias_before), "Your function changes its argument bias."
    assert student.conv2d(read_only(x), read_only(weight), read_only(bias)) == expected


# --- receptive_field -----------------------------------------------------------------------------


def stack(rng, count):
    """A list of `count` layers in random order, with windows and strides of different sizes."""
    kernels = rng.permutation([3, 5, 4, 7, 2][:count]).tolist()
    return [(kernel, int(rng.integers(1, min(kernel, 4) + 1))) for kernel in kernels]


# Catches sums, products and areas.
@points("receptive_field", 1, hint="Draw two windows of 3 on top of each other, and count.")
def test_receptive_field_grows_with_depth(student, reference, rng):
    """Layers with stride 1, odd and even windows."""
    stacks = [[(3, 1)] * 4, [(5, 1), (2, 1)], [(int(k), 1) for k in rng.integers(2, 8, 5)]]
    for layers in stacks:
        expected = like(reference.receptive_field(layers))
        assert student.receptive_field(layers) == expected


# Catches strides that are forgotten, added, or used one layer too early.
@points("receptive_field", 1, hint="How far apart, in the input, are two neighbouring values?")
def test_receptive_field_grows_with_the_stride(student, reference, rng):
    """Layers with strides, also several in a row: each stride spreads all the layers after it."""
    stacks = [[(3, 2), (5, 1)], [(5, 1), (3, 3)], [(4, 2), (3, 3), (5, 2), (2, 1)],
              [(7, 2), (2, 2), (3, 1), (3, 1)], stack(rng, 4), stack(rng, 5)]  # fmt: skip
    for layers in stacks:
        expected = like(reference.receptive_field(layers))
        assert student.receptive_field(layers) == expected


# Catches the empty list that raises or gives 0.
@points("receptive_field", 0.5, hint="On which pixels does a value depend that nobody has changed?")
def test_receptive_field_of_little(student, reference):
    """No layer at all, a single layer, windows of a single value."""
    for layers in ([], [(4, 3)], [(1, 1)], [(1, 1), (3, 2), (1, 1), (2, 1)]):
        expected = like(reference.receptive_field(layers))
        assert student.receptive_field(layers) == expected


# Catches lists that are reversed or emptied in place.
@points("receptive_field", 0.5, hint="Does the caller still have the list after your function ran?")
def test_receptive_field_leaves_the_list_alone(student, reference, rng):
    """`layers` stays as it is, and a second call is as right as the first."""
    layers = [(5, 2), *stack(rng, 3)]
    before = list(layers)
    expected = like(reference.receptive_field(before))
    assert student.receptive_field(layers) == expected
    assert layers == before, "Your function changes the list it was given."
    assert student.receptive_field(layers) == expected


# --- layer_quiz ----------------------------------------------------------------------------------


def answer(student, key):
    """What the student has written under that key, once it is clear that there is something."""
    quiz = student.request(op="value", name="layer_quiz")
    assert isinstance(quiz, dict), "`layer_quiz` should be a dict."
    assert key in quiz, f"The key {key!r} is missing."
    assert quiz[key] is not None, f"There is no answer yet under {key!r}."
    return quiz[key]


# Catches the channels of the input, and slices in place of kernels.
@points("layer_quiz", 0.75, hint="What does one kernel leave behind, however many slices it has?")
def test_layer_quiz_counts_the_kernels(student, reference):
    """The number of kernels is read correctly."""
    assert answer(student, "kernels") == like(reference.layer_quiz["kernels"])


# Catches areas and volumes in place of a side, and cells at the border of the window.
@points("layer_quiz", 0.75, hint="Side, area, volume: which is asked? Count cells, not lines.")
def test_layer_quiz_measures_the_receptive_field(student, reference):
    """The side of the receptive field is read correctly."""
    assert answer(student, "receptive_field") == like(reference.layer_quiz["receptive_field"])


# Catches the overlap, and the side of the window.
@points("layer_quiz", 0.75, hint="Put a finger on the left edge of one window, then of the other.")
def test_layer_quiz_measures_the_step(student, reference):
    """The step size is read correctly."""
    assert answer(student, "step") == like(reference.layer_quiz["step"])


# Catches the side of the pooling window, and what comes out of it.
@points("layer_quiz", 0.75, hint="A window has two sides. How many values lie inside of it?")
def test_layer_quiz_counts_what_a_pool_summarises(student, reference):
    """The number of values that one pooling window summarises is read correctly."""
    assert answer(student, "pooled_area") == like(reference.layer_quiz["pooled_area"])
