"""Correct solutions of assignment 01 in other styles: none of them may lose a point.

They differ in the algorithm, in the number type of the result, and in whether the result shares
memory with an argument.
"""

import numpy as np

from autograder.check import variant
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


@variant(of=convolve1d)
def convolve1d_two_loops(x, w):
    """The definition, letter by letter, in Python numbers."""
    n, m = len(x), len(w)
    sums = []
    for t in range(n + m - 1):
        terms = [float(x[tau]) * float(w[t - tau]) for tau in range(n) if 0 <= t - tau < m]
        sums.append(sum(terms))
    return np.array(sums)


@variant(of=convolve1d)
def convolve1d_fourier(x, w):
    """A product of spectra, with room for the whole result; complex rounding errors are left in."""
    size = len(x) + len(w) - 1
    return np.fft.ifft(np.fft.fft(x, size) * np.fft.fft(w, size))


@variant(of=convolve1d)
def convolve1d_diagonals(x, w):
    """All products at once, then the sums along the antidiagonals."""
    products = np.outer(x.astype(np.float64), w)[:, ::-1]
    return np.array([np.trace(products, len(w) - 1 - t) for t in range(len(x) + len(w) - 1)])


@variant(of=convolve1d)
def convolve1d_padded_windows(x, w):
    """Windows over the padded signal times the reversed filter; integers stay integers."""
    exact = np.result_type(x, w, np.int64)
    padded = np.pad(x.astype(exact), len(w) - 1)
    windows = np.lib.stride_tricks.sliding_window_view(padded, len(w))
    return windows @ w[::-1].astype(exact)


@variant(of=convolve1d)
def convolve1d_recursive(x, w):
    """The first sample scatters its copy of the filter, the rest follows one step later."""

    def scatter(rest):
        y = np.zeros(len(rest) + len(w) - 1)
        y[: len(w)] = float(rest[0]) * w
        if len(rest) > 1:
            y[1:] += scatter(rest[1:])
        return y

    return scatter(x)


@variant(of=convolve1d)
def convolve1d_in_single_precision(x, w):
    """Matrix times vector in float32."""
    matrix = np.zeros((len(x) + len(w) - 1, len(x)), np.float32)
    for k, weight in enumerate(w):
        matrix[np.arange(len(x)) + k, np.arange(len(x))] = weight
    return matrix @ x.astype(np.float32)


# --- convolution_matrix --------------------------------------------------------------------------


@variant(of=convolution_matrix)
def convolution_matrix_sum_of_eyes(w, n):
    """One shifted identity for each weight."""
    return sum(np.eye(n + len(w) - 1, n, -k) * weight for k, weight in enumerate(w))


@variant(of=convolution_matrix)
def convolution_matrix_by_index(w, n):
    """Row minus column says which weight it is; the dtype is that of the filter."""
    lag = np.arange(n + len(w) - 1)[:, None] - np.arange(n)
    return np.where((lag >= 0) & (lag < len(w)), w[np.clip(lag, 0, len(w) - 1)], 0)


@variant(of=convolution_matrix)
def convolution_matrix_nested_lists(w, n):
    """Every entry by itself, as Python numbers."""
    m = len(w)
    rows = range(n + m - 1)
    return np.array([[w[i - j].item() if 0 <= i - j < m else 0 for j in range(n)] for i in rows])


@variant(of=convolution_matrix)
def convolution_matrix_reshaped(w, n):
    """Filter and zeros as one long column, cut into columns that are one entry too short."""
    column = np.concatenate([w, np.zeros(n)])
    return np.tile(column, n)[: n * (n + len(w) - 1)].reshape(n, n + len(w) - 1).T


@variant(of=convolution_matrix)
def convolution_matrix_from_impulses(w, n):
    """Column by column: what comes out for a signal with a single 1."""
    return np.stack([convolve1d(impulse, w) for impulse in np.eye(n)], axis=1)


# --- cross_correlate2d ---------------------------------------------------------------------------


@variant(of=cross_correlate2d)
def cross_correlate2d_two_loops(image, kernel):
    """One window after the other."""
    height, width = image.shape
    kh, kw = kernel.shape
    y = np.empty((height - kh + 1, width - kw + 1))
    for i, j in np.ndindex(*y.shape):
        y[i, j] = np.vdot(image[i : i + kh, j : j + kw].astype(float), kernel.astype(float))
    return y


