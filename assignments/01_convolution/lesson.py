# %% [markdown]
# # Convolution: one small filter, looking everywhere
#
# A picture is a table of numbers. Nothing in that table says "here is an edge" or "this is a
# sail": such things lie in how *neighbouring* numbers compare. This assignment is about the
# smallest machine that compares neighbours, the **discrete convolution**, and about why so many
# networks that look at pictures begin with it.
#
# The road we take:
#
# 1. what two physiologists saw in a cat's brain, and what a *receptive field* is,
# 2. convolution in one dimension: from the integral to the sum, and why the filter is flipped,
# 3. the same thing as a network with very few weights, and as a matrix,
# 4. two dimensions: cross-correlation and convolution,
# 5. Sobel's edge detector, the first feature extractor,
# 6. a bank of filters to play with,
# 7. what happens to the output when the picture moves: equivariance,
# 8. back to the cat, and two questions to answer in words.
#
# You will write eight short functions. None needs more than a dozen lines; most need far fewer.

# %% [markdown]
# ## How to work with this notebook
#
# * **Fill in the stubs.** Where you see `# YOUR CODE HERE` and `raise NotImplementedError()`,
#   replace both lines by your code. Keep the function's name and its parameters. The docstring
#   says what goes in and what must come out.
# * **Go from top to bottom.** Run a cell with Shift + Enter. Below each stub stands a visible
#   check: run it, read its message, repair, run again. Until you have filled in a stub its check
#   stops with `NotImplementedError`; that is as it should be. Figures that need a function you
#   have not written yet show a grey card instead.
# * **Don't delete, copy or move cells**, and don't edit the given ones. You may add cells of your
#   own wherever you like.
# * **How the points work.** After you hand in, each function is called with other inputs than the
#   ones you see: oblong pictures, even-sized kernels, whole numbers, negative numbers. Each such
#   test earns its own points, so a partly right function earns part of them. The visible checks
#   are a guide, not the whole story. The two written answers are read and marked by a person.
# * **What every function may rely on, and must respect.** Inputs are NumPy arrays of any real
#   number type: floats, integers, or bytes (`uint8`, 0 to 255). Results are NumPy arrays, unless
#   the docstring says otherwise; halves must not be cut off because the input held whole numbers.
#   Leave the arrays you are given as they were.
# * **Not allowed**: ready-made convolutions and correlations: `np.convolve`, `np.correlate`,
#   products of polynomials (`np.polymul`), `scipy.signal`, `scipy.ndimage`,
#   `scipy.linalg.convolution_matrix`, `torch.nn` and the convolutions of torch, and their relatives
#   in other libraries. **Allowed**: loops, indexing, `np.pad`, `np.flip`, `sliding_window_view`,
#   `np.einsum`, `np.tensordot`, matrix products, sums, and Fourier transforms with `np.fft`.
# * **Before you hand in**: restart the kernel and run all cells. What works only because of a
#   cell you have since changed will not work for us either.

# %%
from fractions import Fraction

import matplotlib.pyplot as plt
import numpy as np


def agree(seen, expected):
    """Used by the visible checks: same shape, and same values up to rounding?"""
    return np.shape(seen) == np.shape(expected) and np.allclose(seen, expected)


# %% [markdown]
# The next cell holds the drawing tools and the test picture. You need not read it, but run it.

# %%
BLUE, ORANGE, GREEN, INK, PALE = "#2c6da4", "#d8772a", "#3c8d5a", "#333333", "#e9e9e6"
WEIGHT_COLOURS = [BLUE, ORANGE, GREEN, "#8a5ba6", "#b0413e"]  # one colour for each weight

plt.rcParams.update(
    {
        "figure.facecolor": "white",
        "figure.dpi": 90,
        "figure.constrained_layout.use": True,
        "font.size": 10,
        "axes.titlesize": 11,
        "axes.titlecolor": INK,
        "axes.edgecolor": "#888888",
        "axes.spines.top": False,
        "axes.spines.right": False,
        "image.cmap": "gray",
        "legend.frameon": False,
        "lines.linewidth": 1.8,
    }
)


def figure(*needed):
    """Draw the function below at once; show a grey card while a question it needs is a stub."""

    def draw(function):
        try:
            function()
        except NotImplementedError:
            plt.close("all")
            _, ax = plt.subplots(figsize=(7, 0.8))
            ax.set_facecolor(PALE)
            ax.set(xticks=[], yticks=[])
            ax.spines[:].set_visible(False)
            ax.text(
                0.5,
                0.5,
                "This figure waits for " + ", ".join(needed),
                ha="center",
                va="center",
                color="#777777",
                transform=ax.transAxes,
            )
        plt.show()

    return draw


def show_picture(ax, picture, title=""):
    """Draw brightness: 0 is black, 1 is white, what lies outside is cut off."""
    ax.imshow(picture, cmap="gray", vmin=0, vmax=1)
    ax.set(title=title, xticks=[], yticks=[])
    ax.spines[:].set_visible(False)


def show_signed(ax, values, title="", gain=1):
    """Draw signed values: blue is negative, white is zero, red is positive."""
    limit = max(np.abs(values).max() / gain, 1e-9)
    ax.imshow(values, cmap="RdBu_r", vmin=-limit, vmax=limit)
    ax.set(title=title, xticks=[], yticks=[])
    ax.spines[:].set_visible(True)


def as_text(value):
    """Write a number briefly: a simple fraction where it is one."""
    fraction = Fraction(float(value)).limit_denominator(16)
    text = str(fraction) if abs(value - fraction) < 1e-9 else f"{value:.3g}"
    return text.replace("-", "−")


def show_boxes(ax, values, left=0, top=0, colours=PALE, size=11):
    """Draw a row of numbers in boxes; its first box stands in column `left` of row `top`."""
    colours = [colours] * len(values) if isinstance(colours, str) else colours
    for column, (value, colour) in enumerate(zip(values, colours, strict=True), start=left):
        ax.add_patch(plt.Rectangle((column - 0.46, top - 0.42), 0.92, 0.84, color=colour, lw=0))
        text = value if isinstance(value, str) else as_text(value)
        ax.text(
            column,
            top,
            text,
            ha="center",
            va="center",
            fontsize=size,
            color=INK if colour in (PALE, "white") else "white",
        )


def show_numbers(ax, table, title="", size=11):
    """Draw a table of numbers as a grid of boxes."""
    for i, row in enumerate(np.asarray(table).tolist()):
        show_boxes(ax, row, top=i, size=size)
    rows, columns = np.shape(table)
    ax.set(xlim=(-0.6, columns - 0.4), ylim=(rows - 0.4, -0.6), aspect="equal", title=title)
    ax.axis("off")


def show_result(ax, result, kernel, title=""):
    """Draw what a kernel gives: with signs where it sums to zero, as brightness elsewhere."""
    if abs(np.sum(kernel)) < 1e-3:
        show_signed(ax, result, title, gain=1.8)
    else:
        show_picture(ax, result, title)


def try_kernel(kernel):
    """Draw the picture before and after your `cross_correlate2d` with `kernel`."""
    kernel = np.array(kernel, dtype=float)
    result = cross_correlate2d(scene, kernel)
    _, axes = plt.subplots(1, 3, figsize=(10, 3), width_ratios=[3, 1.4, 3])
    show_picture(axes[0], scene, "the picture")
    show_numbers(axes[1], kernel, f"kernel, sum {kernel.sum():.3g}", size=9)
    show_result(axes[2], result, kernel, "what the kernel sees")


