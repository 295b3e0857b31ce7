# %% [markdown]
# # 简洁实现
#
# 我们把这个实验再做一遍，这次使用PyTorch自带的部件：
# 它的线性层、它的损失和它的优化器，优化器已内置权重衰减（weight decay）。
# 程序变短了，实验也有三处改变；
# 每一处都会在出现的地方指出来，让你清楚自己比较的是什么。
# 单元格下面显示的，是构建本站时它打印或画出的内容。

# %%
import math

import matplotlib.pyplot as plt
import torch
from torch import nn

# %% [markdown]
# ## 设置
#
# 全部与[从零开始实现](../scratch/)相同。

# %%
SEED = 0  # 随机种子，凡是随机的都由它决定

n_train = 20  # 训练样本数n
n_test = 100  # 测试样本数
n_features = 200  # 每个样本的特征数d
noise_std = 0.01  # y中噪声的标准差
true_w = 0.01  # 真实权重的每个分量
true_b = 0.05  # 真实偏置
init_std = 1.0  # 初始的w和b的标准差
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
# 相同的种子给出与从零实现时相同的样本，遍历的顺序也相同：
#
# $$y = X w^\circ + b^\circ + \varepsilon .$$


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
order = normals(SEED, "order", epochs, n_train).argsort(dim=1)

# %% [markdown]
# ## 模型与初始值
#
# `nn.Linear`保存着$w$（写成一行）和$b$。
# *第一处不同*：这里每个参数都从随机值开始，偏置也一样；
# 从零实现时，偏置从零开始。
# 权重的初始值与从零实现时相同。


# %%
def make_model():
    """返回一个参数随机的线性层。"""
    # 若按通常的方式创建，nn.Linear会用PyTorch的全局随机状态
    # 抽取默认的初始值；这样写则不会动用它。
    model = nn.utils.skip_init(nn.Linear, n_features, 1)
    with torch.no_grad():
        model.weight.copy_(init_std * normals(SEED, "w", 1, n_features))
        model.bias.copy_(init_std * normals(SEED, "b", 1))
    return model


w = make_model().weight
print(f"初始w的L2范数：{w.norm().item():.5g}")

# %% [markdown]
# ## 损失
#
# `nn.MSELoss`是批量中各样本的$(\hat y_i - y_i)^2$的均值。
# *第二处不同*：它没有因子$\frac{1}{2}$，所以数据的拉力加倍。

# %%
loss = nn.MSELoss()

# %% [markdown]
# ## 带权重衰减的优化器
#
# `torch.optim.SGD`把`weight_decay`乘以参数，加到该参数的梯度上。
# 参数分成若干组，每组有自己的设置：
# 权重要衰减，偏置自成一组，不衰减。


# %%
def make_optimizer(model, weight_decay):
    """返回只使权重衰减的梯度下降。"""
    weights = {"params": [model.weight], "weight_decay": weight_decay}
    bias = {"params": [model.bias]}
    return torch.optim.SGD([weights, bias], lr=lr)


# %% [markdown]
# 合在一起，在有$m$个样本的批量$\mathcal{B}$上走一步，对权重的更新是
#
# $$w \leftarrow (1 - \eta\lambda)\, w -
# \frac{2\eta}{m} \sum_{i \in \mathcal{B}} (\hat y_i - y_i)\, x_i ,$$
#
# 其中$\eta$是`lr`，$\lambda$是`weight_decay`。
# 在从零实现的更新中，把$\eta$和$\lambda$换成$2\eta$和$\lambda/2$，
# 批量都满时，得到的正是上式。
# 所以`weight_decay`等于3，在两个程序里的含义不同：
# 与数据的推力相比，这里的3，强度只相当于那里的3的一半，
# 而步长加倍。
# 推导见[更新规则](../update-rule/)一页。
#
# *第三处不同*：均值除以批量中实有的样本数。
# 如果一轮（epoch）的最后一个批量只有$m$个样本，少于$B$个，
# 它仍使权重按完整的$1 - \eta\lambda$衰减。
# 在上面的设置下所有批量都是满的，这一处不同不会显现出来。

