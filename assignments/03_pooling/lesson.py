# %% [markdown]
# # Pooling: keep what was found, forget exactly where
#
# A convolution looks everywhere, and reports from everywhere: one number for every place at which
# its window stops. That is more than anyone needs to know. If there is an eye, it hardly matters
# whether it sits in column 57 or 58.
#
# **Pooling** is the layer that lets go. It slides a window over each feature map and keeps one
# number for each stop, the largest or the mean. It has nothing to learn. And yet it changes what
# the layers above it can see.
#
# The road we take:
#
# 1. what pooling is for,
# 2. the largest value of a window, and what happens at the border,
# 3. the mean of a window, and when which of the two is better,
# 4. what pooling forgets: small shifts, and sometimes more than you would like,
# 5. convolution, pool, convolution, pool: following the shapes through a whole network.
#
# You will write three short functions.

# %% [markdown]
# ## How to work with this notebook
#
# * **Fill in the stubs.** Replace `# YOUR CODE HERE` and `raise NotImplementedError()` by your
#   code. Keep the function's name and its parameters. The docstring says what goes in and what must
#   come out.
# * **Go from top to bottom** and run each cell (Shift + Enter). Below each stub stands a visible
#   check: run it, read its message, repair, run again. Until you have filled in a stub, its check
#   stops with `NotImplementedError`, and figures that need it show a grey card.
# * **Don't delete, copy or move cells**, and don't edit the given ones. Add cells of your own
#   wherever you like.
# * **How the points work.** After you hand in, each function is called with other inputs: oblong
#   maps, sides that do not come out even, windows that overlap, negative numbers, whole numbers,
#   bytes. Each such test earns its own points. The visible checks are a guide, not the whole story.
# * **What every function must respect.** Arrays in, arrays out, and the arrays you are given stay
#   as they are.
# * **Not allowed**: ready-made pools and filters, for instance from torch, `scipy.ndimage` or
#   `skimage`. **Allowed**: loops, indexing, `reshape`, `sliding_window_view`, `np.pad`, `einsum`,
#   and `max`, `mean`, `sum` over axes.
# * **Before you hand in**: restart the kernel and run all cells.

# %%
import matplotlib.pyplot as plt
import numpy as np

# %% [markdown]
# The next cell holds the drawing tools and the test picture. You need not read it, but run it.

# %%
BLUE, ORANGE, GREEN, INK, PALE = "#2c6da4", "#d8772a", "#3c8d5a", "#333333", "#e9e9e6"
COLOURS = [BLUE, ORANGE, GREEN, "#8a5ba6", "#b0413e"]  # one colour for each window or map
FOUND = {"cmap": "magma", "vmin": 0, "vmax": 0.5}  # how feature maps are drawn

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


def show(ax, values, title="", **how):
    """Draw a picture or a feature map without ticks and frame."""
    ax.imshow(values, **({"vmin": 0, "vmax": 1} | how))
    ax.set(title=title, xticks=[], yticks=[])
    ax.spines[:].set_visible(False)


def show_cells(ax, table, colours=None, title="", size=12):
    """Draw a table of numbers as boxes; `colours` holds one for each number, or None for pale."""
    for i, line in enumerate(table):
        for j, value in enumerate(line):
            colour = (colours[i][j] if colours else None) or PALE
            box = plt.Rectangle((j - 0.46, i - 0.46), 0.92, 0.92, facecolor=colour, lw=0)
            ax.add_patch(box)
            text = value if isinstance(value, str) else f"{value:g}".replace("-", "−")
            ax.text(
                j,
                i,
                text,
                ha="center",
                va="center",
                fontsize=size,
                color=INK if colour == PALE else "white",
            )
    ax.set(
        xlim=(-0.7, len(table[0]) - 0.3), ylim=(len(table) - 0.3, -0.7), aspect="equal", title=title
    )
    ax.axis("off")


def show_sheets(ax, left, middle, shape, colour=BLUE, scale=1.0, sheets=8):
    """Draw maps of `shape` (C, H, W) as sheets one behind the other; returns the right end."""
    count, height, width = min(shape[0], sheets), shape[1] * scale, shape[2] * scale
    for sheet in range(count):
        back = (count - 1 - sheet) * 2.2
        corner = (left + back, middle - height / 2 - back)
        ax.add_patch(
            plt.Rectangle(corner, width, height, facecolor=colour, edgecolor="white", lw=0.8)
        )
    return left + width + (count - 1) * 2.2


