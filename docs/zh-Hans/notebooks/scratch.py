# %% [markdown]
# # 从零开始实现
#
# 我们用极少的样本把一个线性模型训练两次，一次不加权重衰减（weight decay），一次加上，
# 看看惩罚对权重做了什么。
# 优化器里没有藏着任何东西：数据、惩罚、损失和更新全都摆在这里，
# 每样只有几行，只需要PyTorch和Matplotlib。
# 单元格下面显示的，是构建本站时它打印或画出的内容。

# %%
import math

import matplotlib.pyplot as plt
import torch

# %% [markdown]
# ## 设置
#
# 各个名称与整个报告一致。
# 共有$n$个训练样本，每个样本有$d$个特征，而$d$远大于$n$：
# 模型可以完美地拟合训练数据，却没有学到数据背后的规律。

# %%
SEED = 0  # 随机种子，凡是随机的都由它决定

n_train = 20  # 训练样本数n
n_test = 100  # 测试样本数
n_features = 200  # 每个样本的特征数d
noise_std = 0.01  # y中噪声的标准差
true_w = 0.01  # 真实权重的每个分量
true_b = 0.05  # 真实偏置
init_std = 1.0  # 初始权重的标准差
lr = 0.003  # 学习率
batch_size = 5  # 每一步的样本数B
epochs = 100  # 遍历训练集的次数
curves_every = 5  # 图中相邻两点相隔的轮数

# %% [markdown]
# ## 随机数
#
# `normals(SEED, stream, …)`给出标准正态随机数：种子相同，随机数就相同。
# 它是怎样做到的，与这一课无关。

# %% fold="展开：随机数是怎样抽取的"
STREAMS = ("x", "noise", "x_test", "noise_test", "w", "b", "order")


