# %% [markdown]
# # The convolution layer: stride, padding, channels
#
# In the first assignment one small kernel slid over one grey picture, pixel by pixel. A layer of a
# convolutional network does the same with a few more choices: *how far* does the window move each
# time, what lies *beyond the border*, what if the picture has *colours*, and what if one kernel is
# *not enough*? When these four are settled the layer is complete, and what comes out of it can go
# into the next one.
#
# The road we take:
#
# 1. stride: how far the window moves,
# 2. how large the result is, by counting,
# 3. padding: what lies beyond the border,
# 4. from one channel to many: the whole layer,
# 5. the receptive field of a network: how much of the picture one value has seen,
# 6. a layer to be read from a drawing.
#
# You will write four functions, and answer a short quiz. One of the functions, `conv2d`, is what
# all convolutional networks are made of.

# %% [markdown]
# ## How to work with this notebook
#
# * **Fill in the stubs.** Where you see `# YOUR CODE HERE` and `raise NotImplementedError()`,
#   replace both lines by your code. Keep the function's name and its parameters. The docstring
#   says what goes in and what must come out.
# * **Go from top to bottom.** Below each stub stands a visible check: run it, read its message,
#   repair, run again. Until you have filled in a stub its check stops with `NotImplementedError`.
#   Figures that need a function you have not written yet show a grey card instead.
# * **Don't delete, copy or move cells**, and don't edit the given ones. You may add cells of your
#   own wherever you like.
# * **How the points work.** After you hand in, each function is called with other inputs than the
#   ones you see: oblong pictures, even kernels, strides that leave a rest, whole numbers. Each
#   such test earns its own points, so a partly right function earns part of them. The visible
#   checks are a guide, not the whole story.
# * **What every function may rely on, and must respect.** Pictures are NumPy arrays of any real
#   number type. Results must not lose halves because the input held whole numbers, and the arrays
#   and lists you are given must stay as they were. Sizes and counts are whole numbers (`int`).
# * **Not allowed**: ready-made convolutions, correlations and pools, as in `scipy.signal`,
#   `scipy.ndimage`, torch, and their relatives in other libraries. **Allowed**: loops, indexing,
#   `np.pad`, `sliding_window_view`, `np.einsum`, `np.tensordot`, matrix products, sums.
# * **One function may use another one of yours.** If you call your `pad2d` in your `conv2d`, a
#   mistake in the one will be felt in the other. So repair from top to bottom.
# * **Before you hand in**: restart the kernel and run all cells.

# %%
import matplotlib.pyplot as plt
import numpy as np

# %% [markdown]
# The next cell holds the drawing tools and a colour picture. You need not read it, but run it.

# %%
BLUE, ORANGE, GREEN, INK, PALE = "#2c6da4", "#d8772a", "#3c8d5a", "#333333", "#e9e9e6"
GREY, SKY, SAND, LEAF = "#8a8a8a", "#cfe0ee", "#f6dfc6", "#d3e8d8"  # pale blue, orange, green

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


def bare(ax, left, right, bottom, top, title=""):
    """An empty sheet of paper: equal scales, no axes; `bottom` > `top` points downwards."""
    ax.set(xlim=(left, right), ylim=(bottom, top), aspect="equal", title=title)
    ax.axis("off")


def box(ax, x, y, width, height, fill=PALE, edge="white", lw=1.5, **more):
    """A rectangle with its first corner at (x, y)."""
    ax.add_patch(plt.Rectangle((x, y), width, height, fc=fill, ec=edge, lw=lw, **more))


def write(ax, x, y, text, **more):
    """Text that is centred at (x, y)."""
    ax.text(
        x, y, str(text).replace("-", "−"), **{"ha": "center", "va": "center", "color": INK} | more
    )


def numbers(ax, table, x=0, y=0, fills=PALE, size=11):
    """A table of numbers as boxes, its upper left corner at (x, y); `fills` may differ by box."""
    table = np.array(table, dtype=object)
    fills = np.broadcast_to(np.array(fills, dtype=object), table.shape)
    for (i, j), value in np.ndenumerate(table):
        box(ax, x + j, y + i, 1, 1, fills[i, j])
        write(ax, x + j + 0.5, y + i + 0.5, value, fontsize=size)


def frame(ax, x, y, width, height, colour=ORANGE, lw=2.5, **more):
    """The outline of a window."""
    box(ax, x, y, width, height, "none", colour, lw, zorder=5, **more)


def arrow(ax, start, end):
    """A thin grey arrow."""
    ax.annotate("", end, start, arrowprops={"arrowstyle": "->", "color": GREY})


def show_windows(ax, n, k, stride=1, padding=0):
    """A row of n values with its padding, and below it every window of k values that fits."""
    row = n + 2 * padding
    for place in range(row):
        zero = not padding <= place < padding + n
        box(ax, place, 0, 1, 1, "white" if zero else SKY, GREY if zero else "white", 1)
        write(
            ax,
            place + 0.5,
            0.5,
            0 if zero else f"$x_{{{place - padding}}}$",
            fontsize=8,
            color=GREY if zero else INK,
        )
    fitting = [place for place in range(0, row, stride) if place + k <= row]
    for line, place in enumerate(fitting):
        box(ax, place, 1.3 + 0.6 * line, k, 0.42, ORANGE, "white", 1)
    if fitting and fitting[-1] + k < row:
        rest = row - fitting[-1] - k
        end = 0.7 + 0.6 * len(fitting)
        box(ax, row - rest, end, rest, 0.42, "none", GREY, 1, ls=":")
        write(ax, row - rest / 2, end + 0.75, "not reached", fontsize=8, color=GREY)
    told = f"{len(fitting)} window{'' if len(fitting) == 1 else 's'}"
    bare(
        ax,
        -0.2,
        row + 0.2,
        max(2.3, 2 + 0.6 * len(fitting)),
        -0.2,
        f"n = {n}, k = {k}, stride = {stride}, padding = {padding}:   {told}",
    )


def show_picture(ax, picture, title=""):
    """Draw brightness (H, W) or colours (3, H, W): 0 is black, 1 is full, the rest is cut off."""
    shown = np.clip(picture, 0, 1)
    ax.imshow(shown if shown.ndim == 2 else np.moveaxis(shown, 0, -1), cmap="gray", vmin=0, vmax=1)
    ax.set(title=title, xticks=[], yticks=[])
    ax.spines[:].set_visible(False)


