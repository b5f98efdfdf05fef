"""Bytes as text that says its own base: base58btc, as keys and proofs are written.

Source: W3C, Controlled Identifiers 1.0, section 2.4 (multibase).
"""

from __future__ import annotations

from typing import Final

_ALPHABET: Final = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_VALUES: Final = {letter: value for value, letter in enumerate(_ALPHABET)}
_BASE58: Final = "z"
_MOST_LETTERS: Final = 200
"""A signature has 88: longer texts are no keys and no proofs, and cost the square of their length."""


def encode(content: bytes) -> str:
    r"""The bytes in base58btc, with the letter that says so.

    >>> encode(b"\0Polku"), encode(b"")
    ('z1A5LiStC', 'z')
    """
    number = int.from_bytes(content, "big")
    letters = ""
    while number:
        number, value = divmod(number, len(_ALPHABET))
        letters = _ALPHABET[value] + letters
    zeros = len(content) - len(content.lstrip(b"\0"))
    return _BASE58 + _ALPHABET[0] * zeros + letters


def decode(text: str) -> bytes:
    r"""The bytes of a text in base58btc.

    Raises: ValueError if it is none, or too long for a key or a proof.

    >>> decode("z1A5LiStC")
    b'\x00Polku'
    """
    if not text.startswith(_BASE58) or len(text) > _MOST_LETTERS:
        raise ValueError("not base58btc, which begins with z")
    number = 0
    for letter in text[1:]:
        if letter not in _VALUES:
            raise ValueError("not base58btc: it holds a letter that is none of its own")
        number = number * len(_ALPHABET) + _VALUES[letter]
    digits = text[1:]
    zeros = len(digits) - len(digits.lstrip(_ALPHABET[0]))
    return b"\0" * zeros + number.to_bytes((number.bit_length() + 7) // 8, "big")