def lighthouse(height=120, width=160, fine=2):
    """A lighthouse at dusk: brightness from 0 (black) to 1 (white), shape (height, width)."""
    v = (np.arange(height * fine)[:, None] + 0.5) / (height * fine)  # downwards, 0 to 1
    u = (np.arange(width * fine)[None, :] + 0.5) / (height * fine)  # to the right
    moon, mast = np.hypot(u - 0.24, v - 0.24), np.abs(u - 1.03)
    art = 0.32 + 0.42 * v + 0.18 * np.exp(-((moon / 0.16) ** 2))
    art = np.where(moon < 0.085, 0.97, art)
    art = np.where(v > 0.56 - 0.05 * np.sin(7 * u + 0.6) - 0.02 * np.sin(19 * u), 0.47, art)
    waves = 0.09 * np.sin(9 / (np.clip(v - 0.62, 0, 1) + 0.09) + 2.5 * np.sin(5 * u + 14 * v))
    glitter = 0.10 * np.exp(-(((u - 0.24) / 0.07) ** 2))
    art = np.where(v > 0.62, 0.33 + waves + glitter, art)
    sail = (v < 0.65) & (u > 0.50) & (u - 0.50 < 0.42 * (v - 0.40))
    hull = (v > 0.66) & (v < 0.70) & (np.abs(u - 0.52) < 0.75 - v)
    art = np.where(sail, 0.93, np.where(hull, 0.12, art))
    spread = 0.10 * (1 - u)
    beam = (u < 1) & (np.abs(v - 0.215 - spread) < 0.012 + spread)
    art = np.where(beam, art + 0.22 * np.clip(1 - (1 - u) / 0.8, 0, 1), art)
    art = np.where(v > 0.70 + 0.9 * np.clip(0.9 - u, 0, 1) - 0.02 * np.sin(31 * u), 0.17, art)
    tower = (v > 0.27) & (v < 0.74) & (mast < 0.050 + 0.07 * (v - 0.27))
    art = np.where(tower, np.where((v - 0.27) % 0.157 < 0.0785, 0.92, 0.28), art)
    art = np.where((v > 0.25) & (v < 0.272) & (mast < 0.085), 0.10, art)
    art = np.where((v > 0.185) & (v < 0.25) & (mast < 0.035), 1.0, art)
    art = np.where((v < 0.185) & (mast < 0.55 * (v - 0.10)), 0.10, art)
    return np.clip(art, 0, 1).reshape(height, fine, width, fine).mean(axis=(1, 3))


scene = lighthouse()  # (120, 160)
small_scene = scene.reshape(24, 5, 32, 5).mean(axis=(1, 3))  # (24, 32)


# %% show=true
@figure()
def the_picture_and_its_numbers():
    _, axes = plt.subplots(1, 2, figsize=(10, 3.5), width_ratios=[4, 5])
    show_picture(axes[0], scene, "what we see")
    axes[0].add_patch(plt.Rectangle((114.5, 34.5), 9, 7, fill=False, ec=ORANGE, lw=2))
    window = np.round(100 * scene[35:42, 115:124]).astype(int)
    axes[1].imshow(window, vmin=0, vmax=100)
    for (i, j), value in np.ndenumerate(window):
        axes[1].text(
            j,
            i,
            value,
            ha="center",
            va="center",
            fontsize=9,
            color="black" if value > 50 else "white",
        )
    axes[1].set(title="what the computer gets (the orange box, in percent)", xticks=[], yticks=[])
    axes[1].spines[:].set(visible=True, color=ORANGE, linewidth=2)


# %% [markdown]
# ## 1. What Hubel and Wiesel saw
#
# In 1958 David Hubel and Torsten Wiesel listened to single nerve cells in the visual cortex of an
# anaesthetised cat. They projected dots of light and dark on a screen, and for hours the cell had
# nothing to say. Then, while they pushed one more glass slide into the projector, it fired like a
# machine gun. It was not the dot on the slide: it was the faint shadow of the slide's *edge*,
# sweeping across the screen at just the right slant.
#
# What they worked out in the years after (1959, 1962; Nobel Prize 1981):
#
# * Each cell watches only a small patch of the visual field: its **receptive field**. What happens
#   elsewhere does not reach it.
# * In that patch some places excite the cell when light falls on them, others inhibit it. In the
#   cells they called **simple**, these places form elongated stripes side by side. So the cell
#   answers to a bar or an edge of *one orientation* at *one place*. Turn the bar, or move it a
#   little, and the cell falls silent.
# * **Complex** cells answer to an orientation too, but do not mind where exactly in their (larger)
#   field the bar lies, as if they collected the answers of many simple cells.
# * For one patch of the visual field there are cells for all orientations, and the same set is
#   there again for the patch next to it.
#
# Below is a drawing of a simple cell, reduced to arithmetic: light on a red place counts for it,
# light on a blue place against it, the counts are added up, and a cell cannot fire less than not
# at all.


# %% show=true
@figure()
def a_simple_cell():
    y, x = np.mgrid[-10:10:81j, -10:10:81j]
    round_window = np.exp(-(x**2 + y**2) / 40)
    field = round_window * (np.exp(-(x**2) / 6) - 0.55 * np.exp(-(x**2) / 22))
    field -= round_window * field.sum() / round_window.sum()

    def bar(degrees):
        across = x * np.cos(np.radians(degrees)) + y * np.sin(np.radians(degrees))
        return np.clip(0.5 + 4 * (2.2 - np.abs(across)), 0, 1)

    angles = np.linspace(-90, 90, 73)
    answers = np.array([max(0.0, np.vdot(field, bar(angle))) for angle in angles])
    shown = [-90, -45, -20, 0, 20, 45, 90]
    _, axes = plt.subplot_mosaic(
        [["field", *[f"bar {angle}" for angle in shown]], ["curve"] * 8],
        figsize=(10, 4),
        height_ratios=[1, 1.7],
        width_ratios=[1.5] + [1] * 7,
    )
    show_signed(axes["field"], field, "receptive field")
    for angle in shown:
        show_picture(axes[f"bar {angle}"], bar(angle), f"{angle}°".replace("-", "−"))
        axes[f"bar {angle}"].contour(field, levels=[0.15], colors=ORANGE, linewidths=1)
    axes["curve"].plot(angles, answers / answers.max(), color=BLUE)
    axes["curve"].plot(shown, answers[np.isin(angles, shown)] / answers.max(), "o", color=ORANGE)
    axes["curve"].set(
        xlabel="slant of the bar (degrees away from upright)",
        ylabel="answer of the cell",
        xticks=range(-90, 91, 30),
        title="one orientation is liked, the others leave the cell cold",
    )


# %% [markdown]
# Keep this picture in mind: *a small field, a weight for every place in it, multiply and add.* We
# come back to the cat at the end, with our own functions in hand.

# %% [markdown]
# ## 2. From the integral to the sum
#
# In a book on analysis or signals you meet convolution as an integral of two functions:
#
# $$(x * w)(t) \;=\; \int_{-\infty}^{\infty} x(\tau)\, w(t - \tau)\, \mathrm{d}\tau .$$
#
# A computer holds samples $x[0], x[1], \dots$, so the integral becomes a sum:
#
# $$y[t] \;=\; \sum_{\tau} x[\tau]\, w[t - \tau] ,$$
#
# where everything outside the two arrays counts as zero. The strange part is $w[t-\tau]$: as
# $\tau$ runs forwards, the filter is read *backwards*. Why would anyone want that?
#
# **A story.** A patient takes $x[\tau]$ pills on day $\tau$. One pill works for three days: with
# strength $w[0]$ on the day it is taken, $w[1]$ on the next day, and $w[2]$ on the day after. How
# strong is the effect $y[t]$ on day $t$? There are two ways to keep the books.
#
# * **Scatter: ask every pill what it will do.** The pills of day $\tau$ leave a copy of $w$,
#   scaled by $x[\tau]$, that begins on day $\tau$. Add up the copies.
# * **Gather: ask every day what it feels.** Day $t$ feels today's pills with $w[0]$, yesterday's
#   with $w[1]$, those of the day before with $w[2]$, so
#   $y[t] = x[t]\,w[0] + x[t-1]\,w[1] + x[t-2]\,w[2]$.
#
# Looking back, the *latest* pill meets the *first* weight. That is the flip. It is no trick: it is
# what keeps a response running forwards in time.


