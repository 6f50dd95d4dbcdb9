"""Hidden tests of 01_convolution. The first line of a test's docstring is what the student reads.

Every question climbs a staircase: what symmetric inputs show, then what breaks the symmetry, then
the edges, the number types and the arguments. So a solution with one mistake keeps the points of
the steps below it. The comment above a test names the mistakes that no earlier test catches.
"""

import contextlib
import functools
import inspect

import numpy as np

from autograder.check import StudentError, like, points

WHOLE_NUMBERS = "Which numbers can the dtype of your result hold? Try an image of integers."
ARGUMENTS = "Whose array are you writing to? A slice of an array is a view, not a copy."


def read_only(array):
    """The array, from now on read-only."""
    array.flags.writeable = False
    return array


def mirrored(values):
    """Values (2,) or (2, 2), extended to (3,) or (3, 3) so that they look the same in a mirror."""
    return values[np.ix_(*[[0, 1, 0]] * values.ndim)]


# --- convolve1d ----------------------------------------------------------------------------------


# Size, sum and border. The filter reads the same backwards, so this step needs no flip.
@points("convolve1d", 0.5)
def test_convolve1d_has_the_full_length(student, reference, rng):
    """The result has the full length, with the right values for a filter that is symmetric."""
    a, b = rng.standard_normal(2)
    for n, w in ((7, np.array([a, b, a])), (9, np.array([b, a, a, b]))):
        x = rng.standard_normal(n)
        expected = like(reference.convolve1d(x, w))
        assert student.convolve1d(x, w) == expected


# Catches the filter that is not reversed.
@points("convolve1d", 1, hint="Write down the sum for y[1]: which value meets which weight?")
def test_convolve1d_follows_the_definition(student, reference, rng):
    """The result follows the definition for filters that are not symmetric."""
    for n, m in ((7, 3), (8, 4), (6, 5), (9, 2)):
        x, w = rng.standard_normal(n), rng.standard_normal(m)
        expected = like(reference.convolve1d(x, w))
        assert student.convolve1d(x, w) == expected


# Catches code that takes the filter to be the shorter one.
@points("convolve1d", 0.5, hint="Try a signal of one sample, and one that is shorter than w.")
def test_convolve1d_takes_any_two_lengths(student, reference, rng):
    """Signal and filter may have any length: equal, a single value, the filter longer."""
    for n, m in ((3, 7), (5, 5), (1, 4), (6, 1), (1, 1), (2, 3)):
        x, w = rng.standard_normal(n), rng.standard_normal(m)
        expected = like(reference.convolve1d(x, w))
        assert student.convolve1d(x, w) == expected


# Catches a filter that is reversed in place.
@points("convolve1d", 0.5, hint=ARGUMENTS)
def test_convolve1d_leaves_its_arguments_alone(student, reference, rng):
    """`x` and `w` stay as they are, read-only and strided arrays work, a second call is right."""
    x, w = rng.standard_normal(12)[::2], rng.standard_normal(8)[::-2]
    x_before, w_before = x.copy(), w.copy()
    expected = like(reference.convolve1d(x, w))
    assert student.convolve1d(x, w) == expected
    assert x == like(x_before), "Your function changes its argument x."
    assert w == like(w_before), "Your function changes its argument w."
    assert student.convolve1d(read_only(x), read_only(w)) == expected


# Catches integer results for fractional filters.
@points("convolve1d", 0.25, hint="Which numbers can the dtype of your result hold?")
def test_convolve1d_keeps_fractions(student, reference, rng):
    """A signal of whole numbers and a filter of fractions give fractions, and the reverse."""
    fractions, whole = mirrored(rng.standard_normal(2)), mirrored(rng.integers(1, 9, 2))
    integers, pixels = rng.integers(-9, 10, 6), rng.integers(0, 256, 5, np.uint8)
    single = fractions.astype(np.float32)
    for x, w in ((integers, fractions), (rng.standard_normal(7), whole), (pixels, single)):
        expected = like(reference.convolve1d(x, w))
        assert student.convolve1d(x, w) == expected


