"""A Flow in which every component stands as a business would use it, screen by screen."""

import base64

from tests.phone.flows import Json, flow, footer, heading, screen, string, text_input
from tests.pictures import png


def _picture(colour: tuple[int, int, int], width: int = 160, height: int = 120) -> str:
    return base64.b64encode(png(width, height, colour)).decode()


TEAL, OCHRE, SLATE = _picture((46, 120, 126)), _picture((196, 142, 60)), _picture((92, 104, 120))
NEXT = {"type": "screen", "name": "TYPING"}
TERMS = {"name": "navigate", "next": {"type": "screen", "name": "TERMS"}, "payload": {}}


def rows(*titles: str, **more: list[str]) -> list[Json]:
    """Options; each further member has one value for each row, empty where the row has none."""
    return [
        {"id": title.split()[0].lower(), "title": title}
        | {name.replace("_", "-"): values[at] for name, values in more.items() if values[at]}
        for at, title in enumerate(titles)
    ]


READING = screen(
    "READING",
    heading("Bicycle repairs, done while you wait"),
    {"type": "TextSubheading", "text": "How it works"},
    {"type": "TextBody", "text": "Choose a day, tell us what is broken, and leave the bicycle with us."},
    {"type": "TextBody", "text": "Only this week", "font-weight": "bold"},
    {"type": "TextBody", "text": "£ 40", "strikethrough": True},
    {
        "type": "TextBody",
        "text": ["Bring **both keys** and *no* luggage.", "- A receipt", "- A [map](https://example.com/map)"],
        "markdown": True,
    },
    {"type": "TextCaption", "text": "Prices include tax."},
    {"type": "Image", "src": TEAL, "alt-text": "Our shop", "height": 120, "scale-type": "cover"},
    {
        "type": "ImageCarousel",
        "images": [
            {"src": TEAL, "alt-text": "Before"},
            {"src": OCHRE, "alt-text": "During"},
            {"src": SLATE, "alt-text": "After"},
        ],
        "scale-type": "cover",
    },
    {
        "type": "EmbeddedLink",
        "text": "Opening hours",
        "on-click-action": {"name": "open_url", "url": "https://example.com/"},
    },
    {"type": "EmbeddedLink", "text": "Read the terms", "on-click-action": TERMS},
    {**footer("navigate", to="TYPING"), "left-caption": "Step 1 of 4", "right-caption": "2 minutes"},
)

TYPING = screen(
    "TYPING",
    text_input("name", label="Your name", required=True, **{"helper-text": "As on your card"}),
    text_input("email", label="Email", **{"input-type": "email"}),
    text_input("phone", label="Phone", **{"input-type": "phone"}),
    text_input("bikes", label="How many bicycles", **{"input-type": "number"}),
    text_input("secret", label="Password", **{"input-type": "password", "min-chars": 8}),
    text_input("code", label="Code", **{"input-type": "passcode", "max-chars": 6}),
    text_input(
        "frame",
        label="What is the number on the frame of your bicycle?",
        pattern="^[A-Z]{2}[0-9]{4}$",
        **{"input-type": "text", "helper-text": "Two letters and four digits", "label-variant": "large"},
    ),
    {
        "type": "TextArea",
        "name": "story",
        "label": "What happened",
        "max-length": 200,
        "helper-text": "In your own words",
    },
    footer("navigate", to="CHOOSING"),
)