# %% show=true
@figure()
def scatter():
    doses, effect = np.array([1, 2, 0, 3]), np.array([3, 2, 1])
    _, ax = plt.subplots(figsize=(8, 3.9))
    show_boxes(ax, doses)
    for day, dose in enumerate(doses):
        show_boxes(ax, dose * effect, left=day, top=day + 1.5, colours=WEIGHT_COLOURS[:3])
        ax.text(
            -0.8,
            day + 1.5,
            f"{dose} pill{'' if dose == 1 else 's'} on day {day}",
            ha="right",
            va="center",
            color="#777777",
        )
    ax.plot([-0.5, 5.5], [5.15, 5.15], color=INK, lw=1)
    show_boxes(ax, [3, 8, 5, 11, 6, 3], top=5.75, colours=INK)
    ax.text(-0.8, 0, "pills   x", ha="right", va="center")
    ax.text(-0.8, 5.75, "add the columns:   y", ha="right", va="center")
    ax.set(
        xlim=(-3.6, 5.6),
        ylim=(6.3, -1.1),
        aspect="equal",
        title="Scatter: every pill leaves its own copy of w = [3, 2, 1]",
    )
    for day in range(6):
        ax.text(day, -0.75, f"day {day}", ha="center", va="center", color="#777777", fontsize=9)
    ax.axis("off")


@figure()
def gather():
    doses, effect, felt = [1, 2, 0, 3], [3, 2, 1], [3, 8, 5, 11, 6, 3]
    _, ax = plt.subplots(figsize=(9, 4.6))
    show_boxes(ax, doses)
    ax.text(-2.8, 0, "pills   x", ha="right", va="center")
    for day in range(6):
        stop = range(day - 2, day + 1)
        colours = [WEIGHT_COLOURS[day - tau] if 0 <= tau < 4 else PALE for tau in stop]
        show_boxes(ax, effect[::-1], left=day - 2, top=day + 1.5, colours=colours)
        ax.text(
            -2.8, day + 1.5, f"looking back on day {day}", ha="right", va="center", color="#777777"
        )
        parts = [f"{doses[tau]}·{effect[day - tau]}" for tau in stop if 0 <= tau < 4]
        ax.text(6.1, day + 1.5, f"y[{day}] = {' + '.join(parts)} = {felt[day]}", va="center")
        ax.text(day, -0.75, f"day {day}", ha="center", va="center", color="#777777", fontsize=9)
    ax.set(
        xlim=(-6.2, 10.5),
        ylim=(7.1, -1.1),
        aspect="equal",
        title="Gather: the flipped filter [1, 2, 3] slides along x, one stop for each day",
    )
    ax.axis("off")


# %% [markdown]
# Look at the first and the last stop: the filter hangs over the end of the signal, and only one
# weight finds a number to meet (the grey ones find nothing, which counts as zero). Keeping all
# these stops is called the **full** convolution: $n$ values and $k$ weights give $n + k - 1$
# results.
#
# **By hand.** Take paper. With $x = [2, -1, 3]$ and $w = [1, 4]$, what is $y$? Do it twice, once by
# scattering and once by gathering.
#
# <details><summary>Compare</summary>
#
# Scatter: 2·[1, 4] begins at 0, −1·[1, 4] begins at 1, 3·[1, 4] begins at 2.
#
# Sum: [2, 8 − 1, −4 + 3, 12] = [2, 7, −1, 12]. Four numbers, because 3 + 2 − 1 = 4.
#
# </details>
#
# And a surprise: $102 \cdot 13 = 1326$. Now convolve the digits $[1, 0, 2]$ and $[1, 3]$. You have
# known convolution since primary school, where it was called long multiplication (without the
# carrying). It also tells you why $x * w = w * x$.
#
# ### Question `convolve1d(x, w)`
#
# Write the full discrete convolution of two 1-D arrays. Either may be the longer one, and either
# may hold a single number. Which way of keeping the books you turn into code is up to you.

# %% solution="convolve1d"

# %% test="convolve1d"
seen = convolve1d(np.array([2, -1, 3]), np.array([1, 4]))
assert isinstance(seen, np.ndarray), f"An array should come back; yours is a {type(seen).__name__}."
assert seen.shape == (4,), (
    f"3 values and 2 weights should give 3 + 2 - 1 = 4 results; the shape of yours is {seen.shape}."
    " On how many days can anything be felt?"
)
assert agree(seen, [2, 7, -1, 12]), (
    f"The example done by hand gives [2, 7, -1, 12]; yours is {seen.tolist()}."
    " Write down the sum for y[0] only: which value meets which weight?"
)

seen = convolve1d(np.array([0, 0, 1, 0]), np.array([5, -2, 7]))
assert agree(seen, [0, 0, 5, -2, 7, 0]), (
    f"One pill on day 2 should leave one copy of w, unchanged, from day 2 on; yours is"
    f" {seen.tolist()}. Does the copy begin on the right day? Does it run forwards?"
)

seen = convolve1d(np.array([1, 2]), np.array([0.5, 0.5]))
assert agree(seen, [0.5, 1.5, 1.0]), (
    f"Whole numbers in x, halves in w: expected [0.5, 1.5, 1.0], yours is {seen.tolist()}."
    " Which number type does the array have into which you write the sums?"
)

seen = convolve1d(np.array([1, 3]), np.array([1, 0, 2]))
assert agree(seen, [1, 3, 2, 6]), (
    f"13 times 102 is 1326, but yours is {seen.tolist()}. What happens when w is the longer one?"
)
print("convolve1d: all visible checks passed.")

# %% [markdown]
# With your function a filter becomes a tool. Below, the same noisy signal meets two filters. One
# averages seven neighbours: noise cancels, but the jump gets smeared. The other subtracts from each
# value the one three steps before: it is silent where nothing changes and shouts where something
# does. It is the first *feature extractor* of this notebook; its feature is called "jump". (Here it
# works on the smoothed signal. Why not on the noisy one? Guess, then try it in a cell of your own.)


# %% show=true
@figure("convolve1d")
def smoothing_and_jumps():
    rng = np.random.default_rng(1)
    steps = np.repeat([0.0, 1.0, 0.3, 0.3, -0.5], 24)
    noisy = steps + 0.12 * rng.standard_normal(steps.size)
    smooth = convolve1d(noisy, np.full(7, 1 / 7))
    jumps = convolve1d(smooth, np.array([1.0, 0, 0, -1.0]))
    _, axes = plt.subplots(1, 3, figsize=(11, 2.8), sharex=True)
    axes[0].plot(noisy, color="#999999", lw=1)
    axes[0].plot(steps, color=INK, lw=1, ls="--")
    axes[0].set(title="a noisy signal (dashed: the truth)", xlabel="t")
    axes[1].plot(smooth, color=BLUE)
    axes[1].set(title="w = [1, 1, 1, 1, 1, 1, 1] / 7: smoother", xlabel="t")
    axes[2].plot(jumps, color=ORANGE)
    axes[2].axhline(0, color="#999999", lw=0.8)
    axes[2].set(title="then w = [1, 0, 0, −1]: jumps", xlabel="t", xlim=(0, noisy.size))


# %% [markdown]
# ## 3. The computational graph: few edges, few weights
#
# Draw every input as a dot, every output as a dot, and a line where an output uses an input. A
# fully connected ("dense") layer draws all the lines, and *every line has a weight of its own*. A
# convolution draws few, and lines of the same colour *are the same number*.