@variant(of=cross_correlate2d)
def cross_correlate2d_pure_python(image, kernel):
    """Four loops over Python numbers; integers stay integers."""
    pixels, weights = image.tolist(), kernel.tolist()
    kh, kw = kernel.shape
    return np.array(
        [
            [
                sum(pixels[i + u][j + v] * weights[u][v] for u in range(kh) for v in range(kw))
                for j in range(len(pixels[0]) - kw + 1)
            ]
            for i in range(len(pixels) - kh + 1)
        ]
    )


@variant(of=cross_correlate2d)
def cross_correlate2d_shifted_images(image, kernel):
    """One shifted copy of the image for each weight."""
    kh, kw = kernel.shape
    rows, columns = image.shape[0] - kh + 1, image.shape[1] - kw + 1
    y = np.zeros((rows, columns))
    for (u, v), weight in np.ndenumerate(kernel):
        y += image[u : u + rows, v : v + columns] * float(weight)
    return y


@variant(of=cross_correlate2d)
def cross_correlate2d_einsum(image, kernel):
    """Strides and einsum, in float32."""
    image = np.ascontiguousarray(image, dtype=np.float32)
    shape = tuple(np.subtract(image.shape, kernel.shape) + 1) + kernel.shape
    windows = np.lib.stride_tricks.as_strided(image, shape, image.strides * 2, writeable=False)
    return np.einsum("ijuv,uv->ij", windows, kernel.astype(np.float32))


@variant(of=cross_correlate2d)
def cross_correlate2d_fourier(image, kernel):
    """A product with the conjugate spectrum; only the part without wrap-around is kept."""
    spectrum = np.fft.rfft2(image) * np.conj(np.fft.rfft2(kernel, image.shape))
    rows, columns = np.subtract(image.shape, kernel.shape) + 1
    return np.fft.irfft2(spectrum, image.shape)[:rows, :columns]


@variant(of=cross_correlate2d)
def cross_correlate2d_matrix(image, kernel):
    """The windows as rows of a matrix, times the kernel as a vector."""
    kh, kw = kernel.shape
    rows, columns = image.shape[0] - kh + 1, image.shape[1] - kw + 1
    patches = [image[i : i + kh, j : j + kw].ravel() for i in range(rows) for j in range(columns)]
    return (np.array(patches, dtype=float) @ kernel.ravel()).reshape(rows, columns)


# --- convolve2d ----------------------------------------------------------------------------------


@variant(of=convolve2d)
def convolve2d_two_loops(image, kernel):
    """One window after the other, with indices that run backwards in the kernel."""
    kh, kw = kernel.shape
    y = np.zeros((image.shape[0] - kh + 1, image.shape[1] - kw + 1))
    for i in range(y.shape[0]):
        for j in range(y.shape[1]):
            for u in range(kh):
                for v in range(kw):
                    y[i, j] += float(image[i + u, j + v]) * float(kernel[kh - 1 - u, kw - 1 - v])
    return y


@variant(of=convolve2d)
def convolve2d_by_correlation(image, kernel):
    """A cross-correlation with the turned kernel."""
    return cross_correlate2d(image, np.rot90(kernel, 2))


@variant(of=convolve2d)
def convolve2d_einsum(image, kernel):
    """Windows and einsum."""
    windows = np.lib.stride_tricks.sliding_window_view(image, kernel.shape)
    return np.einsum("ijuv,uv", windows, np.flip(kernel), dtype=float)


@variant(of=convolve2d)
def convolve2d_fourier(image, kernel):
    """A product of spectra; the part where the two fully overlap is cut out of the result."""
    kh, kw = kernel.shape
    around = np.fft.ifft2(np.fft.fft2(image) * np.fft.fft2(kernel, image.shape))
    return np.real(around)[kh - 1 :, kw - 1 :]


@variant(of=convolve2d)
def convolve2d_scattered(image, kernel):
    """Every pixel scatters a copy of the kernel; then the border is cut off."""
    kh, kw = kernel.shape
    height, width = image.shape
    full = np.zeros((height + kh - 1, width + kw - 1))
    for i in range(height):
        for j in range(width):
            full[i : i + kh, j : j + kw] += float(image[i, j]) * kernel
    return full[kh - 1 : height, kw - 1 : width]


