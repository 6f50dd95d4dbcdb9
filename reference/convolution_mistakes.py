"""What students do instead: known wrong solutions of assignment 01, each with a name and a hint.

A docstring says in one sentence what was done, a hint what to think about, never the answer.
The names appear in reports to instructors; the hints are read by students.
"""

import numpy as np

from autograder.check import mistake
from reference.convolution import (
    convolution_matrix,
    convolve1d,
    convolve2d,
    cross_correlate2d,
    filter_bank,
    is_equivariant,
    sobel_edges,
    translate,
)

# --- convolve1d ----------------------------------------------------------------------------------


@mistake(
    of=convolve1d,
    hint="In w[t − τ], which way does the index of w run while τ grows? "
    "Try a signal with a single 1: what comes out should look familiar.",
)
def correlates_in_1d(x, w):
    """The filter is slid over the signal without being reversed."""
    y = np.zeros(len(x) + len(w) - 1)
    for tau in range(len(x)):
        y[tau : tau + len(w)] += float(x[tau]) * w[::-1]
    return y


@mistake(
    of=convolve1d,
    hint="Which outputs does a single sample of x reach? Count them, then count all outputs.",
)
def keeps_only_full_overlaps(x, w):
    """Only the positions where the two overlap completely are returned ("valid")."""
    y = np.zeros(len(x) + len(w) - 1)
    for tau in range(len(x)):
        y[tau : tau + len(w)] += float(x[tau]) * w
    shorter, longer = sorted((len(x), len(w)))
    return y[shorter - 1 : longer]


@mistake(
    of=convolve1d,
    hint="The result is longer than the signal. What happens at both ends, "
    "where the filter overlaps the signal only in part?",
)
def keeps_the_middle(x, w):
    """The middle part with as many values as the signal is returned ("same")."""
    y = np.zeros(len(x) + len(w) - 1)
    for tau in range(len(x)):
        y[tau : tau + len(w)] += float(x[tau]) * w
    start = (len(w) - 1) // 2
    return y[start : start + len(x)]


@mistake(
    of=convolve1d,
    hint="After the last sample has entered, for how long does the filter still remember it?",
)
def stops_with_the_signal(x, w):
    """The result ends where the signal ends: the echo of the last samples is missing."""
    y = np.zeros(len(x))
    for t in range(len(x)):
        for k in range(min(t + 1, len(w))):
            y[t] += float(x[t - k]) * float(w[k])
    return y


@mistake(
    of=convolve1d,
    hint="What are the smallest and the largest t at which x and w still meet? "
    "How many whole numbers is that?",
)
def forgets_the_last_output(x, w):
    """The result is one value too short: it ends at t = n + m − 3."""
    y = np.zeros(len(x) + len(w) - 2)
    for t in range(len(y)):
        for tau in range(len(x)):
            if 0 <= t - tau < len(w):
                y[t] += float(x[tau]) * float(w[t - tau])
    return y


@mistake(
    of=convolve1d,
    hint="Take a signal and a filter of one sample each: how many outputs can there be?",
)
def adds_an_empty_output(x, w):
    """The result has n + m values, the last of which no sample ever reaches."""
    y = np.zeros(len(x) + len(w))
    for tau in range(len(x)):
        y[tau : tau + len(w)] += float(x[tau]) * w
    return y


@mistake(
    of=convolve1d,
    hint="A product of two FFTs belongs to signals that repeat for ever. "
    "How much room does the result need, so that its end does not run into its beginning?",
)
def wraps_around(x, w):
    """The FFTs are multiplied without padding, so the end of the result is added to its start."""
    n = max(len(x), len(w))
    return np.fft.ifft(np.fft.fft(x, n) * np.fft.fft(w, n)).real


@mistake(
    of=convolve1d,
    hint="What does Python do with a negative index? And what does x hold before its first sample?",
)
def reads_from_the_end(x, w):
    """Negative indices of the signal are not excluded, so Python reads them from its end."""
    if len(w) > len(x):
        x, w = w, x
    y = np.zeros(len(x) + len(w) - 1)
    for t in range(len(y)):
        for k in range(len(w)):
            if t - k < len(x):
                y[t] += float(x[t - k]) * float(w[k])
    return y


@mistake(
    of=convolve1d,
    hint="The definition has one Σ and nothing in front of it. Try a filter of ones.",
)
def averages_in_1d(x, w):
    """The mean of the products is taken where their sum is asked."""
    y = np.zeros(len(x) + len(w) - 1)
    for tau in range(len(x)):
        y[tau : tau + len(w)] += float(x[tau]) * w / len(w)
    return y


@mistake(
    of=convolve1d,
    hint="Does your code quietly assume which of the two is the longer one? Try the other way.",
)
def cuts_a_long_filter(x, w):
    """A filter that is longer than the signal is cut to the signal's length."""
    y = np.zeros(len(x) + len(w) - 1)
    for k in range(min(len(x), len(w))):
        y[k : k + len(x)] += float(w[k]) * x
    return y


@mistake(
    of=convolve1d,
    hint="Which dtype does your result have when x holds whole numbers, and can it hold 0.5?",
)
def truncates_for_integer_signals(x, w):
    """The result holds integers where the signal does, so the fractions are lost."""
    y = np.zeros(len(x) + len(w) - 1)
    for tau in range(len(x)):
        y[tau : tau + len(w)] += float(x[tau]) * w
    return y if x.dtype.kind == "f" else y.astype(int)


@mistake(
    of=convolve1d,
    hint="Which numbers fit in a uint8, and in which dtype is the product of two of them computed?",
)
def multiplies_bytes_in_1d(x, w):
    """The products are computed in the dtype of the inputs, so uint8 overflows."""
    y = np.zeros(len(x) + len(w) - 1)
    for tau in range(len(x)):
        y[tau : tau + len(w)] += x[tau : tau + 1] * w
    return y


@mistake(
    of=convolve1d,
    hint="Print w before and after the call. Whose array is it that you are writing to?",
)
def reverses_the_filter_in_place(x, w):
    """The filter is reversed in the caller's own array; the result is right, once."""
    w[:] = w[::-1].copy()
    padded = np.pad(x.astype(float), len(w) - 1)
    return np.array([padded[t : t + len(w)] @ w for t in range(len(x) + len(w) - 1)])


# --- convolution_matrix --------------------------------------------------------------------------