# %% show=true
@figure()
def two_graphs():
    n, k = 5, 3
    _, axes = plt.subplots(1, 2, figsize=(11, 3.3))
    for ax, sparse in zip(axes, [False, True], strict=True):
        for t in range(n + k - 1):
            for tau in range(n):
                if sparse and not 0 <= t - tau < k:
                    continue
                ax.plot(
                    [tau + 1, t],
                    [0, 1],
                    zorder=1,
                    lw=2 if sparse else 1,
                    color=WEIGHT_COLOURS[t - tau] if sparse else "#b5b5b5",
                )
        for ys, count, shift, name in [(0, n, 1, "x"), (1, n + k - 1, 0, "y")]:
            ax.scatter(
                np.arange(count) + shift,
                [ys] * count,
                s=420,
                color="white",
                edgecolor=INK,
                zorder=2,
            )
            for index in range(count):
                ax.text(index + shift, ys, f"${name}_{index}$", ha="center", va="center")
        ax.set(xlim=(-0.6, 6.6), ylim=(-0.25, 1.25))
        ax.axis("off")
    axes[0].set_title("dense: 35 lines, 35 weights")
    axes[1].set_title("convolution: 15 lines, 3 weights")
    for index in range(k):
        axes[1].plot([], [], color=WEIGHT_COLOURS[index], label=f"$w_{index}$")
    axes[1].legend(loc="center left", bbox_to_anchor=(0.97, 0.5))


# %% [markdown]
# Both graphs compute $y = T x$ with a matrix $T$: row $t$ holds the weights of the lines that end
# in $y_t$, column $\tau$ those that begin in $x_\tau$. For the graph on the right
#
# $$
# T = \begin{pmatrix}
# w_0 &     &     &     &     \\
# w_1 & w_0 &     &     &     \\
# w_2 & w_1 & w_0 &     &     \\
#     & w_2 & w_1 & w_0 &     \\
#     &     & w_2 & w_1 & w_0 \\
#     &     &     & w_2 & w_1 \\
#     &     &     &     & w_2
# \end{pmatrix}.
# $$
#
# Nearly everything is zero, and along each diagonal stands one and the same number. Such a matrix
# is called a **Toeplitz matrix**. Read a *column*: it is the copy of $w$ that one pill leaves
# (scatter). Read a *row*: it is the flipped filter at one stop (gather).
#
# ### Question `convolution_matrix(w, n)`
#
# Build this matrix for any filter $w$ and any length $n$ of the signal. Its shape is
# $(n + k - 1) \times n$ with $k$ = `len(w)`.

# %% solution="convolution_matrix"

# %% test="convolution_matrix"
seen = convolution_matrix(np.array([3, -1]), 3)
assert isinstance(seen, np.ndarray), f"An array should come back; yours is a {type(seen).__name__}."
assert seen.shape == (4, 3), (
    f"3 inputs and 2 weights: 4 rows (outputs) and 3 columns (inputs); the shape of yours is"
    f" {seen.shape}."
)
assert agree(seen, [[3, 0, 0], [-1, 3, 0], [0, -1, 3], [0, 0, -1]]), (
    f"For w = [3, -1] the main diagonal holds 3 and the one below it -1; yours is\n{seen}"
)

seen = convolution_matrix(np.array([7, 2, -4]), 2)
assert seen.shape == (4, 2), (
    f"A filter may be longer than the signal: expected the shape (4, 2), yours is {seen.shape}."
)
assert agree(seen[:, 1], [0, 7, 2, -4]), (
    f"The last column is what a single 1 at the end of x leaves behind; yours is"
    f" {seen[:, 1].tolist()}. In which row does its copy of w begin?"
)

seen = convolution_matrix(np.array([1, 4]), 3) @ np.array([2, -1, 3])
assert agree(seen, [2, 7, -1, 12]), (
    f"T @ x should repeat the example done by hand, [2, 7, -1, 12]; yours is {seen.tolist()}."
)
print("convolution_matrix: all visible checks passed.")


# %% show=true
@figure("convolution_matrix")
def matrices_as_images():
    n, weights = 24, np.array([-1.0, -2.0, 5.0, -0.5, 1.5])
    toeplitz = convolution_matrix(weights, n)
    dense = np.random.default_rng(2).standard_normal(toeplitz.shape)
    _, axes = plt.subplots(1, 2, figsize=(9, 4.3))
    show_signed(axes[0], dense, f"dense layer: {dense.size} different weights")
    show_signed(
        axes[1],
        toeplitz,
        f"convolution: {weights.size} different weights,\n"
        f"{(toeplitz == 0).mean():.0%} of the matrix is zero",
    )
    for ax in axes:
        ax.set(xlabel="input x", ylabel="output y")


# %% [markdown]
# The dense layer on the left can do whatever the one on the right can. It would have to *learn*
# 672 numbers for it, though, and the same pattern 24 times over: once for every place where it may
# turn up.

# %% [markdown]
# ## 4. From one dimension to two
#
# A picture $I$ of shape $(H, W)$, a kernel $K$ of shape $(k_h, k_w)$. Lay the kernel on the
# picture, multiply the numbers that lie on top of each other, add the products, write down the sum,
# move on by one:
#
# $$
# S[i, j] \;=\; \sum_{m=0}^{k_h-1} \sum_{n=0}^{k_w-1} I[i+m,\, j+n]\; K[m, n] .
# $$
#
# Two choices hide in this formula.
#
# * The kernel never hangs over the border of the picture. This is called **valid**: $H - k_h + 1$
#   stops downwards and $W - k_w + 1$ to the right, so the result is a bit smaller than the picture.
#   (Above we took *full*. What to do at the border is a topic of its own, in the next assignment.)
# * The kernel is *not* flipped: both indices run forwards. Strictly speaking, this is not a
#   convolution but a **cross-correlation**. It asks at every place: how much does what lies here
#   look like the kernel?


# %% show=true
@figure()
def one_window():
    picture = [[2, 0, 1, 3, 1], [1, 1, 0, 2, 0], [0, 3, 1, 1, 2], [1, 0, 2, 0, 1]]
    result = [[3, 1, "·"], ["·", "·", 4], ["·", "·", "·"]]
    _, axes = plt.subplots(1, 3, figsize=(10, 3.6), width_ratios=[5, 3, 3])
    show_numbers(axes[0], picture, "picture, 4 × 5")
    axes[0].add_patch(plt.Rectangle((1.52, 0.54), 2.96, 1.92, fill=False, ec=ORANGE, lw=3))
    show_numbers(axes[1], [[1, 0, -1], [2, 0, 1]], "kernel, 2 × 3")
    axes[1].add_patch(plt.Rectangle((-0.48, -0.46), 2.96, 1.92, fill=False, ec=ORANGE, lw=3))
    for i, row in enumerate(result):
        show_boxes(axes[2], row, top=i)
    axes[2].add_patch(plt.Rectangle((1.52, 0.54), 0.96, 0.92, fill=False, ec=ORANGE, lw=3))
    axes[2].set(
        xlim=(-0.6, 2.6), ylim=(2.6, -0.6), aspect="equal", title="result, (4−2+1) × (5−3+1)"
    )
    axes[2].axis("off")
    plt.suptitle(
        "0·1 + 2·0 + 0·(−1)  +  1·2 + 1·0 + 2·1  =  4", y=-0.02, va="top", fontsize=12, color=ORANGE
    )


# %% [markdown]
# **By hand.** Three of the nine results are filled in. Work out the one in the middle of the
# picture, $S[1, 1]$.
#
# <details><summary>Compare</summary>
#
# The window holds [1, 0, 2] and [3, 1, 1].
#
# 1·1 + 0·0 + 2·(−1) + 3·2 + 1·0 + 1·1 = 6.
#
# </details>
#
# ### Question `cross_correlate2d(image, kernel)`
#
# Write the valid cross-correlation. Neither the image nor the kernel need be square; the image is
# at least as large as the kernel. Two loops are fine. So is none at all.

