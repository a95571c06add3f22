"""What waits on the disk while a file comes in cannot be read there, and is read whole here."""

from __future__ import annotations

import io
import os

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import RequestFactory
from hypothesis import given
from hypothesis import strategies as st

from linli.kernel.files.uploads import SealedTemporaryFile

NAMES = "姓名,身份证号\n" + "张三,110101199003070011\n" * 120_000


def _on_disk(file: SealedTemporaryFile) -> bytes:
    file._file.flush()
    handle = file._file.fileno()
    return os.pread(handle, os.fstat(handle).st_size, 0)


@given(st.lists(st.binary(max_size=70)), st.integers(0, 400), st.integers(0, 90))
def test_whatever_was_written_in_pieces_is_read_from_any_place(pieces, at, size):
    whole = b"".join(pieces)
    with SealedTemporaryFile() as file:
        for piece in pieces:
            assert file.write(piece) == len(piece)
        file.seek(at)
        assert file.read(size) == whole[at : at + size]
        file.seek(0)
        assert io.BufferedReader(file).read() == whole


def test_what_is_written_after_a_look_goes_to_the_end():
    with SealedTemporaryFile() as file:
        file.write("张三".encode())
        file.seek(0)
        file.read(1)
        file.write("李四".encode())
        file.seek(0)
        assert file.readall().decode() == "张三李四"


def test_a_large_file_waits_on_the_disk_sealed_and_is_gone_with_the_request():
    given_content = NAMES.encode()
    assert len(given_content) > 2_500_000
    request = RequestFactory().post(
        "/", {"file": SimpleUploadedFile("花名册.csv", given_content, "text/csv")}
    )
    uploaded = request.FILES["file"]
    sealed = uploaded.file.raw
    assert isinstance(sealed, SealedTemporaryFile)
    kept = _on_disk(sealed)
    assert len(kept) == len(given_content)
    assert b"110101199003070011" not in kept
    assert "张三".encode() not in kept
    assert (uploaded.name, uploaded.size, uploaded.read()) == (
        "花名册.csv",
        len(given_content),
        given_content,
    )
    request.close()
    assert sealed.closed


def test_two_large_files_have_nothing_in_common_on_the_disk():
    piece = b"110101199003070011" * 10
    with SealedTemporaryFile() as one, SealedTemporaryFile() as other:
        one.write(piece)
        other.write(piece)
        assert _on_disk(one) != _on_disk(other)


def test_a_small_file_stays_in_memory():
    request = RequestFactory().post("/", {"file": SimpleUploadedFile("一行.csv", b"1", "text/csv")})
    assert isinstance(request.FILES["file"].file, io.BytesIO)
