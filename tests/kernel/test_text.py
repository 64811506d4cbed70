"""Folding: the same key for all ways of writing a name; the name itself is never touched."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aomori_dx.kernel.text import fold, given_name, is_mangled, same_name

japanese = st.text(
    st.one_of(
        st.characters(min_codepoint=0x3041, max_codepoint=0x30FF),  # kana
        st.characters(min_codepoint=0xFF01, max_codepoint=0xFF9F),  # full-width signs, half-width kana
        st.sampled_from("髙﨑齊齋邊邉德𠮷斎高崎斉辺徳吉葛\U000e0100 　-－"),
        st.characters(min_codepoint=0x20, max_codepoint=0x7E),
    ),
    max_size=12,
)


@given(japanese)
def test_folding_a_key_again_changes_nothing(text):
    assert fold(fold(text)) == fold(text)


@given(japanese)
def test_white_space_and_width_never_matter(text):
    wide = "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)
    assert fold(wide) == fold(text)
    assert fold(f" {text}　") == fold(text)


@pytest.mark.parametrize(
    "ways",
    [
        ("髙橋", "高橋"), ("山﨑", "山崎", "山嵜"), ("齊藤", "斉藤", "斎藤", "齋藤"), ("渡邊", "渡辺", "渡邉"),
        ("德永", "徳永"), ("𠮷田", "吉田"), ("葛\U000e0100城", "葛城", "葛\ufe00城"), ("鶴ヶ谷", "鶴ケ谷", "鶴ｹ谷"),
        ("ｱｵﾓﾘ ﾀﾛｳ", "アオモリ　タロウ", "あおもり たろう", "アオモリタロウ"), ("ｶﾞﾊﾟｯﾄ", "ガパット", "がぱっと"),
        ("ＡＩ推進課", "AI推進課", "ai推進課"), ("データー", "ﾃﾞｰﾀｰ", "デ－タ－", "デ-タ-", "デ〜タ〜", "デ～タ～"),
        ("０１２３", "0123"), ("ヴェネト", "ｳﾞｪﾈﾄ", "ゔぇねと"),
    ],
)  # fmt: skip
def test_all_ways_of_writing_share_one_key(ways):
    assert len({fold(way) for way in ways}) == 1


def test_different_names_keep_different_keys():
    names = ["高橋", "高端", "斉藤", "佐藤", "アオモリ", "アオキ", "島", "鳥", "ハ", "バ", "パ"]
    assert len({fold(name) for name in names}) == len(names)


@pytest.mark.parametrize("name", ["〓橋", "?橋", "？橋", "\ufffd橋", "\ue000橋"])
def test_a_lost_character_is_noticed_and_stands_for_any_one(name):
    assert is_mangled(name)
    assert same_name(name, "髙橋")
    assert same_name("髙橋", name)
    assert not same_name(name, "髙端")
    assert not same_name(name, "大髙橋")


def test_names_are_compared_whatever_the_way_of_writing():
    assert same_name("髙橋　太郎", "高橋 太郎")
    assert same_name("斎藤　花子", "齋藤花子")
    assert not same_name("高橋　太郎", "高橋　次郎")
    assert not is_mangled("髙橋　太郎")


@pytest.mark.parametrize(
    ("name", "given"),
    [("青森　太郎", "太郎"), ("青森 太郎", "太郎"), ("青森太郎", ""), ("ア　イ　ウ", "イ　ウ"), ("", "")],
)
def test_the_given_name_stands_behind_the_space(name, given):
    assert given_name(name) == given.replace("　", " ")