# Catches products that are computed in 8 bits.
@points("convolve1d", 0.25, hint="What is 200 + 100 in a uint8? Which dtype do your products have?")
def test_convolve1d_does_not_overflow(student, reference, rng):
    """Signals and filters of bytes (uint8) give the right sums, far beyond 255."""
    x, w = rng.integers(100, 256, 7, np.uint8), mirrored(rng.integers(3, 256, 2, np.uint8))
    expected = like(reference.convolve1d(x, w))
    assert student.convolve1d(x, w) == expected


# --- convolution_matrix --------------------------------------------------------------------------


# Shape and band. The filter reads the same backwards, so the order of the weights does not matter.
@points("convolution_matrix", 0.5)
def test_convolution_matrix_has_a_band(student, reference, rng):
    """Shape, zeros and diagonals are right for a filter that is symmetric."""
    a, b = rng.standard_normal(2)
    for n, w in ((6, np.array([a, b, a])), (7, np.array([b, a, a, b]))):
        expected = like(reference.convolution_matrix(w, n))
        assert student.convolution_matrix(w, n) == expected


# Catches the weights in the wrong order.
@points("convolution_matrix", 0.75, hint="What is T @ x where x holds a single 1?")
def test_convolution_matrix_has_the_weights_in_order(student, reference, rng):
    """The weights stand in the order that T @ x = convolve1d(x, w) asks for."""
    for n, m in ((6, 3), (7, 4), (5, 2)):
        w = rng.standard_normal(m)
        expected = like(reference.convolution_matrix(w, n))
        assert student.convolution_matrix(w, n) == expected


# Catches code that takes the filter to be the shorter one.
@points("convolution_matrix", 0.5, hint="Try n = 1, a single weight, and a filter longer than n.")
def test_convolution_matrix_takes_any_two_lengths(student, reference, rng):
    """Filter and signal may have any length: a single value, equal, the filter longer."""
    for n, m in ((3, 5), (1, 4), (6, 1), (4, 4), (1, 1), (2, 3)):
        w = rng.standard_normal(m)
        expected = like(reference.convolution_matrix(w, n))
        assert student.convolution_matrix(w, n) == expected


# Catches a filter that is reversed in place.
@points("convolution_matrix", 0.25, hint=ARGUMENTS)
def test_convolution_matrix_leaves_its_argument_alone(student, reference, rng):
    """`w` stays as it is, read-only, strided and integer filters work, a second call is right."""
    w = rng.standard_normal(8)[::2]
    before = w.copy()
    expected = like(reference.convolution_matrix(w, 5))
    assert student.convolution_matrix(w, 5) == expected
    assert w == like(before), "Your function changes its argument w."
    assert student.convolution_matrix(read_only(w), 5) == expected
    w = rng.integers(100, 256, 3, np.uint8)
    assert student.convolution_matrix(w, 4) == like(reference.convolution_matrix(w, 4))


# --- cross_correlate2d ---------------------------------------------------------------------------


# Size and sum. The kernel looks the same in a mirror, so its orientation does not matter yet.
@points("cross_correlate2d", 0.75)
def test_cross_correlate2d_sums_each_window(student, reference, rng):
    """Size and values are right for a 3×3 kernel that looks the same in a mirror."""
    kernel = mirrored(rng.standard_normal((2, 2)))
    for shape in ((6, 9), (8, 5)):
        image = rng.standard_normal(shape)
        expected = like(reference.cross_correlate2d(image, kernel))
        assert student.cross_correlate2d(image, kernel) == expected


# Catches kernels that are flipped, in one axis or both.
@points("cross_correlate2d", 0.75, hint="Try a kernel with a single 1 in a corner.")
def test_cross_correlate2d_does_not_turn_the_kernel(student, reference, rng):
    """The kernel is used the way it is: no flip, no turn."""
    for shape, side in (((6, 9), 3), ((8, 7), 5)):
        image, kernel = rng.standard_normal(shape), rng.standard_normal((side, side))
        expected = like(reference.cross_correlate2d(image, kernel))
        assert student.cross_correlate2d(image, kernel) == expected


