"""Images, and inputs for photos and documents."""

from headrace.flowjson.catalogue.declarations import (
    ENABLED,
    NAME,
    VISIBLE,
    Category,
    Component,
    Property,
    Shape,
    choice,
    kind,
    number,
    objects,
    places,
    properties,
    text,
    texts,
)
from headrace.flowjson.catalogue.versions import v

LARGEST_FILE_KB = 25_600
MOST_FILES = 30
COMPLETION_FILES = 10
"""Files the payload of one `complete` may carry, from 5.0 on."""

COMPLETION_KB = 102_400
"""Kilobytes those files may have in total."""

IMAGE_KB = 300
"""Kilobytes up to which an Image shows quickly; more is no error."""

MIME_TYPES = (
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
    # Not documented, but Meta's own validator takes it.
    "application/xml",
)

CAROUSEL_IMAGE = Shape(
    "carousel image",
    properties(
        text("src", required=True, format="base64"),
        text("alt-text", required=True),
        since=v("7.1"),
    ),
    v("7.1"),
)


def _picker(name: str, files: str, *own: Property) -> Component:
    """`files` is the word in `min-uploaded-photos` and the like; at least one makes the field mandatory."""
    return Component(
        name,
        properties(
            kind(name),
            NAME,
            text("label", required=True, min_length=1, max_length=80, not_blank=True),
            text("description", min_length=1, max_length=300, not_blank=True),
            *own,
            number(
                "max-file-size-kb",
                dynamic=False,
                integer=True,
                default=LARGEST_FILE_KB,
                minimum=1,
                maximum=LARGEST_FILE_KB,
            ),
            number(f"min-uploaded-{files}", dynamic=False, integer=True, default=0, minimum=0, maximum=MOST_FILES),
            number(
                f"max-uploaded-{files}", dynamic=False, integer=True, default=MOST_FILES, minimum=1, maximum=MOST_FILES
            ),
            ENABLED,
            VISIBLE,
            # One text for the field, or an object from the media's id to the text for that file.
            Property("error-message", ("string", "object"), None, v("4.0"), outside_form_only=True, min_items=1),
            since=v("4.0"),
        ),
        v("4.0"),
        "Its value goes into the payload of data_exchange or complete as a top-level text, never into navigate.",
        category=Category.INPUT,
        value_type="array",
        # The documentation does not list If and Switch; Meta's client takes it there.
        places=places(layout="4.0", form="4.0", branches="4.0", cases="4.0"),
        max_per_screen=1,
    )


COMPONENTS = (
    Component(
        "Image",
        properties(
            kind("Image"),
            text("src", required=True, format="base64", note="Base64 without `data:`. JPEG or PNG."),
            number("width"),
            number("height"),
            choice("scale-type", "contain", "cover", default="contain"),
            number("aspect-ratio", default=1),
            text("alt-text"),
            VISIBLE,
        ),
        category=Category.MEDIA,
        places=places(layout="2.1", form="2.1", branches="4.0", cases="4.0"),
        max_per_screen=3,
    ),
    Component(
        "ImageCarousel",
        properties(
            kind("ImageCarousel"),
            objects("images", CAROUSEL_IMAGE, min_items=1, max_items=3),
            choice("aspect-ratio", "4:3", "16:9", default="4:3"),
            choice("scale-type", "contain", "cover", default="contain"),
            VISIBLE,
            since=v("7.1"),
        ),
        v("7.1"),
        category=Category.MEDIA,
        places=places(layout="7.1", form="7.1"),
        max_per_screen=2,
        max_per_screen_since=v("7.1"),
        max_per_flow=3,
    ),
    _picker(
        "PhotoPicker",
        "photos",
        choice("photo-source", "camera_gallery", "camera", "gallery", default="camera_gallery"),
    ),
    _picker("DocumentPicker", "documents", texts("allowed-mime-types", dynamic=False, enum=MIME_TYPES, min_items=1)),
)