def show_signed(ax, values, title=""):
    """Draw signed values: blue is negative, white is zero, red is positive."""
    limit = max(np.abs(values).max() / 1.5, 1e-9)
    ax.imshow(values, cmap="RdBu_r", vmin=-limit, vmax=limit)
    ax.set(title=title, xticks=[], yticks=[])
    ax.spines[:].set_visible(True)


def balloons(height=84, width=126, fine=3):
    """Hot-air balloons over hills in the morning: (3, height, width), from 0 to 1."""
    v = (np.arange(height * fine)[:, None] + 0.5) / (height * fine)  # downwards, 0 to 1
    u = (np.arange(width * fine)[None, :] + 0.5) / (height * fine)  # to the right
    art = np.stack([0.42 + 0.52 * v + 0 * u, 0.63 + 0.22 * v + 0 * u, 0.90 - 0.12 * v + 0 * u])
    hills = [
        (0.70 + 0.05 * np.sin(5 * u + 1) + 0.02 * np.sin(11 * u), (0.47, 0.60, 0.66)),
        (0.80 + 0.04 * np.sin(4 * u + 3.3), (0.33, 0.52, 0.40)),
        (0.91 + 0.03 * np.sin(6 * u), (0.17, 0.33, 0.20)),
    ]
    for line, colour in hills:
        art = np.where(v > line, np.array(colour)[:, None, None], art)
    for x, y, size, first, second in [
        (0.45, 0.36, 0.25, (0.84, 0.18, 0.16), (0.98, 0.86, 0.40)),
        (1.08, 0.27, 0.16, (0.16, 0.28, 0.66), (0.95, 0.95, 0.95)),
        (0.86, 0.57, 0.09, (0.93, 0.52, 0.12), (0.45, 0.20, 0.50)),
    ]:
        across, down = (u - x) / size, (v - y) / size
        silk = (across**2 + down**2 < 1) & (down < 0.75)
        silk |= (down >= 0.3) & (down < 1.28) & (np.abs(across) < 1.14 - 0.72 * down)
        girth = np.sqrt(np.clip(1.02 - np.clip(down, -1, 0.7) ** 2, 0.04, 1))
        stripe = np.floor(3.5 * np.arcsin(np.clip(across / girth, -1, 1)) / np.pi + 0.25) % 2 == 0
        shade = 1.05 - 0.28 * np.clip(across, -1, 1) - 0.08 * np.clip(down, -1, 1)
        paint = np.where(stripe, np.array(first)[:, None, None], np.array(second)[:, None, None])
        art = np.where(silk, paint * shade, art)
        basket = (np.abs(across) < 0.15) & (down > 1.42) & (down < 1.64)
        ropes = (np.abs(np.abs(across) - 0.17) < 0.02) & (down > 1.2) & (down < 1.5)
        art = np.where(basket | ropes, np.array((0.30, 0.20, 0.13))[:, None, None], art)
    art = art.reshape(3, height, fine, width, fine).mean(axis=(2, 4))
    return np.clip(art, 0, 1)


scene = balloons()  # (3, 84, 126)

# %% [markdown]
# ## 1. Stride: how far the window moves
#
# Here is a tiny picture of 3 × 4 pixels, and a kernel of 2 × 2:
#
# $$
# X = \begin{pmatrix} 3 & 3 & 2 & 1 \\ 0 & 0 & 1 & 3 \\ 3 & 1 & 2 & 2 \end{pmatrix},
# \qquad
# K = \begin{pmatrix} 1 & 2 \\ -1 & 0 \end{pmatrix}.
# $$
#
# So far the window has moved on by one pixel at a time. That is **stride 1**. With **stride 2** it
# takes steps of two pixels, to the right *and* downwards: it skips every other place.

# %% show=true
LITTLE = np.array([[3, 3, 2, 1], [0, 0, 1, 3], [3, 1, 2, 2]])


@figure()
def the_window_on_its_way():
    results = {1: [[9, 7, 3], ["·", "·", "·"]], 2: [[9, 3]]}
    _, axes = plt.subplots(2, 1, figsize=(11, 3.5))
    for ax, stride in zip(axes, [1, 2], strict=True):
        stops = [(i, j) for i in range(0, 2, stride) for j in range(0, 3, stride)]
        for number, (i, j) in enumerate(stops):
            left = 5.2 * number
            fills = np.full((3, 4), PALE, dtype=object)
            fills[i : i + 2, j : j + 2] = SAND
            numbers(ax, LITTLE, left, 0, fills, size=9)
            frame(ax, left + j, i, 2, 2)
            write(ax, left + 2, 3.5, f"stop {number + 1}", color=GREY, fontsize=9)
        left = 5.2 * len(stops) + 0.3
        numbers(ax, results[stride], left, 0, SAND, size=9)
        write(ax, left + len(results[stride][0]) / 2, 3.5, "result", color=ORANGE, fontsize=9)
        if stride == 2:
            write(
                ax,
                23,
                1.5,
                "A third stop in the row, or a second row of stops, would\n"
                "hang over the border: the lowest row of pixels is never read.",
                color=GREY,
                fontsize=9,
            )
        bare(ax, -0.2, 35.2, 4, -0.3)
        ax.set_title(f"stride {stride}", loc="left")


# %% [markdown]
# At the first stop the window holds 3, 3 and 0, 0, so the result begins with
# $1\cdot 3 + 2\cdot 3 - 1\cdot 0 + 0\cdot 0 = 9$.
#
# **By hand.** Work out the second row of the result for stride 1.
#
# <details><summary>Compare</summary>
#
# 0 + 2·0 − 3 = −3, then 0 + 2·1 − 1 = 1, then 1 + 2·3 − 2 = 5.
#
# </details>
#
# Two things can be seen here.
#
# * **A larger stride computes no new numbers, it leaves some out.** The result for stride 2 is the
#   one for stride 1 with every second row and every second column kept: 9 and 3. It is a cheap way
#   to make the picture smaller: half the height and half the width is a quarter of the work.
# * **A window that does not fit is not counted.** What is left over at the right and below goes
#   unread. Whether that happens depends on the size of the picture, the kernel and the stride.
#
# That calls for a formula.

