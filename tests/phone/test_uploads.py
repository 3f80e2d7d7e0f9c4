"""PhotoPicker and DocumentPicker: what they take and refuse, what they keep the Footer from, and what is sent."""

from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.phone.attachments import METADATA, Json, attach, documents, photos, picked, sent
from tests.phone.flows import flow, footer, heading, one_screen, opened, screen, text_input

from headrace.phone.carry_over import carry
from headrace.phone.engine.effects import Complete, Declined, Exchange, SendFile
from headrace.phone.engine.events import (
    Answered,
    Back,
    Close,
    Fill,
    Leave,
    Open,
    Remove,
    Select,
    Tap,
    Upload,
    Uploaded,
    UploadFailed,
)
from headrace.phone.engine.program import Program
from headrace.phone.screen.view import UploadView
from headrace.phone.session import Opening, Session
from headrace.phone.values.files import PickedFile, clean_name, written_size
from headrace.phone.values.filetypes import UNKNOWN, picture_type, type_of

SENDING = footer("complete", {"photos": "${form.photos}"})
MB = 1024 * 1024


def picker(session: Session, name: str = "photos") -> UploadView:
    view = session.view()
    assert view.screen is not None
    part = view.screen.field(name)
    assert isinstance(part, UploadView)
    return part


def names(session: Session, name: str = "photos") -> list[str]:
    return [file.file_name for file in picker(session, name).files]


def reasons(effects: list[Any]) -> list[str]:
    return [effect.reason for effect in effects if isinstance(effect, Declined)]


def shut(session: Session) -> str:
    view = session.view()
    assert view.screen is not None
    assert view.screen.footer is not None
    return view.screen.footer.reason


def large(name: str = "large.png") -> PickedFile:
    return picked(name, 25 * MB + 1)


@pytest.mark.parametrize(
    ("component", "file", "reason"),
    [
        (photos(), picked(size=0), "mill.png is empty"),
        (photos(), picked("notes.txt", mime_type="text/plain"), "notes.txt is not a photo"),
        (photos(), picked("clip.mp4", mime_type="video/mp4"), "clip.mp4 is not a photo"),
        (photos(), large(), "large.png has 25.1 MB; a file may have 25 MB"),
        (
            photos("photos", **{"max-file-size-kb": 100}),
            picked(size=102_401),
            "mill.png has 100.1 KB; a file may have 100 KB",
        ),
        (photos("photos", **{"max-uploaded-photos": 0}), picked(), "mill.png was not added: 0 photos at most"),
        (
            documents("photos", **{"allowed-mime-types": ["application/pdf", "text/plain"]}),
            picked(),
            "mill.png is of a kind that is not taken here: use PDF or plain text",
        ),
        (
            documents("photos"),
            picked("run.exe", mime_type=UNKNOWN),
            "run.exe is of a kind that is not taken here",
        ),
    ],
)
def test_what_is_not_taken_is_told_at_the_picker(component: Json, file: PickedFile, reason: str) -> None:
    session = one_screen(component, SENDING)
    effects = session.handle(Upload("photos", (file,)))
    assert effects == [Declined("photos", reason)]
    assert picker(session).refused == (reason,)
    assert picker(session).files == ()
    assert shut(session) == ""


def test_of_many_files_those_are_taken_that_can_be() -> None:
    session = one_screen(photos("photos", **{"max-uploaded-photos": 2}), SENDING)
    files = (picked("a.png"), picked("b.txt", mime_type="text/plain"), picked("c.png"), picked("d.png"))
    effects = attach(session, "photos", *files)
    assert [effect.file.file_name for effect in effects if isinstance(effect, SendFile)] == ["a.png", "c.png"]
    assert reasons(effects) == ["b.txt is not a photo", "d.png was not added: 2 photos at most"]
    assert names(session) == ["a.png", "c.png"]
    assert picker(session).full
    attach(session, "photos")
    assert picker(session).refused == ()
    assert names(session) == ["a.png", "c.png"]


def test_the_footer_waits_for_enough_files_that_have_arrived() -> None:
    session = one_screen(photos("photos", **{"min-uploaded-photos": 2}), SENDING)
    assert shut(session) == "Photos: Add at least 2 photos"
    assert picker(session).error == ""
    assert picker(session).required
    session.handle(Upload("photos", (picked("a.png"), picked("b.png"))))
    assert shut(session) == "Photos: Wait until the files are uploaded"
    assert [file.progress for file in picker(session).files] == ["sending", "sending"]
    session.handle(Uploaded("media-a.png", sent(picked("a.png"))))
    session.handle(UploadFailed("media-b.png"))
    assert shut(session) == "Photos: A file could not be uploaded. Remove it and choose it again"
    assert [file.error for file in picker(session).files] == ["", "Not uploaded. Remove it and choose it again"]
    assert isinstance(session.handle(Tap("Continue"))[0], Declined)
    session.handle(Remove("photos", "b.png"))
    assert picker(session).error == "Add at least 2 photos"
    attach(session, "photos", picked("c.png"))
    assert shut(session) == ""
    assert picker(session).error == ""


