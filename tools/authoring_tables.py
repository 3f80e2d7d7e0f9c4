"""Words and types for `generate_authoring.py` that the catalogue does not hold."""

PACKAGE = "headrace.flowjson.authoring"
CATALOGUE = "headrace.flowjson.catalogue"
WIDTH = 120

ALIASES = {
    ("string", True): "Text", ("boolean", True): "Flag", ("number", True): "Number", ("integer", True): "Whole",
    ("string", False): "str", ("boolean", False): "bool", ("number", False): "float", ("integer", False): "int",
}  # fmt: skip

IMPORTS = {
    **dict.fromkeys(("Mapping", "Sequence"), "collections.abc"),
    "dataclass": "dataclasses",
    "date": "datetime",
    **dict.fromkeys(("Any", "Literal", "TypeAlias"), "typing"),
    **dict.fromkeys(("Action", "Component", "Input", "Model", "Raw", "action_shape"), f"{PACKAGE}.model"),
    **dict.fromkeys(("Bound", "Date", "Flag", "Number", "Picture", "Text", "Whole"), f"{PACKAGE}.references"),
    "Range": f"{PACKAGE}.ranges",
    "Field": f"{PACKAGE}.fields",
    "FlowDocument": f"{PACKAGE}.document",
    "SingleColumnLayout": f"{PACKAGE}.containers",
    "Screen": f"{PACKAGE}.screens",
    **dict.fromkeys(("Complete", "DataExchange", "Navigate", "OpenUrl", "UpdateData"), f"{PACKAGE}.actions"),
    "COMPONENTS": CATALOGUE,
    **dict.fromkeys(("CLICK_ACTION", "SELECT_ACTION", "NEXT"), f"{CATALOGUE}.actions"),
    **dict.fromkeys(("MAIN_CONTENT", "END", "START", "NAVIGATION_ITEM"), f"{CATALOGUE}.actions"),
    **dict.fromkeys(("OPTION", "CHIP"), f"{CATALOGUE}.choices"),
    "CAROUSEL_IMAGE": f"{CATALOGUE}.media",
    **dict.fromkeys(("LAYOUT", "ROOT", "SCREEN"), f"{CATALOGUE}.containers"),
}
"""Where the names in the written modules come from."""

SUMMARIES = {
    "TextHeading": "The largest text of a screen.",
    "TextSubheading": "A heading of the second level.",
    "TextBody": "A paragraph.",
    "TextCaption": "Small, grey text.",
    "RichText": "A long text in Markdown: headings, lists, tables, pictures, links.",
    "TextInput": "A line to type into.",
    "TextArea": "Several lines to type into.",
    "OptIn": "A box to tick, with a text and a link to more of it.",
    "CheckboxGroup": "Any number of choices from a list.",
    "RadioButtonsGroup": "One choice from a list.",
    "ChipsSelector": "Any number of choices from a few short words.",
    "Dropdown": "One choice from a long list.",
    "Option": "A choice of a CheckboxGroup, RadioButtonsGroup or Dropdown.",
    "Chip": "A choice of a ChipsSelector.",
    "DatePicker": "A date.",
    "CalendarPicker": "A date, or a first and a last one, chosen in a calendar.",
    "Image": "A picture.",
    "ImageCarousel": "Pictures to leaf through.",
    "CarouselImage": "A picture of an ImageCarousel.",
    "PhotoPicker": "Photos to upload.",
    "DocumentPicker": "Files to upload.",
    "EmbeddedLink": "A link between the components.",
    "Footer": "The button at the foot of a screen.",
    "NavigationList": "A list of rows that lead on.",
    "NavigationItem": "A row of a NavigationList.",
    "MainContent": "The texts of a row of a NavigationList.",
    "Start": "The picture in front of a row of a NavigationList.",
    "End": "The texts at the end of a row of a NavigationList.",
    "Form": "A group of inputs with common initial values and error messages.",
    "If": "Components that show while a condition holds, and others while it does not.",
    "Switch": "Components by the value of a text.",
    "SingleColumnLayout": "The components of a screen, one below the other. A list of components is short for it.",
    "Next": "The screen an action leads to. Its id, or the Screen, is short for it.",
    "Navigate": "Shows another screen.",
    "DataExchange": "Asks the endpoint, whose answer names the screen to show.",
    "Complete": "Ends the Flow; its payload becomes the response.",
    "UpdateData": "Changes data of the screen.",
    "OpenUrl": "Opens a page in the browser.",
    "Screen": "A screen of a Flow.",
    "Flow": "A whole Flow.",
}

OVERRIDES = {
    ("Screen", "layout"): "Sequence[Component | Raw] | SingleColumnLayout | Raw",
    ("Screen", "data"): "Sequence[Field] | Raw | None",
    ("Screen", "sensitive"): "Sequence[str | Input] | None",
    ("DocumentPicker", "allowed-mime-types"): "Sequence[MimeType] | None",
    ("Flow", "version"): "VersionName",
    ("Flow", "screens"): "Sequence[Screen | Raw]",
    ("Flow", "data_api_version"): "DataApiVersion | None",
    ("Flow", "routing_model"): "Mapping[str, Sequence[str]] | None",
    ("Next", "type"): "str",
    ("If", "condition"): "Text | bool",
    ("Navigate", "next"): "str | Screen | Next",
    ("OpenUrl", "url"): "Text",
}
"""Types the catalogue does not know."""

ACTION_MEMBERS = {
    "navigate": ("next", "payload"),
    "data_exchange": ("payload",),
    "complete": ("payload",),
    "update_data": ("payload",),
    "open_url": ("url",),
}
REQUIRED_MEMBERS = {("Navigate", "next"), ("OpenUrl", "url")}
