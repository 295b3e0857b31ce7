# %% [markdown]
# # From scratch
#
# You will train a linear model twice on far too few examples, without and with weight decay,
# and watch what the penalty does to the weights.
# Nothing is hidden in an optimiser: the data, the penalty, the loss and the update are all here,
# a few lines each, and need only PyTorch and Matplotlib.
# What you see below a cell is what it printed or drew when this site was built.

# %%
import math

import matplotlib.pyplot as plt
import torch

# %% [markdown]
# ## The settings
#
# The names are those of the whole report.
# There are $n$ training examples with $d$ features each, and $d$ is much larger than $n$:
# the model can fit its training data perfectly without having learnt the rule behind them.

# %%
SEED = 0  # decides all that is left to chance

n_train = 20  # training examples, n
n_test = 100  # test examples
n_features = 200  # features of an example, d
noise_std = 0.01  # standard deviation of the noise in y
true_w = 0.01  # every coordinate of the true weights
true_b = 0.05  # the true bias
init_std = 1.0  # standard deviation of the initial weights
lr = 0.003  # learning rate
batch_size = 5  # examples per step, B
epochs = 100  # passes over the training set
curves_every = 5  # epochs between two points of the figures

# %% [markdown]
# ## Chance
#
# `normals(SEED, stream, …)` gives standard normal numbers: the same ones for the same seed.
# How it does that is no part of the lesson.

# %% fold="Show how the random numbers are drawn"
STREAMS = ("x", "noise", "x_test", "noise_test", "w", "b", "order")