@mistake(
    of=convolution_matrix,
    hint="T is multiplied with a signal of length n. How many columns does it need, then?",
)
def transposes_the_matrix(w, n):
    """Inputs and outputs have changed places: the transpose is returned."""
    matrix = np.zeros((n, n + len(w) - 1))
    for row in range(n):
        matrix[row, row : row + len(w)] = w
    return matrix


@mistake(
    of=convolution_matrix,
    hint="A column of T is what comes out for a signal with a single 1. Which order has w there?",
)
def reverses_the_columns(w, n):
    """The filter stands in the columns upside down, so the matrix computes a correlation."""
    matrix = np.zeros((n + len(w) - 1, n))
    for column in range(n):
        matrix[column : column + len(w), column] = w[::-1]
    return matrix


@mistake(
    of=convolution_matrix,
    hint="Does every input reach as many outputs as the filter has weights, the first and the last "
    "input too?",
)
def keeps_only_full_rows(w, n):
    """Only the rows that hold the whole filter are kept ("valid")."""
    matrix = np.zeros((n + len(w) - 1, n))
    for column in range(n):
        matrix[column : column + len(w), column] = w
    shorter, longer = sorted((n, len(w)))
    return matrix[shorter - 1 : longer]


@mistake(
    of=convolution_matrix,
    hint="How many outputs does the full convolution have? Each of them needs a row.",
)
def makes_the_matrix_square(w, n):
    """There are as many rows as columns: the outputs after the end of the signal are missing."""
    matrix = np.zeros((n, n))
    for row in range(n):
        for column in range(n):
            if 0 <= row - column < len(w):
                matrix[row, column] = w[row - column]
    return matrix


@mistake(
    of=convolution_matrix,
    hint="The signal does not repeat. What follows after its last sample?",
)
def makes_the_matrix_circulant(w, n):
    """Weights that leave at the bottom enter again at the top: a circular convolution."""
    matrix = np.zeros((n, n))
    for column in range(n):
        for k in range(len(w)):
            matrix[(column + k) % n, column] += w[k]
    return matrix


@mistake(
    of=convolution_matrix,
    hint="Is there an input on which your last row depends?",
)
def adds_an_empty_row(w, n):
    """There are n + m rows, the last of which is always zero."""
    matrix = np.zeros((n + len(w), n))
    for column in range(n):
        matrix[column : column + len(w), column] = w
    return matrix


@mistake(
    of=convolution_matrix,
    hint="Which outputs can the first input reach? That is the first column of T.",
)
def fills_rows_for_columns(w, n):
    """The filter is written along the rows, so each output looks at the inputs after it."""
    matrix = np.zeros((n + len(w) - 1, n))
    for row in range(n):
        fits = min(len(w), n - row)
        matrix[row, row : row + fits] = w[:fits]
    return matrix


@mistake(
    of=convolution_matrix,
    hint="The second input arrives one step later than the first. Where does its echo begin?",
)
def forgets_to_move_on(w, n):
    """Every column is the same: the filter starts at the top each time."""
    matrix = np.zeros((n + len(w) - 1, n))
    for column in range(n):
        matrix[: len(w), column] = w
    return matrix


@mistake(
    of=convolution_matrix,
    hint="Which dtype does the matrix have before you write into it?",
)
def makes_a_matrix_of_integers(w, n):
    """The matrix holds integers, so the weights lose their fractions."""
    matrix = np.zeros((n + len(w) - 1, n), dtype=int)
    for column in range(n):
        matrix[column : column + len(w), column] = w
    return matrix


@mistake(
    of=convolution_matrix,
    hint="Try a signal that is shorter than the filter. Do all the weights appear in T?",
)
def drops_weights_beyond_n(w, n):
    """Only the first n weights of the filter are used."""
    matrix = np.zeros((n + len(w) - 1, n))
    for k in range(min(n, len(w))):
        for column in range(n):
            matrix[column + k, column] = w[k]
    return matrix


@mistake(
    of=convolution_matrix,
    hint="Print w before and after the call. Whose array is it that you are writing to?",
)
def reverses_the_weights_in_place(w, n):
    """The filter is reversed in the caller's own array to fill the matrix row by row."""
    w[:] = w[::-1].copy()
    matrix = np.zeros((n + len(w) - 1, n + 2 * (len(w) - 1)))
    for row in range(n + len(w) - 1):
        matrix[row, row : row + len(w)] = w
    return matrix[:, len(w) - 1 : len(w) - 1 + n]


# --- cross_correlate2d ---------------------------------------------------------------------------


@mistake(
    of=cross_correlate2d,
    hint="Which entry of the kernel meets the first pixel? Try a kernel with a 1 in one corner.",
)
def flips_the_kernel(image, kernel):
    """The kernel is rotated by 180°: a true convolution where a cross-correlation is asked."""
    windows = np.lib.stride_tricks.sliding_window_view(image * 1.0, kernel.shape)
    return np.einsum("ijuv,uv->ij", windows, kernel[::-1, ::-1])


@mistake(
    of=cross_correlate2d,
    hint="Does the top row of the kernel meet the top row of the window? "
    "Try a kernel with a single 1 in a corner.",
)
def turns_the_kernel_upside_down(image, kernel):
    """The rows of the kernel are reversed."""
    windows = np.lib.stride_tricks.sliding_window_view(image * 1.0, kernel.shape)
    return np.einsum("ijuv,uv->ij", windows, kernel[::-1])


@mistake(
    of=cross_correlate2d,
    hint="Does the left column of the kernel meet the left column of the window? "
    "Try a kernel with a single 1 in a corner.",
)
def mirrors_the_kernel(image, kernel):
    """The columns of the kernel are reversed."""
    windows = np.lib.stride_tricks.sliding_window_view(image * 1.0, kernel.shape)
    return np.einsum("ijuv,uv->ij", windows, kernel[:, ::-1])


@mistake(
    of=cross_correlate2d,
    hint="A dot product is a sum. Try a kernel of ones on an image of ones.",
)
def averages_the_window(image, kernel):
    """The mean of the products is taken where their sum is asked."""
    windows = np.lib.stride_tricks.sliding_window_view(image * 1.0, kernel.shape)
    return np.einsum("ijuv,uv->ij", windows, kernel) / kernel.size