def station(dy=0.0, dx=0.0, height=96, width=128, fine=3):
    """A station clock on a brick wall, all of it moved by (dy, dx) pixels; 0 black, 1 white."""
    v = (np.arange(height * fine)[:, None] + 0.5) / fine - dy
    u = (np.arange(width * fine)[None, :] + 0.5) / fine - dx
    course = np.floor(v / 8)
    mortar = (v % 8 < 1) | ((u + 8 * (course % 2)) % 16 < 1)
    brick = 0.43 + 0.05 * np.sin(2.1 * course + 1.7 * np.floor((u + 8 * (course % 2)) / 16))
    art = np.where(mortar, 0.53, brick) + 0.0005 * (u - v)
    across, down = u - 64, v - 48
    radius = np.hypot(across, down)
    art = np.where(radius < 38, 0.13, np.where(radius < 40, 0.3, art))
    art = np.where(radius < 34, 0.96, art)
    turn = np.arctan2(across, -down)  # 0 is up, clockwise
    tick = np.abs((turn / (2 * np.pi) * 12 + 0.5) % 1 - 0.5) * radius * 2 * np.pi / 12
    art = np.where((tick < 1.1) & (radius > 26) & (radius < 31.5), 0.1, art)
    for hour, reach, half in [(10.16, 18, 1.8), (2.0, 27, 1.2)]:
        angle = hour / 12 * 2 * np.pi
        along = across * np.sin(angle) - down * np.cos(angle)
        aside = np.abs(across * np.cos(angle) + down * np.sin(angle))
        art = np.where((aside < half) & (along > -5) & (along < reach), 0.08, art)
    art = np.where(radius < 2.6, 0.08, art)
    return art.reshape(height, fine, width, fine).mean(axis=(1, 3)).clip(0, 1)


def edges(maps):
    """Four kernels of 3 × 3 and a ReLU for every map: (C, H, W) becomes (4·C, H−2, W−2)."""
    right = (maps[:, 1:-1, 2:] - maps[:, 1:-1, :-2]) / 2  # brighter to the right
    down = (maps[:, 2:, 1:-1] - maps[:, :-2, 1:-1]) / 2  # brighter downwards
    return np.concatenate([right, -right, down, -down]).clip(0)


clock = station()  # (96, 128)
found = edges(clock[None])  # (4, 94, 126): brighter to the right, left, down, up

# %% [markdown]
# ## 1. What pooling is for
#
# Below, a station clock and one of its feature maps: a small kernel has looked at every place and
# says how much brighter the picture gets there *to the right*; a ReLU has set what is negative to
# zero. You wrote such kernels in the first assignment.


# %% show=true
@figure()
def a_map_that_says_too_much():
    _, axes = plt.subplots(1, 3, figsize=(11, 3.1), width_ratios=[4, 4, 3.4])
    show(axes[0], clock, "the picture, 96 × 128")
    show(axes[1], found[0], "brighter to the right, 94 × 126", **FOUND)
    axes[1].add_patch(plt.Rectangle((25.5, 47.5), 9, 9, fill=False, ec="white", lw=1.5))
    window = found[0, 48:57, 26:35]
    show(axes[2], window, "the small box, in percent", **FOUND)
    for (i, j), value in np.ndenumerate(window):
        axes[2].text(
            j,
            i,
            f"{100 * value:.0f}",
            ha="center",
            va="center",
            fontsize=8,
            color="black" if value > 0.3 else "white",
        )


# %% [markdown]
# Eighty-one numbers, and they all say one thing: *here the clock face begins.* Three reasons to say
# it more briefly:
#
# * **Fewer values.** A pool of 2 leaves a quarter of them, and the next layer needs a quarter of
#   the multiplications.
# * **A wider view.** After the pool, a kernel of 3 × 3 sees 6 × 6 values of the map before it. The
#   small parts that the first layer has found can be put together to larger ones.
# * **Small shifts do not matter.** Push the clock by a pixel, and every number of the map changes
#   its place. The summary of a window can stay what it was. (Remember Hubel and Wiesel's *complex
#   cells*: they answer to a bar of their orientation wherever it lies in their field, as if each of
#   them asked a group of simple cells, "has one of you seen it?")
#
# A pooling layer answers that question. It replaces the values of a window by one number that sums
# them up.

# %% [markdown]
# ## 2. The largest value of each window
#
# Here is a feature map of 3 × 4 and a pool of size 2. Two windows fit; each of them keeps one
# number.


