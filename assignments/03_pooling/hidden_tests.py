"""Hidden tests of 03_pooling. The first line of a test's docstring is what the student reads.

Every question climbs a staircase: windows that tile the map, then what is left over, strides that
differ from the size, the number types and the arguments. So a solution with one mistake keeps the
points of the steps below it. The comment above a test names the mistakes that no earlier one
catches.
"""

import numpy as np

from autograder.check import like, points

ARGUMENTS = "Whose array are you writing to? A slice of an array is a view, not a copy."
LEFT_OVER = "Try a pool of 2 on five rows, and a map that is exactly as large as the window."
STRIDES = "Size and stride are two things. Try size 3 with stride 2, and size 2 with stride 3."
STRIDED = [((2, 9, 11), 3, 2), ((3, 8, 10), 2, 3), ((2, 7, 6), 4, 1), ((1, 5, 9), 1, 2),
           ((3, 10, 7), 5, 3), ((2, 8, 12), 2, 1), ((2, 4, 9), 4, 3)]  # fmt: skip
UNEVEN = [((2, 7, 11), 2), ((3, 8, 5), 3), ((2, 11, 7), 4), ((1, 4, 6), 4), ((3, 5, 5), 5),
          ((2, 3, 4), 1), ((1, 1, 1), 1)]  # fmt: skip


def read_only(array):
    """The array, from now on read-only."""
    array.flags.writeable = False
    return array


# --- max_pool2d ----------------------------------------------------------------------------------


# Windows, axes, depth and the default of the stride, on positive values.
@points("max_pool2d", 1)
def test_max_pool2d_keeps_the_largest_value(student, reference, rng):
    """Windows side by side, positive values: each map is pooled by itself."""
    for shape, size in (((3, 6, 8), 2), ((2, 9, 6), 3), ((4, 4, 12), 4)):
        x = rng.uniform(0.1, 9, shape)
        expected = like(reference.max_pool2d(x, size))
        assert student.max_pool2d(x, size) == expected


# Catches searches that begin at 0, and magnitudes.
@points("max_pool2d", 0.75, hint="Which is larger, −5 or −2? With which number do you begin?")
def test_max_pool2d_takes_negative_values(student, reference, rng):
    """Maps with values of both signs, and maps with negative values only."""
    for x in (rng.standard_normal((3, 6, 8)), rng.uniform(-9, -0.1, (2, 8, 4))):
        for size in (2, 1):
            expected = like(reference.max_pool2d(x, size))
            assert student.max_pool2d(x, size) == expected


# Catches windows that are not full, and code that cannot do with a rest.
@points("max_pool2d", 0.75, hint=LEFT_OVER)
def test_max_pool2d_leaves_out_what_does_not_fill_a_window(student, reference, rng):
    """Sizes that do not divide the sides, a window as large as the map, a window of one value."""
    for shape, size in UNEVEN:
        x = rng.standard_normal(shape)
        expected = like(reference.max_pool2d(x, size))
        assert student.max_pool2d(x, size) == expected


# Catches size and stride that are mixed up, and strides in one direction.
@points("max_pool2d", 1, hint=STRIDES)
def test_max_pool2d_moves_by_the_stride(student, reference, rng):
    """Windows that overlap, and windows with gaps between them."""
    for shape, size, stride in STRIDED:
        x = rng.standard_normal(shape)
        expected = like(reference.max_pool2d(x, size, stride))
        assert student.max_pool2d(x, size, stride) == expected


# Catches maxima that are collected in a view of the map.
@points("max_pool2d", 0.25, hint=ARGUMENTS)
def test_max_pool2d_leaves_its_argument_alone(student, reference, rng):
    """`x` stays as it is, read-only and strided arrays work, a second call is as right."""
    x = rng.standard_normal((2, 6, 16))[:, :, ::-2]
    before = x.copy()
    expected = like(reference.max_pool2d(x, 2, stride=1))
    assert student.max_pool2d(x, 2, stride=1) == expected
    assert x == like(before), "Your function changes its argument x."
    assert student.max_pool2d(read_only(x), 2, stride=1) == expected
    expected = like(reference.max_pool2d(x, 2))
    assert student.max_pool2d(x, 2) == expected