@mistake(
    of=cross_correlate2d,
    hint="Take a kernel as large as the image: in how many positions does it fit?",
)
def forgets_the_last_position(image, kernel):
    """The result is one row and one column too small: the last position is left out."""
    windows = np.lib.stride_tricks.sliding_window_view(image * 1.0, kernel.shape)
    return np.einsum("ijuv,uv->ij", windows, kernel)[:-1, :-1]


@mistake(
    of=cross_correlate2d,
    hint="The kernel must lie wholly inside the image. How large is the result then?",
)
def pads_to_the_same_size(image, kernel):
    """The image is padded with zeros, so that the result is as large as the image ("same")."""
    kh, kw = kernel.shape
    top, left = (kh - 1) // 2, (kw - 1) // 2
    padded = np.pad(image * 1.0, ((top, kh - 1 - top), (left, kw - 1 - left)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, kernel.shape)
    return np.einsum("ijuv,uv->ij", windows, kernel)


@mistake(
    of=cross_correlate2d,
    hint="How many products does one position need: one for each pixel, or a row times a column?",
)
def multiplies_as_matrices(image, kernel):
    """The window and the kernel are multiplied as matrices (`@`), then summed."""
    kh, kw = kernel.shape
    y = np.zeros((image.shape[0] - kh + 1, image.shape[1] - kw + 1))
    for i in range(y.shape[0]):
        for j in range(y.shape[1]):
            y[i, j] = np.sum(image[i : i + kh, j : j + kw] * 1.0 @ kernel)
    return y


@mistake(
    of=cross_correlate2d,
    hint="The first index of an array counts rows. Is that the loop over H or the loop over W?",
)
def swaps_rows_and_columns(image, kernel):
    """The result is transposed: y[j, i] is filled instead of y[i, j]."""
    windows = np.lib.stride_tricks.sliding_window_view(image * 1.0, kernel.shape)
    return np.einsum("ijuv,uv->ji", windows, kernel)


@mistake(
    of=cross_correlate2d,
    hint="Do rows and columns of the result both come from the same side of the image? "
    "Try a wide image, then a tall one.",
)
def assumes_a_square_image(image, kernel):
    """Both loops run over the height of the image."""
    kh, kw = kernel.shape
    columns = image.shape[0] - kw + 1
    y = np.zeros((image.shape[0] - kh + 1, columns))
    for i in range(y.shape[0]):
        for j in range(min(columns, image.shape[1] - kw + 1)):
            y[i, j] = np.sum(image[i : i + kh, j : j + kw] * 1.0 * kernel)
    return y


@mistake(
    of=cross_correlate2d,
    hint="A kernel has a height and a width. Which of the two does each of your loops use?",
)
def assumes_a_square_kernel(image, kernel):
    """The height of the kernel is taken for its width as well."""
    windows = np.lib.stride_tricks.sliding_window_view(image * 1.0, kernel.shape)
    y = np.einsum("ijuv,uv->ij", windows, kernel)
    width = image.shape[1] - kernel.shape[0] + 1
    return np.pad(y, ((0, 0), (0, max(width - y.shape[1], 0))))[:, :width]


@mistake(
    of=cross_correlate2d,
    hint="Does your kernel have to have a centre pixel? In how many positions does one of two "
    "columns fit?",
)
def assumes_an_odd_kernel(image, kernel):
    """A border of half a kernel is left out on every side, one position too many for even sizes."""
    windows = np.lib.stride_tricks.sliding_window_view(image * 1.0, kernel.shape)
    rows, columns = np.array(image.shape) - 2 * (np.array(kernel.shape) // 2)
    return np.einsum("ijuv,uv->ij", windows, kernel)[:rows, :columns]


@mistake(
    of=cross_correlate2d,
    hint="Which dtype does your result have when the image holds whole numbers? Can it hold 0.5?",
)
def truncates_for_integer_images(image, kernel):
    """The result holds integers where the image does, so the fractions are lost."""
    windows = np.lib.stride_tricks.sliding_window_view(image * 1.0, kernel.shape)
    y = np.einsum("ijuv,uv->ij", windows, kernel)
    return y if image.dtype.kind == "f" else y.astype(int)


@mistake(
    of=cross_correlate2d,
    hint="Which numbers fit in a uint8, and in which dtype is the product of two of them computed?",
)
def multiplies_bytes(image, kernel):
    """The products are computed in the dtype of the inputs, so uint8 overflows."""
    windows = np.lib.stride_tricks.sliding_window_view(image, kernel.shape)
    return np.sum(windows * kernel, axis=(2, 3))


@mistake(
    of=cross_correlate2d,
    hint="A slice of an array is a view, not a copy. What does `*=` on a view do to the image?",
)
def multiplies_inside_the_image(image, kernel):
    """Each window, a view of the image, is multiplied by the kernel in place."""
    kh, kw = kernel.shape
    y = np.zeros((image.shape[0] - kh + 1, image.shape[1] - kw + 1))
    for i in range(y.shape[0]):
        for j in range(y.shape[1]):
            window = image[i : i + kh, j : j + kw]
            window *= kernel
            y[i, j] = window.sum()
    return y


@mistake(
    of=cross_correlate2d,
    hint="Print the kernel before and after the call. Whose array is it that you are writing to?",
)
def turns_the_kernel_in_place(image, kernel):
    """The caller's kernel is rotated in place, so that a convolution becomes a correlation."""
    kernel[:] = kernel[::-1, ::-1].copy()
    windows = np.lib.stride_tricks.sliding_window_view(image * 1.0, kernel.shape)
    return np.einsum("ijuv,uv->ij", windows, kernel[::-1, ::-1])


# --- convolve2d ----------------------------------------------------------------------------------


@mistake(
    of=convolve2d,
    hint="Which corner of the kernel meets the first pixel? Try a kernel with a single 1.",
)
def forgets_to_flip(image, kernel):
    """The kernel is slid over the image without being rotated."""
    windows = np.lib.stride_tricks.sliding_window_view(image * 1.0, kernel.shape)
    return np.einsum("ijuv,uv->ij", windows, kernel)


@mistake(
    of=convolve2d,
    hint="A rotation by 180° takes one corner to the opposite one. Where does yours take it?",
)
def flips_only_the_rows(image, kernel):
    """The kernel is flipped upside down only."""
    windows = np.lib.stride_tricks.sliding_window_view(image * 1.0, kernel.shape)
    return np.einsum("ijuv,uv->ij", windows, np.flipud(kernel))


@mistake(
    of=convolve2d,
    hint="A convolution in two dimensions reverses more than one index of the kernel. Which ones "
    "does yours reverse?",
)
def flips_only_the_columns(image, kernel):
    """The kernel is flipped left to right only."""
    windows = np.lib.stride_tricks.sliding_window_view(image * 1.0, kernel.shape)
    return np.einsum("ijuv,uv->ij", windows, np.fliplr(kernel))


@mistake(
    of=convolve2d,
    hint="What does `.T` do to the shape of an oblong kernel, and what would half a turn do to it?",
)
def transposes_the_kernel(image, kernel):
    """The kernel is transposed where it should be rotated."""
    flipped = kernel.T
    windows = np.lib.stride_tricks.sliding_window_view(image * 1.0, flipped.shape)
    return np.einsum("ijuv,uv->ij", windows, flipped)


@mistake(
    of=convolve2d,
    hint="By how many degrees does one call of np.rot90 rotate, and how far do you need to go?",
)
def rotates_by_a_quarter(image, kernel):
    """The kernel is rotated by 90° only."""
    rotated = np.rot90(kernel)
    windows = np.lib.stride_tricks.sliding_window_view(image * 1.0, rotated.shape)
    return np.einsum("ijuv,uv->ij", windows, rotated)


@mistake(
    of=convolve2d,
    hint="If you turn the image instead of the kernel, which way up is the result?",
)
def turns_the_image_instead(image, kernel):
    """The image is rotated by 180° in place of the kernel, so the result is upside down."""
    turned = image[::-1, ::-1]
    windows = np.lib.stride_tricks.sliding_window_view(turned * 1.0, kernel.shape)
    return np.einsum("ijuv,uv->ij", windows, kernel)


@mistake(
    of=convolve2d,
    hint="The kernel must lie wholly inside the image. Does yours reach beyond the border?",
)
def returns_the_full_overlap(image, kernel):
    """Every position with any overlap is returned ("full")."""
    kh, kw = kernel.shape
    y = np.zeros((image.shape[0] + kh - 1, image.shape[1] + kw - 1))
    for u in range(kh):
        for v in range(kw):
            y[u : u + image.shape[0], v : v + image.shape[1]] += float(kernel[u, v]) * image
    return y


@mistake(
    of=convolve2d,
    hint="Is the image padded before the kernel slides? How large is the result without?",
)
def keeps_the_size_of_the_image(image, kernel):
    """The image is padded with zeros, so that the result is as large as the image ("same")."""
    kh, kw = kernel.shape
    padded = np.pad(image * 1.0, ((kh // 2, (kh - 1) // 2), (kw // 2, (kw - 1) // 2)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, kernel.shape)
    return np.einsum("ijuv,uv->ij", windows, kernel[::-1, ::-1])


@mistake(
    of=convolve2d,
    hint="Count the positions of a 3-wide kernel on an image that is 4 wide, with your fingers.",
)
def convolves_one_position_short(image, kernel):
    """The result is one row and one column too small."""
    windows = np.lib.stride_tricks.sliding_window_view(image * 1.0, kernel.shape)
    return np.einsum("ijuv,uv->ij", windows, kernel[::-1, ::-1])[:-1, :-1]


@mistake(
    of=convolve2d,
    hint="Is a convolution a sum or a mean? Try a kernel of ones on an image of ones.",
)
def averages_the_products(image, kernel):
    """The mean of the products is taken where their sum is asked."""
    windows = np.lib.stride_tricks.sliding_window_view(image * 1.0, kernel.shape)
    return np.einsum("ijuv,uv->ij", windows, kernel[::-1, ::-1]) / kernel.size


@mistake(
    of=convolve2d,
    hint="Is a kernel of 2 × 3 treated as one of 2 × 2 or of 3 × 3 somewhere?",
)
def takes_the_kernel_for_square(image, kernel):
    """The height of the kernel is taken for its width as well."""
    windows = np.lib.stride_tricks.sliding_window_view(image * 1.0, kernel.shape)
    y = np.einsum("ijuv,uv->ij", windows, kernel[::-1, ::-1])
    width = image.shape[1] - kernel.shape[0] + 1
    return np.pad(y, ((0, 0), (0, max(width - y.shape[1], 0))))[:, :width]


@mistake(
    of=convolve2d,
    hint="An image of whole numbers may well have a result with fractions. Where do yours go?",
)
def rounds_down_for_integer_images(image, kernel):
    """The result holds integers where the image does, so the fractions are lost."""
    windows = np.lib.stride_tricks.sliding_window_view(image * 1.0, kernel.shape)
    y = np.einsum("ijuv,uv->ij", windows, kernel[::-1, ::-1])
    return y if image.dtype.kind == "f" else y.astype(int)


@mistake(
    of=convolve2d,
    hint="What is the largest number that a uint8 can hold, and how large do your products get?",
)
def convolves_in_bytes(image, kernel):
    """The products are computed in the dtype of the inputs, so uint8 overflows."""
    windows = np.lib.stride_tricks.sliding_window_view(image, kernel.shape)
    return np.sum(windows * kernel[::-1, ::-1], axis=(2, 3))


@mistake(
    of=convolve2d,
    hint="Call your function twice with the same kernel. Why might the second result be different?",
)
def rotates_the_kernel_in_place(image, kernel):
    """The kernel is rotated in the caller's own array; the result is right, once."""
    kernel[:] = kernel[::-1, ::-1].copy()
    windows = np.lib.stride_tricks.sliding_window_view(image * 1.0, kernel.shape)
    return np.einsum("ijuv,uv->ij", windows, kernel)


# --- sobel_edges ---------------------------------------------------------------------------------


@mistake(
    of=sobel_edges,
    hint="gx speaks of change along x. Walk over a picture from left to right: which one changes?",
)
def swaps_gx_and_gy(image):
    """gx and gy have changed places."""
    sobel = np.array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]])
    gx, gy = cross_correlate2d(image, sobel.T), cross_correlate2d(image, sobel)
    return gx, gy, np.sqrt(gx**2 + gy**2)


@mistake(
    of=sobel_edges,
    hint="Which sign has gx on a picture that is dark on the left and bright on the right? "
    "Correlation or convolution?",
)
def flips_the_sobel_kernels(image):
    """The kernels are flipped (a true convolution), so gx and gy have the wrong sign."""
    sobel = np.array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]])
    gx, gy = convolve2d(image, sobel), convolve2d(image, sobel.T)
    return gx, gy, np.sqrt(gx**2 + gy**2)


