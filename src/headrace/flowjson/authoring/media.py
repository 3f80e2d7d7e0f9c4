"""Pictures, and inputs for photos and files.

Made from the catalogue by `tools/generate_authoring.py`; change the catalogue or that, not this file.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from headrace.flowjson.authoring.model import Component, Input, Model, Raw
from headrace.flowjson.authoring.references import Bound, Flag, Number, Picture, Text
from headrace.flowjson.catalogue import COMPONENTS
from headrace.flowjson.catalogue.media import CAROUSEL_IMAGE

__all__ = ["CarouselImage", "DocumentPicker", "Image", "ImageCarousel", "MimeType", "PhotoPicker"]

MimeType: TypeAlias = Literal[
    "application/gzip",
    "application/msword",
    "application/pdf",
    "application/vnd.ms-excel",
    "application/vnd.ms-powerpoint",
    "application/vnd.oasis.opendocument.presentation",
    "application/vnd.oasis.opendocument.spreadsheet",
    "application/vnd.oasis.opendocument.text",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "application/x-7z-compressed",
    "application/zip",
    "image/avif",
    "image/gif",
    "image/heic",
    "image/heif",
    "image/jpeg",
    "image/png",
    "image/tiff",
    "image/webp",
    "text/plain",
    "video/mp4",
    "video/mpeg",
    "application/xml",
]
"""The kinds of files a DocumentPicker takes."""


@dataclass(kw_only=True, repr=False)
class CarouselImage(Model):
    """A picture of an ImageCarousel. Since 7.1."""

    SHAPE = CAROUSEL_IMAGE

    src: Picture
    alt_text: Text


@dataclass(kw_only=True, repr=False)
class Image(Component):
    """A picture.

    At most 3 on a screen.

    src: Base64 without `data:`. JPEG or PNG.
    scale_type: By default `contain`.
    aspect_ratio: By default 1.
    visible: By default True.
    """

    SHAPE = COMPONENTS["Image"]

    type: Literal["Image"] = "Image"
    src: Picture
    width: Number | None = None
    height: Number | None = None
    scale_type: Literal["contain", "cover"] | None = None
    aspect_ratio: Number | None = None
    alt_text: Text | None = None
    visible: Flag | None = None


@dataclass(kw_only=True, repr=False)
class ImageCarousel(Component):
    """Pictures to leaf through. Since 7.1.

    At most 2 on a screen and 3 in a Flow.

    images: 1 to 3 entries.
    aspect_ratio: By default `4:3`.
    scale_type: By default `contain`.
    visible: By default True.
    """

    SHAPE = COMPONENTS["ImageCarousel"]

    type: Literal["ImageCarousel"] = "ImageCarousel"
    images: Sequence[CarouselImage | Raw] | Bound
    aspect_ratio: Literal["4:3", "16:9"] | None = None
    scale_type: Literal["contain", "cover"] | None = None
    visible: Flag | None = None


@dataclass(kw_only=True, repr=False)
class PhotoPicker(Input):
    """Photos to upload. Since 4.0.

    Its value goes into the payload of data_exchange or complete as a top-level text, never into navigate. At most 1 on
    a screen.

    name: Unique on its screen. Letters, digits and underscores are safe in every kind of reference.
    label: Up to 80 characters.
    description: Up to 300 characters.
    photo_source: By default `camera_gallery`.
    max_file_size_kb: 1 to 25,600; by default 25600.
    min_uploaded_photos: 0 to 30; by default 0.
    max_uploaded_photos: 1 to 30; by default 30.
    enabled: By default True.
    visible: By default True.
    error_message: At least 1 entry; only outside a Form.
    """

    SHAPE = COMPONENTS["PhotoPicker"]

    type: Literal["PhotoPicker"] = "PhotoPicker"
    name: str
    label: Text
    description: Text | None = None
    photo_source: Literal["camera_gallery", "camera", "gallery"] | None = None
    max_file_size_kb: int | None = None
    min_uploaded_photos: int | None = None
    max_uploaded_photos: int | None = None
    enabled: Flag | None = None
    visible: Flag | None = None
    error_message: Text | Mapping[str, str] | None = None


@dataclass(kw_only=True, repr=False)
class DocumentPicker(Input):
    """Files to upload. Since 4.0.

    Its value goes into the payload of data_exchange or complete as a top-level text, never into navigate. At most 1 on
    a screen.

    name: Unique on its screen. Letters, digits and underscores are safe in every kind of reference.
    label: Up to 80 characters.
    description: Up to 300 characters.
    allowed_mime_types: At least 1 entry.
    max_file_size_kb: 1 to 25,600; by default 25600.
    min_uploaded_documents: 0 to 30; by default 0.
    max_uploaded_documents: 1 to 30; by default 30.
    enabled: By default True.
    visible: By default True.
    error_message: At least 1 entry; only outside a Form.
    """

    SHAPE = COMPONENTS["DocumentPicker"]

    type: Literal["DocumentPicker"] = "DocumentPicker"
    name: str
    label: Text
    description: Text | None = None
    allowed_mime_types: Sequence[MimeType] | None = None
    max_file_size_kb: int | None = None
    min_uploaded_documents: int | None = None
    max_uploaded_documents: int | None = None
    enabled: Flag | None = None
    visible: Flag | None = None
    error_message: Text | Mapping[str, str] | None = None