# Catches code for square or for odd kernels only.
@points("cross_correlate2d", 0.75, hint="Try a kernel of 2×4, and one as large as the image.")
def test_cross_correlate2d_takes_any_kernel(student, reference, rng):
    """Kernels may be oblong, even, a single value, or as large as the image."""
    cases = [((6, 9), (2, 4)), ((7, 5), (4, 3)), ((5, 8), (1, 3)), ((6, 4), (1, 1)),
             ((3, 5), (3, 5)), ((1, 7), (1, 2)), ((6, 1), (5, 1))]  # fmt: skip
    for shape, size in cases:
        image, kernel = rng.standard_normal(shape), rng.standard_normal(size)
        expected = like(reference.cross_correlate2d(image, kernel))
        assert student.cross_correlate2d(image, kernel) == expected


# Catches a kernel that is turned in place.
@points("cross_correlate2d", 0.25, hint=ARGUMENTS)
def test_cross_correlate2d_leaves_its_arguments_alone(student, reference, rng):
    """Image and kernel stay as they are, also strided or read-only; a second call is right."""
    image, kernel = rng.standard_normal((7, 12))[:, ::2], rng.standard_normal((3, 3)).T
    image_before, kernel_before = image.copy(), kernel.copy()
    expected = like(reference.cross_correlate2d(image, kernel))
    assert student.cross_correlate2d(image, kernel) == expected
    assert image == like(image_before), "Your function changes the image."
    assert kernel == like(kernel_before), "Your function changes the kernel."
    assert student.cross_correlate2d(read_only(image), read_only(kernel)) == expected


# Catches integer results for fractional kernels.
@points("cross_correlate2d", 0.25, hint=WHOLE_NUMBERS)
def test_cross_correlate2d_keeps_fractions(student, reference, rng):
    """An image of whole numbers and a kernel of fractions give fractions, and the reverse."""
    fractions, whole = mirrored(rng.standard_normal((2, 2))), mirrored(rng.integers(1, 9, (2, 2)))
    integers, pixels = rng.integers(-9, 10, (6, 5)), rng.integers(0, 256, (5, 7), np.uint8)
    single = fractions.astype(np.float32)
    cases = ((integers, fractions), (rng.standard_normal((4, 6)), whole), (pixels, single))
    for image, kernel in cases:
        expected = like(reference.cross_correlate2d(image, kernel))
        assert student.cross_correlate2d(image, kernel) == expected


# Catches products that are computed in 8 bits.
@points("cross_correlate2d", 0.25, hint="What is 200 + 100 in a uint8? Which dtype do you sum in?")
def test_cross_correlate2d_does_not_overflow(student, reference, rng):
    """Images and kernels of bytes (uint8) give the right sums, far beyond 255."""
    image = rng.integers(100, 256, (5, 6), np.uint8)
    kernel = mirrored(rng.integers(3, 256, (2, 2), np.uint8))
    expected = like(reference.cross_correlate2d(image, kernel))
    assert student.cross_correlate2d(image, kernel) == expected


# --- convolve2d ----------------------------------------------------------------------------------


# Size and sum. The kernel looks the same in a mirror, so its orientation does not matter yet.
@points("convolve2d", 0.25)
def test_convolve2d_sums_each_window(student, reference, rng):
    """Size and values are right for a 3×3 kernel that looks the same in a mirror."""
    kernel = mirrored(rng.standard_normal((2, 2)))
    for shape in ((5, 9), (7, 6)):
        image = rng.standard_normal(shape)
        expected = like(reference.convolve2d(image, kernel))
        assert student.convolve2d(image, kernel) == expected


# Catches kernels that are not rotated, or not by 180°.
@points("convolve2d", 1, hint="Where does each corner of the kernel go when you turn it by 180°?")
def test_convolve2d_rotates_the_kernel(student, reference, rng):
    """The kernel is rotated by 180°."""
    for shape, side in (((6, 9), 3), ((8, 7), 5), ((5, 6), 2)):
        image, kernel = rng.standard_normal(shape), rng.standard_normal((side, side))
        expected = like(reference.convolve2d(image, kernel))
        assert student.convolve2d(image, kernel) == expected