# %% [markdown]
# ## 2. How large is the result? Count.
#
# Rows and columns do not disturb each other, so look at one axis alone: $n$ values in a row, a
# window of $k$ values, a step of $s$.


# %% show=true
@figure()
def counting_windows():
    _, axes = plt.subplots(2, 2, figsize=(11, 6.6))
    show_windows(axes[0, 0], 7, 3)
    show_windows(axes[0, 1], 7, 3, stride=2)
    show_windows(axes[1, 0], 8, 3, stride=2)
    show_windows(axes[1, 1], 5, 3, stride=1, padding=1)
    for ax in axes.flat:
        ax.set(xlim=(-0.2, 8.2), ylim=(4.8, -0.2))


# %% [markdown]
# Count with me.
#
# 1. If there is **padding** (section 3 tells what for), $p$ zeros stand before the first value and
#    $p$ behind the last: the row has $n + 2p$ places.
# 2. The last window that fits ends at the end of the row. So it **begins** $k$ places before it: no
#    window may begin later than at place $n + 2p - k$ (the first place is number 0).
# 3. The windows begin at $0, s, 2s, 3s, \dots$ How many *steps* of length $s$ fit in
#    $n + 2p - k$? That many: $\left\lfloor \frac{n + 2p - k}{s} \right\rfloor$. The brackets
#    $\lfloor\;\rfloor$ round down: a step that leads over the border is not taken.
# 4. Each step brings one window more. The **first window** was there before the first step:
#
# $$ \text{size} \;=\; \left\lfloor \frac{n + 2p - k}{s} \right\rfloor + 1 . $$
#
# Steps and windows are like gaps and fence posts; the "+ 1" is the post at which you begin. And if
# $n + 2p < k$ there is not even a first window. Then the formula has nothing to say, and a function
# should complain instead of returning a number.
#
# **By hand.** Fill in the last column.
#
# | n | k | stride | padding | size |
# |---:|---:|---:|---:|---:|
# | 10 | 4 | 1 | 0 | ? |
# | 10 | 4 | 3 | 0 | ? |
# | 11 | 4 | 3 | 0 | ? |
# | 6 | 6 | 2 | 0 | ? |
# | 6 | 5 | 1 | 2 | ? |
#
# <details><summary>Compare</summary>
#
# 7 · 3 (begins at 0, 3, 6) · 3 (one value is left over) · 1 (an exact fit) · 6 (as long as before).
#
# </details>
#
# A network that made history in 2012 reads pictures of 224 × 224 pixels with windows of 11 × 11 and
# stride 4, and its first feature maps are reported to have 55 × 55 values. Without padding that
# cannot be: $\lfloor (224 - 11) / 4 \rfloor + 1$ is only 54. Which padding makes it right? (There
# are two.)
#
# <details><summary>Compare</summary>
#
# 2 and 3: both 224 + 4 − 11 = 217 and 224 + 6 − 11 = 219 have room for 54 whole steps of 4.
#
# </details>
#
# ### Question `output_size(n, k, stride=1, padding=0)`
#
# Write the formula as a function. It returns an `int`, and raises a `ValueError` where no window
# fits at all.

# %% solution="output_size"

# %% test="output_size"
seen = output_size(10, 4)
assert type(seen) is int or isinstance(seen, np.integer), (
    f"A size is a whole number of type int; yours is of type {type(seen).__name__}."
    " Which division gives whole numbers?"
)
assert seen == 7, (
    f"10 values and a window of 4: it may begin at 0, 1, ..., 6, so the size is 7; yours is {seen}."
    " Have you counted the steps or the windows?"
)
seen = output_size(10, 4, 3)
assert seen == 3, f"With stride 3 the windows begin at 0, 3, 6, so the size is 3; yours is {seen}."
seen = output_size(11, 4, 3)
assert seen == 3, (
    f"An eleventh value alone makes no room for a further step of 3: the size is still 3, yours is"
    f" {seen}. In which direction do you round?"
)
seen = output_size(6, 5, padding=2)
assert seen == 6, (
    f"6 values and 2 zeros on each side are 10 places, where a window of 5 fits 6 times; yours says"
    f" {seen}. On how many sides is there padding?"
)
try:
    seen = output_size(2, 9)
except ValueError:
    pass
except AssertionError:
    raise AssertionError(
        "A window of 9 does not fit into 2 values. Your function has noticed, and stops with an"
        " assert. What should be raised is a ValueError."
    ) from None
else:
    raise AssertionError(
        f"A window of 9 does not fit into 2 values. A ValueError should be raised,"
        f" but your function returned {seen}."
    )
print("output_size: all visible checks passed.")

# %% [markdown]
# A playground: pull the sliders and predict the number of windows before you let go. What happens
# to the rest at the end when you lengthen the row one by one? For which padding is the result as
# long as the row?


# %% show=true
def ruler():
    """Sliders for n, k, stride and padding; a fixed picture where ipywidgets is not there."""

    def draw(n, k, stride, padding):
        _, ax = plt.subplots(figsize=(9, 3.4))
        show_windows(ax, n, k, stride, padding)
        try:
            told = f"your output_size says {output_size(n, k, stride, padding)}"
        except NotImplementedError:
            told = "your output_size is not written yet"
        except ValueError:
            told = "your output_size raises a ValueError"
        ax.text(0, -0.05, told, transform=ax.transAxes, color=BLUE, va="top")
        plt.show()

    try:
        import ipywidgets as widgets
    except ImportError:
        print("ipywidgets is not installed, so this is a picture and not a playground.")
        draw(12, 4, 3, 1)
        return
    sliders = {"n": (12, 1, 16), "k": (4, 1, 9), "stride": (3, 1, 6), "padding": (1, 0, 4)}
    widgets.interact(
        draw,
        **{
            name: widgets.IntSlider(value=value, min=low, max=high, continuous_update=False)
            for name, (value, low, high) in sliders.items()
        },
    )


ruler()