@pytest.mark.parametrize(
    ("least", "most", "words"),
    [
        (0, 30, "Up to 30 photos"),
        (1, 1, "1 photo"),
        (2, 5, "2 to 5 photos"),
        (1, 10, "1 to 10 photos"),
        (0, 1, "Up to 1 photo"),
    ],
)
def test_the_limit_is_told(least: int, most: int, words: str) -> None:
    session = one_screen(photos("photos", **{"min-uploaded-photos": least, "max-uploaded-photos": most}), SENDING)
    assert picker(session).limit == f"{words}, 25 MB each"


@pytest.mark.parametrize(
    ("component", "source", "several", "accept"),
    [
        (photos(), "camera_gallery", True, ("image/*",)),
        (photos("photos", **{"photo-source": "gallery"}), "gallery", True, ("image/*",)),
        (photos("photos", **{"photo-source": "camera"}), "camera", False, ("image/*",)),
        (photos("photos", **{"max-uploaded-photos": 1}), "camera_gallery", False, ("image/*",)),
        (
            documents("photos", **{"allowed-mime-types": ["application/pdf"]}),
            "documents",
            True,
            ("application/pdf", ".pdf"),
        ),
    ],
)
def test_what_is_offered_to_choose_from(component: Json, source: str, several: bool, accept: tuple[str, ...]) -> None:
    part = picker(one_screen(component, SENDING))
    assert (part.source, part.several, part.accept) == (source, several, accept)


def test_a_disabled_picker_takes_nothing_and_holds_nothing_up() -> None:
    session = one_screen(photos("photos", enabled=False, **{"min-uploaded-photos": 1}), SENDING)
    assert reasons(session.handle(Upload("photos", (picked(),)))) == ['"photos" is disabled.']
    assert reasons(session.handle(Remove("photos", "mill.png"))) == ['"photos" is disabled.']
    assert shut(session) == ""


def test_files_are_taken_where_a_picker_is() -> None:
    session = one_screen(text_input("name"), photos(), SENDING)
    for name in ("name", "nobody"):
        assert reasons(session.handle(Upload(name, (picked(),)))) == [f'This screen shows no picker "{name}".']
    assert reasons(session.handle(Remove("photos", "x"))) == ['"photos" holds no file "x".']
    for event in (Fill({"photos": [{"media_id": "1"}]}), Fill({"photos": "x"}), Select("photos", "x")):
        assert reasons(session.handle(event)) == ['"photos" takes files, which have to be uploaded.']
    attach(session, "photos", picked())
    assert reasons(session.handle(Fill({"photos": []}))) == ['"photos" takes files, which have to be uploaded.']
    assert names(session) == ["mill.png"]


def test_an_endpoint_is_told_where_the_files_lie_and_what_opens_them() -> None:
    session = opened(
        flow(
            screen("A", photos(), footer("data_exchange", {"photos": "${form.photos}", "n": "`1 + 1`"})),
            routing={"A": []},
        )
    )
    attach(session, "photos", picked("a.png"), picked("b.png"))
    (effect,) = session.handle(Tap("Continue"))
    assert isinstance(effect, Exchange)
    assert effect.request["data"]["photos"] == [
        {
            "media_id": f"media-{name}",
            "cdn_url": f"https://cdn.example/media-{name}",
            "file_name": name,
            "encryption_metadata": METADATA,
        }
        for name in ("a.png", "b.png")
    ]


def test_a_response_names_the_media() -> None:
    session = one_screen(photos(), SENDING)
    attach(session, "photos", picked("mill.png"))
    assert session.handle(Tap("Continue")) == [
        Complete(
            {
                "photos": [{"file_name": "mill.png", "mime_type": "image/png", "sha256": "ab" * 32, "id": "18"}],
                "flow_token": "unused",
            }
        )
    ]


def test_a_later_screen_sends_the_files_of_an_earlier_one() -> None:
    document = flow(
        screen("A", photos(), footer("navigate", to="B")),
        screen("B", footer("complete", {"all": "${screen.A.form.photos}"}, label="Send"), terminal=True),
    )
    session = opened(document)
    attach(session, "photos", picked())
    session.handle(Tap("Continue"))
    (effect,) = session.handle(Tap("Send"))
    assert isinstance(effect, Complete)
    assert [file["file_name"] for file in effect.response["all"]] == ["mill.png"]


