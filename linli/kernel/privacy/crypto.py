"""Sealing personal values: envelope encryption with a key for each subject, blind indexes, masks' raw material.

A sealed value is ``version(1) | cipher(1) | nonce(12) | ciphertext and tag``. The data key is itself sealed under the
master key; destroying the data key forgets every value sealed with it, in live rows and in events, and leaves the
chain of events whole. Ciphers: AES-256-GCM, or SM4-GCM (GB/T 32907) by setting.
"""

from __future__ import annotations

import hmac
import os
from collections.abc import Iterable
from contextlib import suppress

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives import hmac as crypto_hmac
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from linli.kernel.privacy import keyring

VERSION = 1
CIPHERS = {"AES-256-GCM": 1, "SM4-GCM": 2}
NONCE = 12
TAG = 16


class CannotUnseal(ValueError):
    """The value was sealed with another key, or was altered."""


def _secret(name: str) -> bytes:
    text = getattr(settings, name)
    if not text:
        raise ImproperlyConfigured(f"{name} 未配置：请先运行 bin/run 生成密钥，或设置环境变量 LINLI_{name}")
    return bytes.fromhex(text)


def new_key() -> bytes:
    """Thirty-two random bytes; SM4 uses the first sixteen."""
    return os.urandom(32)


def seal(key: bytes, value: str, *, about: bytes = b"") -> bytes:
    """Encrypt a text; ``about`` binds it to its place so that it cannot be pasted elsewhere."""
    return seal_bytes(key, value.encode(), about)


def unseal(key: bytes, sealed: bytes, *, about: bytes = b"") -> str:
    """Decrypt a sealed text, or raise ``CannotUnseal``."""
    return unseal_bytes(key, bytes(sealed), about).decode()


def seal_many(key: bytes, values: Iterable[str | None], *, about: bytes = b"") -> list[bytes | None]:
    """``seal`` for a column; what is None or empty stays None."""
    if CIPHERS[settings.CIPHER] != 1:
        return [seal_bytes(key, value.encode(), about) if value else None for value in values]
    cipher, head = AESGCM(key), bytes([VERSION, 1])
    listed = list(values)
    random = os.urandom(NONCE * len(listed))
    sealed: list[bytes | None] = []
    for at, value in enumerate(listed):
        if value:
            nonce = random[at * NONCE : (at + 1) * NONCE]
            sealed.append(head + nonce + cipher.encrypt(nonce, value.encode(), about))
        else:
            sealed.append(None)
    return sealed


def unseal_many(key: bytes, sealed: Iterable[bytes | None], *, about: bytes = b"") -> list[str | None]:
    """``unseal`` for a column; None stays None."""
    cipher, head = AESGCM(key), bytes([VERSION, 1])
    opened: list[str | None] = []
    try:
        for value in sealed:
            if value is None:
                opened.append(None)
            elif value[:2] == head:
                opened.append(cipher.decrypt(value[2 : 2 + NONCE], value[2 + NONCE :], about).decode())
            else:
                opened.append(unseal(key, value, about=about))
    except (InvalidTag, ValueError):
        raise CannotUnseal("密钥不符或数据已被改动") from None
    return opened


def wrap(key: bytes) -> bytes:
    """Seal a data key under the master key."""
    return seal_bytes(keyring.current(), key, b"data key")


def unwrap(wrapped: bytes) -> bytes:
    """Open a data key that was sealed under the master key, or under one before it that is still readable."""
    try:
        return unseal_bytes(keyring.current(), bytes(wrapped), b"data key")
    except CannotUnseal:
        for master in keyring.readable()[1:]:
            with suppress(CannotUnseal):
                return unseal_bytes(master, bytes(wrapped), b"data key")
        raise


def seal_bytes(key: bytes, plain: bytes, about: bytes) -> bytes:
    """``seal`` for what is no text: a piece of a file, another key."""
    cipher = CIPHERS[settings.CIPHER]
    nonce = os.urandom(NONCE)
    if cipher == 1:
        body = AESGCM(key).encrypt(nonce, plain, about)
    else:
        encryptor = Cipher(algorithms.SM4(key[:16]), modes.GCM(nonce)).encryptor()
        encryptor.authenticate_additional_data(about)
        body = encryptor.update(plain) + encryptor.finalize() + encryptor.tag
    return bytes([VERSION, cipher]) + nonce + body


def unseal_bytes(key: bytes, sealed: bytes, about: bytes) -> bytes:
    """``unseal`` for what was sealed by ``seal_bytes``."""
    if len(sealed) < 2 + NONCE + TAG or sealed[0] != VERSION:
        raise CannotUnseal("不是本系统加密的数据")
    nonce, body = sealed[2 : 2 + NONCE], sealed[2 + NONCE :]
    try:
        if sealed[1] == 1:
            return AESGCM(key).decrypt(nonce, body, about)
        decryptor = Cipher(algorithms.SM4(key[:16]), modes.GCM(nonce, body[-TAG:])).decryptor()
        decryptor.authenticate_additional_data(about)
        return decryptor.update(body[:-TAG]) + decryptor.finalize()
    except InvalidTag:
        raise CannotUnseal("密钥不符或数据已被改动") from None


def blind_many(kind: str, values: Iterable[str | None]) -> list[bytes | None]:
    """``blind`` for a column, each distinct value once; what is None or empty stays None."""
    made: dict[str, bytes] = {}
    secret, head = _secret("INDEX_KEY"), f"{kind}\0".encode()
    sha256 = settings.BLIND_HASH != "SM3"
    found: list[bytes | None] = []
    for value in values:
        if not value:
            found.append(None)
            continue
        mark = made.get(value)
        if mark is None:
            text = head + value.encode()
            mark = made[value] = hmac.digest(secret, text, "sha256")[:16] if sha256 else blind(kind, value)
        found.append(mark)
    return found


def blind(kind: str, value: str) -> bytes:
    """A keyed hash for exact search of an encrypted value: same kind and value, same sixteen bytes."""
    return blind_with(_secret("INDEX_KEY"), settings.BLIND_HASH, kind, value)


def blind_with(secret: bytes, name: str, kind: str, value: str) -> bytes:
    """``blind`` with a key and a hash (``SHA256`` or ``SM3``) that need not be those in force."""
    text = f"{kind}\0{value}".encode()
    if name == "SM3":
        digest = crypto_hmac.HMAC(secret, hashes.SM3())
        digest.update(text)
        return digest.finalize()[:16]
    return hmac.digest(secret, text, "sha256")[:16]