# %% show=true
@figure("output_size")
def sizes_as_stairs():
    lengths = np.arange(5, 41)
    _, axes = plt.subplots(1, 2, figsize=(11, 3.4), sharey=True)
    for stride, colour in zip([1, 2, 3, 4], [INK, BLUE, ORANGE, GREEN], strict=True):
        sizes = [output_size(int(n), 5, stride) for n in lengths]
        axes[0].step(lengths, sizes, where="post", color=colour, label=f"stride {stride}")
    axes[0].set(
        title="k = 5, no padding: a stride s makes stairs of width s",
        xlabel="n",
        ylabel="size of the result",
    )
    axes[0].legend()
    for padding, colour in zip([0, 1, 2, 3], [INK, BLUE, ORANGE, GREEN], strict=True):
        sizes = [output_size(int(n), 5, 1, padding) for n in lengths]
        axes[1].plot(lengths, sizes, color=colour, label=f"padding {padding}")
    axes[1].plot(lengths, lengths, ":", color="white", lw=3)
    axes[1].plot(lengths, lengths, ":", color=INK, label="as large as before")
    axes[1].set(title="k = 5, stride 1: one padding keeps the size", xlabel="n")
    axes[1].legend()


# %% [markdown]
# ## 3. Padding: what lies beyond the border
#
# A window that must stay inside the picture does two unpleasant things.
#
# **It shrinks the picture.** A 5 × 5 kernel takes off 4 rows and 4 columns. Seven such layers leave
# 4 × 4 of 32 × 32 pixels, and there can be no eighth. Whoever wants many layers has to stop that.
#
# **It neglects the border.** A pixel in the middle is read by nine windows of 3 × 3, one in the
# corner by a single one. If something important lies there, the layer hardly notices.
#
# The usual remedy is simple: put a frame of **zeros** around the picture before the window slides.
# A zero adds nothing to a sum of products, so the frame is silent; but there is now room for
# windows whose centre lies on the border.


# %% show=true
@figure()
def how_often_each_pixel_is_read():
    _, axes = plt.subplots(1, 2, figsize=(10, 3.7))
    for ax, wide in zip(axes, [0, 1], strict=True):
        visits = np.zeros((6 + 2 * wide, 8 + 2 * wide), dtype=int)
        for i, j in np.ndindex(4 + 2 * wide, 6 + 2 * wide):
            visits[i : i + 3, j : j + 3] += 1
        for (i, j), count in np.ndenumerate(visits):
            pixel = wide <= i < wide + 6 and wide <= j < wide + 8
            fill = plt.cm.Blues(0.05 * count) if pixel else "white"
            box(ax, j - wide, i - wide, 1, 1, fill, "white" if pixel else "#dddddd", 1)
            write(
                ax,
                j - wide + 0.5,
                i - wide + 0.5,
                count if pixel else 0,
                color=INK if pixel else "#bbbbbb",
            )
        frame(ax, -wide, -wide, 3, 3)
        named = "a frame of zeros, padding 1" if wide else "no padding"
        bare(ax, -1.2, 9.2, 7.2, -1.2, named)
    plt.suptitle(
        "how many windows of 3 × 3 read each pixel (orange: the first of them)",
        fontsize=11,
        color=INK,
    )


# %% [markdown]
# **By hand.** With stride 1, which padding $p$ keeps the size, for $k = 3$, for $k = 5$, for any
# $k$? What goes wrong when $k$ is even?
#
# <details><summary>Compare</summary>
#
# n + 2p − k + 1 = n gives p = (k − 1)/2: padding 1 for k = 3, and 2 for k = 5. For even k this is
# no whole number: with the same padding on both sides the result is one too short or one too long.
# It is one reason why most kernels have odd sides.
#
# </details>
#
# ### Question `pad2d(x, padding)`
#
# Put the frame around. What comes in may be a single picture `(H, W)`, a stack of channels
# `(C, H, W)`, a batch of such stacks `(N, C, H, W)`: the last two axes are always the rows and the
# columns, and only they grow.

# %% solution="pad2d"

# %% test="pad2d"
seen = pad2d(np.array([[5, -1, 2], [7, 3, 4]]), 1)
assert isinstance(seen, np.ndarray), f"An array should come back; yours is a {type(seen).__name__}."
assert seen.shape == (4, 5), (
    f"A frame of one pixel makes 2 x 3 pixels 4 x 5; the shape of yours is {seen.shape}."
    " A frame has four sides."
)
assert seen[1:3, 1:4].tolist() == [[5, -1, 2], [7, 3, 4]], (
    f"The picture itself should stand in the middle, as it was. Yours is\n{seen}"
)
assert np.sum(np.abs(seen)) == 22, f"Everything around the picture should be 0. Yours is\n{seen}"

given = np.array([[[0.5, 1.5]], [[2.5, 3.5]]])
seen = pad2d(given, 2)
assert seen.shape == (2, 5, 6), (
    f"Two channels of 1 x 2 pixels stay two channels, each of 5 x 6; the shape of yours is"
    f" {seen.shape}. Which axes grow?"
)
assert seen[1, 2].tolist() == [0, 0, 2.5, 3.5, 0, 0], (
    f"The middle row of the second channel should be [0, 0, 2.5, 3.5, 0, 0]; yours is"
    f" {seen[1, 2].tolist()}."
)
assert given.tolist() == [[[0.5, 1.5]], [[2.5, 3.5]]], (
    "Your function has changed the array it was given. Build a new one instead."
)
print("pad2d: all visible checks passed.")


# %% show=true
@figure("pad2d", "output_size")
def shrinking_and_a_frame():
    _, axes = plt.subplots(1, 3, figsize=(11, 3.2), width_ratios=[1.25, 1.25, 1.6])
    for ax, wide in zip(axes, [0, 2], strict=False):
        side, sides = 32, [32]
        while side >= 5 and len(sides) < 9:
            side = output_size(side, 5, 1, wide)
            sides.append(side)
        ax.bar(range(len(sides)), sides, color=ORANGE if wide else BLUE, width=0.7)
        for layer, side in enumerate(sides):
            write(ax, layer, side + 1.2, side, fontsize=8)
        if not wide:
            write(ax, 8, 5, "no room", fontsize=8, rotation=90, color=GREY)
        ax.set(
            title=f"5 × 5 kernels, padding {wide}",
            xlabel="layers",
            ylabel="side of the maps",
            xlim=(-0.7, 8.7),
            ylim=(0, 37),
        )
    show_picture(axes[2], pad2d(scene, 10), "three channels with a frame of 10 zeros")


# %% [markdown]
# Why is the frame black? Because each of the three channels, red, green and blue, got its own frame
# of zeros. (One may also put other things beyond the border, for example a mirror image. Zeros are
# what networks use.)