# %% solution="cross_correlate2d"

# %% test="cross_correlate2d"
seen = cross_correlate2d(
    np.array([[1, 0, 2, -1], [3, 1, 0, 2], [0, -2, 1, 4]]), np.array([[1, 2, 0], [-3, 0, 1]])
)
assert isinstance(seen, np.ndarray), f"An array should come back; yours is a {type(seen).__name__}."
assert seen.shape == (2, 2), (
    f"A 3 x 4 image and a 2 x 3 kernel leave 2 x 2 stops; the shape of yours is {seen.shape}."
    " Count how often the kernel fits downwards, and how often to the right."
)
assert np.isclose(seen[0, 0], -8), (
    f"First stop: 1*1 + 0*2 + 2*0 + 3*(-3) + 1*0 + 0*1 = -8; yours is {seen[0, 0]}."
)
assert agree(seen, [[-8, 3], [6, 11]]), (
    f"Expected [[-8, 3], [6, 11]], yours is {seen.tolist()}. The first stop is right: what changes"
    " when the kernel moves on to the right, or down?"
)

seen = cross_correlate2d(np.arange(12.0).reshape(3, 4), np.array([[0, 0], [1, 0]]))
assert agree(seen, [[4, 5, 6], [8, 9, 10]]), (
    f"A kernel with a single 1 in its lower left corner reads out the lower left pixel of each"
    f" window, [[4, 5, 6], [8, 9, 10]]; yours is {seen.tolist()}."
)
print("cross_correlate2d: all visible checks passed.")

# %% [markdown]
# ### Cross-correlation and convolution: the half turn
#
# In one dimension convolution read the filter backwards. In two dimensions it is read backwards
# along *both* axes, which turns it by 180°:
#
# $$
# C[i, j] \;=\; \sum_{m=0}^{k_h-1} \sum_{n=0}^{k_w-1} I[i+m,\, j+n]\;
#               K[k_h - 1 - m,\; k_w - 1 - n] .
# $$
#
# **A warning about words.** What network libraries call "convolution" is the cross-correlation you
# have just written. Nobody is harmed: the network learns its kernel, and it learns the turned one
# just as easily. But the moment you hand over a kernel *from a book*, or compare two libraries, you
# need to know who flips. True convolution has the nicer algebra: it is the one that commutes, and
# the one that turns into a product under the Fourier transform.
#
# **By hand.** Turn this kernel by 180°. Then say why mirroring it left to right alone is not
# enough.
#
# $$K = \begin{pmatrix} 1 & 2 & 0 \\ -3 & 0 & 1 \end{pmatrix}$$
#
# <details><summary>Compare</summary>
#
# First row [1, 0, −3], second row [0, 2, 1]. The number in the top left corner must end up bottom
# right; mirroring left to right only takes it top right.
#
# </details>
#
# ### Question `convolve2d(image, kernel)`
#
# Write the valid true convolution. You may use your `cross_correlate2d`; if it is wrong, though,
# this one will be wrong too.

# %% solution="convolve2d"

# %% test="convolve2d"
seen = convolve2d(
    np.array([[1, 0, 2, -1], [3, 1, 0, 2], [0, -2, 1, 4]]), np.array([[1, 2, 0], [-3, 0, 1]])
)
assert isinstance(seen, np.ndarray), f"An array should come back; yours is a {type(seen).__name__}."
assert seen.shape == (2, 2), (
    f"The turn does not change how often the kernel fits: expected the shape (2, 2), yours is"
    f" {seen.shape}."
)
assert not agree(seen, [[-8, 3], [6, 11]]), (
    "This is the cross-correlation of before. What does the formula do to the kernel's indices?"
)
assert agree(seen, [[-3, 5], [0, 1]]), (
    f"Expected [[-3, 5], [0, 1]], yours is {seen.tolist()}. Which number of the kernel meets the"
    " top left pixel of the image? Which one meets the pixel to the right of it?"
)

seen = convolve2d(np.pad(np.ones((1, 1)), 1), np.array([[1, 2], [3, 4]]))
assert agree(seen, [[1, 2], [3, 4]]), (
    f"A single bright pixel should be replaced by the kernel, the right way up: [[1, 2], [3, 4]];"
    f" yours is {seen.tolist()}."
)
print("convolve2d: all visible checks passed.")

# %% [markdown]
# The quickest way to find out who flips: one bright pixel, and a kernel that has no symmetry. A
# true convolution *stamps* the kernel, as a pill leaves its copy of $w$. The cross-correlation
# leaves it upside down.


# %% show=true
@figure("cross_correlate2d", "convolve2d")
def stamps():
    letter = np.array([[1, 1, 1, 1], [1, 0, 0, 0], [1, 1, 1, 0], [1, 0, 0, 0], [1, 0, 0, 0.0]])
    points = np.zeros((19, 26))
    points[6, 6] = points[11, 14] = points[7, 20] = 1
    _, axes = plt.subplots(1, 4, figsize=(11, 2.7), width_ratios=[1, 2.2, 2.2, 2.2])
    show_picture(axes[0], np.pad(letter, 1), "kernel")
    show_picture(axes[1], points, "picture: three bright pixels")
    show_picture(axes[2], cross_correlate2d(points, letter), "cross-correlation")
    show_picture(axes[3], convolve2d(points, letter), "convolution")


# %% [markdown]
# ## 5. Sobel: the first feature extractor
#
# An edge is a place where brightness changes fast, and "how fast does it change" is a derivative.
# Two pixels will do: right neighbour minus left neighbour, $[-1 \;\; 0 \;\; 1]$. This catches every
# speck of noise as well. So Irwin Sobel and Gary Feldman (1968) averaged *along* the edge, with
# weights $[1 \;\; 2 \;\; 1]$, while taking the difference *across* it:
#
# $$
# K_x = \begin{pmatrix} 1 \\ 2 \\ 1 \end{pmatrix} \begin{pmatrix} -1 & 0 & 1 \end{pmatrix}
#     = \begin{pmatrix} -1 & 0 & 1 \\ -2 & 0 & 2 \\ -1 & 0 & 1 \end{pmatrix} .
# $$
#
# It gives $g_x$, positive where brightness rises **to the right**. A second kernel gives $g_y$,
# positive where it rises **downwards**. You can work out that one yourself. Together they are an
# arrow that points uphill, and the arrow's length tells how strong the edge is, whatever its
# direction:
#
# $$ \text{magnitude} = \sqrt{g_x^2 + g_y^2} . $$
#
# **By hand.** A ramp: every row of the picture reads $0, 3, 6, 9, \dots$ What is $g_x$? What is
# $g_y$?
#
# <details><summary>Compare</summary>
#
# In each row the right neighbour exceeds the left one by 6. Weighted 1, 2, 1: gx = 6 + 12 + 6 = 24.
#
# Nothing changes downwards: gy = 0.
#
# </details>
#
# ### Question `sobel_edges(image)`
#
# Return the three arrays `(gx, gy, magnitude)`: valid **cross-correlations** with the two kernels,
# and the length of the arrow. Again you may use your `cross_correlate2d`. Think about pictures
# made of bytes: from 200 to 10 the brightness *falls*, by an amount that a byte cannot hold.

# %% solution="sobel_edges"

