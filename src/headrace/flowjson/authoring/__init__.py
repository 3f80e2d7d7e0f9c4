"""Flows in Python: typed classes with which a Flow is written as code, and the way back.

>>> from headrace.flowjson.authoring import Complete, Flow, Footer, Screen, TextInput
>>> email = TextInput(name="email", label="E-mail", input_type="email", required=True)
>>> contact = Screen(
...     id="CONTACT",
...     title="Contact",
...     terminal=True,
...     layout=[email, Footer(label="Send my address", on_click_action=Complete(payload={"email": email}))],
... )
>>> flow = Flow(version="7.3", screens=[contact])
>>> flow.to_json()["screens"][0]["layout"]["children"][1]["on-click-action"]
{'name': 'complete', 'payload': {'email': '${form.email}'}}
>>> Flow.from_json(flow.to_json()).to_text() == flow.to_text()
True

There is a class for every component, action and item of the catalogue, with an argument for every property; hyphens
become underscores. What only the phone knows is a reference: `data("total")`, `form("email")`, an input, a `Field`.
The classes are made from the catalogue by `tools/generate_authoring.py`.
"""

from typing import Any

from headrace.flowjson.authoring.actions import Complete, DataExchange, Navigate, Next, OpenUrl, UpdateData
from headrace.flowjson.authoring.choices import CheckboxGroup, Chip, ChipsSelector, Dropdown, Option, RadioButtonsGroup
from headrace.flowjson.authoring.containers import Form, If, SingleColumnLayout, Switch
from headrace.flowjson.authoring.dates import CalendarPicker, DatePicker
from headrace.flowjson.authoring.deserialization import NotAFlow
from headrace.flowjson.authoring.document import KeyOrder
from headrace.flowjson.authoring.fields import Field, FieldType
from headrace.flowjson.authoring.flow import DataApiVersion, Flow, VersionName
from headrace.flowjson.authoring.inputs import OptIn, TextArea, TextInput
from headrace.flowjson.authoring.media import (
    CarouselImage,
    DocumentPicker,
    Image,
    ImageCarousel,
    MimeType,
    PhotoPicker,
)
from headrace.flowjson.authoring.model import HERE, MISSING, Action, Component, Input, Model, Raw
from headrace.flowjson.authoring.navigation import (
    EmbeddedLink,
    End,
    Footer,
    MainContent,
    NavigationItem,
    NavigationList,
    Start,
)
from headrace.flowjson.authoring.ranges import Range
from headrace.flowjson.authoring.references import (
    Bound,
    Expression,
    Reference,
    ScreenReferences,
    data,
    expression,
    form,
    joined,
    screen,
)
from headrace.flowjson.authoring.screens import Screen
from headrace.flowjson.authoring.source import source_of
from headrace.flowjson.authoring.texts import RichText, TextBody, TextCaption, TextHeading, TextSubheading

__all__ = [
    "HERE",
    "MISSING",
    "Action",
    "Bound",
    "CalendarPicker",
    "CarouselImage",
    "CheckboxGroup",
    "Chip",
    "ChipsSelector",
    "Complete",
    "Component",
    "DataApiVersion",
    "DataExchange",
    "DatePicker",
    "DocumentPicker",
    "Dropdown",
    "EmbeddedLink",
    "End",
    "Expression",
    "Field",
    "FieldType",
    "Flow",
    "Footer",
    "Form",
    "If",
    "Image",
    "ImageCarousel",
    "Input",
    "KeyOrder",
    "MainContent",
    "MimeType",
    "Model",
    "Navigate",
    "NavigationItem",
    "NavigationList",
    "Next",
    "NotAFlow",
    "OpenUrl",
    "OptIn",
    "Option",
    "PhotoPicker",
    "RadioButtonsGroup",
    "Range",
    "Raw",
    "Reference",
    "RichText",
    "Screen",
    "ScreenReferences",
    "SingleColumnLayout",
    "Start",
    "Switch",
    "TextArea",
    "TextBody",
    "TextCaption",
    "TextHeading",
    "TextInput",
    "TextSubheading",
    "UpdateData",
    "VersionName",
    "data",
    "expression",
    "form",
    "joined",
    "screen",
    "to_python",
]


def to_python(value: Any) -> str:
    """Python source that makes a Flow, given as a Flow or as a JSON value: imports, its screens, and `flow`.

    Run, it makes a Flow whose JSON is equal, keys in the same order. Raises NotAFlow as `Flow.from_json` does.
    """
    return source_of(Flow.from_json(value.to_json() if isinstance(value, Flow) else value))
