"""Random Flows that are valid: several screens, every component, branches, bindings, expressions, with an endpoint or
without.
"""

from dataclasses import dataclass, field
from typing import Any

from hypothesis import strategies as st

from headrace.flowjson.catalogue import Version

Json = dict[str, Any]

VERSIONS = ("2.1", "3.0", "4.0", "5.0", "5.1", "6.0", "6.2", "6.3", "7.0", "7.1", "7.2", "7.3")
SCREENS = ("ALPHA", "BETA", "GAMMA", "DELTA")
WORDS = ("Rye", "Oat", "<b>&\"'", "Brød", "דגן", "🌾 grain", "two  words", "*star*", "${data", "`")
PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
ROWS = {
    "type": "array",
    "items": {"type": "object", "properties": {"id": {"type": "string"}, "title": {"type": "string"}}},
    "__example__": [{"id": "a", "title": "Apple"}, {"id": "b", "title": "Pear"}, {"id": "c", "title": "Plum"}],
}
MODEL: Json = {
    "words": {"type": "string", "__example__": "a"},
    "flag": {"type": "boolean", "__example__": True},
    "amount": {"type": "number", "__example__": 3},
    "rows": ROWS,
    "note": {"type": "string", "__example__": ""},
}
"""The data of every generated screen."""

words = st.sampled_from(WORDS)
flags = st.booleans()


@st.composite
def flows(draw: st.DrawFn, *, versions: tuple[str, ...] = VERSIONS) -> Json:
    """A Flow of one to four screens. Each leads on to the next; some have links to others."""
    version = draw(st.sampled_from(versions))
    ids = SCREENS[: draw(st.integers(1, len(SCREENS)))]
    has_endpoint = draw(flags)
    earlier: list[str] = []
    screens = [_Screen(draw, version, ids, number, has_endpoint, earlier).made() for number in range(len(ids))]
    flow: Json = {"version": version}
    if has_endpoint:
        flow["data_api_version"] = "3.0"
        flow["routing_model"] = {one: list(ids[number + 1 :]) for number, one in enumerate(ids)}
        if version == "2.1":
            flow["data_channel_uri"] = "https://example.org/flow"
    return {**flow, "screens": screens}


def data_of(screen: str) -> Json:
    """Data that fits a generated screen."""
    return {name: schema["__example__"] for name, schema in MODEL.items()} | {"words": screen.lower()}