# %% test="sobel_edges"
down, right = np.mgrid[0:4, 0:6]
seen = sobel_edges(3 * right + 4 * down)
assert isinstance(seen, tuple) and len(seen) == 3, (
    f"Three arrays (gx, gy, magnitude) should come back; yours is a {type(seen).__name__}."
)
assert all(isinstance(part, np.ndarray) for part in seen), (
    f"All three should be arrays; yours are {[type(part).__name__ for part in seen]}."
)
assert [np.shape(part) for part in seen] == [(2, 4)] * 3, (
    f"A 3 x 3 kernel fits 2 x 4 times into a 4 x 6 picture; your shapes are"
    f" {[np.shape(part) for part in seen]}."
)
assert np.allclose(seen[0], 24) and np.allclose(seen[1], 32), (
    f"The ramp rises by 3 to the right and by 4 downwards: gx = 24 and gy = 32 everywhere. Yours"
    f" begin with gx = {seen[0][0, 0]}, gy = {seen[1][0, 0]}. Which one looks to the right?"
)
assert np.allclose(seen[2], 40), (
    f"An arrow with the components 24 and 32 has the length 40 (3, 4, 5!); yours begins with"
    f" {seen[2][0, 0]}."
)

seen = sobel_edges(np.array([[200, 200, 10, 10]] * 3, dtype=np.uint8))
assert agree(seen[0], [[-760, -760]]), (
    f"From 200 down to 10, weighted 1 + 2 + 1: gx = -760. Yours is {np.asarray(seen[0]).tolist()}."
    " Is the sign lost, or does the number not fit into the type?"
)
print("sobel_edges: all visible checks passed.")


# %% show=true
@figure("sobel_edges")
def edges_of_the_lighthouse():
    from matplotlib.colors import hsv_to_rgb

    def coloured(gx, gy, magnitude):
        hue = (np.arctan2(gy, gx) / (2 * np.pi)) % 1
        strength = np.clip(magnitude / 2.0, 0, 1) ** 0.7
        return hsv_to_rgb(np.stack([hue, np.full_like(hue, 0.75), strength], axis=-1))

    gx, gy, magnitude = sobel_edges(scene)
    y, x = np.mgrid[-30:31, -30:31]
    key = sobel_edges(1 / (1 + np.exp((np.hypot(x, y) - 20) / 1.3)))
    _, axes = plt.subplot_mosaic(
        [["scene", "scene", "gx", "gx", "gy", "gy"], ["magnitude"] * 2 + ["hue"] * 2 + ["key"] * 2],
        figsize=(11, 5.6),
    )
    show_picture(axes["scene"], scene, "picture")
    show_signed(axes["gx"], gx, "gx: red where it gets brighter to the right", gain=1.6)
    show_signed(axes["gy"], gy, "gy: red where it gets brighter downwards", gain=1.6)
    show_picture(axes["magnitude"], magnitude / 2.5, "magnitude")
    axes["hue"].imshow(coloured(gx, gy, magnitude))
    axes["hue"].set(title="colour: the direction of uphill", xticks=[], yticks=[])
    axes["key"].imshow(coloured(*key))
    axes["key"].set(title="the key: a bright disc", xticks=[], yticks=[])


# %% [markdown]
# Look closely. Where is the upright edge of the sail in $g_x$, and where are the stripes of the
# tower? Which of the two maps sees the waves? Why does the moon appear twice in $g_x$, once red and
# once blue? Nobody told the computer about sails, towers or moons; two small tables of numbers
# were enough to take the picture apart by direction.

# %% [markdown]
# ## 6. A bank of filters
#
# Sobel's kernels are just two of infinitely many. In the lecture you saw a picture in a
# spreadsheet, where every cell of a second sheet adds up nine cells of the first. Here is the same
# as a playground. First collect six classics:
#
# | name | what it does | its nine numbers |
# |---|---|---|
# | `identity` | leaves the picture as it is | a single 1. Where? |
# | `box_blur` | takes the mean of the nine pixels | all equal |
# | `gaussian_blur` | a mean in which near pixels count more | outer product of 1 2 1, over 16 |
# | `sharpen` | exaggerates differences to the neighbours | sum 1, the centre largest and above 1 |
# | `edges` | keeps *only* differences to the neighbours | sum 0, largest magnitude in the centre |
# | `emboss` | lights the picture from one side | a direction: half a turn changes it |
#
# Three things to think about before you start:
#
# * What does the **sum** of a kernel do to a grey wall, a picture in which all pixels are equal?
# * "Sharper" could be: the picture, plus what a blur would have taken away from it. Write this down
#   with kernels, and you have one.
# * The eye was here first. Cells in the retina have a centre that excites and a ring around it that
#   inhibits (Stephen Kuffler, 1953). Which of the six does that remind you of?
#
# ### Question `filter_bank()`
#
# Return a dict with exactly these six names; each value is a 3 × 3 array of floats. For `sharpen`,
# `edges` and `emboss` many answers are right.

# %% solution="filter_bank"

# %% test="filter_bank"
bank = filter_bank()
assert isinstance(bank, dict), f"A dict should come back; yours is a {type(bank).__name__}."
assert set(bank) == {"identity", "box_blur", "gaussian_blur", "sharpen", "edges", "emboss"}, (
    f"A dict with exactly the six names of the table is asked for; yours has {list(bank)}."
)
for filter_name, filter_kernel in bank.items():
    assert isinstance(filter_kernel, np.ndarray) and filter_kernel.shape == (3, 3), (
        f"{filter_name} should be a 3 x 3 array; yours is a {type(filter_kernel).__name__} of shape"
        f" {np.shape(filter_kernel)}."
    )
for filter_name, wall in [("box_blur", 1), ("gaussian_blur", 1), ("sharpen", 1), ("edges", 0)]:
    assert np.isclose(bank[filter_name].sum(), wall), (
        f"On a grey wall of brightness 1 {filter_name} should give {wall}; with yours the wall gets"
        f" {bank[filter_name].sum():.4g}. What must the nine numbers add up to?"
    )
assert np.isclose(bank["gaussian_blur"][1, 1], 4 * bank["gaussian_blur"][0, 0]), (
    "In a Gaussian blur the centre counts 2 * 2 times as much as a corner. Have a look at the outer"
    " product of [1, 2, 1] with itself."
)
assert not np.allclose(bank["emboss"], np.rot90(bank["emboss"], 2)), (
    "Your emboss is the same after half a turn. From which side does the light come?"
)
print("filter_bank: all visible checks passed.")


# %% show=true
@figure("filter_bank", "cross_correlate2d")
def the_whole_bank():
    bank = filter_bank()
    _, axes = plt.subplots(3, 4, figsize=(11, 7), width_ratios=[1.15, 2.6, 1.15, 2.6])
    for (name, kernel), (left, right) in zip(bank.items(), axes.reshape(6, 2), strict=False):
        show_numbers(left, kernel, size=9)
        left.set_anchor("E")
        show_result(right, cross_correlate2d(scene, kernel), kernel, name)


# %% [markdown]
# ### Playground
#
# Choose a preset, then change single numbers and watch. Things to try:
#
# * Which kernel makes the picture darker? Can you find one that turns it into its negative,
#   $1 - x$? If not: what is missing?
# * Find a kernel that moves the picture one pixel to the left. (Then switch to *convolution*.)
# * `box_blur` four times in a row: which picture of the bank does it come close to, only stronger?
#   Into how many pixels of the original does one pixel of the result then look?
# * A kernel that sees only the stripes of the tower, and not the tower's sides.
# * Turn `emboss` upside down. Do the hills become valleys?
#
# If nothing moves here (no `ipywidgets`, or you are reading this without a running kernel), the
# pictures above show the whole bank, and `try_kernel([[0, 0, 0], [0, 0, 1], [0, 0, 0]])` in a cell
# of your own draws what any kernel does.