# %% show=true
@figure()
def two_windows():
    table = [[3, 3, 2, 1], [0, 0, 1, 3], [3, 1, 2, 2]]
    colours = [[BLUE, BLUE, ORANGE, ORANGE]] * 2 + [[None] * 4]
    _, axes = plt.subplots(1, 3, figsize=(9.5, 2.7), width_ratios=[6, 2.4, 2.4])
    show_cells(axes[0], table, colours, "a feature map")
    show_cells(axes[1], [[3, 3]], [[BLUE, ORANGE]], "the largest")
    show_cells(axes[2], [[1.5, 1.75]], [[BLUE, ORANGE]], "the mean")
    axes[0].text(3.75, 2, "left over", va="center", color="#777777")
    axes[0].set_xlim(-0.7, 5.3)
    for ax in axes[1:]:
        ax.set_ylim(2.7, -0.7)


# %% [markdown]
# Two numbers describe a pool:
#
# * the **size**: a window covers size × size values,
# * the **stride**: how far it is from one window to the next.
#
# Most often the windows lie side by side, so the stride equals the size, and nobody mentions it.
# But it may be smaller, then windows overlap; or larger, then there are gaps between them. There is
# no padding. A window that would hang over the border is not used, so along an axis of $n$ values
#
# $$ \Big\lfloor \frac{n - \text{size}}{\text{stride}} \Big\rfloor + 1 $$
#
# windows fit, and whatever is left over at the end is dropped.


# %% show=true
@figure()
def sizes_and_strides():
    _, axes = plt.subplots(2, 2, figsize=(10, 3.9))
    for ax, (size, stride) in zip(axes.flat, [(2, 2), (3, 3), (3, 2), (2, 3)], strict=True):
        starts = list(range(0, 8 - size + 1, stride))
        seen = {place for start in starts for place in range(start, start + size)}
        show_cells(
            ax,
            [[f"$x_{place}$" for place in range(8)]],
            size=11,
            colours=[[PALE if place in seen else "#bdbdb8" for place in range(8)]],
        )
        for index, start in enumerate(starts):
            level = 0.82 + 0.34 * (index % 2 if stride < size else 0)
            ax.plot(
                [start - 0.4, start + size - 0.6],
                [level, level],
                lw=6,
                color=COLOURS[index],
                solid_capstyle="butt",
            )
        ax.set(ylim=(1.5, -0.7), title=f"size {size}, stride {stride}: {len(starts)} windows")
    plt.suptitle("one axis with eight values; dark grey: nobody looks there", fontsize=11)


# %% [markdown]
# **By hand.** Take the map of 3 × 4 from above, once more with size 2.
#
# 1. What is the result with stride 1? How large is it?
# 2. Put a minus sign before all twelve numbers. What is the result now, without a stride? (Which is
#    larger, −1 or −3?)
#
# <details><summary>Compare</summary>
#
# 1. Two rows and three columns: [3, 3, 3] and [3, 2, 3].
#
# 2. The windows hold −3, −3, 0, 0 and −2, −1, −1, −3. The largest are 0 and −1. Whoever begins the
#    search with "the largest so far is 0" finds 0 twice.
#
# </details>
#
# One thing more. A feature map is never alone: a layer with 16 filters makes a stack of 16. Pooling
# treats **each map by itself**. What an edge detector has found and what a corner detector has
# found are not thrown into one pot. Height and width shrink, the depth stays.


# %% show=true
@figure()
def depth_stays():
    _, ax = plt.subplots(figsize=(9, 2.6))
    for index, colour in enumerate(COLOURS[:3]):
        shift = 6 * (2 - index)
        ax.add_patch(plt.Rectangle((shift, -shift), 40, 30, color=colour, ec="white"))
        ax.add_patch(plt.Rectangle((95 + shift, 7 - shift), 20, 15, color=colour, ec="white"))
        small, large = (95 + shift, 10 - shift), (40 + shift, 10 - shift)
        ax.annotate("", small, large, arrowprops={"arrowstyle": "->", "color": colour, "lw": 1.5})
    ax.text(75, 24, "pool, size 2", ha="center", color=INK)
    ax.text(26, 36, "(3, 6, 8)", ha="center", color=INK)
    ax.text(111, 36, "(3, 3, 4)", ha="center", color=INK)
    ax.set(xlim=(-2, 135), ylim=(40, -16), aspect="equal")
    ax.axis("off")


# %% [markdown]
# ### Question `max_pool2d(x, size, stride=None)`
#
# Write the max pool of a stack of maps of shape (C, H, W). Loops over windows are fine; so is
# everything without loops.

# %% solution="max_pool2d"

