"""What the search of the Chinese editions finds: terms whole, in either script, and in English."""

import json
import re

import pytest

from tests.browser.test_search import places

QUERIES = {
    "zh-Hans": {
        "权重衰减": "index",
        "权重衰退": "index",
        "权重": "index",
        "正则化": "soft#penalty",
        "L2正则化": "soft#penalty",
        "范数": "my-norm",
        "最小范数": "optimum#path",
        "岭回归": "optimum#closed-form",
        "零空间": "norm",
        "行空间": "norm#clocks",
        "偏置": "hard#bias",
        "硬约束": "hard",
        "软约束": "soft",
        "惩罚": "soft#penalty",
        "拉格朗日": "soft#lagrange",
        "最优解": "optimum",
        "闭式解": "optimum#closed-form",
        "更新规则": "update-rule",
        "学习率": "norm",
        "批量大小": "where-decay-helps#size",
        "训练损失": "train",
        "测试损失": "test-loss",
        "均方误差": "soft#conventions",
        "常数预测": "test-loss#constant",
        "噪声": "where-decay-helps#helps",
        "种子": "classroom#seeds",
        "置信区间": "my-norm#distributions",
        "两个程序": "two-programs",
        "从零实现": "scratch",
        "简洁实现": "concise",
        "小结": "summary",
        "残留": "norm",
        "特征值": "optimum#shrinkage",
        "我的范数正常吗": "my-norm",
        "优化器": "concise",
        "收缩": "optimum#shrinkage",
        "伪逆": "hard#geometry",
        "交叉验证": "choosing",
        "留一法": "choosing",
        # symbols, the other script, English
        "λ": "soft#penalty",
        "θ": "hard#problem",
        "eta": "update-rule#derivation",
        "權重衰減": "index",
        "脊迴歸": "optimum#closed-form",
        "雜訊": "where-decay-helps#helps",
        "ridge": "optimum",
        "weight": "index",
        # pages that aren't translated
        "证明": "proofs",
        "发散": "diverging",
    },
    "zh-Hant": {
        "權重衰減": "index",
        "權重衰退": "index",
        "權重": "index",
        "正則化": "soft#penalty",
        "範數": "my-norm",
        "最小範數": "optimum",
        "零空間": "norm",
        "列空間": "notation",
        "偏置": "hard#bias",
        "硬約束": "hard",
        "軟約束": "soft",
        "懲罰": "soft#penalty",
        "拉格朗日": "soft#lagrange",
        "最佳解": "optimum",
        "封閉解": "optimum#closed-form",
        "更新規則": "update-rule",
        "學習率": "norm",
        "批次大小": "where-decay-helps#size",
        "訓練損失": "train",
        "測試損失": "test-loss",
        "均方誤差": "soft#conventions",
        "常數預測": "test-loss#constant",
        "過度擬合": "norm",
        "雜訊": "where-decay-helps#helps",
        "種子": "classroom#seeds",
        "信賴區間": "my-norm#distributions",
        "兩個程式": "two-programs",
        "從零實作": "scratch",
        "簡潔實作": "concise",
        "小結": "summary",
        "殘留": "norm",
        "特徵值": "optimum#shrinkage",
        "我的範數正常嗎": "my-norm",
        "最佳化器": "concise",
        "收縮": "optimum#shrinkage",
        "偽反矩陣": "hard#geometry",
        "偽逆": "hard#geometry",
        "交叉驗證": "choosing",
        "留一法": "choosing",
        # symbols, the other script, English
        "λ": "soft#penalty",
        "θ": "hard#problem",
        "eta": "update-rule#derivation",
        "岭回归": "optimum#closed-form",
        "范数": "norm",
        "噪声": "where-decay-helps#helps",
        "ridge": "optimum",
        "weight": "index",
        # pages that aren't translated
        "證明": "proofs",
        "發散": "diverging",
    },
}
"""What readers look for, and what is about it: it is among the first two offers."""
LATIN = re.compile("[A-Za-z]{4,}")
ALL = [(language, query) for language, queries in QUERIES.items() for query in queries]


@pytest.fixture(scope="module")
def latin(built_site):
    """The Latin words of the pages' texts and titles, but for the list of sources, by language."""
    words = {}
    for language in QUERIES:
        path = built_site / language / "search/search_index.json"
        index = json.loads(path.read_text(encoding="utf-8"))
        parts = re.compile(index["config"]["separator"])
        texts = [
            f"{entry['title']} {entry['text']}"
            for entry in index["docs"]
            if not entry["location"].startswith("references/")
        ]
        words[language] = {word for text in texts for word in parts.split(text)}
        words[language] = sorted(
            {each.lower() for each in words[language] if LATIN.fullmatch(each)}
        )
    return words


@pytest.fixture(scope="module")
def answers(browse, built_site, offline_site, latin):
    """What the search answered, by language and where it was asked."""
    found = {}
    for language, terms in QUERIES.items():
        queries = [*terms, *latin[language]]
        found[language] = browse(
            "search.cjs", built_site, offline_site, language, *queries, timeout_s=900
        )
    return found


@pytest.mark.parametrize("source", ["http", "file"])
@pytest.mark.parametrize(("language", "query"), ALL)
def test_the_first_two_offers_hold_what_the_query_is_about(answers, source, language, query):
    offers = answers[language][source]["answers"][query]["offers"]
    first = {place.removeprefix(f"{language}/") for place in set().union(*places(offers)[:2])}
    first = {"index" if place == language else place for place in first}
    wanted = QUERIES[language][query]

    assert any(place == wanted or place.startswith(f"{wanted}#") for place in first), offers


@pytest.mark.parametrize("language", QUERIES)
def test_every_latin_word_of_a_page_is_found(answers, latin, language):
    asked = answers[language]["http"]["answers"]

    assert len(latin[language]) > 50
    assert [word for word in latin[language] if not asked[word]["offers"]] == []