@mistake(
    of=sobel_edges,
    hint="In an image the row index grows downwards. Which sign has gy on a ramp like that?",
)
def points_gy_upwards(image):
    """gy is positive where the brightness rises upwards, as in a plot with the y axis up."""
    sobel = np.array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]])
    gx, gy = cross_correlate2d(image, sobel), cross_correlate2d(image, sobel.T[::-1])
    return gx, gy, np.sqrt(gx**2 + gy**2)


@mistake(
    of=sobel_edges,
    hint="How long is an arrow that goes 3 to the right and 4 down? Does your formula agree?",
)
def adds_absolute_values(image):
    """The magnitude is |gx| + |gy|."""
    sobel = np.array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]])
    gx, gy = cross_correlate2d(image, sobel), cross_correlate2d(image, sobel.T)
    return gx, gy, np.abs(gx) + np.abs(gy)


@mistake(
    of=sobel_edges,
    hint="If the picture is twice as bright, how much longer should its gradients be? And yours?",
)
def forgets_the_root(image):
    """The magnitude is gx² + gy²."""
    sobel = np.array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]])
    gx, gy = cross_correlate2d(image, sobel), cross_correlate2d(image, sobel.T)
    return gx, gy, gx**2 + gy**2


@mistake(
    of=sobel_edges,
    hint="A diagonal edge has two parts. Do both of them contribute to its strength?",
)
def takes_the_larger_of_the_two(image):
    """The magnitude is the larger of |gx| and |gy|."""
    sobel = np.array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]])
    gx, gy = cross_correlate2d(image, sobel), cross_correlate2d(image, sobel.T)
    return gx, gy, np.maximum(np.abs(gx), np.abs(gy))