# %% test="max_pool2d"
little = np.array([[[3.0, 3, 2, 1], [0, 0, 1, 3], [3, 1, 2, 2]]])
seen = max_pool2d(little, 2)
assert isinstance(seen, np.ndarray), f"An array should come back; yours is a {type(seen).__name__}."
assert seen.shape == (1, 1, 2), (
    f"One map of 3 x 4 and a window of 2 x 2: one map comes out, one row, two columns, so the shape"
    f" is (1, 1, 2); yours is {seen.shape}. The third row of values is left over."
)
assert np.allclose(seen, [[[3, 3]]]), (
    f"The two windows of the drawing have the largest values 3 and 3; yours are {seen.tolist()}."
)

seen = max_pool2d(little, 2, stride=1)
assert seen.shape == (1, 2, 3), (
    f"With stride 1 the window stops at 2 x 3 places; the shape of yours is {seen.shape}."
    " What does your function do with the stride?"
)
assert np.allclose(seen, [[[3, 3, 3], [3, 2, 3]]]), (
    f"Example 1 done by hand gives [3, 3, 3] and [3, 2, 3]; yours is {seen.tolist()}. Which four"
    " values lie in the window in the middle of the second row?"
)

pair = np.array([[[5.0, 1], [2, 8]], [[4, 6], [7, 3]]])
seen = max_pool2d(pair, 2)
assert seen.shape == (2, 1, 1), f"Two maps in, two maps out; the shape of yours is {seen.shape}."
assert np.allclose(seen, [[[8]], [[7]]]), (
    f"The first map's largest value is 8, the second map's is 7; yours are {seen.tolist()}."
)
print("max_pool2d: all visible checks passed.")

# %% [markdown]
# With your function the feature map of the clock gets smaller and smaller. All panels are drawn at
# the same size, so the pixels grow. When do you stop recognising the clock? How many numbers are
# left by then? And what do you see at size 8 that was never there?


# %% show=true
@figure("max_pool2d")
def smaller_and_smaller():
    everything = found.max(axis=0, keepdims=True)  # edges of any direction, for the eye
    _, axes = plt.subplots(1, 4, figsize=(11, 2.6))
    show(axes[0], everything[0], f"{everything[0].size:,} values", **FOUND)
    for ax, size in zip(axes[1:], [2, 4, 8], strict=True):
        pooled = max_pool2d(everything, size)[0]
        show(ax, pooled, f"size {size}: {pooled.size:,} values", **FOUND)


# %% [markdown]
# ## 3. The mean of each window
#
# The first convolutional networks did not take the largest value but the mean. LeNet, which you
# will build two assignments from here, "subsamples" like this.
#
# **By hand.** Pool the map [[1, 2, 6], [4, 3, 0]] with size 2 and stride 1, by the mean. And what
# is the mean of 250, 250, 250 and 254? Then think of a `uint8`, which can hold at most 255: in
# which type does your code add?
#
# <details><summary>Compare</summary>
#
# (1 + 2 + 4 + 3) / 4 = 2.5 and (2 + 6 + 3 + 0) / 4 = 2.75: a map of whole numbers, but a mean needs
# fractions.
#
# The four bytes add up to 1004, and their mean is 251. In eight bits 1004 becomes 236, and the
# "mean" 59: a bright picture turns dark.
#
# </details>
#
# ### Question `avg_pool2d(x, size, stride=None)`
#
# Write the average pool. All rules are as before: each map by itself, the stride is the size unless
# one is given, only whole windows.

# %% solution="avg_pool2d"

# %% test="avg_pool2d"
seen = avg_pool2d(np.array([[[3, 3, 2, 1], [0, 0, 1, 3], [3, 1, 2, 2]]]), 2)
assert isinstance(seen, np.ndarray), f"An array should come back; yours is a {type(seen).__name__}."
assert seen.shape == (1, 1, 2), (
    f"The same windows as before: the shape is (1, 1, 2); yours is {seen.shape}."
)
assert np.allclose(seen, [[[1.5, 1.75]]]), (
    f"(3 + 3 + 0 + 0) / 4 = 1.5 and (2 + 1 + 1 + 3) / 4 = 1.75; yours are {seen.tolist()}."
    " By how many values do you divide? Can your result hold fractions?"
)

seen = avg_pool2d(np.array([[[1.0, 2, 6], [4, 3, 0]]]), 2, 1)
assert seen.shape == (1, 1, 2), (
    f"With stride 1 the window stops at two places: (1, 1, 2); the shape of yours is {seen.shape}."
)
assert np.allclose(seen, [[[2.5, 2.75]]]), (
    f"The example done by hand gives 2.5 and 2.75; yours are {seen.tolist()}."
    " How many values has a window, wherever it stops?"
)