# %% [markdown]
# ## 4. From one channel to many
#
# A colour picture is not one table of numbers but three of the same size, laid on top of each
# other: how much red, how much green, how much blue. Each is called a **channel**, and the stack
# is an array `(C, H, W)`.


# %% show=true
@figure()
def three_channels():
    _, axes = plt.subplots(1, 4, figsize=(11, 2.2))
    show_picture(axes[0], scene, "the picture, (3, 84, 126)")
    for channel, name in enumerate(["red", "green", "blue"]):
        show_picture(axes[channel + 1], scene[channel], f"x[{channel}]: how much {name}")


# %% [markdown]
# Where is the red balloon bright, and where is it dark? A kernel that is to find red things must
# look at several channels at once: much red *and* little blue.
#
# **One kernel reads all channels.** So it is a stack too, with **one slice for each channel**:
# $C \times k_h \times k_w$ weights. The window goes through the whole depth of the input. Each
# slice meets its own channel, the products of all slices are added up, one number more, the
# **bias**, is added once, and out comes *one* value.


# %% show=true
@figure()
def one_kernel_two_channels():
    channels = [[[1, 2, 0], [3, 1, 1]], [[0, 1, 2], [1, 0, 4]]]
    slices = [[[1, 0], [0, 1]], [[0, 2], [-1, 0]]]
    sums = ["1·1 + 2·0 + 3·0 + 1·1  =  2", "0·0 + 1·2 + 1·(-1) + 0·0  =  1"]
    _, ax = plt.subplots(figsize=(11, 4.3))
    for c, (channel, part, told) in enumerate(zip(channels, slices, sums, strict=True)):
        top = 3.4 * c
        fills = np.full((2, 3), PALE, dtype=object)
        fills[:, :2] = SAND
        numbers(ax, channel, 0, top, fills)
        frame(ax, 0, top, 2, 2)
        write(ax, 1.5, top - 0.4, f"channel {c}", color=GREY, fontsize=9)
        write(ax, 3.9, top + 1, "⊙", fontsize=16)
        numbers(ax, part, 4.8, top, SKY)
        write(ax, 5.8, top - 0.4, f"slice {c} of the kernel", color=GREY, fontsize=9)
        write(ax, 11, top + 1, told)
        arrow(ax, (14.3, top + 1), (16, 2.7))
    write(ax, 18.1, 2.7, "2 + 1 + (-5)  =  -2")
    write(ax, 18.1, 3.6, "the bias is -5", color=GREY, fontsize=9)
    arrow(ax, (20.2, 2.7), (21.6, 2.7))
    numbers(ax, [[-2, "·"]], 22, 2.2, [[SAND, PALE]])
    frame(ax, 22, 2.2, 1, 1)
    write(ax, 23, 1.7, "feature map", color=GREY, fontsize=9)
    bare(ax, -0.2, 24.2, 5.8, -0.9)


# %% [markdown]
# **By hand.** Let the window move on by one and work out the second value of the feature map.
#
# <details><summary>Compare</summary>
#
# Slice 0: 2·1 + 0·0 + 1·0 + 1·1 = 3. Slice 1: 1·0 + 2·2 + 0·(−1) + 4·0 = 4. Together with the bias
# 3 + 4 − 5 = 2.
#
# </details>
#
# **Many kernels, many maps.** One kernel finds one thing. A layer has $F$ kernels, all of the same
# shape and each with a bias of its own. Every kernel leaves one feature map, and the maps are laid
# on top of each other again. So the result is a stack `(F, H', W')`: *a picture with F channels*,
# and the next layer can read it like any other.


# %% show=true
@figure()
def a_whole_layer():
    def sheets(x, y, side, colours, shift=0.35):
        for number, colour in reversed(list(enumerate(colours))):
            box(ax, x + shift * number, y - shift * number, side, side, colour, INK, 1)

    _, ax = plt.subplots(figsize=(11, 4.1))
    inputs, maps = ["#e8b4ae", "#b9d8bd", "#b4cbe6"], [SAND, "#e3d3ea", "#d9e7c5", "#cfe0ee"]
    sheets(0, 1.6, 5, inputs)
    frame(ax, 1.2, 3, 1.3, 1.3)
    write(ax, 2.9, 7.4, "x\n(C, H, W)", fontsize=9)
    for f, colour in enumerate(maps):
        y = 0.5 + 1.9 * f
        sheets(9, y, 1.15, inputs, 0.25)
        box(ax, 10.95, y + 0.2, 0.6, 0.6, colour, INK, 1)
        arrow(ax, (6.2, 3.9), (8.7, y + 0.4))
        arrow(ax, (11.8, y + 0.5), (14.5, 3.2 + 0.7 * f))
    write(ax, 9.8, -0.6, "weight\n(F, C, kh, kw)", fontsize=9)
    write(ax, 11.9, -0.35, "bias\n(F,)", fontsize=9)
    sheets(14.8, 2.2, 4.2, maps)
    box(ax, 15.8, 3.4, 0.4, 0.4, ORANGE, ORANGE)
    write(ax, 17.2, 7.4, "y\n(F, H', W')", fontsize=9)
    bare(ax, -0.3, 20.6, 8.1, -1.2)


# %% [markdown]
# All four ideas of this notebook in one formula. Let $\tilde x$ be $x$ with $p$ zeros on all four
# sides of every channel, and $s$ the stride. Then
#
# $$
# y[f, i, j] \;=\; b[f] \;+\; \sum_{c=0}^{C-1} \sum_{u=0}^{k_h-1} \sum_{v=0}^{k_w-1}
# \tilde x[c,\; i\,s + u,\; j\,s + v] \;\, w[f, c, u, v] .
# $$
#
# Read it from the left: for every kernel $f$ and every place $(i, j)$ of its map, start with the
# bias, then go through all channels and through the window. The kernel is not flipped (as always in
# networks), and the stride stands where the *picture* is read, not where the result is written.
#
# ### Question `conv2d(x, weight, bias=None, stride=1, padding=0)`
#
# Write the layer. Start with loops over $f$, $i$ and $j$ if you like: correct comes before fast.
# Work in floating point, for pictures often come as bytes, and 200 + 100 does not fit into one.

# %% solution="conv2d"

