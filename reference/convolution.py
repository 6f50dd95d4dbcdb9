"""Discrete convolution as a feature extractor: the reference solutions of assignment 01.

Two readings of the same sum. Read from the output, every y[t] collects: it is the weighted sum of
one window of the input. Read from the input, every x[τ] scatters: it leaves a copy of the filter,
scaled by its value, that starts at τ. `convolve1d` and `convolution_matrix` are written as
scattering, the functions on images as collecting.

Pixels often come as `uint8`, where 200 + 100 is 44. So everything is computed in float64.
"""

import numpy as np


def convolve1d(x, w):
    """The full discrete convolution of a signal `x` (n,) with a filter `w` (m,).

        y[t] = Σ_τ x[τ] · w[t − τ]        for t = 0 … n + m − 2

    where values outside of `x` and `w` count as zero. Either of the two may be the longer one, and
    they may change places without changing the result.

    Returns an array (n + m − 1,). `x` and `w` may hold floats or integers, also `uint8`: the
    result holds the exact values all the same (nothing is cut off, nothing overflows). Both stay
    as they are. You may use FFTs and matrices, but no ready-made convolution or correlation.

    Example: x = [1, 2] and w = [3, 4, 5] give [3, 10, 13, 10].
    """
    x, w = x.astype(float), w.astype(float)
    y = np.zeros(len(x) + len(w) - 1)
    for tau in range(len(x)):
        y[tau : tau + len(w)] += x[tau] * w
    return y


def convolution_matrix(w, n):
    """The matrix T that convolves a signal of length `n` with the filter `w` (m,).

        T @ x = convolve1d(x, w)          for every signal x (n,)

    T is the computational graph of a 1-D convolution: the rows are its outputs, the columns its
    inputs, and an entry is the weight on the connection between the two. Most entries are zero
    (sparse connections), and every diagonal holds a single weight (parameter sharing).

    Returns an array (n + m − 1, n). `n` is an int ≥ 1, perhaps smaller than m; `w` stays as it is.

    Example: w = [3, 4] and n = 2 give [[3, 0], [4, 3], [0, 4]].
    """
    matrix = np.zeros((n + len(w) - 1, n))
    for column in range(n):
        matrix[column : column + len(w), column] = w
    return matrix


def cross_correlate2d(image, kernel):
    """Slide `kernel` (kh, kw) over `image` (H, W) and take the dot product at every position.

        y[i, j] = Σ_u Σ_v image[i + u, j + v] · kernel[u, v]

    Only positions where the kernel lies wholly inside the image count ("valid"), and the kernel is
    used as it is, without a flip. Image and kernel may be oblong, the sides of the kernel odd or
    even; the image is at least as large as the kernel.

    Returns an array (H − kh + 1, W − kw + 1). Both arguments may hold floats or integers, also
    `uint8`: nothing is cut off, nothing overflows. Both stay as they are.

    Example: image [[1, 2, 3], [4, 5, 6]] and kernel [[1, 10]] give [[21, 32], [54, 65]].
    """
    pixels = image.astype(float)
    windows = np.lib.stride_tricks.sliding_window_view(pixels, kernel.shape)  # (H', W', kh, kw)
    return np.tensordot(windows, kernel.astype(float), axes=2)


def convolve2d(image, kernel):
    """The true convolution of `image` (H, W) with `kernel` (kh, kw), where the two fully overlap.

        y[i, j] = Σ_u Σ_v image[i + u, j + v] · kernel[kh − 1 − u, kw − 1 − v]

    It differs from the cross-correlation in one thing: the kernel is rotated by 180°.

    Returns an array (H − kh + 1, W − kw + 1). Image and kernel may be oblong, the sides of the
    kernel odd or even; the image is at least as large as the kernel. Both may hold floats or
    integers, also `uint8`: nothing is cut off, nothing overflows. Both stay as they are.

    Example: image [[1, 2, 3], [4, 5, 6]] and kernel [[1, 10]] give [[12, 23], [45, 56]].
    """
    rotated = kernel[::-1, ::-1].astype(float)
    pixels = image.astype(float)
    windows = np.lib.stride_tricks.sliding_window_view(pixels, kernel.shape)  # (H', W', kh, kw)
    return np.tensordot(windows, rotated, axes=2)