# Catches code for square kernels only.
@points("convolve2d", 0.25, hint="Try a kernel of 2×4, and one as large as the image.")
def test_convolve2d_takes_any_kernel(student, reference, rng):
    """Kernels may be oblong, even, a single value, or as large as the image."""
    cases = [((6, 9), (2, 4)), ((7, 5), (4, 3)), ((5, 8), (1, 3)), ((6, 4), (1, 1)),
             ((4, 3), (4, 3)), ((1, 7), (1, 2)), ((6, 1), (5, 1))]  # fmt: skip
    for shape, size in cases:
        image, kernel = rng.standard_normal(shape), rng.standard_normal(size)
        expected = like(reference.convolve2d(image, kernel))
        assert student.convolve2d(image, kernel) == expected


# Catches a kernel that is rotated in place.
@points("convolve2d", 0.25, hint=ARGUMENTS)
def test_convolve2d_leaves_its_arguments_alone(student, reference, rng):
    """Image and kernel stay as they are, also strided or read-only; a second call is right."""
    image, kernel = rng.standard_normal((6, 7)).T, rng.standard_normal((3, 6))[:, ::-2]
    image_before, kernel_before = image.copy(), kernel.copy()
    expected = like(reference.convolve2d(image, kernel))
    assert student.convolve2d(image, kernel) == expected
    assert image == like(image_before), "Your function changes the image."
    assert kernel == like(kernel_before), "Your function changes the kernel."
    assert student.convolve2d(read_only(image), read_only(kernel)) == expected


# Catches integer results for fractional kernels, and products that are computed in 8 bits.
@points("convolve2d", 0.25, hint=WHOLE_NUMBERS)
def test_convolve2d_takes_any_numbers(student, reference, rng):
    """Images and kernels of integers and bytes lose no fraction and do not overflow."""
    integers, pixels = rng.integers(-9, 10, (5, 6)), rng.integers(100, 256, (6, 5), np.uint8)
    fractions, whole = rng.standard_normal((2, 2)), rng.integers(1, 9, (2, 2))
    single, small = fractions.astype(np.float32), rng.integers(3, 256, (2, 2), np.uint8)
    cases = [(integers, mirrored(fractions)), (rng.standard_normal((4, 6)), mirrored(whole)),
             (pixels, mirrored(single)), (pixels, mirrored(small))]  # fmt: skip
    for image, kernel in cases:
        expected = like(reference.convolve2d(image, kernel))
        assert student.convolve2d(image, kernel) == expected


# --- sobel_edges ---------------------------------------------------------------------------------

SHAPES = ((6, 9), (7, 4), (3, 3))


def part(found, index):
    """One of the three results, once it is clear that there are three."""
    three = isinstance(found, tuple | list | np.ndarray) and len(found) == 3
    assert three, "Three results were expected: gx, gy and magnitude."
    return found[index]


# Catches sizes, weights and signs.
@points("sobel_edges", 0.5, hint="Try a picture that gets brighter to the right.")
def test_sobel_edges_finds_gx(student, reference, rng):
    """`gx`, the first result, is right."""
    for shape in SHAPES:
        image = rng.standard_normal(shape)
        expected = like(reference.sobel_edges(image)[0])
        assert part(student.sobel_edges(image), 0) == expected


# Catches gy with its axis upwards.
@points("sobel_edges", 0.5, hint="Try a picture that gets brighter from top to bottom.")
def test_sobel_edges_finds_gy(student, reference, rng):
    """`gy`, the second result, is right."""
    for shape in SHAPES:
        image = rng.standard_normal(shape)
        expected = like(reference.sobel_edges(image)[1])
        assert part(student.sobel_edges(image), 1) == expected


# Catches |gx| + |gy| and the forgotten root. Stays apart: it forgives wrong signs and order.
@points("sobel_edges", 0.5, hint="How long is an arrow with the components gx and gy?")
def test_sobel_edges_finds_the_magnitude(student, reference, rng):
    """`magnitude`, the third result, is the length of the gradient."""
    for shape in SHAPES:
        image = rng.standard_normal(shape)
        expected = like(reference.sobel_edges(image)[2])
        assert part(student.sobel_edges(image), 2) == expected