CHOOSING = screen(
    "CHOOSING",
    {
        "type": "CheckboxGroup",
        "name": "parts",
        "label": "What is broken",
        "description": "Up to two parts a visit",
        "max-selected-items": 2,
        "data-source": rows(
            "Brakes",
            "Gears",
            "Lights",
            image=[TEAL, OCHRE, "odd"],
            description=["Pads or cables", "", "Front or rear"],
            metadata=["£ 20", "£ 35", "£ 10"],
        ),
    },
    {
        "type": "RadioButtonsGroup",
        "name": "colour",
        "label": "Colour of the frame",
        "required": True,
        "data-source": rows("Rust", "Sea", color=["#B5563C", "#2E787E"]),
    },
    {
        "type": "ChipsSelector",
        "name": "wants",
        "label": "Also",
        "data-source": rows("Wash", "Oil", "New bell", "Tyres pumped"),
    },
    {
        "type": "Dropdown",
        "name": "shop",
        "label": "Shop",
        "data-source": rows("Canal Street", "Mill Lane", description=["Open until six", ""]),
    },
    {
        "type": "Dropdown",
        "name": "city",
        "label": "Where from",
        "data-source": rows(
            *(
                f"{name} {number}"
                for number in range(1, 9)
                for name in ("Ålesund", "Bath", "Cork", "Delft", "Exeter", "Ghent")
            )
        ),
    },
    {
        "type": "If",
        "condition": "${form.colour} == 'sea'",
        "then": [{"type": "TextBody", "text": "A fine colour."}],
        "else": [{"type": "TextBody", "text": "Tell us the colour."}],
    },
    {
        "type": "Switch",
        "value": "${form.shop}",
        "cases": {
            "canal": [{"type": "TextCaption", "text": "By the water."}],
            "mill": [{"type": "TextCaption", "text": "By the mill."}],
        },
    },
    {"type": "OptIn", "name": "agree", "label": "I accept the terms", "required": True, "on-click-action": TERMS},
    footer("navigate", to="DATES"),
)
for number, row in enumerate(CHOOSING["layout"]["children"][4]["data-source"]):
    row["id"] = f"city-{number}"

DATES = screen(
    "DATES",
    {
        "type": "DatePicker",
        "name": "bought",
        "label": "Bought on",
        "max-date": "2026-11-22",
        "helper-text": "A guess will do",
    },
    {
        "type": "CalendarPicker",
        "name": "visit",
        "label": "Day of your visit",
        "helper-text": "We are shut on Sundays",
        "required": True,
        "min-date": "2026-11-23",
        "max-date": "2027-01-31",
        "include-days": ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat"],
        "unavailable-dates": ["2026-11-26"],
    },
    {
        "type": "CalendarPicker",
        "name": "away",
        "mode": "range",
        "title": "When you are away",
        "description": "We keep the bicycle for a week at most",
        "label": {"start-date": "From", "end-date": "Until"},
        "max-days": 7,
    },
    {**footer("navigate", to="PHOTOS"), "center-caption": "Nearly done"},
)

PHOTOS = screen(
    "PHOTOS",
    {
        "type": "PhotoPicker",
        "name": "photos",
        "label": "Photos",
        "description": "Of what is broken",
        "max-uploaded-photos": 3,
    },
    footer("complete", {"name": "${screen.TYPING.form.name}"}, label="Send"),
    terminal=True,
)

TERMS_SCREEN = screen(
    "TERMS",
    {
        "type": "RichText",
        "text": [
            "# Terms",
            "We repair **bicycles**, not *motors*. See [the long form](https://example.com/terms).",
            "## Prices",
            "| Work | Price |",
            "|---|---|",
            "| Brakes | **£ 20** |",
            "| Gears | £ 35 |",
            "1. Bring it",
            "2. Wait",
            f"![Our shop](data:image/png;base64,{TEAL})",
        ],
    },
)

PLANS = flow(
    screen(
        "PLANS",
        {
            "type": "NavigationList",
            "name": "plan",
            "label": "Plans",
            "description": "Change at any time",
            "list-items": [
                {
                    "id": "gold",
                    "main-content": {"title": "Gold", "description": "Everything", "metadata": "Two visits a month"},
                    "start": {"image": OCHRE, "alt-text": "A coin"},
                    "badge": "New",
                    "tags": ["Home", "Office"],
                    "end": {"title": "£ 19", "description": "a month"},
                },
                {
                    "id": "silver",
                    "main-content": {"title": "Silver", "description": "Brakes and gears"},
                    "start": {"image": SLATE},
                    "end": {"title": "£ 9", "description": "a month"},
                },
                {
                    "id": "none",
                    "main-content": {"title": "No plan"},
                    "start": {"image": "odd"},
                    "end": {"title": "£ 0"},
                    "enabled": False,
                },
            ],
            "on-click-action": {
                "name": "navigate",
                "next": {"type": "screen", "name": "CHOSEN"},
                "payload": {"plan": "${form.plan}"},
            },
        },
    ),
    screen(
        "CHOSEN",
        heading("${data.plan}"),
        {
            "type": "DocumentPicker",
            "name": "papers",
            "label": "Papers",
            "description": "Your insurance",
            "allowed-mime-types": ["application/pdf"],
        },
        footer("complete", {"plan": "${data.plan}"}),
        data={"plan": string()},
        terminal=True,
    ),
)

REPAIRS = flow(READING, TYPING, CHOOSING, DATES, PHOTOS, TERMS_SCREEN)