# %% show=true
@figure("cross_correlate2d", "convolve2d", "filter_bank")
def playground():
    import io

    presets = {name: np.asarray(kernel, dtype=float) for name, kernel in filter_bank().items()}
    presets["sobel, to the right"] = np.outer([1, 2, 1], [-1, 0, 1])
    presets["camera shake"] = np.eye(3) / 3
    presets["thin upright lines"] = np.outer([1, 1, 1], [-1, 2, -1])
    ways = {"cross-correlation": cross_correlate2d, "convolution": convolve2d}
    for way in ways.values():
        way(np.eye(3), np.eye(3))  # still a stub? Then the grey card is shown
    pictures = {"lighthouse": scene, "one bright pixel": np.pad(np.ones((1, 1)), 10)}
    try:
        import ipywidgets as widgets
        from IPython.display import display
    except ImportError:
        print(
            "ipywidgets is not installed, so this is a picture and not a playground."
            " Use try_kernel([[...], [...], [...]]) in a cell of your own."
        )
        try_kernel(presets["camera shake"])
        return

    numbers = [widgets.FloatText(step=0.25, layout=widgets.Layout(width="76px")) for _ in range(9)]
    preset = widgets.Dropdown(options=list(presets), value="sharpen", description="preset")
    picture = widgets.Dropdown(options=list(pictures), description="picture")
    way = widgets.ToggleButtons(options=list(ways))
    times = widgets.IntSlider(value=1, min=1, max=4, description="how often")
    screen = widgets.Image(format="png")
    filling_in = False

    def redraw(_=None):
        if filling_in:
            return
        kernel = np.array([number.value for number in numbers]).reshape(3, 3)
        result = before = pictures[picture.value]
        for _ in range(times.value):
            result = ways[way.value](result, kernel)
        sheet, axes = plt.subplots(1, 2, figsize=(9, 3.5))
        show_picture(axes[0], before, "before")
        title = f"after (the kernel's sum is {kernel.sum():.3g})"
        if picture.value == "lighthouse":
            show_result(axes[1], result, kernel, title)
        else:
            show_signed(axes[1], result, title)
        png = io.BytesIO()
        sheet.savefig(png, format="png")
        plt.close(sheet)
        screen.value = png.getvalue()

    def fill_in(_=None):
        nonlocal filling_in
        filling_in = True
        for number, value in zip(numbers, presets[preset.value].flat, strict=True):
            number.value = round(float(value), 4)
        filling_in = False
        redraw()

    preset.observe(fill_in, names="value")
    for control in [*numbers, picture, way, times]:
        control.observe(redraw, names="value")
    table = widgets.GridBox(numbers, layout=widgets.Layout(grid_template_columns="84px 84px 84px"))
    display(
        widgets.VBox([widgets.HBox([table, widgets.VBox([preset, picture, times, way])]), screen])
    )
    fill_in()


# %% [markdown]
# You have been choosing kernels by hand. A convolutional network does the same, with two changes:
# it *learns* the numbers from examples, and it has many kernels in a layer, whose results are the
# picture for the next layer.

# %% [markdown]
# ## 7. When the picture moves: equivariance
#
# Push the boat three pixels to the right. What should a feature extractor do? It should find the
# same boat, three pixels to the right. Not a different result, nor the same one: the *moved* one.
# Call the move $\mathcal{T}$. A map $f$ from pictures to pictures is **equivariant** to
# $\mathcal{T}$ if it makes no difference whether you move first or last:
#
# $$ f(\mathcal{T}(x)) \;=\; \mathcal{T}(f(x)) . $$
#
# (If the result did not change at all, $f(\mathcal{T}(x)) = f(x)$, it would be **invariant**. The
# complex cells of the cat lean that way; pooling will too.)
#
# To put this to the test we need a move that loses nothing at the border: what leaves the picture
# on one side comes back on the other, as on a ring. With $d_y$ rows down and $d_x$ columns to the
# right,
#
# $$ y[i, j] \;=\; x\big[(i - d_y) \bmod H,\; (j - d_x) \bmod W\big] . $$
#
# **By hand.** Move the row $[a, b, c, d]$ by 1, then by −1, then by 5.
#
# <details><summary>Compare</summary>
#
# By 1: [d, a, b, c]. By −1: [b, c, d, a]. By 5, which is once around and one more: [d, a, b, c].
#
# </details>
#
# ### Question `translate(image, dy, dx)`
#
# Write this circular shift. Positive numbers move the picture down and to the right; both may be
# zero, negative, or larger than the picture.

# %% solution="translate"

# %% test="translate"
numbered = np.arange(1, 13).reshape(3, 4)
seen = translate(numbered, 1, 0)
assert isinstance(seen, np.ndarray), f"An array should come back; yours is a {type(seen).__name__}."
assert seen.shape == (3, 4), f"A move does not change the size (3, 4); yours is {seen.shape}."
assert np.array_equal(seen, [[9, 10, 11, 12], [1, 2, 3, 4], [5, 6, 7, 8]]), (
    f"One row down: the last row should come back on top. Yours is\n{seen}"
)
assert np.array_equal(numbered, np.arange(1, 13).reshape(3, 4)), (
    "Your function has changed the picture it was given. Build a new one instead."
)
seen = translate(numbered, 0, -1)
assert np.array_equal(seen, [[2, 3, 4, 1], [6, 7, 8, 5], [10, 11, 12, 9]]), (
    f"dx = -1 moves every row one to the left. Yours is\n{seen}\nWhich axis does dx belong to?"
)
assert np.array_equal(translate(numbered, 7, 10), translate(numbered, 1, 2)), (
    "On 3 rows and 4 columns 7 down is 1 down, and 10 to the right is 2 to the right: you have"
    " only gone round twice. What happens to an index that runs past the border?"
)
print("translate: all visible checks passed.")


# %% show=true
@figure("translate")
def moved_lighthouses():
    _, axes = plt.subplots(1, 3, figsize=(11, 2.9))
    show_picture(axes[0], scene, "dy = 0, dx = 0")
    show_picture(axes[1], translate(scene, 25, 60), "dy = 25, dx = 60")
    show_picture(axes[2], translate(scene, 0, -60 - 160), "dy = 0, dx = −60 − 160")


# %% [markdown]
# ### Question `is_equivariant(f, image, dy, dx)`
#
# Now let the computer compare the two ways around. Your function gets another function `f` and
# answers `True` or `False`: does `f` applied to the moved picture agree (`np.allclose`) with the
# moved result of `f`? The result of `f` is a 2-D array but may have another size than the picture;
# it is moved by the same `dy` and `dx`, around its own borders. If the two ways around end in
# different shapes, the answer is `False`. Use your `translate`.

# %% solution="is_equivariant"

# %% test="is_equivariant"
numbered = np.arange(1, 13).reshape(3, 4)
seen = is_equivariant(lambda picture: 100 - picture, numbered, 1, 2)
assert isinstance(seen, (bool, np.bool_)), (
    f"The answer should be True or False; yours is of type {type(seen).__name__}."
)
assert seen, (
    "The negative of a moved picture is the moved negative, so the answer is True; yours is False."
)
assert not is_equivariant(lambda picture: picture * np.array([[0], [1]]), np.ones((2, 3)), 1, 0), (
    "This map blackens the first row, wherever the picture has been moved. The answer is False; do"
    " you really compare f after the move with the move after f?"
)
assert is_equivariant(lambda picture: picture * np.array([[0], [1]]), np.ones((2, 3)), 0, 1), (
    "Blackening the first row does commute with a move to the right. The answer is True; do you use"
    " dy and dx in the right order?"
)
assert is_equivariant(lambda picture: picture[:, :2], np.ones((3, 4)), 1, 1), (
    "On a picture where all pixels are equal, cutting off two columns commutes with every move."
    " The answer is True. A result of f that is smaller than the picture is no reason for False."
)
print("is_equivariant: all visible checks passed.")

