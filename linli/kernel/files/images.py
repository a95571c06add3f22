"""Photos: decoded, turned upright, stripped of everything but the pixels, encoded again. No Django."""

from __future__ import annotations

import io
from dataclasses import dataclass
from functools import cache

from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError
from PIL.ExifTags import GPS, IFD

from linli.kernel.files.rules import FileRefused

FORMATS = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}
EXTENSIONS = {"image/jpeg": ".jpg", "image/png": ".png", "image/webp": ".webp"}
THUMBNAILS = (320, 1280)
ENCODING: dict[str, dict[str, int | bool]] = {
    "JPEG": {"quality": 88, "optimize": True},
    "PNG": {},
    "WEBP": {"quality": 80, "method": 2},
}


@dataclass(frozen=True)
class Picture:
    """A clean picture: its bytes, what they are, and its size in pixels."""

    content: bytes
    content_type: str
    width: int
    height: int
    thumbnails: dict[int, bytes]


def clean(
    content: bytes, *, max_pixels: int, longest_edge: int, thumbnails: tuple[int, ...] = THUMBNAILS
) -> Picture:
    """The same picture without EXIF, XMP, IPTC, comments, profiles or anything that was appended to the file.

    Raises ``FileRefused`` for what is no picture, is broken, or has more pixels than allowed (which are counted before
    they are unpacked).
    """
    image, kind = _open(content, max_pixels)
    try:
        upright = ImageOps.exif_transpose(image)
        plain = _to_srgb(upright)
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as broken:
        raise FileRefused("图片已损坏，打不开；请重新拍摄或换一张") from broken
    if max(plain.size) > longest_edge:
        plain.thumbnail((longest_edge, longest_edge), Image.Resampling.LANCZOS)
    small = {size: _encode(_within(plain, size), "WEBP") for size in thumbnails}
    return Picture(_encode(plain, kind), FORMATS[kind], plain.width, plain.height, small)


def _open(content: bytes, max_pixels: int) -> tuple[Image.Image, str]:
    try:
        image = Image.open(io.BytesIO(content), formats=list(FORMATS))
    except (
        UnidentifiedImageError,
        OSError,
        SyntaxError,
        ValueError,
        Image.DecompressionBombError,
    ) as unknown:
        raise FileRefused("这不是能识别的图片；请上传 JPG、PNG 或 WebP 格式的照片") from unknown
    width, height = image.size
    if width * height > max_pixels:
        raise FileRefused(
            "图片过大（%(width)s×%(height)s），最多 %(most)s 万像素",
            width=width,
            height=height,
            most=max_pixels // 10000,
        )
    return image, str(image.format)


def _to_srgb(image: Image.Image) -> Image.Image:
    """A copy with plain colours and no information beside the pixels."""
    profile = image.info.get("icc_profile")
    image.load()
    transparent = image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info
    plain = image.convert("RGBA" if transparent else "RGB")
    if profile and not transparent and image.mode in ("RGB", "CMYK"):
        plain = _by_profile(image, profile) or plain
    plain.info = {}
    return plain


def _by_profile(image: Image.Image, profile: bytes) -> Image.Image | None:
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        return ImageCms.profileToProfile(image, source, ImageCms.createProfile("sRGB"), outputMode="RGB")
    except (ImageCms.PyCMSError, OSError, ValueError):
        return None


def _within(image: Image.Image, size: int) -> Image.Image:
    small = image.copy()
    small.thumbnail((size, size), Image.Resampling.LANCZOS)
    return small


def _encode(image: Image.Image, kind: str) -> bytes:
    target = io.BytesIO()
    (image.convert("RGB") if kind == "JPEG" else image).save(target, kind, **ENCODING[kind])
    return target.getvalue()


@cache
def blank() -> bytes:
    """One white pixel, to stand where a picture was taken out."""
    return _encode(Image.new("RGB", (1, 1), "white"), "JPEG")


def place_in(content: bytes) -> tuple[float, float] | None:
    """Longitude and latitude (WGS84) written in a photo by the camera, or None.

    Call it on the upload as it came, and only where the sender said that the place is to be sent.
    """
    try:
        with Image.open(io.BytesIO(content), formats=list(FORMATS)) as image:
            gps = image.getexif().get_ifd(IFD.GPSInfo)
        lat = _degrees(gps[GPS.GPSLatitude], str(gps[GPS.GPSLatitudeRef]), "S")
        lon = _degrees(gps[GPS.GPSLongitude], str(gps[GPS.GPSLongitudeRef]), "W")
    except (
        KeyError,
        OSError,
        SyntaxError,
        TypeError,
        ValueError,
        ZeroDivisionError,
        Image.DecompressionBombError,
    ):
        return None
    inside = -180 <= lon <= 180 and -90 <= lat <= 90 and (lon, lat) != (0, 0)
    return (round(lon, 7), round(lat, 7)) if inside else None


def _degrees(parts: tuple[float, float, float], reference: str, negative: str) -> float:
    degrees, minutes, seconds = (float(part) for part in parts)
    value = degrees + minutes / 60 + seconds / 3600
    return -value if reference.strip("\0 ").upper() == negative else value