@variant(of=convolve2d)
def convolve2d_turned_twice(image, kernel):
    """The turned image with the kernel as it is, then the result turned back."""
    windows = np.lib.stride_tricks.sliding_window_view(image[::-1, ::-1], kernel.shape)
    exact = np.result_type(image, kernel, np.int64)
    return (windows.astype(exact) * kernel).sum(axis=(2, 3))[::-1, ::-1]


# --- sobel_edges ---------------------------------------------------------------------------------


@variant(of=sobel_edges)
def sobel_edges_by_correlation(image):
    """Two calls of `cross_correlate2d`, magnitudes by hypot."""
    gx = cross_correlate2d(image, np.array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]]))
    gy = cross_correlate2d(image, np.array([[-1, -2, -1], [0, 0, 0], [1, 2, 1]]))
    return gx, gy, np.hypot(gx, gy)


@variant(of=sobel_edges)
def sobel_edges_separable(image):
    """Sums and differences of shifted images, in float32."""
    a = np.asarray(image, dtype=np.float32)
    rows, columns = a[:-2] + 2 * a[1:-1] + a[2:], a[:, :-2] + 2 * a[:, 1:-1] + a[:, 2:]
    gx, gy = rows[:, 2:] - rows[:, :-2], columns[2:] - columns[:-2]
    return gx, gy, np.sqrt(gx * gx + gy * gy)


@variant(of=sobel_edges)
def sobel_edges_complex(image):
    """One complex kernel for both directions: real part gx, imaginary part gy."""
    kernel = np.array([[-1 - 1j, -2j, 1 - 1j], [-2, 0, 2], [-1 + 1j, 2j, 1 + 1j]])
    windows = np.lib.stride_tricks.sliding_window_view(image, (3, 3))
    gradient = np.tensordot(windows, kernel, axes=2)
    return gradient.real, gradient.imag, np.abs(gradient)


@variant(of=sobel_edges)
def sobel_edges_pixel_by_pixel(image):
    """Two loops over Python numbers; the gradients of integers are integers."""
    p = image.tolist()
    gx, gy = [], []
    for i in range(len(p) - 2):
        gx.append([])
        gy.append([])
        for j in range(len(p[0]) - 2):
            right = p[i][j + 2] + 2 * p[i + 1][j + 2] + p[i + 2][j + 2]
            left = p[i][j] + 2 * p[i + 1][j] + p[i + 2][j]
            below = p[i + 2][j] + 2 * p[i + 2][j + 1] + p[i + 2][j + 2]
            above = p[i][j] + 2 * p[i][j + 1] + p[i][j + 2]
            gx[-1].append(right - left)
            gy[-1].append(below - above)
    gx, gy = np.array(gx), np.array(gy)
    return gx, gy, np.linalg.norm(np.stack([gx, gy]), axis=0)


# --- filter_bank ---------------------------------------------------------------------------------


@variant(of=filter_bank)
def filter_bank_of_integers_where_possible():
    """Integer arrays where the values are whole, and other choices where there is one."""
    weights = np.array([1, 2, 1])
    return {
        "emboss": np.array([[0, 1, 0], [0, 0, 0], [0, -1, 0]]),
        "edges": np.array([[0, 1, 0], [1, -4, 1], [0, 1, 0]]),
        "sharpen": np.array([[-1, -1, -1], [-1, 9, -1], [-1, -1, -1]]),
        "gaussian_blur": weights[:, None] * weights / 16,
        "box_blur": np.ones((3, 3)) / 9,
        "identity": np.array([[0, 0, 0], [0, 1, 0], [0, 0, 0]]),
    }


@variant(of=filter_bank)
def filter_bank_from_one_another():
    """Kernels computed from kernels: sharpen adds what the blur takes away."""
    bank = dict.fromkeys(["identity", "box_blur", "gaussian_blur", "sharpen", "edges", "emboss"])
    bank["identity"] = np.pad(np.ones((1, 1)), 1)
    bank["box_blur"] = np.ones((3, 3)) / 9
    bank["gaussian_blur"] = np.array([[1, 2, 1], [2, 4, 2], [1, 2, 1]]) * 0.0625
    bank["sharpen"] = 2 * bank["identity"] - bank["gaussian_blur"]
    bank["edges"] = bank["identity"] - bank["box_blur"]
    bank["emboss"] = bank["identity"] + np.triu(np.ones((3, 3)), 1) - np.tril(np.ones((3, 3)), -1)
    return bank