# Catches pictures that are normalised in place.
@points("sobel_edges", 0.25, hint=ARGUMENTS)
def test_sobel_edges_leaves_the_image_alone(student, reference, rng):
    """The image stays as it is, read-only and strided ones work, a second call is right."""
    image = rng.standard_normal((6, 10))[:, ::-2]
    before = image.copy()
    expected = like(reference.sobel_edges(image)[2])
    assert part(student.sobel_edges(image), 2) == expected
    assert image == like(before), "Your function changes the image."
    assert part(student.sobel_edges(read_only(image)), 2) == expected


# Catches differences that are computed in 8 bits.
@points("sobel_edges", 0.25, hint="What is 10 − 200 in a uint8? Which dtype do you subtract in?")
def test_sobel_edges_does_not_overflow(student, reference, rng):
    """Pictures of bytes (uint8), of integers and of float32 numbers give the right gradients."""
    pixels = rng.integers(0, 256, (6, 8), np.uint8)
    signed = rng.integers(-1000, 1000, (7, 5))
    for image in (pixels, signed, rng.standard_normal((4, 6)).astype(np.float32)):
        expected = reference.sobel_edges(image)
        found = student.sobel_edges(image)
        for index, gradient in enumerate(expected):
            assert part(found, index) == like(gradient)


# --- filter_bank ---------------------------------------------------------------------------------


FIXED = ("identity", "box_blur", "gaussian_blur")  # the others leave a choice


def kernel_called(name, bank):
    """The kernel of that name, once it is clear that it is a 3×3 array of numbers."""
    assert isinstance(bank, dict), "A dict was expected."
    assert name in bank, f"There is no kernel called `{name}`."
    kernel = bank[name]
    numbers = type(kernel) is np.ndarray and kernel.dtype.kind in "iufc"
    assert numbers, f"`{name}` should be an array of numbers."
    assert kernel.shape == (3, 3), f"`{name}` should have the shape (3, 3)."
    assert np.isfinite(kernel).all(), f"`{name}` holds NaN or infinite values."
    return kernel


# Catches missing and surplus names, and whatever is no 3×3 array.
@points("filter_bank", 0.5)
def test_filter_bank_has_six_kernels(student, reference):
    """The result is a dict with exactly the six names, each with a 3×3 array."""
    bank, expected = student.filter_bank(), reference.filter_bank()
    kernels = {name: kernel_called(name, bank) for name in expected}
    assert len(bank) == len(expected), "There are kernels that nobody asked for."
    some = any(kernels[name] == like(expected[name]) for name in FIXED)
    assert some, "None of the kernels whose entries are given is right."


# Catches the identity matrix.
@points("filter_bank", 0.25, hint="What should happen to a picture with a single bright pixel?")
def test_filter_bank_identity_changes_nothing(student, reference):
    """`identity` leaves a picture as it is."""
    found = kernel_called("identity", student.filter_bank())
    assert found == like(reference.filter_bank()["identity"])


# Catches boxes that add up without dividing.
@points("filter_bank", 0.25, hint="How bright is a grey wall after the blur?")
def test_filter_bank_box_blur_takes_the_mean(student, reference):
    """`box_blur` takes the mean of nine pixels."""
    found = kernel_called("box_blur", student.filter_bank())
    assert found == like(reference.filter_bank()["box_blur"])


# Catches other weights and other divisors.
@points("filter_bank", 0.25, hint="Which numbers does the outer product of 1 2 1 hold? Their sum?")
def test_filter_bank_gaussian_blur_weighs_by_distance(student, reference):
    """`gaussian_blur` is the outer product of 1 2 1 with itself, divided by 16."""
    found = kernel_called("gaussian_blur", student.filter_bank())
    assert found == like(reference.filter_bank()["gaussian_blur"])


def stands_out(kernel):
    """Whether the centre has the largest magnitude of the nine, and no other entry reaches it."""
    magnitudes = np.abs(kernel).ravel()
    return magnitudes[4] > np.delete(magnitudes, 4).max()