@mistake(
    of=sobel_edges,
    hint="The magnitude is a length in the units of the image. Should a brighter pixel somewhere "
    "else change it?",
)
def scales_the_magnitude(image):
    """The magnitude is divided by its maximum, so that it can be shown as a picture."""
    sobel = np.array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]])
    gx, gy = cross_correlate2d(image, sobel), cross_correlate2d(image, sobel.T)
    magnitude = np.sqrt(gx**2 + gy**2)
    return gx, gy, magnitude / max(magnitude.max(), 1e-12)


@mistake(
    of=sobel_edges,
    hint="Which row of the window counts most in a Sobel kernel? Look at its three weights again.",
)
def uses_equal_weights(image):
    """The smoothing weights are 1, 1, 1: these are Prewitt's kernels."""
    prewitt = np.array([[-1, 0, 1], [-1, 0, 1], [-1, 0, 1]])
    gx, gy = cross_correlate2d(image, prewitt), cross_correlate2d(image, prewitt.T)
    return gx, gy, np.sqrt(gx**2 + gy**2)


@mistake(
    of=sobel_edges,
    hint="What do the entries of a Sobel kernel look like, and did you scale them?",
)
def divides_by_eight(image):
    """The kernels are divided by 8, which estimates the slope for each pixel."""
    sobel = np.array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]]) / 8
    gx, gy = cross_correlate2d(image, sobel), cross_correlate2d(image, sobel.T)
    return gx, gy, np.sqrt(gx**2 + gy**2)


@mistake(
    of=sobel_edges,
    hint="Has a pixel at the border a neighbour on each side? What does “valid” say to that?",
)
def pads_the_border(image):
    """The image is padded with its own border, so the results are as large as the image."""
    sobel = np.array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]])
    padded = np.pad(image, 1, mode="edge")
    gx, gy = cross_correlate2d(padded, sobel), cross_correlate2d(padded, sobel.T)
    return gx, gy, np.sqrt(gx**2 + gy**2)


@mistake(
    of=sobel_edges,
    hint="The gradient is not a picture. Which values may it have that a pixel may not?",
)
def clips_negative_gradients(image):
    """Negative values of gx and gy are set to zero before the magnitude is taken."""
    sobel = np.array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]])
    gx = np.maximum(cross_correlate2d(image, sobel), 0)
    gy = np.maximum(cross_correlate2d(image, sobel.T), 0)
    return gx, gy, np.sqrt(gx**2 + gy**2)


@mistake(
    of=sobel_edges,
    hint="In which order does the caller expect the three results?",
)
def puts_the_magnitude_first(image):
    """The magnitude is returned first, then gx and gy."""
    sobel = np.array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]])
    gx, gy = cross_correlate2d(image, sobel), cross_correlate2d(image, sobel.T)
    return np.sqrt(gx**2 + gy**2), gx, gy


@mistake(
    of=sobel_edges,
    hint="Your function finds the edges, but what does its caller get to see of gx and gy?",
)
def returns_only_the_magnitude(image):
    """The magnitude alone is returned."""
    sobel = np.array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]])
    gx, gy = cross_correlate2d(image, sobel), cross_correlate2d(image, sobel.T)
    return np.sqrt(gx**2 + gy**2)


@mistake(
    of=sobel_edges,
    hint="Subtract a bright uint8 pixel from a dark one. Is the result what you expect?",
)
def subtracts_bytes(image):
    """Sums and differences are taken in the dtype of the image, so uint8 wraps around."""
    rows = image[:-2] + 2 * image[1:-1] + image[2:]
    columns = image[:, :-2] + 2 * image[:, 1:-1] + image[:, 2:]
    gx, gy = rows[:, 2:] - rows[:, :-2], columns[2:] - columns[:-2]
    return gx, gy, np.hypot(gx.astype(float), gy.astype(float))


@mistake(
    of=sobel_edges,
    hint="Show the picture again after the call. Is it still the one that you passed?",
)
def centres_the_picture_in_place(image):
    """The mean is subtracted from the caller's own picture; the gradients do not notice."""
    image -= image.mean()
    sobel = np.array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]])
    gx, gy = cross_correlate2d(image, sobel), cross_correlate2d(image, sobel.T)
    return gx, gy, np.sqrt(gx**2 + gy**2)


# --- filter_bank ---------------------------------------------------------------------------------