@variant(of=filter_bank)
def filter_bank_in_single_precision():
    """float32 arrays; sharpen with an unusual strength, edges and emboss turned another way."""
    kernels = {
        "identity": [0, 0, 0, 0, 1, 0, 0, 0, 0],
        "box_blur": [1 / 9] * 9,
        "gaussian_blur": [k / 16 for k in (1, 2, 1, 2, 4, 2, 1, 2, 1)],
        "sharpen": [-0.3, -0.7, -0.3, -0.7, 5, -0.7, -0.3, -0.7, -0.3],
        "edges": [1, -2, 1, -2, 4, -2, 1, -2, 1],
        "emboss": [2, 1, 0, 1, 0, -1, 0, -1, -2],
    }
    return {name: np.array(k, np.float32).reshape(3, 3) for name, k in kernels.items()}


# --- translate -----------------------------------------------------------------------------------


@variant(of=translate)
def translate_by_index(image, dy, dx):
    """The definition with index arrays."""
    height, width = image.shape
    return image[np.ix_((np.arange(height) - dy) % height, (np.arange(width) - dx) % width)]


@variant(of=translate)
def translate_two_loops(image, dy, dx):
    """The definition, pixel by pixel, into an array of floats."""
    height, width = image.shape
    y = np.empty((height, width))
    for i in range(height):
        for j in range(width):
            y[i, j] = image[(i - dy) % height, (j - dx) % width]
    return y


@variant(of=translate)
def translate_by_slices(image, dy, dx):
    """Cut in two and joined the other way round; without a shift it is the image itself."""
    dy, dx = dy % image.shape[0], dx % image.shape[1]
    if dy:
        image = np.concatenate([image[-dy:], image[:-dy]])
    if dx:
        image = np.concatenate([image[:, -dx:], image[:, :-dx]], axis=1)
    return image


@variant(of=translate)
def translate_as_a_view(image, dy, dx):
    """A window into four copies of the image, laid side by side."""
    height, width = image.shape
    top, left = -dy % height, -dx % width
    return np.tile(image, (2, 2))[top : top + height, left : left + width]


@variant(of=translate)
def translate_step_by_step(image, dy, dx):
    """One row or column at a time, as often as asked."""
    for _ in range(abs(dy)):
        image = np.roll(image, 1 if dy > 0 else -1, axis=0)
    for _ in range(abs(dx)):
        image = np.roll(image, 1 if dx > 0 else -1, axis=1)
    return image


# --- is_equivariant ------------------------------------------------------------------------------


@variant(of=is_equivariant)
def is_equivariant_step_by_step(f, image, dy, dx):
    """Shapes first, then the values."""
    moved_first = f(translate(image, dy, dx))
    moved_last = translate(f(image), dy, dx)
    if moved_first.shape != moved_last.shape:
        return False
    return bool(np.allclose(moved_first, moved_last))


@variant(of=is_equivariant)
def is_equivariant_with_roll(f, image, dy, dx):
    """np.roll in place of `translate`; the output is moved first. Returns np.bool."""
    last = np.roll(f(np.array(image)), shift=(dy, dx), axis=(0, 1))
    first = f(np.roll(image, shift=(dy, dx), axis=(0, 1)))
    return np.bool_(first.shape == last.shape and np.isclose(first, last).all())


@variant(of=is_equivariant)
def is_equivariant_value_by_value(f, image, dy, dx):
    """Python lists, compared value by value."""
    first, last = f(translate(image, dy, dx)).tolist(), translate(f(image), dy, dx).tolist()
    if [len(row) for row in first] != [len(row) for row in last]:
        return False
    pairs = [pair for rows in zip(first, last, strict=True) for pair in zip(*rows, strict=True)]
    return all(abs(a - b) <= 1e-8 + 1e-5 * abs(b) for a, b in pairs)


@variant(of=is_equivariant)
def is_equivariant_moving_back(f, image, dy, dx):
    """Shift, apply f, shift back: that should be f itself."""
    there_and_back = translate(f(translate(image, dy, dx)), -dy, -dx)
    plain = f(image)
    return plain.shape == there_and_back.shape and np.abs(plain - there_and_back).max() < 1e-7