# %% test="conv2d"
little = np.array([[[3, 3, 2, 1], [0, 0, 1, 3], [3, 1, 2, 2]]])
kernel = np.array([[[[1, 2], [-1, 0]]]])
seen = conv2d(little, kernel)
assert isinstance(seen, np.ndarray), f"An array should come back; yours is a {type(seen).__name__}."
assert seen.shape == (1, 2, 3), (
    f"One kernel on 3 x 4 pixels: the shape should be (1, 2, 3), yours is {seen.shape}."
    " The first axis counts kernels, even if there is only one."
)
assert np.allclose(seen, [[[9, 7, 3], [-3, 1, 5]]]), (
    f"The example of section 1 gives [[[9, 7, 3], [-3, 1, 5]]]; yours is {seen.tolist()}."
    " Begin with the first value: which pixel meets which weight, and what becomes of the four"
    " products?"
)
seen = conv2d(little, kernel, stride=2)
assert seen.shape == (1, 1, 2), (
    f"With stride 2 the window stops twice, in one row: (1, 1, 2); your shape is {seen.shape}."
)
assert np.allclose(seen, [[[9, 3]]]), (
    f"With stride 2 the stops 9 and 3 are left; yours is {seen.tolist()}."
    " How far has the window moved when it reads its second value?"
)

two_channels = np.array([[[1, 2, 0], [3, 1, 1]], [[0, 1, 2], [1, 0, 4]]])
two_kernels = np.array(
    [[[[1, 0], [0, 1]], [[0, 2], [-1, 0]]], [[[0, 1], [0, 0]], [[0, 0], [1, 0]]]]
)
seen = conv2d(two_channels, two_kernels)
assert seen.shape == (2, 1, 2), (
    f"Two kernels on 2 x 3 pixels: the shape should be (2, 1, 2), yours is {seen.shape}."
    " How many maps does one kernel leave, however many channels it reads?"
)
assert np.allclose(seen[0], [[3, 7]]), (
    f"The example of section 4 gives 3 and 7 before the bias; yours is {seen[0].tolist()}."
    " Does every channel meet its own slice, and are the slices added up?"
)
assert np.allclose(seen[1], [[3, 0]]), (
    f"The second kernel reads the upper right pixel of channel 0 and the lower left one of channel"
    f" 1, which makes 3 and 0; yours is {seen[1].tolist()}."
)
seen = conv2d(two_channels, two_kernels, np.array([-5, 0.5]))
assert np.allclose(seen, [[[-2, 2]], [[3.5, 0.5]]]), (
    f"With the biases -5 and 0.5 the maps are [[-2, 2]] and [[3.5, 0.5]]; yours are"
    f" {seen.tolist()}. Each kernel has its own bias, added once."
)

seen = conv2d(little, kernel, stride=2, padding=1)
assert seen.shape == (1, 2, 3), (
    f"Padding 1 makes 5 x 6 pixels, stride 2 then leaves (1, 2, 3); your shape is {seen.shape}."
)
assert np.allclose(seen, [[[0, -3, -1], [0, 1, 1]]]), (
    f"With stride 2 and padding 1 the example gives [[[0, -3, -1], [0, 1, 1]]]; yours is"
    f" {seen.tolist()}. Does the first window begin in the corner of the frame?"
)
print("conv2d: all visible checks passed.")

# %% [markdown]
# You now hold the heart of every convolutional network in your hands. Let it look at the balloons,
# with four kernels that we set by hand: two of 1 × 1 and two of 3 × 3. (Blue is negative, red is
# positive.)


# %% show=true
@figure("conv2d")
def four_kernels_for_colours():
    colours = np.array([[[[1.0]], [[-0.5]], [[-0.5]]], [[[-0.8]], [[-0.1]], [[0.9]]]])
    upright = np.array([[-1.0, 0, 1], [-2, 0, 2], [-1, 0, 1]])
    edges = np.stack([np.stack([upright] * 3) / 3, np.stack([upright.T, 0 * upright, -upright.T])])
    maps = [*conv2d(scene, colours, np.array([-0.1, -0.1])), *conv2d(scene, edges, padding=1)]
    titles = [
        "1×1: red, and not green or blue",
        "1×1: blue, and not red",
        "3×3: brighter to the right",
        "3×3: redder and less blue, downwards",
    ]
    _, axes = plt.subplots(1, 4, figsize=(11, 2.2))
    for ax, values, title in zip(axes, maps, titles, strict=True):
        show_signed(ax, values, title)
        ax.title.set_fontsize(9)


# %% [markdown]
# * The first two kernels are only 1 × 1 pixel large, yet they are useful: at every pixel they *mix
#   the channels*. A **1 × 1 convolution** cannot see neighbours; it computes new colours from old
#   ones.
# * The third has three equal slices: it adds the colours up and finds edges of brightness. The
#   fourth subtracts one channel from another and finds edges of *colour*.
# * Nobody sets kernels by hand in a network. It learns all the weights and biases.
#
# Now the same kernel for edges with larger and larger strides. Look at the sizes on the axes, and
# check one of them with the formula. And why the red stripe on the left? The step from the black
# frame into the picture is an edge too, and the kernel finds it. Zeros are silent, but not
# invisible.


# %% show=true
@figure("conv2d")
def larger_strides():
    upright = np.array([[-1.0, 0, 1], [-2, 0, 2], [-1, 0, 1]])
    kernel = np.stack([upright] * 3)[None]
    strides = [1, 2, 4, 8]
    _, axes = plt.subplots(1, 4, figsize=(11, 2.5))
    for ax, stride in zip(axes, strides, strict=True):
        edges = conv2d(scene, kernel, stride=stride, padding=1)[0]
        show_signed(ax, edges, f"stride {stride}")
        ax.set(xlabel=f"{edges.shape[1]} wide", ylabel=f"{edges.shape[0]} high")


# %% [markdown]
# ## 5. The receptive field, in depth
#
# You remember the cat: every cell watches one patch of the visual field, its **receptive field**.
# In a network every *value* has one: all the pixels of the input on which it depends. Change any
# other pixel, and the value stays as it is.
#
# After one layer the receptive field is simply the window, $k \times k$. But the second layer does
# not read pixels. It reads values of the first layer, and each of these has already seen a window
# of its own. So the deeper a value lies, the more of the picture it has seen.