# Catches edge detectors, blurs and the identity in its place.
@points("filter_bank", 0.25, hint="How bright is a grey wall after sharpening?")
def test_filter_bank_sharpen_keeps_the_brightness(student):
    """`sharpen` sums to 1, its largest magnitude is in the centre, and that is above 1."""
    sharpen = kernel_called("sharpen", student.filter_bank())
    assert abs(sharpen.sum() - 1) < 1e-5, "The entries of `sharpen` do not sum to 1."
    assert stands_out(sharpen), "The largest magnitude of `sharpen` is not in its centre."
    assert sharpen[1, 1] > 1 + 1e-5, "`sharpen` takes nothing away: it blurs, or changes nothing."


# Catches kernels with a rest, and those for one direction.
@points("filter_bank", 0.25, hint="What should come out where there is no edge?")
def test_filter_bank_edges_is_blind_to_flat_areas(student):
    """`edges` sums to 0 and has its largest magnitude in the centre."""
    edges = kernel_called("edges", student.filter_bank())
    assert abs(edges.sum()) < 1e-5 * np.abs(edges).max(), "The entries of `edges` do not sum to 0."
    assert stands_out(edges), "The largest magnitude of `edges` is not in its centre."


# Catches symmetric kernels.
@points("filter_bank", 0.25, hint="From which side does the light fall?")
def test_filter_bank_emboss_has_a_direction(student):
    """`emboss` has a direction: turned by 180° it is another kernel."""
    emboss = kernel_called("emboss", student.filter_bank())
    turned = emboss[::-1, ::-1]
    assert not np.allclose(emboss, turned), "`emboss` is the same after half a turn."


# --- translate -----------------------------------------------------------------------------------


# Catches wrong directions and axes, and what does not come back on the other side.
@points("translate", 0.5)
def test_translate_moves_down_and_right(student, reference, rng):
    """Positive shifts move the image down and right, and what leaves comes back opposite."""
    for shape, dy, dx in (((5, 8), 1, 0), ((5, 8), 0, 3), ((7, 4), 2, 1), ((3, 9), 2, 5)):
        image = rng.standard_normal(shape)
        expected = like(reference.translate(image, dy, dx))
        assert student.translate(image, dy, dx) == expected


# Catches what only works for small positive shifts.
@points("translate", 0.25, hint="Try a shift by −1, and one that is larger than the image.")
def test_translate_takes_any_shift(student, reference, rng):
    """Shifts may be zero, negative, or larger than the image."""
    cases = [((5, 8), -1, 2), ((7, 4), 2, -3), ((5, 8), 0, 0), ((4, 6), 9, 0), ((4, 6), 1, 20),
             ((6, 5), -13, -11), ((3, 7), -3, 7), ((1, 6), 2, 2), ((5, 1), 3, -1)]  # fmt: skip
    for shape, dy, dx in cases:
        image = rng.standard_normal(shape)
        expected = like(reference.translate(image, dy, dx))
        assert student.translate(image, dy, dx) == expected


# Catches shifts in place. Half a turn of a square image is the same in every direction.
@points("translate", 0.25, hint=ARGUMENTS)
def test_translate_leaves_the_image_alone(student, reference, rng):
    """The image stays as it is, read-only, strided and integer ones work, as do second calls."""
    image = rng.permutation(np.arange(32, dtype=np.uint8)).reshape(4, 8)[:, ::2]
    before = image.copy()
    expected = like(reference.translate(image, 2, 2))
    assert student.translate(image, 2, 2) == expected
    assert image == like(before), "Your function changes the image."
    assert student.translate(read_only(image), 2, 2) == expected


# --- is_equivariant ------------------------------------------------------------------------------


NOT_RIGHT = "At least one answer is not right."


def signed_square(image):
    return image * np.abs(image)


def fade(image):
    return image * np.arange(1, image.size + 1).reshape(image.shape)


def poster(image):
    return np.arange(image.size).reshape(image.shape)


def first_pixel(image):
    return image[:1, :1].copy()


def black_row(image):
    return np.concatenate([0 * image[:1], image[1:]])


def slope(image):
    return image - np.roll(image, 1, axis=1) + 2 * np.roll(image, 1, axis=0)


def mirror(image):
    return image[:, ::-1].copy()