# Catches results that are filled with −∞ in the dtype of x.
@points("max_pool2d", 0.25, hint="Which numbers can the dtype of your result hold?")
def test_max_pool2d_takes_any_numbers(student, reference, rng):
    """Maps of integers, of bytes (uint8, int8) and of float32 numbers."""
    pixels, signed = rng.integers(0, 256, (2, 7, 5), np.uint8), rng.integers(-999, -9, (3, 4, 6))
    small, single = signed.astype(np.int8), rng.standard_normal((2, 6, 7)).astype(np.float32)
    for x in (pixels, signed, small, single):
        expected = like(reference.max_pool2d(x, 2))
        assert student.max_pool2d(x, 2) == expected
        expected = like(reference.max_pool2d(x, 3, 1))
        assert student.max_pool2d(x, 3, 1) == expected


# --- avg_pool2d ----------------------------------------------------------------------------------


# Windows, divisor, axes, depth and the default of the stride.
@points("avg_pool2d", 0.75)
def test_avg_pool2d_takes_the_mean(student, reference, rng):
    """Windows side by side: each map is pooled by itself."""
    for shape, size in (((3, 6, 8), 2), ((2, 9, 6), 3), ((4, 4, 12), 4)):
        x = rng.standard_normal(shape)
        expected = like(reference.avg_pool2d(x, size))
        assert student.avg_pool2d(x, size) == expected


# Catches windows that are not full or filled up with zeros.
@points("avg_pool2d", 0.5, hint=LEFT_OVER)
def test_avg_pool2d_leaves_out_what_does_not_fill_a_window(student, reference, rng):
    """Sizes that do not divide the sides, a window as large as the map, a window of one value."""
    for shape, size in UNEVEN:
        x = rng.standard_normal(shape)
        expected = like(reference.avg_pool2d(x, size))
        assert student.avg_pool2d(x, size) == expected


# Catches size and stride that are mixed up.
@points("avg_pool2d", 0.75, hint=STRIDES)
def test_avg_pool2d_moves_by_the_stride(student, reference, rng):
    """Windows that overlap, and windows with gaps between them."""
    for shape, size, stride in STRIDED:
        x = rng.standard_normal(shape)
        expected = like(reference.avg_pool2d(x, size, stride))
        assert student.avg_pool2d(x, size, stride) == expected


# Catches means that are written into a view of the map.
@points("avg_pool2d", 0.25, hint=ARGUMENTS)
def test_avg_pool2d_leaves_its_argument_alone(student, reference, rng):
    """`x` stays as it is, read-only and strided arrays work, a second call is as right."""
    x = rng.standard_normal((2, 6, 16))[:, :, ::-2]
    before = x.copy()
    expected = like(reference.avg_pool2d(x, 3, stride=2))
    assert student.avg_pool2d(x, 3, stride=2) == expected
    assert x == like(before), "Your function changes its argument x."
    assert student.avg_pool2d(read_only(x), 3, stride=2) == expected
    expected = like(reference.avg_pool2d(x, 3))
    assert student.avg_pool2d(x, 3) == expected


# Catches means that are cut off to integers. Small numbers: bytes do not overflow yet.
@points("avg_pool2d", 0.5, hint="Which numbers can the dtype of your result hold? What is 5 / 2?")
def test_avg_pool2d_keeps_fractions(student, reference, rng):
    """Maps of whole numbers, of bytes (uint8) and of float32 numbers give fractions."""
    whole, pixels = rng.integers(-9, 10, (2, 7, 5)), rng.integers(0, 9, (3, 4, 6), np.uint8)
    for x in (whole, pixels, rng.standard_normal((2, 6, 7)).astype(np.float32)):
        expected = like(reference.avg_pool2d(x, 2))
        assert student.avg_pool2d(x, 2) == expected
        expected = like(reference.avg_pool2d(x, 3, 1))
        assert student.avg_pool2d(x, 3, 1) == expected


# Catches sums in 8 bits.
@points("avg_pool2d", 0.25, hint="What is 200 + 100 in a uint8? In which dtype do you add up?")
def test_avg_pool2d_does_not_overflow(student, reference, rng):
    """Bright pictures of bytes (uint8, int8) give the right means."""
    bright = rng.integers(150, 256, (2, 6, 9), np.uint8)
    for x in (bright, rng.integers(-128, -60, (3, 7, 4), np.int8)):
        expected = like(reference.avg_pool2d(x, 2))
        assert student.avg_pool2d(x, 2) == expected
        expected = like(reference.avg_pool2d(x, 3, 1))
        assert student.avg_pool2d(x, 3, 1) == expected