@mistake(
    of=filter_bank,
    hint="Compare your names with the list, one by one. Is there one too few?",
)
def forgets_emboss():
    """One of the six kernels is missing."""
    return {
        "identity": np.array([[0, 0, 0], [0, 1, 0], [0, 0, 0]]),
        "box_blur": np.ones((3, 3)) / 9,
        "gaussian_blur": np.outer([1, 2, 1], [1, 2, 1]) / 16,
        "sharpen": np.array([[0, -1, 0], [-1, 5, -1], [0, -1, 0]]),
        "edges": np.array([[-1, -1, -1], [-1, 8, -1], [-1, -1, -1]]),
    }


@mistake(
    of=filter_bank,
    hint="Compare your names with the list, one by one. Is there one too many?",
)
def adds_a_kernel():
    """A seventh kernel has come along."""
    return {
        "identity": np.array([[0, 0, 0], [0, 1, 0], [0, 0, 0]]),
        "box_blur": np.ones((3, 3)) / 9,
        "gaussian_blur": np.outer([1, 2, 1], [1, 2, 1]) / 16,
        "sharpen": np.array([[0, -1, 0], [-1, 5, -1], [0, -1, 0]]),
        "edges": np.array([[-1, -1, -1], [-1, 8, -1], [-1, -1, -1]]),
        "emboss": np.array([[-2, -1, 0], [-1, 1, 1], [0, 1, 2]]),
        "sobel": np.array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]]),
    }


@mistake(
    of=filter_bank,
    hint="What type has a kernel when you print it: an array, or lists inside a list?",
)
def returns_nested_lists():
    """The kernels are lists of lists, not arrays."""
    return {
        "identity": [[0, 0, 0], [0, 1, 0], [0, 0, 0]],
        "box_blur": [[1 / 9] * 3] * 3,
        "gaussian_blur": [[1 / 16, 1 / 8, 1 / 16], [1 / 8, 1 / 4, 1 / 8], [1 / 16, 1 / 8, 1 / 16]],
        "sharpen": [[0, -1, 0], [-1, 5, -1], [0, -1, 0]],
        "edges": [[-1, -1, -1], [-1, 8, -1], [-1, -1, -1]],
        "emboss": [[-2, -1, 0], [-1, 1, 1], [0, 1, 2]],
    }


@mistake(
    of=filter_bank,
    hint="What does your identity do to a picture with a single bright pixel? "
    "An identity for `@` need not be one for a convolution.",
)
def takes_the_identity_matrix():
    """The identity kernel is the identity matrix, with ones on the diagonal."""
    return {
        "identity": np.eye(3),
        "box_blur": np.ones((3, 3)) / 9,
        "gaussian_blur": np.outer([1, 2, 1], [1, 2, 1]) / 16,
        "sharpen": np.array([[0, -1, 0], [-1, 5, -1], [0, -1, 0]]),
        "edges": np.array([[-1, -1, -1], [-1, 8, -1], [-1, -1, -1]]),
        "emboss": np.array([[-2, -1, 0], [-1, 1, 1], [0, 1, 2]]),
    }


@mistake(
    of=filter_bank,
    hint="Is a grey wall still as bright after your box blur as before?",
)
def sums_in_the_box():
    """The box blur adds up nine pixels and does not divide."""
    return {
        "identity": np.array([[0, 0, 0], [0, 1, 0], [0, 0, 0]]),
        "box_blur": np.ones((3, 3)),
        "gaussian_blur": np.outer([1, 2, 1], [1, 2, 1]) / 16,
        "sharpen": np.array([[0, -1, 0], [-1, 5, -1], [0, -1, 0]]),
        "edges": np.array([[-1, -1, -1], [-1, 8, -1], [-1, -1, -1]]),
        "emboss": np.array([[-2, -1, 0], [-1, 1, 1], [0, 1, 2]]),
    }


@mistake(
    of=filter_bank,
    hint="Add up the nine weights of your Gaussian. What should a weighted mean sum to?",
)
def divides_the_gaussian_by_nine():
    """The Gaussian is divided by the number of its entries instead of by their sum."""
    return {
        "identity": np.array([[0, 0, 0], [0, 1, 0], [0, 0, 0]]),
        "box_blur": np.ones((3, 3)) / 9,
        "gaussian_blur": np.outer([1, 2, 1], [1, 2, 1]) / 9,
        "sharpen": np.array([[0, -1, 0], [-1, 5, -1], [0, -1, 0]]),
        "edges": np.array([[-1, -1, -1], [-1, 8, -1], [-1, -1, -1]]),
        "emboss": np.array([[-2, -1, 0], [-1, 1, 1], [0, 1, 2]]),
    }


@mistake(
    of=filter_bank,
    hint="An outer product multiplies. What are the corner and the centre of yours made of?",
)
def adds_for_the_gaussian():
    """The Gaussian is an outer sum of 1 2 1, not an outer product."""
    weights = np.array([1.0, 2.0, 1.0])
    return {
        "identity": np.array([[0, 0, 0], [0, 1, 0], [0, 0, 0]]),
        "box_blur": np.ones((3, 3)) / 9,
        "gaussian_blur": (weights[:, None] + weights) / 24,
        "sharpen": np.array([[0, -1, 0], [-1, 5, -1], [0, -1, 0]]),
        "edges": np.array([[-1, -1, -1], [-1, 8, -1], [-1, -1, -1]]),
        "emboss": np.array([[-2, -1, 0], [-1, 1, 1], [0, 1, 2]]),
    }


@mistake(
    of=filter_bank,
    hint="What happens to 1/9 in an array of integers?",
)
def stores_whole_numbers():
    """All kernels are arrays of integers, so the two blurs are nothing but zeros."""
    return {
        "identity": np.array([[0, 0, 0], [0, 1, 0], [0, 0, 0]]),
        "box_blur": np.full((3, 3), 1 / 9, dtype=int),
        "gaussian_blur": np.outer([1, 2, 1], [1, 2, 1]) // 16,
        "sharpen": np.array([[0, -1, 0], [-1, 5, -1], [0, -1, 0]]),
        "edges": np.array([[-1, -1, -1], [-1, 8, -1], [-1, -1, -1]]),
        "emboss": np.array([[-2, -1, 0], [-1, 1, 1], [0, 1, 2]]),
    }