def normals(seed, stream, *shape):
    """从一个随机数流中抽取独立的标准正态随机数。"""
    number = 16 * seed + STREAMS.index(stream)
    # 乘以一个奇数再对2**32取余，使各个编号彼此分散。
    generator = torch.Generator().manual_seed(number * 2654435761 % 2**32)
    # PyTorch以16个数为一块来抽取。
    # 只抽整块，较长的一串的开头就与较短的一串相同。
    count = math.prod(shape)
    whole_blocks = -(-count // 16) * 16
    z = torch.randn(whole_blocks, generator=generator, dtype=torch.float64)
    return z[:count].reshape(shape)


# %% [markdown]
# ## 数据
#
# 标签服从一条线性规律，只差一点噪声：
#
# $$y = X w^\circ + b^\circ + \varepsilon .$$
#
# $X$的每个元素都是标准正态的，
# $\varepsilon$的每个元素都是正态的，均值为零，标准差为`noise_std`。
# 训练集和测试集分别抽取。
# 抽取时用双精度，训练时用PyTorch默认的单精度。


# %%
def make_examples(count, x_stream, noise_stream):
    """抽取x，形状(count, n_features)，和y，形状(count, 1)。"""
    x = normals(SEED, x_stream, count, n_features)
    w = torch.full((n_features, 1), true_w, dtype=torch.float64)
    noise = noise_std * normals(SEED, noise_stream, count, 1)
    y = x @ w + true_b + noise
    return x.to(torch.float32), y.to(torch.float32)


x, y = make_examples(n_train, "x", "noise")
x_test, y_test = make_examples(n_test, "x_test", "noise_test")

# %% [markdown]
# 每一轮（epoch）都按自己的随机顺序遍历训练样本。
# 对随机数排序就得到一个这样的顺序：`order`的第$e$行是第$e$轮的顺序。

# %%
order = normals(SEED, "order", epochs, n_train).argsort(dim=1)

# %% [markdown]
# ## 初始值
#
# 权重从随机值开始，偏置从零开始。
# 请记下初始权重的范数，后面要拿它来比较。


# %%
def initial_values():
    """返回w，形状(n_features, 1)，和b，形状(1,)，可以求梯度。"""
    w = init_std * normals(SEED, "w", n_features, 1)
    w = w.to(torch.float32)
    b = torch.zeros(1)
    return w.requires_grad_(), b.requires_grad_()


w, b = initial_values()
print(f"初始w的L2范数：{w.norm().item():.5g}")

# %% [markdown]
# ## 惩罚
#
# 惩罚是$\frac{1}{2}\lVert w \rVert^2$，即权重平方和的一半。
# 因为取了一半，它的梯度就是$w$本身。
# 偏置不受惩罚。


# %%
def l2_penalty(w):
    """返回w的L2范数的平方的一半。"""
    return (w**2).sum() / 2


# %% [markdown]
# ## 模型与损失
#
# 模型的预测是$\hat y = X w + b$。
# 单个样本的损失是$\frac{1}{2}(\hat y_i - y_i)^2$。


# %%
def linear(x, w, b):
    """返回对x的预测，形状(样本数, 1)。"""
    return x @ w + b


def squared_loss(y_hat, y):
    """返回每个样本的损失，形状(样本数, 1)。"""
    return (y_hat - y) ** 2 / 2


# %% [markdown]
# ## 更新
#
# 批量$\mathcal{B}$中的每个样本都带着自己的损失和整个惩罚。
# 它们的和是
#
# $$J = \sum_{i \in \mathcal{B}}
# \Big[ \tfrac{1}{2}(\hat y_i - y_i)^2 + \tfrac{\lambda}{2}\lVert w \rVert^2 \Big],$$
#
# 每一步再把它的梯度除以批量大小$B$。
# 由于每个样本都带一次惩罚，一个有$B$个样本的批量对权重的更新是
#
# $$w \leftarrow (1 - \eta\lambda)\, w -
# \frac{\eta}{B} \sum_{i \in \mathcal{B}} (\hat y_i - y_i)\, x_i ,$$
#
# 其中$\eta$是学习率`lr`，$\lambda$是`weight_decay`。
# $w$前面的因子$1 - \eta\lambda$就是*衰减*；
# [更新规则](../update-rule/)一页逐步推导了它。
# 偏置不带惩罚，所以不衰减：
#
# $$b \leftarrow b - \frac{\eta}{B} \sum_{i \in \mathcal{B}} (\hat y_i - y_i) .$$
#
# 在上面的设置下，所有批量都是满的。
# 换成别的设置，一轮的最后一个批量就可能只有$m$个样本，少于$B$个。
# 这一步仍然除以$B$，所以这样的批量只使权重按$1 - \eta\lambda m/B$衰减。


# %%
def descend(params, lr, batch_size):
    """沿负梯度方向走一步，然后把梯度清零。"""
    with torch.no_grad():
        for param in params:
            param.sub_(lr * param.grad / batch_size)
            param.grad.zero_()


# %% [markdown]
# ## 训练循环
#
# 每过`curves_every`轮，循环就为作图记下两个损失。
# `mean_loss`在整个数据集上取平均，并且不含惩罚，
# 这样，$\lambda$不同的运行就有同样的衡量标准。


# %%
def mean_loss(x, y, w, b):
    """返回整个x上的½ · 均方误差，不含惩罚。"""
    with torch.no_grad():
        return squared_loss(linear(x, w, b), y).mean().item()


def train(weight_decay):
    """返回w、b和曲线：轮、训练损失、测试损失。"""
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
# ## 作图
#
# 损失画在对数轴上，因为它们可能跨越好几个数量级。
# 图中的文字是英文，因为Matplotlib自带的字体没有汉字：
# train loss是训练损失，test loss是测试损失，epoch是轮，½ · mean squared error是均方误差的一半。


# %%
def draw_curve(curve, title):
    """画出训练损失和测试损失随轮数的变化。"""
    at_epoch, train_loss, test_loss = zip(*curve, strict=True)
    _, axes = plt.subplots(figsize=(4.8, 3), layout="constrained")
    axes.semilogy(at_epoch, train_loss, label="train loss")
    axes.semilogy(at_epoch, test_loss, linestyle="--", label="test loss")
    axes.set_title(title)
    axes.set(xlabel="epoch", ylabel="½ · mean squared error")
    axes.legend()
    plt.show()


# %% [markdown]
# ## 不加权重衰减
#
# $\lambda = 0$时，推动权重的只有训练数据。
# 请把范数与初始权重的范数作比较，再把两个损失相互比较。

# %% alt="不加权重衰减时，训练损失和测试损失随轮数的变化，对数轴。"
w, b, curve = train(weight_decay=0)
print(f"w的L2范数：{w.norm().item():.5g}")
draw_curve(curve, "weight_decay = 0")

# %% [markdown]
# ## 加上权重衰减
#
# 数据相同，初始权重相同，样本的顺序也相同：只有$\lambda$不同。

# %% alt="权重衰减为3时，训练损失和测试损失随轮数的变化，对数轴。"
w, b, curve = train(weight_decay=3)
print(f"w的L2范数：{w.norm().item():.5g}")
draw_curve(curve, "weight_decay = 3")

# %% [markdown]
# ## 这次运行说明了什么，没有说明什么
#
# 数据只能沿着训练输入移动$w$：
# 更新公式的和式里，每一项都是某个$x_i$的倍数。
# $n$个输入在$d$个维度中至多张成$n$个。
# 其余的维度至少有$d - n$个，在这些维度上，不加衰减的训练让$w$停在它开始的地方。
# 这份残留是范数的一部分，并且会进入对新样本的预测。
# 所以，不加衰减时，范数大、测试损失大，这本身
# 并不说明模型记住了噪声：两者的很大一部分在第一步之前就有了。
#
# 衰减则触及每一个维度：批量都满时，
# $w$中数据无法移动的那一部分，每一步都恰好乘以$1 - \eta\lambda$。
# 权重衰减使权重缩小，这是真的，你刚才已经看到了。
# 但在这些维度上，可供它缩小的，除了随机初始值别无他物。
# 至于模型因此预测得好不好，则是另一个问题；
# [所有运行](../matrix/)一页用许多种子和许多$\lambda$来回答它。

# %% [markdown] fold="试一试"
# 不加衰减时，范数几乎全是残留；加上衰减，每一步都把残留乘以$1 - \eta\lambda$。
# 请数出一次运行有多少步，再根据不加衰减时打印的范数，
# 算出`train(weight_decay=1)`会打印什么。
# 然后运行它。再对`train(weight_decay=9)`做同样的事。那里发生了什么？
#
# **解答。**
# 一次运行有$t$步，即`epochs * n_train // batch_size`；
# 不加衰减时的范数乘以$(1 - \eta\lambda)^t$，
# 与`weight_decay=1`时程序打印的数非常接近。
# `weight_decay=9`时，打印的数则比这样算出的大得多：
# 残留已经消失，你看到的是样本放进权重里的东西。

# %% [markdown]
# ## 随机数为什么这样抽取
#
# 原书没有设定种子，所以每位读者得到的随机数都不同。
# 在这里，每种用途都从自己的随机数流中抽取，这个流只取决于`SEED`，
# 既不读取也不改变PyTorch的全局随机状态：
# 正因如此，你的数才能与本报告中的数作比较。
# PyTorch以块为单位抽取正态随机数，所以`normals`总是取整块：
# 这样，较长的一串的开头与较短的一串相同，样本增加时，开头的样本也保持不变。

# %% [markdown] listing="展开：整个程序"
# ## 完整的程序
#
# - [scratch.py](../scratch.py)：本页各单元格，合成一个普通的脚本。
# - [scratch.ipynb](scratch.ipynb)：本页的笔记本，带有运行结果。
#
# 运行这个脚本需要Python和两个包：`pip install torch matplotlib`。
# 然后输入`python scratch.py`，或者在PyCharm、VS Code等IDE中打开文件并点击运行。
# 它会打印本页上的那些范数，并显示各幅图；
# 如果图显示在单独的窗口里，关掉窗口，程序就会继续。
# 对Python来说，以`# %%`开头的行是注释；
# 许多编辑器把它们当作单元格的分界，可以逐个单元格地运行。
#
# 接着改动一处试试：`SEED`、`n_train`、`lr`，或者`train`的参数。