# --- feature_map_shapes --------------------------------------------------------------------------


def random_layers(rng, input_shape, kinds):
    """Layers of these kinds ("cp" is a conv, then a pool) with room for one window at least."""
    sides, layers = list(input_shape[1:]), []
    for kind in kinds:
        if kind == "c":
            stride, padding = rng.integers(1, 4, 2).tolist()
            k = int(rng.integers(1, min(7, min(sides) + 2 * padding) + 1))
            layers.append(("conv", int(rng.integers(2, 40)), k, stride, padding))
        else:
            stride, padding = int(rng.integers(1, 3)), 0
            k = int(rng.integers(1, min(4, *sides) + 1))
            layers.append(("pool", k, stride))
        sides = [(n + 2 * padding - k) // stride + 1 for n in sides]
    return layers


# One convolution, one pool that tiles its maps: no padding, no stride, nothing left over.
@points("feature_map_shapes", 1)
def test_feature_map_shapes_follows_a_convolution_and_a_pool(student, reference, rng):
    """A convolution without padding and with stride 1, then a pool whose windows fill its maps."""
    for shape, k, size in (((3, 12, 16), 5, 2), ((2, 23, 14), 3, 3)):
        layers = [("conv", int(rng.integers(5, 30)), k, 1, 0), ("pool", size, size)]
        expected = like(reference.feature_map_shapes(shape, layers))
        assert student.feature_map_shapes(shape, layers) == expected


# Catches padding and stride of convolutions, and sizes that are rounded up.
@points("feature_map_shapes", 0.75, hint="Try padding, stride and rounding one at a time.")
def test_feature_map_shapes_knows_stride_and_padding(student, reference, rng):
    """Convolutions with padding and stride, also some that do not come out even."""
    filters = int(rng.integers(5, 30))
    for settings in ((5, 1, 2), (4, 3, 1), (3, 2, 0), (1, 4, 0), (2, 1, 3)):
        shape, layers = (4, 20, 33), [("conv", filters, *settings)]
        expected = like(reference.feature_map_shapes(shape, layers))
        assert student.feature_map_shapes(shape, layers) == expected


# Catches pools that only divide.
@points("feature_map_shapes", 0.5, hint=STRIDES)
def test_feature_map_shapes_knows_pools_with_a_stride(student, reference, rng):
    """Pools whose stride is not their size, and pools that leave rows or columns over."""
    channels = int(rng.integers(5, 30))
    for size, stride in ((3, 2), (2, 3), (4, 1), (2, 2), (1, 2), (9, 5)):
        shape, layers = (channels, 9, 17), [("pool", size, stride)]
        expected = like(reference.feature_map_shapes(shape, layers))
        assert student.feature_map_shapes(shape, layers) == expected


# Catches settings that leak from one layer into the next.
@points("feature_map_shapes", 0.5, hint="What goes into the third layer? Print it.")
def test_feature_map_shapes_follows_long_pipelines(student, reference, rng):
    """Pipelines of four to seven layers in any order."""
    for kinds in ("pccp", "cpcpc", "ccpppc", "pcpcppc"):
        shape = (3, int(rng.integers(40, 60)), int(rng.integers(70, 99)))
        layers = random_layers(rng, shape, kinds)
        expected = like(reference.feature_map_shapes(shape, layers))
        assert student.feature_map_shapes(shape, layers) == expected


# Catches lists that are used up.
@points("feature_map_shapes", 0.25, hint="What does your function return, and leave, for []?")
def test_feature_map_shapes_leaves_the_layers_alone(student, reference, rng):
    """`layers` stays as it is and may be empty, a second call is as right as the first."""
    shape, layers = (1, 11, 9), random_layers(rng, (1, 11, 9), "cpc")
    before, expected = list(layers), like(reference.feature_map_shapes(shape, layers))
    assert student.feature_map_shapes(shape, layers) == expected
    assert layers == before, "Your function changes the list of layers."
    assert student.feature_map_shapes(shape, layers) == expected
    assert student.feature_map_shapes(shape, []) == like([])