def test_files_do_not_travel_to_the_next_screen() -> None:
    document = flow(
        screen("A", photos(), footer("navigate", {"given": "${form.photos}"}, to="B")),
        screen("B", heading("B"), terminal=True, data={"given": {"type": "array", "items": {"type": "object"}}}),
    )
    session = opened(document)
    attach(session, "photos", picked())
    session.handle(Tap("Continue"))
    assert session.screen == "A"
    snackbar = session.view().snackbar
    assert snackbar is not None
    assert snackbar.text == "Files cannot be handed to another screen"


@pytest.mark.parametrize(
    ("version", "files", "words"),
    [
        ("7.3", [picked(f"{number}.png") for number in range(11)], "These are 11 files. At most 10 can be sent"),
        ("4.0", [picked("a.png"), picked("b.png")], "These are 2 files. At most 1 can be sent"),
        (
            "7.3",
            [picked(f"{number}.png", 25 * MB) for number in range(5)],
            "These files have 125 MB together. At most 100 MB can be sent",
        ),
    ],
)
def test_a_response_carries_so_much(version: str, files: list[PickedFile], words: str) -> None:
    session = opened(flow(screen("ONLY", photos(), SENDING, terminal=True), version=version))
    attach(session, "photos", *files)
    assert session.handle(Tap("Continue")) == []
    assert session.status == "ready"
    snackbar = session.view().snackbar
    assert snackbar is not None
    assert snackbar.text == words


ANSWERING = flow(
    screen(
        "A",
        photos("photos", **{"error-message": "${data.wrong}"}),
        footer("data_exchange", {"photos": "${form.photos}"}),
        data={"wrong": {"type": "object", "__example__": {"id": "words"}}},
    ),
    routing={"A": []},
)


@pytest.mark.parametrize("leaving", [Leave("photos"), Remove("photos", "b.png"), Upload("photos", (picked("c.png"),))])
def test_the_business_speaks_about_single_files(leaving: Any) -> None:
    session = opened(ANSWERING)
    attach(session, "photos", picked("a.png"), picked("b.png"))
    session.handle(Tap("Continue"))
    session.handle(Answered({"screen": "A", "data": {"wrong": {"media-b.png": "Too dark", "gone": "Never seen"}}}))
    part = picker(session)
    assert [file.error for file in part.files] == ["", "Too dark"]
    assert part.error == ""
    assert part.from_business
    assert shut(session) == "Photos: Too dark"
    session.handle(leaving)
    for file in picker(session).files:
        session.handle(Uploaded(file.media_id, sent(picked(file.file_name))))
    assert shut(session) == ""


def test_the_business_speaks_about_the_picker() -> None:
    document = flow(screen("A", photos("photos", **{"error-message": "Show the other side"}), SENDING, terminal=True))
    session = opened(document)
    assert picker(session).error == "Show the other side"
    assert shut(session) == "Photos: Show the other side"
    attach(session, "photos", picked())
    assert picker(session).error == ""


def test_a_stored_session_goes_on_with_its_files() -> None:
    session = one_screen(photos(), SENDING)
    attach(session, "photos", picked("a.png"))
    session.handle(Upload("photos", (picked("b.png"), picked("c.txt", mime_type="text/plain"))))
    again = Session.from_json(session.program, orjson.loads(orjson.dumps(session.to_json())))
    assert again.view() == session.view()
    again.handle(Uploaded("media-b.png", sent(picked("b.png"))))
    assert [file.progress for file in picker(again).files] == ["sent", "sent"]
    assert again.attached("media-a.png") is not None
    assert again.attached("another") is None


def test_closing_keeps_what_arrived_and_drops_the_rest() -> None:
    session = one_screen(photos(), SENDING)
    attach(session, "photos", picked("a.png"))
    session.handle(Upload("photos", (picked("b.png"),)))
    session.handle(Close())
    session.handle(Uploaded("media-b.png", sent(picked("b.png"))))
    session.handle(Open())
    assert names(session) == ["a.png"]


def test_a_file_that_was_removed_meanwhile_concerns_nobody() -> None:
    session = one_screen(photos(), SENDING)
    session.handle(Upload("photos", (picked(),)))
    session.handle(Remove("photos", "media-mill.png"))
    assert session.handle(Uploaded("media-mill.png", sent(picked()))) == []
    assert names(session) == []