def sobel_edges(image):
    """The brightness gradient of `image` (H, W) by the two 3×3 Sobel kernels.

    Both kernels are cross-correlated with the image ("valid", no flip). Along one axis a Sobel
    kernel takes the difference −1, 0, 1, along the other it smooths with 1, 2, 1.

    Returns `(gx, gy, magnitude)`, three arrays (H − 2, W − 2):
    `gx` is positive where the brightness rises to the right,
    `gy` is positive where it rises downwards,
    `magnitude` is the length of the gradient, sqrt(gx² + gy²).

    H and W are at least 3. The image may hold floats or integers, also `uint8`, and stays as it is.

    Example: a ramp that gains 1 with each column has gx = 8, gy = 0 and magnitude = 8 everywhere.
    """
    difference, smoothing = np.array([-1.0, 0.0, 1.0]), np.array([1.0, 2.0, 1.0])
    pixels = image.astype(float)
    windows = np.lib.stride_tricks.sliding_window_view(pixels, (3, 3))  # (H - 2, W - 2, 3, 3)
    gx = np.tensordot(windows, np.outer(smoothing, difference), axes=2)
    gy = np.tensordot(windows, np.outer(difference, smoothing), axes=2)
    return gx, gy, np.sqrt(gx**2 + gy**2)


def filter_bank():
    """Six classic 3×3 kernels, as a dict from name to array (3, 3) of floats.

    Exactly these names:
    `identity`       leaves a picture as it is;
    `box_blur`       the mean of the nine pixels: every entry 1/9;
    `gaussian_blur`  the outer product of (1, 2, 1) with itself, divided by 16;
    `sharpen`        the entries sum to 1, and the largest is that of the centre, which is above 1;
    `edges`          the entries sum to 0, and the largest magnitude is that of the centre alone;
    `emboss`         has a direction: rotated by 180° it is another kernel.

    The last three leave you a choice: try out on a picture what you like.
    """
    return {
        "identity": np.array([[0.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 0.0]]),
        "box_blur": np.full((3, 3), 1 / 9),
        "gaussian_blur": np.outer([1.0, 2.0, 1.0], [1.0, 2.0, 1.0]) / 16,
        "sharpen": np.array([[0.0, -1.0, 0.0], [-1.0, 5.0, -1.0], [0.0, -1.0, 0.0]]),
        "edges": np.array([[-1.0, -1.0, -1.0], [-1.0, 8.0, -1.0], [-1.0, -1.0, -1.0]]),
        "emboss": np.array([[-2.0, -1.0, 0.0], [-1.0, 1.0, 1.0], [0.0, 1.0, 2.0]]),
    }


def translate(image, dy, dx):
    """Shift `image` (H, W) by `dy` rows and `dx` columns; what leaves on one side enters opposite.

        y[i, j] = image[(i − dy) mod H, (j − dx) mod W]

    A positive `dy` moves the picture down, a positive `dx` moves it to the right. Both are any
    integers: negative, zero, or larger than the image.

    Returns an array (H, W). `image` stays as it is.

    Example: [[1, 2, 3], [4, 5, 6]] moved by dy = 0, dx = 1 gives [[3, 1, 2], [6, 4, 5]].
    """
    return np.roll(image, (dy, dx), axis=(0, 1))


def is_equivariant(f, image, dy, dx):
    """Whether `f` commutes with this shift of `image` (H, W): shift then f, or f then shift.

        f(translate(image, dy, dx))  ≈  translate(f(image), dy, dx)

    `f` takes an image and returns a 2-D array of any size. "≈" means the same shape, and all values
    equal as `np.allclose` sees it: rounding does not count. Two results of different shapes are
    different.

    Returns a bool. `image` stays as it is.

    Example: `lambda a: a**2` is equivariant for every shift, `lambda a: a[:, ::-1]` is not.
    """
    shift_first = f(translate(image, dy, dx))
    shift_last = translate(f(image), dy, dx)
    return shift_first.shape == shift_last.shape and np.allclose(shift_first, shift_last)