seen = avg_pool2d(np.array([[[1.0, 2], [3, 6]], [[-4, 0], [0, 2]]]), 2)
assert np.allclose(seen, [[[3]], [[-0.5]]]), (
    f"Two maps with the means 3 and -0.5; yours are {np.asarray(seen).tolist()}."
    " Is each map pooled by itself?"
)
print("avg_pool2d: all visible checks passed.")

# %% [markdown]
# ### Which one, then?
#
# Below, a map with a thin line on it, much noise, and a soft hill at the lower right. Both pools
# get the same windows of 4 × 4.


# %% show=true
@figure("max_pool2d", "avg_pool2d")
def largest_or_mean():
    i, j = np.mgrid[0:48, 0:72]
    line = np.where(np.abs(j - 8 - 0.45 * i) < 0.6, 0.9, 0.0)
    hill = 0.5 * np.exp(-((i - 30) ** 2 + (j - 54) ** 2) / 90)
    noise = 0.3 * np.random.default_rng(4).random(i.shape)
    values = np.maximum(line, hill) * 0.7 + noise
    _, axes = plt.subplots(1, 3, figsize=(11, 2.8))
    show(axes[0], values, "a line, a hill, noise", cmap="magma", vmax=0.9)
    show(axes[1], max_pool2d(values[None], 4)[0], "the largest", cmap="magma", vmax=0.9)
    show(axes[2], avg_pool2d(values[None], 4)[0], "the mean", cmap="magma", vmax=0.9)


# %% [markdown]
# * **The largest** asks: *is it anywhere in this window?* The thin line survives at full strength.
#   But of sixteen noisy values it always picks the noisiest, so the whole ground gets brighter.
# * **The mean** asks: *how much of it is in this window?* The noise cancels and the hill is smooth,
#   but the line fades, for most of its window is empty.
#
# Detectors fire seldom and strongly, like the line. That is why, since about 2010, most networks
# that pool *between* their layers have taken the largest value. The mean has its place at the *end*
# of many modern networks: one window as large as the whole map ("global average pooling") turns
# each map into a single number, and a picture of any size into a vector of fixed length.

# %% [markdown]
# ## 4. What pooling forgets
#
# A convolution is *equivariant*: when the picture moves, its maps move along. Pooling adds a little
# **invariance**: when the picture moves by a little, the result often stays the same.
#
# The word "often" deserves a closer look. Above, a map with one bright value that moves to the
# right, step by step; below, what a max pool of size 4 makes of it.


# %% show=true
@figure("max_pool2d")
def one_bright_value():
    _, axes = plt.subplots(2, 6, figsize=(11, 3.7))
    for (top, bottom), dx in zip(axes.T, range(6), strict=True):
        values = np.zeros((1, 12, 12))
        values[0, 5, 4 + dx] = 1
        show(top, values[0], f"moved by {dx}", cmap="magma")
        for line in (3.5, 7.5):
            top.axhline(line, color="#aaaaaa", lw=0.8)
            top.axvline(line, color="#aaaaaa", lw=0.8)
        show(bottom, max_pool2d(values, 4)[0], "", cmap="magma")
    axes[0, 0].set_ylabel("12 × 12")
    axes[1, 0].set_ylabel("pooled")


# %% [markdown]
# As long as the value stays in its window, nothing happens. The moment it crosses the line, it
# jumps. So a pool is not *invariant*; it is invariant to most moves that are small compared with
# its window. What does this mean for a real map, with thousands of values, some near a line and
# others not? The figure below moves the clock by 0 to 8 pixels and compares its feature maps with
# those of the clock that stays, by their correlation (1: the same pattern, 0: nothing in common).


# %% show=true
@figure("max_pool2d")
def how_much_stays():
    def likeness(a, b):
        return np.corrcoef(a.ravel(), b.ravel())[0, 1]

    moves = range(9)
    moved = [edges(station(dx, dx)[None])[:, 12:-2, 12:-2] for dx in moves]
    _, axes = plt.subplots(1, 3, figsize=(11, 3.1), width_ratios=[1, 1, 1.5])
    show(axes[0], station(), "the clock ...")
    show(axes[1], station(8, 8), "... moved by 8 down and 8 to the right")
    for size, colour in zip([1, 2, 4, 8], [INK, *COLOURS], strict=False):
        pools = [max_pool2d(maps, size) for maps in moved]
        name = "no pool" if size == 1 else f"size {size}"
        axes[2].plot(
            moves,
            [likeness(pools[0], pool) for pool in pools],
            "o-",
            color=colour,
            label=name,
            markersize=4,
        )
    axes[2].set(
        xlabel="moved by (pixels, down and to the right)",
        ylabel="correlation",
        title="how alike the maps are",
        ylim=(-0.1, 1.05),
    )
    axes[2].legend()