def test_going_back_keeps_files_and_clears_what_was_refused() -> None:
    document = flow(
        screen("A", photos(), footer("navigate", to="B")),
        screen("B", photos("more"), footer("complete"), terminal=True),
    )
    session = opened(document)
    attach(session, "photos", picked("a.png"), picked("b.txt", mime_type="text/plain"))
    session.handle(Tap("Continue"))
    session = Session.from_json(session.program, session.to_json())
    session.handle(Back())
    assert names(session) == ["a.png"]
    assert picker(session).refused == ()


def test_a_flow_that_is_edited_keeps_the_files_that_still_fit() -> None:
    session = one_screen(photos(), SENDING)
    attach(session, "photos", picked("a.png", 50 * 1024), picked("b.png", 500 * 1024))
    narrower = Program.compile(
        flow(screen("ONLY", photos("photos", **{"max-file-size-kb": 100}), SENDING, terminal=True))
    )
    carried = carry(session, narrower, Opening())
    assert names(carried.session) == ["a.png"]
    assert [(one.name, one.reason) for one in carried.dropped] == [("photos", "no longer takes b.png")]


def test_a_list_in_an_init_value_is_no_file() -> None:
    form = {"type": "Form", "name": "form", "init-values": {"photos": ["x"]}, "children": [photos(), SENDING]}
    assert names(opened(flow(screen("ONLY", form, terminal=True)))) == []


@pytest.mark.parametrize(
    ("given", "clean"),
    [
        ("mill.png", "mill.png"),
        ("../../etc/passwd\0.png", "passwd.png"),
        ("C:\\Users\\ada\\mill.png", "mill.png"),
        ("/etc/passwd", "passwd"),
        ("harmless\u202egnp.exe", "harmlessgnp.exe"),
        ("two\r\nlines.png", "twolines.png"),
        (" .. ", "file"),
        ("", "file"),
        ("é" * 300 + ".png", "é" * 251 + ".png"),
        ("x" * 300, "x" * 255),
        ("a" * 10 + "." + "b" * 300, "a" * 10 + "." + "b" * 244),
    ],
)
def test_file_names_lose_what_could_harm(given: str, clean: str) -> None:
    assert clean_name(given) == clean


@given(st.text(max_size=400))
def test_a_clean_name_is_a_name(given_name: str) -> None:
    name = clean_name(given_name)
    assert name
    assert len(name) <= 255
    assert not set(name) & set("/\\\0\n\r\u202e")
    assert clean_name(name) == name


@pytest.mark.parametrize(
    ("name", "declared", "found"),
    [
        ("a.PDF", "application/x-anything", "application/pdf"),
        ("a.jpg", "", "image/jpeg"),
        ("a.docx", "", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        ("a.bin", "application/pdf; name=x", "application/pdf"),
        ("photo", "image/jpg", "image/jpeg"),
        ("a.exe", "", UNKNOWN),
    ],
)
def test_types_go_by_the_end_of_the_name(name: str, declared: str, found: str) -> None:
    assert type_of(name, declared) == found


@pytest.mark.parametrize(
    ("start", "found"),
    [
        (b"\x89PNG\r\n\x1a\n....", "image/png"),
        (b"\xff\xd8\xff\xe0", "image/jpeg"),
        (b"GIF89a", "image/gif"),
        (b"RIFF\x01\x02\x03\x04WEBPVP8 ", "image/webp"),
        (b"\0\0\0\x18ftypheic", "image/heic"),
        (b"\0\0\0\x18ftypavif", "image/avif"),
        (b"<svg onload=alert(1)>", UNKNOWN),
        (b"", UNKNOWN),
    ],
)
def test_pictures_are_known_by_how_they_begin(start: bytes, found: str) -> None:
    assert picture_type(start) == found


@pytest.mark.parametrize(
    ("kilobytes", "words"),
    [(25_600, "25 MB"), (12_000, "11.7 MB"), (500, "500 KB"), (1_023, "1023 KB"), (1_024, "1 MB")],
)
def test_limits_as_they_are_read(kilobytes: int, words: str) -> None:
    session = one_screen(photos("photos", **{"max-file-size-kb": kilobytes}), SENDING)
    assert picker(session).limit == f"Up to 30 photos, {words} each"
    session.handle(Upload("photos", (picked(size=kilobytes * 1024), picked(size=kilobytes * 1024 + 1))))
    (refused,) = picker(session).refused
    assert refused.endswith(f"a file may have {words}")
    assert f"has {words};" not in refused


@pytest.mark.parametrize(
    ("size", "words"),
    [
        (1, "1 byte"),
        (999, "999 bytes"),
        (1024, "1 KB"),
        (1536, "1.5 KB"),
        (25 * MB, "25 MB"),
        (25 * MB + 1, "25.1 MB"),
        (125 * MB, "125 MB"),
    ],
)
def test_sizes_as_they_are_read(size: int, words: str) -> None:
    assert written_size(size) == words
