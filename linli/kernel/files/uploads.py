"""Uploads on their way in: what does not fit into memory waits on the disk sealed, never in plain.

A department's file is persons, and a temporary folder is on nobody's list of what to forget. Django's own handler would write it
there as it came. Here it is written under a key that exists in this process alone and as long as the request: a disk that
is taken away, or a machine that stops, leaves nothing that can be read.
"""

from __future__ import annotations

import io
import os
import tempfile
from typing import Any

from cryptography.hazmat.primitives.ciphers import Cipher, CipherContext, algorithms, modes
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler

BLOCK = 16


class SealedTemporaryFile(io.RawIOBase):
    """A temporary file without a name, written once from its beginning and read anywhere; AES-256 in counter mode (NIST SP 800-38A).

    Counter mode reads from any block; nothing but this process writes the file, so it needs no tag of its own.
    """

    def __init__(self) -> None:
        super().__init__()
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 - closed with this file
        self._key, self._first = os.urandom(32), int.from_bytes(os.urandom(BLOCK))
        self._sealing = self._cipher(0)

    def _cipher(self, block: int) -> CipherContext:
        counter = (self._first + block) % (1 << 8 * BLOCK)
        return Cipher(algorithms.AES(self._key), modes.CTR(counter.to_bytes(BLOCK))).encryptor()

    def readable(self) -> bool:
        return True

    def writable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def write(self, plain: Any) -> int:
        """Append a piece; what was written is not written over, for two texts under one counter open each other."""
        if self._file.tell() != os.fstat(self._file.fileno()).st_size:
            self._file.seek(0, os.SEEK_END)
        return self._file.write(self._sealing.update(bytes(plain)))

    def readinto(self, buffer: Any) -> int:
        plain = self._open(len(buffer))
        buffer[: len(plain)] = plain
        return len(plain)

    def readall(self) -> bytes:
        return self._open(-1)

    def _open(self, size: int) -> bytes:
        at = self._file.tell()
        opening = self._cipher(at // BLOCK)
        opening.update(bytes(at % BLOCK))
        return opening.update(self._file.read(size))

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        return self._file.tell()

    def close(self) -> None:
        if not self.closed:
            self._file.close()
        super().close()


class SealedUploadHandler(FileUploadHandler):
    """Takes what Django's handler of memory leaves to the next one."""

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.file = SealedTemporaryFile()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self.file.write(raw_data)

    def file_complete(self, file_size: int) -> UploadedFile:
        self.file.seek(0)
        return UploadedFile(
            file=io.BufferedReader(self.file), name=self.file_name, content_type=self.content_type, size=file_size,
            charset=self.charset, content_type_extra=self.content_type_extra,
        )  # fmt: skip

    def upload_interrupted(self) -> None:
        if hasattr(self, "file"):
            self.file.close()