# %% [markdown]
# Without a pool, a move of two pixels is enough to make a map that has little to do with the old
# one, though the picture is, to our eyes, the same. The larger the windows, the longer the likeness
# lasts.
#
# ### The price
#
# What a pool forgets is forgotten for good. The map at the lower left is made from the one above it
# by shuffling the values *inside* each window of 4 × 4. Look what your two functions make of both.


# %% show=true
@figure("max_pool2d", "avg_pool2d")
def shuffled():
    original = found.max(axis=0)[:92, :124]
    rng = np.random.default_rng(8)
    tiles = original.reshape(23, 4, 31, 4).swapaxes(1, 2).reshape(23, 31, 16)
    mixed = rng.permuted(tiles, axis=2).reshape(23, 31, 4, 4).swapaxes(1, 2).reshape(92, 124)
    _, axes = plt.subplots(2, 3, figsize=(10, 4.9))
    for row, values, name in zip(axes, [original, mixed], ["the map", "shuffled"], strict=True):
        show(row[0], values, name, **FOUND)
        show(row[1], max_pool2d(values[None], 4)[0], f"{name}: the largest", **FOUND)
        show(row[2], avg_pool2d(values[None], 4)[0], f"{name}: the mean", **FOUND)
    same = all(
        np.allclose(pool(original[None], 4), pool(mixed[None], 4))
        for pool in (max_pool2d, avg_pool2d)
    )
    print(
        "The pooled maps agree in every value."
        if same
        else "The pooled maps differ. They should not: do all 16 values of a window count?"
    )


# %% [markdown]
# For *"is there a clock in the picture?"* that is a good bargain. For *"what time is it?"* it is a
# bad one: the place of the hands is the very thing that was thrown away. Networks that must say
# *where* something is (find the outline of an organ, steer a robot's arm) pool less, or bring the
# lost detail back by a side road. Pooling is a statement about the task: **in this window, place
# does not matter.**

# %% [markdown]
# ### Playground
#
# Choose a pool and move the clock. The right panel shows where the pooled map differs from that of
# the clock that has not moved. Things to try:
#
# * Size 4: which moves change much, and which hardly anything? What about a move by exactly 4?
# * Size 8 with stride 1, then with stride 8. How many values are there? How much of them does a
#   move by one pixel change?
# * A size of 1 with a stride of 4 keeps every fourth value and throws away the rest. Compare it
#   with size 4: why do networks not simply skip?
#
# Without `ipywidgets` (or without a running kernel) you see one still picture here.


# %% show=true
@figure("max_pool2d", "avg_pool2d")
def playground():
    import io

    pools = {"the largest": max_pool2d, "the mean": avg_pool2d}
    for pool in pools.values():
        pool(np.ones((1, 2, 2)), 2)  # still a stub? Then the grey card is shown

    def sheet(kind, size, stride, dy, dx):
        maps = [
            edges(station(*move)[None]).max(axis=0, keepdims=True) for move in ((0, 0), (dy, dx))
        ]
        still, moved = (pools[kind](each, size, stride)[0] for each in maps)
        drawing, axes = plt.subplots(1, 3, figsize=(10, 2.8))
        show(axes[0], station(dy, dx), f"moved by {dy} down, {dx} to the right")
        show(axes[1], moved, f"pooled: {moved.shape[0]} × {moved.shape[1]}", **FOUND)
        show(axes[2], np.abs(moved - still), "what the move has changed", **FOUND)
        return drawing

    try:
        import ipywidgets as widgets
        from IPython.display import display
    except ImportError:
        print("ipywidgets is not installed, so this picture does not move.")
        sheet("the largest", 4, 4, 0, 2)
        return

    kind = widgets.ToggleButtons(options=list(pools))
    size = widgets.IntSlider(value=4, min=1, max=12, description="size")
    stride = widgets.IntSlider(value=4, min=1, max=12, description="stride")
    down = widgets.IntSlider(value=0, min=-8, max=8, description="down")
    right = widgets.IntSlider(value=2, min=-8, max=8, description="right")
    screen = widgets.Image(format="png")

    def redraw(_=None):
        drawing = sheet(kind.value, size.value, stride.value, down.value, right.value)
        png = io.BytesIO()
        drawing.savefig(png, format="png")
        plt.close(drawing)
        screen.value = png.getvalue()

    for control in (kind, size, stride, down, right):
        control.observe(redraw, names="value")
    display(widgets.VBox([kind, widgets.HBox([size, stride]), widgets.HBox([down, right]), screen]))
    redraw()


