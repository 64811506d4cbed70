"""Sharing a whole number out: the largest-remainder method (Hare), exact and without chance."""

from collections.abc import Mapping
from typing import Any, TypeVar

K = TypeVar("K", bound=Any)


def apportion(total: int, weights: Mapping[K, int]) -> dict[K, int]:
    """`total` in whole parts in proportion to `weights`; the parts sum to `total`, each within 1 of its exact share.

    What is left after rounding down goes to the largest remainders; of equal remainders to the larger weight,
    then to the smaller key, so the outcome does not depend on the order of `weights`. A larger weight never gets
    less. Where every weight is zero all count alike: a whole must not vanish because nobody is there to share it.
    The method is not house-monotone (with a larger total a part may shrink); the policy asks for proportion.

    Raises ValueError for a negative total or weight, and for a total that nobody is there to take.
    """
    if total < 0 or any(weight < 0 for weight in weights.values()):
        raise ValueError("A total and its weights are never negative.")
    if not weights:
        if total:
            raise ValueError("There is nobody to share a total among.")
        return {}
    whole = sum(weights.values())
    shares = dict(weights) if whole else dict.fromkeys(weights, 1)
    whole = whole or len(shares)
    parts = {key: total * weight // whole for key, weight in shares.items()}
    left = total - sum(parts.values())
    by_remainder = sorted(shares, key=lambda key: (-(total * shares[key] % whole), -shares[key], key))
    for key in by_remainder[:left]:
        parts[key] += 1
    return parts