# %% [markdown]
# ## 训练循环
#
# 每过`curves_every`轮，循环就为作图记下两个损失，不含惩罚。
# 与本报告的其他地方一样，它们是均方误差的一半；
# 原书画的是`nn.MSELoss`的返回值，所以书中这个程序的曲线高一倍。


# %%
def mean_loss(model, x, y):
    """返回整个x上的½ · 均方误差，不含惩罚。"""
    with torch.no_grad():
        return loss(model(x), y).item() / 2


def train(weight_decay):
    """返回w、b和曲线：轮、训练损失、测试损失。"""
    model = make_model()
    optimizer = make_optimizer(model, weight_decay)
    curve = []
    for epoch, rows in enumerate(order, start=1):
        for batch in rows.split(batch_size):
            optimizer.zero_grad()
            loss(model(x[batch]), y[batch]).backward()
            optimizer.step()
        if epoch % curves_every == 0:
            train_loss = mean_loss(model, x, y)
            test_loss = mean_loss(model, x_test, y_test)
            curve.append((epoch, train_loss, test_loss))
    return model.weight.detach().T, model.bias.detach(), curve


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
# 数据相同，初始值相同，样本的顺序也相同：只有$\lambda$不同。

# %% alt="权重衰减为3时，训练损失和测试损失随轮数的变化，对数轴。"
w, b, curve = train(weight_decay=3)
print(f"w的L2范数：{w.norm().item():.5g}")
draw_curve(curve, "weight_decay = 3")

# %% [markdown]
# ## 这次运行说明了什么，没有说明什么
#
# 与从零实现时一样，数据只能沿着训练输入移动$w$，
# 而这些输入在$d$个维度中至多张成$n$个。
# 落在其余维度上的，是初始权重的残留：
# 不加衰减时，它保持原样；加上衰减时，它每一步都乘以$1 - \eta\lambda$。
# 你看到的衰减是真的，但在那些维度上，可供它缩小的，除了随机初始值别无他物。
#
# 偏置从不衰减，在这里又是从随机值开始的。
# 在从这次运行中得出偏置不该衰减之类的结论之前，
# 请先用几个不同的种子，把`b`与`true_b`一起打印出来看看。
# [所有运行](../matrix/)一页用许多种子和许多$\lambda$比较了两个程序。

# %% [markdown] fold="试一试"
# 改动这个程序的三处，使它在`SEED`相同时
# 打印出[从零实现的程序](../scratch/)的那些范数。
# 不同之处上面都标了出来；想一想，缺少的$\frac{1}{2}$对$\eta$和$\lambda$意味着什么。
#
# **解答。**
# 没有这个½，数据的拉力大一倍：把`lr`减半。
# 这样一来，每一步的衰减$\eta\lambda$也减半了：所以调用`train`时要把`weight_decay`加倍。
# 最后，在`make_model`中写`model.bias.zero_()`，让偏置从零开始。
# 现在两个程序的每一步都相同，打印的数字也相同。

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
# - [concise.py](../concise.py)：本页各单元格，合成一个普通的脚本。
# - [concise.ipynb](concise.ipynb)：本页的笔记本，带有运行结果。
#
# 运行这个脚本需要Python和两个包：`pip install torch matplotlib`。
# 然后输入`python concise.py`，或者在PyCharm、VS Code等IDE中打开文件并点击运行。
# 它会打印本页上的那些范数，并显示各幅图；
# 如果图显示在单独的窗口里，关掉窗口，程序就会继续。
# 对Python来说，以`# %%`开头的行是注释；
# 许多编辑器把它们当作单元格的分界，可以逐个单元格地运行。
#
# 接着改动一处试试：`SEED`、`n_train`、`lr`，或者`train`的参数。