# %% [markdown]
# ## 5. C1, P1, C2, P2: working together
#
# A classic network is a pipeline of the two: convolution, pool, convolution, pool. The convolutions
# look for something and make the stack *deeper*: one map for each filter. The pools make it
# *smaller*. Before you build such a network you have to know which shape arrives where; no error is
# met more often by those who build their first one than a shape that does not fit.
#
# For a layer that gets maps of height $H$ (the width goes its own way, by the same rule):
#
# * `("conv", filters, k, stride, padding)` lays kernels of k × k over *all* maps with a frame of
#   zeros around them. Afterwards there is one map for each filter, of height
#   $\;\lfloor (H + 2\,\text{padding} - k) / \text{stride} \rfloor + 1$.
# * `("pool", size, stride)` has windows in *each* map, without a frame. There are as many maps as
#   before, of height $\;\lfloor (H - \text{size}) / \text{stride} \rfloor + 1$.
#
# **By hand.** Fill in the question marks.


# %% show=true
def draw_pipeline(shapes, layers, scale=1.0):
    """Draw a stack of sheets for each shape, the first one being the input."""
    _, ax = plt.subplots(figsize=(11, 3.1))
    left, names = 0, ["input", *layers]
    for index, (shape, name) in enumerate(zip(shapes, names, strict=True)):
        known = shape if "?" not in shape else (4, 24 - 4 * index, 36 - 6 * index)
        colour = INK if index == 0 else BLUE if name[0] == "conv" else ORANGE
        end = show_sheets(ax, left, 0, known, colour if "?" not in shape else "#b9b9b4", scale)
        label = name if index == 0 else f"{'P' if name[0] == 'pool' else 'C'}{(index + 1) // 2}"
        size = " × ".join(str(part) for part in shape)
        ax.text((left + end) / 2, 27, f"{label}\n{size}", ha="center", va="center", fontsize=11)
        if index:
            settings = ", ".join(str(part) for part in name[1:])
            ax.text(
                left - 17,
                -3,
                f"{name[0]}\n{settings}",
                ha="center",
                va="bottom",
                fontsize=9,
                color="#777777",
            )
            ax.annotate(
                "",
                (left - 5, 0),
                (left - 29, 0),
                arrowprops={"arrowstyle": "->", "color": "#777777"},
            )
        left = end + 34
    ax.set(xlim=(-4, left - 28), ylim=(33, -33))
    ax.set_aspect("equal")
    ax.axis("off")


FOUR_LAYERS = [("conv", 8, 5, 1, 0), ("pool", 2, 2), ("conv", 16, 3, 1, 1), ("pool", 3, 2)]
draw_pipeline([(3, 20, 30)] + [("?", "?", "?")] * 4, FOUR_LAYERS)
plt.show()

# %% [markdown]
# <details><summary>Compare</summary>
#
# C1: 8 filters; 20 − 5 + 1 = 16 and 30 − 5 + 1 = 26: (8, 16, 26).
#
# P1: windows of 2 side by side: (8, 8, 13).
#
# C2: 16 filters; a padding of 1 and a kernel of 3 leave the sides as they are: (16, 8, 13).
#
# P2: windows of 3, two apart: (8 − 3) / 2 = 2.5, rounded down 2, plus 1 is 3. (13 − 3) / 2 + 1 = 6.
# So (16, 3, 6): one row was left over, and no column.
#
# </details>
#
# ### Question `feature_map_shapes(input_shape, layers)`
#
# Let the computer follow the shapes. Return a list with one tuple (C, H, W) of ints for each layer;
# the input itself is not in the list.

# %% solution="feature_map_shapes"

# %% test="feature_map_shapes"
seen = feature_map_shapes((3, 20, 30), [("conv", 8, 5, 1, 0)])
assert isinstance(seen, list), f"A list should come back; yours is a {type(seen).__name__}."
assert len(seen) == 1, f"One layer, so a list with one shape is expected; yours is {seen}."
assert tuple(seen[0]) == (8, 16, 26), (
    f"Eight filters of 5 x 5 leave (8, 16, 26); yours is {seen[0]}. How many maps come out, and how"
    " often does the kernel fit?"
)
assert all(isinstance(side, (int, np.integer)) for side in seen[0]), (
    f"Sizes are whole numbers; yours are {[type(side).__name__ for side in seen[0]]}."
    " Which division of Python rounds down and gives an int?"
)

seen = feature_map_shapes((8, 8, 13), [("conv", 16, 3, 1, 1)])
assert tuple(seen[0]) == (16, 8, 13), (
    f"A frame of one zero makes up for a kernel of 3: (16, 8, 13); yours is {seen[0]}."
)
seen = feature_map_shapes((8, 16, 26), [("pool", 2, 2)])
assert tuple(seen[0]) == (8, 8, 13), (
    f"A pool of 2 halves the sides and keeps all eight maps: (8, 8, 13); yours is {seen[0]}."
)