def transpose(image):
    return image.T.copy()


def running_sum(image):
    return np.cumsum(image, axis=0)


def fourier_blur(image):
    kernel = np.zeros(image.shape)
    kernel[:2, :3] = [[0.5, 0.3, -0.1], [0.2, 0.7, 0.4]]
    return np.real(np.fft.ifft2(np.fft.fft2(image) * np.fft.fft2(kernel)))


def brightest(image):
    return np.full((1, 1), image.max())


def halve(image):
    return image[::2, ::2].copy()


def bright_rows(image):
    return image[image[:, 0] > 0]


def bright_rows_as_ones(image):
    return np.ones_like(image[image[:, 0] > 0])


@functools.cache
def source_of(function):
    """The text of a function."""
    return inspect.getsource(function)


def answers(student, cases):
    """What the student's function says of each case. All are asked before any is judged, so that
    the pattern of the answers shows the mistake. Each f is defined once more in the sandbox.
    """
    asked = [(student.define(source_of(f)), image.copy(), *by) for f, image, *by in cases]
    return [student.is_equivariant(*case) for case in asked]


def answers_rightly(student, reference, cases):
    """Whether the student's function answers each case (f, image, dy, dx) rightly.

    A `translate` with a mistake has cost its own points: where answers are wrong, all are asked
    once more with one that is right. That question is judged by then.
    """
    right = like([reference.is_equivariant(*case) for case in cases])
    with contextlib.suppress(StudentError):
        if answers(student, cases) == right:
            return True
    with student.bound("translate", student.define(source_of(reference.translate))):
        return answers(student, cases) == right


# What is compared at all: a function of single pixels, and functions that are bound to a place.
@points("is_equivariant", 0.5, hint="What is compared with what? Write both sides down.")
def test_is_equivariant_tells_pixelwise_from_bound_to_a_place(student, reference, rng):
    """A function of single pixels is equivariant, one that looks at a fixed place is not."""
    image = rng.uniform(1, 2, (5, 7))
    cases = [(signed_square, image, 2, 3), (fade, image, 1, 2), (poster, image, 2, 1),
             (first_pixel, image, 1, 2), (black_row, image, 2, 1),
             (signed_square, image, -1, 9)]  # fmt: skip
    assert answers_rightly(student, reference, cases), NOT_RIGHT


# Catches shifts that are swapped or left out, and results that are compared bit by bit.
@points("is_equivariant", 0.25, hint="Which shift does the input get, and which the output?")
def test_is_equivariant_depends_on_the_direction(student, reference, rng):
    """Input and output get the same shift, in both directions; rounding does not count."""
    image = rng.standard_normal((6, 7))
    cases = [(slope, image, 2, -3), (mirror, image, 1, 2), (mirror, image, 2, 0),
             (transpose, image, 2, 2), (transpose, image, 1, 3), (running_sum, image, 0, 3),
             (running_sum, image, 2, 0), (black_row, image, 0, 2), (fourier_blur, image, 1, 2),
             (fourier_blur, image, 3, -5), (fourier_blur, image, -2, 4),
             (slope, image, 0, 0)]  # fmt: skip
    assert answers_rightly(student, reference, cases), NOT_RIGHT


# Catches what cannot deal with results of other sizes.
@points("is_equivariant", 0.25, hint="May f return an array that is smaller than the image?")
def test_is_equivariant_takes_results_of_any_size(student, reference, rng):
    """The result of f may have any size; two results of different shapes are different."""
    image, rows = rng.standard_normal((6, 8)), rng.uniform(1, 2, (6, 5))
    rows[3:5, [1, 4]] *= -1  # moved by (1, 1), four rows are bright, not six: the upper four
    rows[1:, [2, 3]] *= -1  # moved by (2, 2), a single one, which could be stretched
    cases = [(brightest, image, 1, 3), (halve, image, 2, 4), (halve, image, 6, 8),
             (halve, image, 0, 0), (bright_rows, rows, 1, 1), (bright_rows, rows, 1, 0),
             (bright_rows_as_ones, rows, 2, 2)]  # fmt: skip
    assert answers_rightly(student, reference, cases), NOT_RIGHT