def normals(seed, stream, *shape):
    """Draw independent standard normal numbers of one stream."""
    number = 16 * seed + STREAMS.index(stream)
    # An odd factor modulo 2**32 spreads the numbers apart.
    generator = torch.Generator().manual_seed(number * 2654435761 % 2**32)
    # PyTorch draws in blocks of 16.
    # With whole blocks, a longer draw begins like a shorter one.
    count = math.prod(shape)
    whole_blocks = -(-count // 16) * 16
    z = torch.randn(whole_blocks, generator=generator, dtype=torch.float64)
    return z[:count].reshape(shape)


# %% [markdown]
# ## The data
#
# The targets follow a linear rule, up to a little noise:
#
# $$y = X w^\circ + b^\circ + \varepsilon .$$
#
# Every entry of $X$ is standard normal,
# and every entry of $\varepsilon$ is normal with mean zero and standard deviation `noise_std`.
# Training and test set are drawn separately.
# Drawing happens in double precision, training in PyTorch's usual single precision.


# %%
def make_examples(count, x_stream, noise_stream):
    """Draw x, (count, n_features), and y, (count, 1)."""
    x = normals(SEED, x_stream, count, n_features)
    w = torch.full((n_features, 1), true_w, dtype=torch.float64)
    noise = noise_std * normals(SEED, noise_stream, count, 1)
    y = x @ w + true_b + noise
    return x.to(torch.float32), y.to(torch.float32)


x, y = make_examples(n_train, "x", "noise")
x_test, y_test = make_examples(n_test, "x_test", "noise_test")

# %% [markdown]
# Each epoch visits the training examples in a random order of its own.
# Sorting random numbers gives one: row $e$ of `order` holds the order of epoch $e$.

# %%
order = normals(SEED, "order", epochs, n_train).argsort(dim=1)

# %% [markdown]
# ## The initial values
#
# The weights start at random, the bias starts at zero.
# Note the norm of the initial weights; you will want to compare it.


# %%
def initial_values():
    """Return w, (n_features, 1), and b, (1,), ready for gradients."""
    w = init_std * normals(SEED, "w", n_features, 1)
    w = w.to(torch.float32)
    b = torch.zeros(1)
    return w.requires_grad_(), b.requires_grad_()


w, b = initial_values()
print(f"L2 norm of the initial w: {w.norm().item():.5g}")

# %% [markdown]
# ## The penalty
#
# The penalty is $\frac{1}{2}\lVert w \rVert^2$, half the sum of the squared weights.
# Thanks to the half its gradient is simply $w$.
# The bias is not penalised.


# %%
def l2_penalty(w):
    """Return half the squared L2 norm of w."""
    return (w**2).sum() / 2


# %% [markdown]
# ## The model and the loss
#
# The model predicts $\hat y = X w + b$.
# The loss of a single example is $\frac{1}{2}(\hat y_i - y_i)^2$.


# %%
def linear(x, w, b):
    """Return the predictions for x, (examples, 1)."""
    return x @ w + b


def squared_loss(y_hat, y):
    """Return each example's loss, (examples, 1)."""
    return (y_hat - y) ** 2 / 2


# %% [markdown]
# ## The update
#
# Every example of a batch $\mathcal{B}$ carries its own loss and the whole penalty.
# Their sum is
#
# $$J = \sum_{i \in \mathcal{B}}
# \Big[ \tfrac{1}{2}(\hat y_i - y_i)^2 + \tfrac{\lambda}{2}\lVert w \rVert^2 \Big],$$
#
# and the step divides its gradient by the batch size $B$.
# Since the penalty occurs once per example, a batch of $B$ examples changes the weights by
#
# $$w \leftarrow (1 - \eta\lambda)\, w -
# \frac{\eta}{B} \sum_{i \in \mathcal{B}} (\hat y_i - y_i)\, x_i ,$$
#
# where $\eta$ is the learning rate `lr` and $\lambda$ is `weight_decay`.
# The factor $1 - \eta\lambda$ in front of $w$ is the *decay*;
# [The update rule](../update-rule/) derives it step by step.
# The bias carries no penalty, so it isn't decayed:
#
# $$b \leftarrow b - \frac{\eta}{B} \sum_{i \in \mathcal{B}} (\hat y_i - y_i) .$$
#
# With the settings above all batches are full.
# With others the last batch of an epoch may hold only $m$ examples, fewer than $B$.
# The step still divides by $B$, so such a batch decays the weights by $1 - \eta\lambda m/B$ only.


# %%
def descend(params, lr, batch_size):
    """Step down the gradients, then clear them."""
    with torch.no_grad():
        for param in params:
            param.sub_(lr * param.grad / batch_size)
            param.grad.zero_()


# %% [markdown]
# ## The training loop
#
# Every `curves_every` epochs the loop notes two losses for the figure.
# `mean_loss` averages over a whole data set and leaves the penalty out,
# so that runs with different $\lambda$ are measured alike.


# %%
def mean_loss(x, y, w, b):
    """Return ½ · mean squared error over all of x, no penalty."""
    with torch.no_grad():
        return squared_loss(linear(x, w, b), y).mean().item()


def train(weight_decay):
    """Return w, b and the curve: epoch, train loss, test loss."""
    w, b = initial_values()
    curve = []
    for epoch, rows in enumerate(order, start=1):
        for batch in rows.split(batch_size):
            y_hat = linear(x[batch], w, b)
            loss = squared_loss(y_hat, y[batch])
            objective = loss + weight_decay * l2_penalty(w)
            objective.sum().backward()
            descend((w, b), lr, batch_size)
        if epoch % curves_every == 0:
            train_loss = mean_loss(x, y, w, b)
            test_loss = mean_loss(x_test, y_test, w, b)
            curve.append((epoch, train_loss, test_loss))
    return w.detach(), b.detach(), curve


# %% [markdown]
# ## The figure
#
# Losses are drawn on a logarithmic axis, because they can cover several powers of ten.


# %%
def draw_curve(curve, title):
    """Draw train and test loss over the epochs."""
    at_epoch, train_loss, test_loss = zip(*curve, strict=True)
    _, axes = plt.subplots(figsize=(4.8, 3), layout="constrained")
    axes.semilogy(at_epoch, train_loss, label="train loss")
    axes.semilogy(at_epoch, test_loss, linestyle="--", label="test loss")
    axes.set_title(title)
    axes.set(xlabel="epoch", ylabel="½ · mean squared error")
    axes.legend()
    plt.show()


# %% [markdown]
# ## Without weight decay
#
# With $\lambda = 0$ nothing but the training data moves the weights.
# Compare the norm with that of the initial weights, and the two losses with each other.

# %% alt="Train loss and test loss over the epochs on a logarithmic axis, without weight decay."
w, b, curve = train(weight_decay=0)
print(f"L2 norm of w: {w.norm().item():.5g}")
draw_curve(curve, "weight_decay = 0")

# %% [markdown]
# ## With weight decay
#
# The same data, the same initial weights, the same order of examples: only $\lambda$ is different.

# %% alt="Train loss and test loss over the epochs on a logarithmic axis, with weight decay 3."
w, b, curve = train(weight_decay=3)
print(f"L2 norm of w: {w.norm().item():.5g}")
draw_curve(curve, "weight_decay = 3")

# %% [markdown]
# ## What the run shows, and what it doesn't
#
# The data can move $w$ only along the training inputs:
# each term of the sum in the update is a multiple of some $x_i$.
# The $n$ inputs span at most $n$ of the $d$ dimensions.
# In all the others, at least $d - n$ of them, training without decay leaves $w$ where it started.
# That leftover is part of the norm, and it enters the predictions for new examples.
# So without decay a large norm and a large test loss are, by themselves,
# no sign that the model has memorised noise: much of both was there before the first step.
#
# The decay reaches every dimension: with full batches, each step multiplies
# the part of $w$ that the data cannot move by exactly $1 - \eta\lambda$.
# That weight decay shrinks weights is real, and you have just seen it.
# But in these dimensions it has nothing to shrink except the random start.
# Whether the model then predicts well is another question;
# [The matrix](../matrix/) asks it for many seeds and many values of $\lambda$.

# %% [markdown] fold="Try it"
# Without decay the norm is nearly all leftover, and each step with decay multiplies a leftover
# by $1 - \eta\lambda$.
# Count the steps of a run, and compute from the norm printed without decay
# what `train(weight_decay=1)` will print.
# Then run it. Do the same for `train(weight_decay=9)`. What has happened there?
#
# **Solution.**
# A run has $t$ = `epochs * n_train // batch_size` steps,
# and $(1 - \eta\lambda)^t$ times the norm without decay is, very nearly,
# what the program prints for `weight_decay=1`.
# For `weight_decay=9` it prints far more than that:
# the leftover is gone, and what you see is what the examples have put into the weights.

# %% [markdown]
# ## Why the random numbers are drawn like this
#
# The chapter sets no seed, so each of its readers gets numbers of their own.
# Here every purpose draws from a stream of its own, which depends on `SEED` alone
# and neither reads nor changes PyTorch's global random state:
# that is why your numbers can be compared with those in this report.
# PyTorch draws normal numbers in blocks, so `normals` asks for whole blocks:
# then a longer draw begins like a shorter one, and more examples begin with the same examples.

# %% [markdown] listing="Show the whole program in one piece"
# ## The complete program
#
# - [scratch.py](../scratch.py): the cells of this page as one plain script.
# - [scratch.ipynb](scratch.ipynb): this page as a notebook, with its results.
#
# To run the script you need Python and two packages: `pip install torch matplotlib`.
# Then type `python scratch.py`, or open the file in PyCharm, VS Code or another IDE and press Run.
# It prints the norms that you see on this page and shows the figures;
# if a figure has a window of its own, close it and the program goes on.
# To Python the lines that begin with `# %%` are comments;
# many editors take them as the borders of cells, which you can run one by one.
#
# Then change something: `SEED`, `n_train`, `lr`, or the argument of `train`.