seen = feature_map_shapes((3, 20, 30), [("conv", 8, 5, 1, 0), ("pool", 2, 2)])
assert [tuple(shape) for shape in seen] == [(8, 16, 26), (8, 8, 13)], (
    f"C1, then P1: [(8, 16, 26), (8, 8, 13)]; yours is {seen}. Which shape goes into P1?"
)
print("feature_map_shapes: all visible checks passed.")

# %% [markdown]
# Now your function fills in the question marks, and the sheets are drawn to scale (at most eight of
# them).


# %% show=true
@figure("feature_map_shapes")
def filled_in():
    shapes = [(3, 20, 30), *feature_map_shapes((3, 20, 30), FOUR_LAYERS)]
    draw_pipeline(shapes, FOUR_LAYERS, scale=1.5)


# %% [markdown]
# And here is such a pipeline at work on the clock. C1 has the four edge kernels from above, P1 is
# your max pool. C2 looks, in each of the four pooled maps, for edges *of the edges*, which makes
# sixteen maps (ends of lines, corners, thin strokes); P2 is your max pool once more. Nobody has
# trained this network. But see how the maps get smaller and more particular from left to right.


# %% show=true
@figure("max_pool2d", "feature_map_shapes")
def at_work():
    c1 = edges(clock[None])
    p1 = max_pool2d(c1, 2)
    c2 = edges(p1) * 2
    p2 = max_pool2d(c2, 2)
    layers = [("conv", 4, 3, 1, 0), ("pool", 2, 2), ("conv", 16, 3, 1, 0), ("pool", 2, 2)]
    expected = feature_map_shapes((1, *clock.shape), layers)
    drawing = plt.figure(figsize=(11, 5.2))
    parts = drawing.subfigures(2, 3, width_ratios=[1, 1, 1])
    show(parts[0, 0].subplots(), clock, "input, 1 × 96 × 128")
    places = [parts[0, 1], parts[0, 2], parts[1, 1], parts[1, 2]]
    for place, name, maps in zip(places, ["C1", "P1", "C2", "P2"], [c1, p1, c2, p2], strict=True):
        side = 2 if len(maps) == 4 else 4
        place.suptitle(f"{name}, {' × '.join(str(n) for n in maps.shape)}", fontsize=11, color=INK)
        for ax, one in zip(place.subplots(side, side).flat, maps, strict=True):
            show(ax, one, **FOUND)
    note = parts[1, 0].subplots()
    note.axis("off")
    agree = [tuple(maps.shape) for maps in (c1, p1, c2, p2)] == [tuple(s) for s in expected]
    numbers = "\n".join(
        f"{name}   {maps.size:>6,} values"
        for name, maps in zip(["in", "C1", "P1", "C2", "P2"], [clock, c1, p1, c2, p2], strict=True)
    )
    verdict = "says the same shapes" if agree else f"says something else:\n{expected}"
    note.text(
        0.02,
        0.5,
        f"{numbers}\n\nfeature_map_shapes\n{verdict}",
        va="center",
        family="monospace",
        fontsize=9,
        color=INK if agree else "#b0413e",
    )


# %% [markdown]
# Two questions to take along:
#
# * Without P1 and P2, how many values would the last stack have? (Your function knows.)
# * How many pixels of the clock does a single value after P2 depend on? You wrote a function for
#   that in the assignment on the convolution layer; a pool is a layer with a window and a stride
#   like any other.

# %% [markdown]
# ## What you should be able to explain
#
# Close the notebook, take a sheet of paper, and explain, as if to someone who has missed the
# lecture:
#
# * What is pooling for? Give three reasons.
# * What are size and stride? Draw windows that overlap, and windows with gaps. What happens to a
#   row that is left over?
# * Why is 0 a bad number to begin with when you look for a maximum?
# * Why does the depth not change? What would be lost if it did?
# * When would you take the largest value, and when the mean?
# * Why is "pooling makes a network invariant to shifts" only half true? Draw a shift that changes
#   nothing, and one of the same length that changes something.
# * Name a task for which pooling is harmful.
# * A picture of 1 × 28 × 28 goes through a convolution with 6 filters of 5 × 5 and padding 2, a
#   pool of 2, a convolution with 16 filters of 5 × 5 and a pool of 2. Which four shapes does it
#   pass?
#
# **Before you hand in:** restart the kernel, run all cells, and check that every visible check
# prints its last line.