@mistake(
    of=filter_bank,
    hint="What does your sharpen make of a wall that is grey all over? Add up its weights.",
)
def sharpens_to_zero():
    """The sharpening kernel is an edge detector: it sums to 0, so flat areas turn black."""
    return {
        "identity": np.array([[0, 0, 0], [0, 1, 0], [0, 0, 0]]),
        "box_blur": np.ones((3, 3)) / 9,
        "gaussian_blur": np.outer([1, 2, 1], [1, 2, 1]) / 16,
        "sharpen": np.array([[0, -1, 0], [-1, 4, -1], [0, -1, 0]]),
        "edges": np.array([[-1, -1, -1], [-1, 8, -1], [-1, -1, -1]]),
        "emboss": np.array([[-2, -1, 0], [-1, 1, 1], [0, 1, 2]]),
    }


@mistake(
    of=filter_bank,
    hint="Does your sharpen weigh the pixel itself more than its neighbours?",
)
def blurs_to_sharpen():
    """The kernel called `sharpen` is a blur: it sums to 1, but its centre does not stand out."""
    return {
        "identity": np.array([[0, 0, 0], [0, 1, 0], [0, 0, 0]]),
        "box_blur": np.ones((3, 3)) / 9,
        "gaussian_blur": np.outer([1, 2, 1], [1, 2, 1]) / 16,
        "sharpen": np.ones((3, 3)) / 9,
        "edges": np.array([[-1, -1, -1], [-1, 8, -1], [-1, -1, -1]]),
        "emboss": np.array([[-2, -1, 0], [-1, 1, 1], [0, 1, 2]]),
    }


@mistake(
    of=filter_bank,
    hint="Where there is no edge, what should come out? Add up the weights of your edges kernel.",
)
def edges_with_a_rest():
    """The edges kernel does not sum to 0, so flat areas are not black."""
    return {
        "identity": np.array([[0, 0, 0], [0, 1, 0], [0, 0, 0]]),
        "box_blur": np.ones((3, 3)) / 9,
        "gaussian_blur": np.outer([1, 2, 1], [1, 2, 1]) / 16,
        "sharpen": np.array([[0, -1, 0], [-1, 5, -1], [0, -1, 0]]),
        "edges": np.array([[-1, -1, -1], [-1, 9, -1], [-1, -1, -1]]),
        "emboss": np.array([[-2, -1, 0], [-1, 1, 1], [0, 1, 2]]),
    }


@mistake(
    of=filter_bank,
    hint="Does your edges kernel see edges of every direction? What stands in its centre?",
)
def edges_in_one_direction():
    """A Sobel kernel is used for edges: it has nothing in the centre."""
    return {
        "identity": np.array([[0, 0, 0], [0, 1, 0], [0, 0, 0]]),
        "box_blur": np.ones((3, 3)) / 9,
        "gaussian_blur": np.outer([1, 2, 1], [1, 2, 1]) / 16,
        "sharpen": np.array([[0, -1, 0], [-1, 5, -1], [0, -1, 0]]),
        "edges": np.array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]]),
        "emboss": np.array([[-2, -1, 0], [-1, 1, 1], [0, 1, 2]]),
    }


@mistake(
    of=filter_bank,
    hint="From which side does the light fall in your emboss? Turn the kernel by 180° and compare.",
)
def embosses_without_a_direction():
    """The emboss kernel is the same after half a turn."""
    return {
        "identity": np.array([[0, 0, 0], [0, 1, 0], [0, 0, 0]]),
        "box_blur": np.ones((3, 3)) / 9,
        "gaussian_blur": np.outer([1, 2, 1], [1, 2, 1]) / 16,
        "sharpen": np.array([[0, -1, 0], [-1, 5, -1], [0, -1, 0]]),
        "edges": np.array([[-1, -1, -1], [-1, 8, -1], [-1, -1, -1]]),
        "emboss": np.array([[-2, -1, 0], [-1, 7, -1], [0, -1, -2]]),
    }


# --- translate -----------------------------------------------------------------------------------


@mistake(
    of=translate,
    hint="Put a single bright pixel into a dark image. Where is it after a shift by dy = 1?",
)
def moves_the_other_way(image, dy, dx):
    """The image moves up and left for positive shifts."""
    return np.roll(image, (-dy, -dx), axis=(0, 1))


@mistake(
    of=translate,
    hint="Which of the two counts rows, and which columns? What is axis 0?",
)
def swaps_dy_and_dx(image, dy, dx):
    """dy moves the columns and dx the rows."""
    return np.roll(image, (dx, dy), axis=(0, 1))


@mistake(
    of=translate,
    hint="Where do the pixels go that leave on one side? Think of a picture on a closed ring.",
)
def fills_with_zeros(image, dy, dx):
    """What leaves the image is lost, and zeros enter."""
    height, width = image.shape
    y = np.zeros_like(image)
    for i in range(height):
        for j in range(width):
            if 0 <= i - dy < height and 0 <= j - dx < width:
                y[i, j] = image[i - dy, j - dx]
    return y


@mistake(
    of=translate,
    hint="Does something new enter the picture, or something that was there before?",
)
def repeats_the_border(image, dy, dx):
    """The pixels of the border are repeated where the image has moved away."""
    height, width = image.shape
    rows = np.clip(np.arange(height) - dy, 0, height - 1)
    columns = np.clip(np.arange(width) - dx, 0, width - 1)
    return image[rows][:, columns]


@mistake(
    of=translate,
    hint="What does np.roll do with a 2-D array when it is not told along which axis?",
)
def rolls_the_flat_array(image, dy, dx):
    """The image is rolled as one long row, so columns spill into the next line."""
    return np.roll(image, dy * image.shape[1] + dx)


@mistake(
    of=translate,
    hint="A shift has two parts. What does your function do when dy is 0?",
)
def moves_only_the_rows(image, dy, dx):
    """dx has no effect."""
    return np.roll(image, dy, axis=0)


@mistake(
    of=translate,
    hint="What does a shift by −1 do, and what does yours do?",
)
def ignores_the_sign(image, dy, dx):
    """Negative shifts move the image in the same direction as positive ones."""
    return np.roll(image, (abs(dy), abs(dx)), axis=(0, 1))


@mistake(
    of=translate,
    hint="Try a shift that is larger than the image. How many times can a picture go round?",
)
def goes_round_once_only(image, dy, dx):
    """The image is cut in two and the parts change places: a shift beyond its size does nothing."""
    moved = np.concatenate([image[-dy:], image[:-dy]], axis=0)
    return np.concatenate([moved[:, -dx:], moved[:, :-dx]], axis=1)