# %% show=true
@figure()
def cones():
    stacks = [[(3, 1), (3, 1)], [(3, 2), (3, 1)], [(3, 1), (3, 2)]]
    _, axes = plt.subplots(1, 3, figsize=(12, 3.6))
    for ax, layers in zip(axes, stacks, strict=True):
        rows = [np.arange(11.0)]  # where the values of each layer stand, above the input
        for wide, stride in layers:
            below = rows[-1]
            firsts = range(0, len(below) - wide + 1, stride)
            rows.append(np.array([below[f : f + wide].mean() for f in firsts]))
        chosen = {len(layers): {len(rows[-1]) // 2}}
        for level in range(len(layers), 0, -1):
            wide, stride = layers[level - 1]
            chosen[level - 1] = set()
            for value in range(len(rows[level])):
                for part in range(value * stride, value * stride + wide):
                    lit = value in chosen[level]
                    ax.plot(
                        [rows[level][value], rows[level - 1][part]],
                        [level, level - 1],
                        color=ORANGE if lit else "#dddddd",
                        lw=1.6 if lit else 0.8,
                        zorder=2 if lit else 1,
                    )
                    if lit:
                        chosen[level - 1].add(part)
        for level, row in enumerate(rows):
            fills = [ORANGE if value in chosen[level] else "white" for value in range(len(row))]
            ax.scatter(row, [level] * len(row), s=110, c=fills, edgecolor=INK, zorder=3)
        told = ", then ".join(f"{wide} wide, stride {stride}" for wide, stride in layers)
        ax.set(title=told, xlim=(-0.7, 10.7), ylim=(-0.4, 2.4), yticks=[0, 1, 2])
        ax.set_yticklabels(["input", "layer 1", "layer 2"])
        ax.set_xticks([])
        ax.spines[:].set_visible(False)
        ax.tick_params(length=0)


# %% [markdown]
# Count the orange dots in the lowest row of each drawing: they are the receptive field of the
# orange value on top. Both networks on the right have the same two layers, in another order!
#
# **How it grows.** Go up, layer by layer, and keep two numbers in mind: how many pixels a value
# *sees*, and how many pixels of the input lie between two *neighbouring* values (their **step**).
#
# * At the input, a value sees 1 pixel, and neighbours are 1 pixel apart.
# * A window of $k$ values reaches over $k - 1$ gaps between neighbours. Each gap is one *step*
#   wide. That is how much the view grows.
# * A stride changes nothing for the layer itself. But the values it leaves stand further apart: for
#   *all the layers after it* the step has become larger.
#
# As a table, for a convolution of 5, a pool of 2 with stride 2, and a convolution of 3 (a pooling
# window is a window like any other; it only computes something else):
#
# | layer | gaps | step before | sees | step after |
# |---|---:|---:|---:|---:|
# | the input | | | 1 | 1 |
# | window 5, stride 1 | 4 | 1 | 1 + 4·1 = 5 | 1 |
# | window 2, stride 2 | 1 | 1 | 5 + 1·1 = 6 | 2 |
# | window 3, stride 1 | 2 | 2 | 6 + 2·2 = 10 | 2 |
#
# **By hand.** Put one more layer on top, with window 2 and stride 2. Then a last one of window 3.
#
# <details><summary>Compare</summary>
#
# The pool sees 10 + 1·2 = 12, and the step becomes 4. The last layer sees 12 + 2·4 = 20: a patch of
# 20 × 20 pixels.
#
# </details>
#
# ### Question `receptive_field(layers)`
#
# Write this as a function of the list of layers, each a pair `(kernel, stride)`, the first one next
# to the input. The list may be empty.

# %% solution="receptive_field"

# %% test="receptive_field"
seen = receptive_field([(4, 1)])
assert type(seen) is int or isinstance(seen, np.integer), (
    f"The side is a whole number of type int; yours is of type {type(seen).__name__}."
)
assert seen == 4, f"A single layer sees its own window, here 4; yours says {seen}."
seen = receptive_field([(3, 2)])
assert seen == 3, (
    f"The stride of a layer does not widen its own window: 3 with stride 2 sees 3, yours {seen}."
)
seen = receptive_field([(3, 1), (3, 1)])
assert seen == 5, (
    f"Left drawing: two windows of 3 with stride 1 see 5 pixels; yours says {seen}."
    " Do you add gaps or windows?"
)
seen = [receptive_field([(3, 2), (3, 1)]), receptive_field([(3, 1), (3, 2)])]
assert seen == [7, 5], (
    f"Count the dots in the two drawings on the right: 7 and 5; yours says {seen[0]} and {seen[1]}."
    " Which windows does a stride spread, its own or those of later layers?"
)
seen = receptive_field([(5, 1), (2, 2), (3, 1)])
assert seen == 10, f"The table above ends with 10; yours says {seen}."
print("receptive_field: all visible checks passed.")

# %% [markdown]
# Two figures to test your function. On the left: how fast the view grows with depth. Without
# strides it grows by the same amount with every layer, with strides it multiplies (note the scale).
#
# On the right an experiment. We take a row of 41 pixels and three layers, all weights 1, and
# *poke*: we change one pixel at a time, and see by how much the value in the middle of the last
# layer changes. Where nothing changes the receptive field has ended. The grey band is what your
# function predicts.


# %% show=true
@figure("receptive_field", "conv2d")
def growth_and_poking():
    _, (left, right) = plt.subplots(1, 2, figsize=(11, 3.6))
    kinds = {
        "3 wide, stride 1": [(3, 1)],
        "5 wide, stride 1": [(5, 1)],
        "3 wide, then a pool of 2": [(3, 1), (2, 2)],
        "3 wide, stride 2": [(3, 2)],
    }
    for (name, layers), colour in zip(kinds.items(), [INK, BLUE, GREEN, ORANGE], strict=True):
        depths = np.arange(9)
        sides = [receptive_field((layers * 8)[:depth]) for depth in depths]
        left.plot(depths, sides, "o-", ms=4, color=colour, label=name)
    left.set(
        yscale="log",
        xlabel="layers",
        ylabel="side of the receptive field",
        yticks=[1, 10, 100],
        title="how the view grows with depth",
    )
    left.set_yticklabels(["1", "10", "100"])
    left.legend(loc="upper left")

    layers, pixels = [(5, 1), (3, 2), (4, 1)], 41

    def top(row):
        values = row.reshape(1, 1, -1)
        for wide, stride in layers:
            values = conv2d(values, np.ones((1, 1, 1, wide)), stride=stride)
        return values.ravel()[values.size // 2]

    changes = np.array(
        [top(np.eye(pixels)[poked]) - top(np.zeros(pixels)) for poked in range(pixels)]
    )
    side = receptive_field(layers)
    first = np.flatnonzero(changes)[0]
    right.axvspan(first - 0.5, first + side - 0.5, color=PALE)
    right.bar(range(pixels), changes, color=ORANGE, width=0.8)
    right.set(
        title=f"poking at {' '.join(map(str, layers))}",
        xlabel="which pixel was changed",
        ylabel="change of one value on top",
    )


# %% [markdown]
# One more thing to see on the right: inside the receptive field not all pixels count alike. From
# the centre many paths lead to the top, from the rim only a few. So a value *can* see its whole
# receptive field, but it mostly looks at the middle.
#
# This is why depth pays. Two layers of 3 × 3 see as far as one of 5 × 5, with fewer weights
# ($2 \cdot 9 = 18$ instead of 25), and three see as far as one of 7 × 7 (27 instead of 49). And it
# is why networks have strides or pools: to tell a balloon from a hill one has to see all of it.

# %% [markdown]
# ## 6. Read a layer from a drawing
#
# Articles about networks are full of drawings like the next one. On the left lies the picture, a
# stack of channels. A convolution reads it: the orange window leads to the orange value, the *next*
# window to the right, in blue, to the blue value next to it. Then pooling makes the feature maps
# smaller: the values in one green window are summarised by one green value.
#
# Windows are drawn on the front sheets only. But you know that those in the picture go through all
# of its channels, and that every other feature map is read from the same windows, and pooled in the
# same way.
#
# Everything you need is in the drawing. Count.


# %% show=true
@figure()
def a_layer_on_paper():
    paper = plt.figure(figsize=(12.5, 5.7), dpi=120, layout="none")
    ax = paper.add_axes([0, 0, 1, 1])

    def pile(x, y, extent, spacing, tints, shifts):
        for shift, tint in reversed(list(zip(shifts, tints, strict=True))):
            box(ax, x + shift, y - shift, extent, extent, tint, INK, 1.2)
        for mark in np.arange(spacing, extent - 0.01, spacing):
            ax.plot([x + mark, x + mark], [y, y + extent], color="#777777", lw=0.8)
            ax.plot([x, x + extent], [y + mark, y + mark], color="#777777", lw=0.8)

    def beam(near, far, colour):
        (x, y, width), (u, v, narrow) = near, far
        for down in (0, 1):
            ax.plot(
                [x + width, u], [y + down * width, v + down * narrow], color=colour, lw=1, zorder=6
            )
        box(ax, x, y, width, width, colour, colour, 0, alpha=0.3, zorder=1.5)
        frame(ax, x, y, width, width, colour)
        box(ax, u, v, narrow, narrow, colour, colour, 1, zorder=7)

    reds = ["#f1cfca", "#d5e8d7", "#d2e0f0"]
    pile(0.3, 2.6, 7.6, 0.4, reds, np.linspace(0, 0.8, len(reds)))
    piles = np.arange(0.15, 2.2, 0.3) - 0.15
    tints = plt.cm.YlOrBr(np.linspace(0.06, 0.22, piles.size))
    pile(11.4, 4.9, 4.5, 0.75, tints, piles)
    pile(19.6, 5.9, 1.7, 0.85, tints, piles)
    for near, far, colour in [
        ((1.5, 5.0, 1.6), (12.15, 6.4, 0.75), ORANGE),
        ((2.7, 5.0, 1.6), (12.9, 6.4, 0.75), BLUE),
        ((13.65, 7.15, 2.25), (20.45, 6.75, 0.85), GREEN),
    ]:
        beam(near, far, colour)
    for x, y, told in [
        (4.5, 10.75, "the picture"),
        (14.4, 10.1, "the feature maps"),
        (21.1, 8.3, "after pooling"),
    ]:
        write(ax, x, y, told, fontsize=12)
    bare(ax, 0, 24, 11.2, 1.4)


# %% [markdown]
# ### Question `layer_quiz`
#
# Replace each `None` by a whole number that you have read from the drawing.
#
# * `"kernels"`: how many kernels does the convolution have?
# * `"receptive_field"`: how many pixels of the picture does the receptive field of one value in a
#   feature map measure along one **side**?
# * `"step"`: by how many pixels does the window move from one value to its neighbour?
# * `"pooled_area"`: how **many values** of a feature map does one pooling window summarise?

# %% solution="layer_quiz"

# %% test="layer_quiz"
assert isinstance(layer_quiz, dict), "layer_quiz should stay a dict; replace only the None in it."
for name in ("kernels", "receptive_field", "step", "pooled_area"):
    assert name in layer_quiz, f"The entry {name!r} has been lost. Write it back."
    number = layer_quiz[name]
    assert number is not None, f"There is still a None under {name!r}."
    assert type(number) is int or isinstance(number, np.integer), (
        f"Under {name!r} a whole number is asked for, such as 12; yours is {number!r}."
    )
print("layer_quiz: every entry holds a whole number. Whether they are right is for you to see.")

# %% [markdown]
# One check is left to you, and it needs no new counting: do your numbers agree with your own
# `output_size`? Count how many pixels wide the picture is, put it in together with the side of the
# window and the step, and compare with the width of a feature map.

# %% [markdown]
# ## What you should be able to explain
#
# Close the notebook, take a sheet of paper, and explain, as if to someone who has missed the
# lecture:
#
# * What is a stride? What becomes of the pixels that are left over at the end?
# * Where does each part of $\lfloor (n + 2p - k)/s \rfloor + 1$ come from: the 2, the minus $k$,
#   the rounding, the plus 1?
# * What are the two reasons for padding? Which padding keeps the size? Why are most kernels odd?
# * A layer reads 3 channels and has 16 kernels of 5 × 5. Which shapes have its weights, its bias
#   and its result? How many numbers does *one* value of the result depend on?
# * What can a 1 × 1 convolution do, and what can it not do?
# * What is a receptive field? Why does it grow with depth, and why does a stride let it grow faster
#   only in the layers *after* it?
# * You are shown a drawing of a network. How do you read from it the number of kernels, their size,
#   the stride, and what pooling does?
#
# **Before you hand in:** restart the kernel, run all cells, and check that every visible check
# prints its last line.
