"""Texts that an office words itself, with placeholders like {氏名}: whether they can be used, and filling them in."""

import re
from collections.abc import Collection, Mapping

_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")


def why_not(text: str, names: Collection[str], *, kind: str) -> str | None:
    """Why a text of a document called `kind` cannot be used: a placeholder that is none of `names`, or a brace without
    its other. None if it can."""
    if unknown := [name for name in dict.fromkeys(_PLACEHOLDER.findall(text)) if name not in names]:
        told = "、".join(f"{{{name}}}" for name in unknown)
        usable = " ".join(f"{{{name}}}" for name in names)
        return f"{told}は使えません。{kind}で使えるのは {usable} です。"
    if "{" in (rest := _PLACEHOLDER.sub("", text)) or "}" in rest:
        return "「{」と「}」の組が合っていません。文字として使うときは、全角の「{」「}」にしてください。"
    return None


def fill(text: str, values: Mapping[str, str]) -> str:
    """The text with its placeholders replaced, each once: braces in a value stay as they are."""
    return _PLACEHOLDER.sub(lambda match: values.get(match[1], ""), text)