@mistake(
    of=translate,
    hint="Show the original image after the call. Has it moved, too?",
)
def moves_the_original(image, dy, dx):
    """The shifted pixels are written into the caller's own image."""
    image[:] = np.roll(image, (dy, dx), axis=(0, 1))
    return image


# --- is_equivariant ------------------------------------------------------------------------------


@mistake(
    of=is_equivariant,
    hint="“Unchanged by a shift” and “shifted along” are two properties. Which one is asked?",
)
def checks_invariance(f, image, dy, dx):
    """The output is compared without being shifted: that is invariance."""
    a, b = f(translate(image, dy, dx)), f(image)
    return a.shape == b.shape and bool(np.allclose(a, b))


@mistake(
    of=is_equivariant,
    hint="How often is f called, and with which images?",
)
def never_moves_the_input(f, image, dy, dx):
    """Only the output is shifted and compared with the output that was not."""
    a = f(image)
    b = translate(f(image), dy, dx)
    return a.shape == b.shape and bool(np.allclose(a, b))


@mistake(
    of=is_equivariant,
    hint="If the input moves to the right, in which direction should the output move?",
)
def shifts_the_output_back(f, image, dy, dx):
    """The output is moved in the opposite direction."""
    a, b = f(translate(image, dy, dx)), translate(f(image), -dy, -dx)
    return a.shape == b.shape and bool(np.allclose(a, b))


@mistake(
    of=is_equivariant,
    hint="Do both calls of `translate` get their arguments in the same order?",
)
def swaps_the_shift_of_the_output(f, image, dy, dx):
    """dy and dx have changed places for the output."""
    a, b = f(translate(image, dy, dx)), translate(f(image), dx, dy)
    return a.shape == b.shape and bool(np.allclose(a, b))


@mistake(
    of=is_equivariant,
    hint="In which order does `translate` expect the two parts of a shift?",
)
def swaps_both_shifts(f, image, dy, dx):
    """dy and dx have changed places for the input and for the output."""
    a, b = f(translate(image, dx, dy)), translate(f(image), dx, dy)
    return a.shape == b.shape and bool(np.allclose(a, b))


@mistake(
    of=is_equivariant,
    hint="Is 0.1 + 0.2 equal to 0.3 on a computer? What does `==` say when a result was rounded?",
)
def compares_exactly(f, image, dy, dx):
    """The two results are compared bit by bit, so that rounding counts as a difference."""
    return bool(np.array_equal(f(translate(image, dy, dx)), translate(f(image), dy, dx)))


@mistake(
    of=is_equivariant,
    hint="Is one equal pixel enough for two pictures to be the same?",
)
def is_content_with_one_pixel(f, image, dy, dx):
    """One pixel that agrees is taken for agreement."""
    a, b = f(translate(image, dy, dx)), translate(f(image), dy, dx)
    return a.shape == b.shape and bool(np.any(np.isclose(a, b)))


@mistake(
    of=is_equivariant,
    hint="Which sign may a difference have? And is a large negative number smaller than 0.00001?",
)
def forgets_the_absolute_value(f, image, dy, dx):
    """The difference is asked to be small, but not its absolute value."""
    a, b = f(translate(image, dy, dx)), translate(f(image), dy, dx)
    return a.shape == b.shape and bool(np.mean(a - b) < 1e-8)


@mistake(
    of=is_equivariant,
    hint="Can two different pictures have the same mean?",
)
def compares_the_means(f, image, dy, dx):
    """Only the means of the two results are compared."""
    a, b = f(translate(image, dy, dx)), translate(f(image), dy, dx)
    return a.shape == b.shape and bool(np.isclose(a.mean(), b.mean()))


@mistake(
    of=is_equivariant,
    hint="What does NumPy do when you compare arrays of shapes (1, 5) and (6, 5)?",
)
def lets_shapes_broadcast(f, image, dy, dx):
    """Shapes are not compared, so a small result may be stretched until it fits."""
    a, b = f(translate(image, dy, dx)), translate(f(image), dy, dx)
    try:
        return bool(np.allclose(a, b))
    except ValueError:
        return False


@mistake(
    of=is_equivariant,
    hint="What happens in your code when the two results cannot be compared pixel by pixel?",
)
def fails_on_other_shapes(f, image, dy, dx):
    """Shapes are not compared, so results of different sizes raise an error."""
    a, b = f(translate(image, dy, dx)), translate(f(image), dy, dx)
    return bool(np.all(np.abs(a - b) <= 1e-8 + 1e-5 * np.abs(b)))


@mistake(
    of=is_equivariant,
    hint="May the output of f be smaller than the image? Which two shapes have to agree?",
)
def expects_the_size_of_the_image(f, image, dy, dx):
    """A function whose output is not as large as the image is said not to be equivariant."""
    a, b = f(translate(image, dy, dx)), translate(f(image), dy, dx)
    return a.shape == image.shape and a.shape == b.shape and bool(np.allclose(a, b))


@mistake(
    of=is_equivariant,
    hint="Are two results equal if one of them has more rows than the other?",
)
def compares_the_common_part(f, image, dy, dx):
    """Results of different sizes are cut to their common part."""
    a, b = f(translate(image, dy, dx)), translate(f(image), dy, dx)
    height, width = min(a.shape[0], b.shape[0]), min(a.shape[1], b.shape[1])
    return bool(np.allclose(a[:height, :width], b[:height, :width]))


@mistake(
    of=is_equivariant,
    hint="Does your function use both parts of the shift?",
)
def looks_at_rows_only(f, image, dy, dx):
    """Only the vertical part of the shift is applied."""
    a, b = f(translate(image, dy, 0)), translate(f(image), dy, 0)
    return a.shape == b.shape and bool(np.allclose(a, b))


@mistake(
    of=is_equivariant,
    hint="The lecture names a property of convolutions. Does it hold for every function f?",
)
def trusts_the_lecture(f, image, dy, dx):
    """The answer is always yes."""
    return True


@mistake(
    of=is_equivariant,
    hint="After you have moved the image, which picture does the second half of your test see?",
)
def moves_the_image_for_good(f, image, dy, dx):
    """The shifted image replaces the caller's image, so f never sees the original."""
    image[:] = translate(image, dy, dx)
    a, b = f(image), translate(f(image), dy, dx)
    return a.shape == b.shape and bool(np.allclose(a, b))