@dataclass
class _Screen:
    """One screen in the making. `texts` and `consents` are the names of inputs whose value is a text or a boolean;
    `earlier` are bindings to texts of the screens before.
    """

    draw: st.DrawFn
    version: str
    ids: tuple[str, ...]
    number: int
    has_endpoint: bool
    earlier: list[str]
    count: int = 0
    texts: list[str] = field(default_factory=list)
    consents: list[str] = field(default_factory=list)
    initial: Json = field(default_factory=dict)
    messages: Json = field(default_factory=dict)
    picker: str = ""
    in_form: bool = False

    def since(self, version: str) -> bool:
        return Version.parse(self.version) >= Version.parse(version)

    @property
    def is_last(self) -> bool:
        return self.number == len(self.ids) - 1

    def made(self) -> Json:
        self.in_form = not self.since("4.0") or self.draw(flags)
        kinds: list[str] = ["plain"] * 6
        kinds += ["list"] if self.since("6.2") and not self.is_last else []
        kinds += ["rich"] if self.since("6.3") else []
        kind = self.draw(st.sampled_from(kinds))
        children = {"plain": self.plain, "list": self.lists, "rich": self.rich}[kind]()
        screen: Json = {"id": self.ids[self.number], "title": "Screen", "data": MODEL}
        if self.is_last:
            screen["terminal"] = True
        if self.has_endpoint and self.number and self.draw(flags):
            screen["refresh_on_back"] = True
        if self.since("4.0"):
            if self.draw(flags) and self.earlier:
                screen["title"] = self.draw(st.sampled_from(self.earlier))
            self.earlier += [f"${{screen.{screen['id']}.form.{name}}}" for name in self.texts]
        return {**screen, "layout": {"type": "SingleColumnLayout", "children": children}}

    def plain(self) -> list[Json]:
        children = [self.component() for _ in range(self.draw(st.integers(0, 5)))]
        if self.since("4.0"):
            children += [self.branches() for _ in range(self.draw(st.integers(0, 2)))]
        if self.since("4.0") and self.draw(st.integers(0, 3)) == 0:
            children.append(self.files())
        if self.number < len(self.ids) - 1 and self.draw(flags):
            handler = self.navigate(self.ids[-1])
            children.append({"type": "EmbeddedLink", "text": "Further", "on-click-action": handler})
        children.append(self.footer())
        if not self.in_form:
            return children
        form: Json = {"type": "Form", "name": "form", "children": children}
        if self.initial:
            form["init-values"] = self.initial
        if self.messages:
            form["error-messages"] = self.messages
        return [form]

    def rich(self) -> list[Json]:
        return [{"type": "RichText", "text": ["# Bread", "Some **bold** words", "- one\n- two"]}, self.footer()]

    def lists(self) -> list[Json]:
        self.count += 1
        entries: list[Json] = [
            {"id": f"row{number}", "main-content": {"title": self.draw(words), "metadata": "more"}}
            for number in range(self.draw(st.integers(1, 4)))
        ]
        # What leads on stands on the rows or on the list.
        handler = self.onward()
        if self.draw(flags):
            entries = [{**one, "on-click-action": handler} for one in entries]
            return [{"type": "NavigationList", "name": f"list{self.count}", "list-items": entries}]
        listed = {"type": "NavigationList", "name": f"list{self.count}", "list-items": entries}
        return [{**listed, "on-click-action": handler}]

    def branches(self) -> Json:
        if self.draw(flags):
            value = self.draw(st.sampled_from(["${data.words}", *(f"${{form.{name}}}" for name in self.texts)]))
            cases = {"a": [self.component()], "b": [self.component()]}
            if self.draw(flags):
                cases["default"] = [self.component()]
            return {"type": "Switch", "value": value, "cases": cases}
        inner = {"type": "If", "condition": self.condition(), "then": [self.component()], "else": [self.component()]}
        if self.draw(flags):
            return inner
        return {"type": "If", "condition": self.condition(), "then": [inner], "else": [self.component()]}

    def condition(self) -> str:
        known = ["${data.flag}", "!${data.flag}", "${data.words} == 'a'", "${data.amount} > 2"]
        known += [f"${{form.{name}}}" for name in self.consents]
        known += [f"${{form.{name}}} == 'b'" for name in self.texts]
        if self.since("6.0"):
            known += ["`${data.amount} % 2 == 1 && ${data.flag}`"]
        return self.draw(st.sampled_from(known))

    def flag(self) -> Any:
        """The value of a boolean property."""
        known: list[Any] = [True, True, True, False, "${data.flag}"]
        if self.since("4.0"):
            known += [f"${{form.{name}}}" for name in self.consents]
        if self.since("6.0"):
            known += ["`${data.amount} * 2 > 5`"]
        return self.draw(st.sampled_from(known))

    def text(self) -> Any:
        known: list[Any] = [*WORDS[:6], "${data.words}", *self.earlier[-2:]]
        if self.since("6.0"):
            known += ["`'sum ' ${data.amount}`", "`'so ' ${data.words} ' it is'`"]
        return self.draw(st.sampled_from(known))

    def component(self) -> Json:
        makers = [self.heading, self.image, self.line, self.line, self.area, self.consent, self.day]
        makers += [self.one_choice, self.one_choice, self.several_choices]
        makers += [self.chips] if self.since("7.1") else []
        makers += [self.calendar] if self.since("6.1") else []
        made: Json = self.draw(st.sampled_from(makers))()
        return made

    def heading(self) -> Json:
        kind = self.draw(st.sampled_from(["TextHeading", "TextSubheading", "TextBody", "TextCaption"]))
        part: Json = {"type": kind, "text": self.text(), "visible": self.flag()}
        if self.since("5.1") and kind in ("TextBody", "TextCaption") and self.draw(flags):
            part["markdown"] = True
        return part

    def image(self) -> Json:
        # Three images are the most a screen may have; a text stands for every other one.
        self.count += 1
        if self.count > 3:
            return self.heading()
        return {"type": "Image", "src": PIXEL, "height": 40, "scale-type": "contain"}

    def _input(self, kind: str, initial: Any = None, **more: Any) -> Json:
        self.count += 1
        name = f"{kind.lower()}_{self.count}"
        part: Json = {"type": kind, "name": name, "label": "Label", **more}
        if self.draw(flags):
            part["required"] = self.draw(flags)
        if self.draw(st.integers(0, 3)) == 0:
            part["visible"] = self.flag()
        if initial is not None and self.draw(st.integers(0, 3)) == 0:
            if self.in_form:
                self.initial[name] = initial
            else:
                part["init-value"] = initial
        if kind != "OptIn" and self.draw(st.integers(0, 4)) == 0:
            if self.in_form:
                self.messages[name] = "${data.note}"
            else:
                part["error-message"] = "${data.note}"
        return part

    def line(self) -> Json:
        kind = self.draw(st.sampled_from(["text", "number", "email", "password", "passcode", "phone"]))
        part = self._input("TextInput", None if kind in ("number", "passcode") else "rye@example.org")
        part["input-type"] = kind
        if self.draw(flags):
            part["min-chars"], part["max-chars"] = 2, 12
        if self.since("6.2") and kind == "text" and self.draw(flags):
            part["pattern"], part["helper-text"] = "^[a-z]+$", "Small letters"
        if kind not in ("number", "passcode"):
            self.texts.append(part["name"])
        return part

    def area(self) -> Json:
        part = self._input("TextArea", "${data.words}", **({"max-length": 20} if self.draw(flags) else {}))
        self.texts.append(part["name"])
        return part

    def consent(self) -> Json:
        if len(self.consents) > 4:
            return self.heading()
        part = self._input("OptIn", True, **(self.on_select(("update_data",)) if self.since("6.0") else {}))
        self.consents.append(part["name"])
        return part

    def rows(self, *, can_have_images: bool = True) -> Any:
        """A data source: bound, or fixed with an option that is off, or with images."""
        if self.draw(flags):
            return "${data.rows}"
        options: list[Json] = [{"id": one, "title": self.draw(words)} for one in "abc"]
        if self.draw(flags):
            options[1]["enabled"] = False
        if can_have_images and self.since("5.0") and self.draw(flags):
            options = [{**one, "image": PIXEL, "alt-text": "Grain"} for one in options]
        return options

    def one_choice(self) -> Json:
        kind = self.draw(st.sampled_from(["Dropdown", "RadioButtonsGroup"]))
        initial = self.draw(st.sampled_from(["a", "${data.words}"]))
        part = self._input(kind, initial, **{"data-source": self.rows()}, **self.on_select())
        self.texts.append(part["name"])
        return part

    def several_choices(self) -> Json:
        counts: Json = {"min-selected-items": 1, "max-selected-items": 2} if self.draw(flags) else {}
        return self._input("CheckboxGroup", ["a"], **{"data-source": self.rows()}, **counts, **self.on_select())

    def chips(self) -> Json:
        return self._input(
            "ChipsSelector", ["a", "b"], **{"data-source": self.rows(can_have_images=False)}, **self.on_select()
        )

    def day(self) -> Json:
        limits = {"min-date": "2026-01-05", "max-date": "2026-12-31", "unavailable-dates": ["2026-02-02"]}
        if not self.since("5.0"):
            limits = {"min-date": "1767571200000", "max-date": "1798675200000"}
        part = self._input("DatePicker", **(limits if self.draw(flags) else {}), **self.on_select(("data_exchange",)))
        self.texts.append(part["name"])
        return part

    def calendar(self) -> Json:
        limits: Json = {"min-date": "2026-01-05", "max-date": "2026-12-31", "unavailable-dates": ["2026-02-02"]}
        limits |= {"include-days": ["Mon", "Tue", "Wed", "Thu", "Fri"]} if self.draw(flags) else {}
        if self.draw(flags):
            return self._input("CalendarPicker", "2026-03-03", **limits, **self.on_select(("data_exchange",)))
        part = self._input("CalendarPicker", None, **limits, **self.on_select(("data_exchange",)))
        labels = {"start-date": "From", "end-date": "To"}
        required = {"start-date": self.draw(flags), "end-date": self.draw(flags)}
        return {**part, "mode": "range", "title": "When", "label": labels, "required": required}

    def files(self) -> Json:
        """A picker; only what is sent by the screen itself names its value."""
        kind, many = self.draw(st.sampled_from([("PhotoPicker", "photos"), ("DocumentPicker", "documents")]))
        most = 2 if self.since("5.0") else 1
        part = self._input(kind, **{f"min-uploaded-{many}": self.draw(st.integers(0, 1)), f"max-uploaded-{many}": most})
        part.pop("required", None)
        self.picker = part["name"]
        return part

    # Actions

    def on_select(self, possible: tuple[str, ...] = ("data_exchange", "update_data")) -> Json:
        """The actions of a choice; `possible` are those its component may have."""
        known = [name for name in possible if (self.has_endpoint if name == "data_exchange" else self.since("6.0"))]
        if not known or self.draw(st.integers(0, 2)):
            return {}
        payload: Json = {"amount": 7, "words": "b"}
        found: Json = {"on-select-action": {"name": self.draw(st.sampled_from(known)), "payload": payload}}
        if "update_data" in possible and self.since("6.0") and self.draw(flags):
            found["on-unselect-action"] = {"name": "update_data", "payload": {"flag": self.draw(flags)}}
        return found

    def payload(self) -> Json:
        """Values for every field of a screen's data."""
        texts = ["plain", "${data.words}", *self.earlier[-2:], *(f"${{form.{name}}}" for name in self.texts)]
        booleans: list[Any] = [True, False, "${data.flag}"]
        numbers: list[Any] = [1, 2.5, "${data.amount}"]
        if self.since("6.0"):
            numbers += ["`${data.amount} * 100000`", "`-${data.amount} / 3`"]
            booleans += ["`!${data.flag}`"]
        return {
            "words": self.draw(st.sampled_from(texts)),
            "flag": self.draw(st.sampled_from(booleans)),
            "amount": self.draw(st.sampled_from(numbers)),
            "rows": "${data.rows}",
            "note": "",
        }

    def everything(self) -> Json:
        """A payload of all that was entered."""
        names = (*self.texts, *self.consents, *([self.picker] if self.picker else []))
        return {name: f"${{form.{name}}}" for name in names} | {"sum": "${data.amount}"}

    def navigate(self, target: str) -> Json:
        return {"name": "navigate", "next": {"type": "screen", "name": target}, "payload": self.payload()}

    def onward(self) -> Json:
        if self.has_endpoint and self.draw(flags):
            return {"name": "data_exchange", "payload": self.everything()}
        return self.navigate(self.ids[self.number + 1])

    def footer(self) -> Json:
        handler = self.onward() if not self.is_last else {"name": "complete", "payload": self.everything()}
        if self.is_last and self.has_endpoint and self.draw(flags):
            handler = {"name": "data_exchange", "payload": self.everything()}
        part: Json = {"type": "Footer", "label": "Go on", "on-click-action": handler}
        if self.draw(st.integers(0, 4)) == 0:
            part["enabled"] = "${data.flag}"
        return part