# %% [markdown]
# ### Where does it hold, and where not?
#
# Five maps to try. Guess first: for which of them will moving first or last make no difference?
#
# * `negative` looks at one pixel at a time,
# * `circular_filter` is a convolution on the ring: what the kernel does not find behind the border
#   it reads from the other side,
# * `valid_filter` is the same without the ring: the kernel stays inside,
# * `every_second_pixel` keeps every second row and column, as a convolution with *stride* 2 does,
# * `dense_layer` gives each of the 768 outputs a weight of its own for each of the 768 inputs.

# %%
SLANTED = np.array([[0.0, -1, -2], [1, 0, -1], [2, 1, 0]])


def negative(picture):
    return 1 - picture


def circular_filter(picture):
    return cross_correlate2d(np.pad(picture, 1, mode="wrap"), SLANTED)


def valid_filter(picture):
    return cross_correlate2d(picture, SLANTED)


def every_second_pixel(picture):
    return picture[::2, ::2]


def dense_layer(picture):
    weights = np.random.default_rng(3).standard_normal((picture.size, picture.size))
    return (weights @ picture.ravel()).reshape(picture.shape)


# %% show=true
@figure("translate", "is_equivariant", "cross_correlate2d")
def who_is_equivariant():
    moves = [(0, 1), (1, 0), (2, 2), (-3, 8), (24, 32)]
    maps = [negative, circular_filter, valid_filter, every_second_pixel, dense_layer]
    lines = [f"{'move (dy, dx)':>20} " + "".join(f"{move!s:>10}" for move in moves)]
    for f in maps:
        answers = ["yes" if is_equivariant(f, small_scene, *move) else "-" for move in moves]
        lines.append(f"{f.__name__:>20} " + "".join(f"{answer:>10}" for answer in answers))
    print("\n".join(lines))


@figure("translate", "cross_correlate2d")
def there_and_back():
    dy, dx = 4, 9
    moved = translate(small_scene, dy, dx)
    maps = [circular_filter, valid_filter, every_second_pixel, dense_layer]
    _, axes = plt.subplots(4, 4, figsize=(10, 7.8))
    for row, f in zip(axes, maps, strict=True):
        last, first = translate(f(small_scene), dy, dx), f(moved)
        show = show_picture if f is every_second_pixel else show_signed
        show(row[0], f(small_scene))
        show(row[1], last)
        show(row[2], first)
        gap = last - first
        row[3].imshow(np.abs(gap) > 1e-9, cmap="Oranges", vmin=0, vmax=1.4)
        row[3].set(xticks=[], yticks=[])
        row[3].spines[:].set_visible(True)
        row[0].set_ylabel(f.__name__)
    for ax, title in zip(
        axes[0],
        ["f(x)", "moved last: T(f(x))", "moved first: f(T(x))", "orange: they differ"],
        strict=True,
    ):
        ax.set_title(title)


# %% [markdown]
# Take your time with the last column.
#
# * The **circular** convolution passes every time. It has no place that is different from the
#   others; that is what *one kernel, looking everywhere* means.
# * The **valid** one fails only where something has come around the border: in the rows on top and
#   in the columns on the left. Everywhere else the two agree. Real networks live with this.
# * With **stride 2** the picture moved by four pixels, its half-sized copy only by two. A move by
#   one pixel is worse: it brings up pixels that were skipped before. What kind of equivariance is
#   left? Look for a `move` for which you can repair the equation.
# * The **dense** layer knows nothing of neighbours. For it, a moved boat is a picture it has never
#   seen before.
# * And the last column of the table, the move by `(24, 32)`? Why does even the dense layer pass it?
#   And why does `valid_filter`, of all maps, not?

# %% [markdown]
# ### Three ideas, and you have built them all
#
# Chapter 9 of *Deep Learning* by Ian Goodfellow, Yoshua Bengio and Aaron Courville (MIT Press,
# 2016) names three ideas that make convolution a good layer. Each is something you have written:
#
# | idea | in words | where you met it |
# |---|---|---|
# | **sparse interactions** | an output looks at few inputs | the zeros of `convolution_matrix` |
# | **parameter sharing** | the same weights at every place | one number along each diagonal |
# | **equivariant representations** | the result moves with the input | `is_equivariant` |
#
# The third follows from the second: whoever uses the same weights everywhere cannot tell places
# apart. The convolution takes one more liberty that the dense layer does not have: it works on
# pictures of any size.

# %% [markdown]
# ## 8. Back to the cat
#
# One simple cell watches one patch. But the cortex has such cells for every patch and every
# orientation. Take all the cells that like the same orientation, and lay them out side by side in
# the order of the patches they watch. Their answers form a picture: at every place, how strongly
# does this orientation occur here? In the language of networks this is called a **feature map**.
# Below, four kernels play four kinds of cells, and as a cell cannot fire less than not at all,
# negative answers are set to zero.


# %% show=true
@figure("cross_correlate2d")
def four_sheets_of_cells():
    y, x = np.mgrid[-4:5, -4:5]
    _, axes = plt.subplots(2, 4, figsize=(11, 3.6), height_ratios=[1, 2])
    for (top, bottom), degrees in zip(axes.T, [0, 45, 90, 135], strict=True):
        turn = np.radians(degrees)
        across, along = x * np.cos(turn) + y * np.sin(turn), y * np.cos(turn) - x * np.sin(turn)
        field = np.exp(-(across**2) / 5 - along**2 / 10) * np.cos(1.25 * across)
        field -= field.mean()
        show_signed(top, field, f"cells that like {degrees}°")
        answers = np.maximum(cross_correlate2d(scene, field), 0)
        bottom.imshow(answers, cmap="magma", vmin=0, vmax=2)
        bottom.set(xticks=[], yticks=[])


# %% [markdown]
# ### Question `simple_cells` (written)
#
# **What does one of Hubel and Wiesel's simple cells have in common with a kernel?** Answer in your
# own words, in about 150 words. Say
#
# * what corresponds to the receptive field, and what corresponds to its exciting and inhibiting
#   stripes and their orientation,
# * how the answer of the cell, and the answer of the kernel at one place, come about,
# * what in the cortex corresponds to sliding one kernel over the whole picture,
# * and at least one point where the comparison ends: something a cell does and a kernel does not,
#   or the other way round.

# %% [markdown] written="simple_cells"
# *Your answer here.*

# %% [markdown]
# ### Question `self_study` (written)
#
# For self-study the lecture names a video on neural networks and convolutions; you find it in the
# material of the lecture. Watch it with pen and paper, and stop it often. Then write, in your own
# words:
#
# 1. **A summary** (about 100 to 150 words): which question does the video ask, and by which steps
#    does it answer it? Someone who has not seen it should be able to follow.
# 2. **Two core intuitions** that you take away, in two or three sentences each. An intuition is not
#    a definition: write what you would *tell or draw* for a friend to make it click. Give each of
#    them an example, best of all one from this notebook.

# %% [markdown] written="self_study"
# *Your answer here.*

# %% [markdown]
# ## What you should be able to explain
#
# Close the notebook, take a sheet of paper, and explain, as if to someone who has missed the
# lecture:
#
# * Why is the filter read backwards in $\sum_\tau x[\tau]\, w[t-\tau]$? Tell it with scattering,
#   and with gathering.
# * How long is a full convolution, how large is a valid one, and why?
# * What do the rows, the columns and the diagonals of a convolution matrix mean? How many different
#   numbers are in it?
# * What is the difference between cross-correlation and convolution? For which kernels is there
#   none? Why do networks not care?
# * How do you build a kernel that finds edges? What does the sum of a kernel tell you before you
#   have tried it out?
# * What is the difference between equivariant and invariant? What breaks equivariance: the border,
#   the stride, the dense layer, and why does each?
# * What did Hubel and Wiesel see, and what has it to do with all this?
#
# **Before you hand in:** restart the kernel, run all cells, and check that every visible check
# prints its last line. Then read your two written answers once more, aloud.
