"""A Flow written in Python: an invitation to a workshop, with one screen for each day made by a loop.

Run it to get the Flow JSON: `python examples/flows_in_python.py > workshop.json`.
"""

import itertools

from headrace.flowjson.authoring import (
    CheckboxGroup,
    Complete,
    Flow,
    Footer,
    Navigate,
    OptIn,
    Option,
    Screen,
    TextArea,
    TextBody,
    TextHeading,
    TextInput,
    joined,
    screen,
)

DAYS = {
    "FRIDAY": ("Friday", {"kiln": "Fire a kiln", "clay": "Find clay by the river"}),
    "SATURDAY": ("Saturday", {"bowl": "Throw a bowl", "glaze": "Mix your own glaze", "tiles": "Press tiles"}),
}

name = TextInput(name="name", label="Your name", required=True)
needs = TextArea(name="needs", label="Anything we should know", max_length=300, label_variant="large")


def day(screen_id: str, following: str) -> Screen:
    """The screen on which the sessions of a day are chosen."""
    title, sessions = DAYS[screen_id]
    chosen = CheckboxGroup(
        name="sessions",
        label="Sessions",
        description="Choose as many as you like, or none.",
        data_source=[Option(id=key, title=words) for key, words in sessions.items()],
    )
    return Screen(
        id=screen_id,
        title=title,
        layout=[
            TextHeading(text=f"What do you want to do on {title}?"),
            chosen,
            Footer(label="Choose and go on", on_click_action=Navigate(next=following)),
        ],
    )


def workshop() -> Flow:
    """The whole Flow."""
    order = [*DAYS, "SUMMARY"]
    days = [day(screen_id, following) for screen_id, following in itertools.pairwise(order)]
    about = Screen(
        id="ABOUT_YOU",
        title="Pottery workshop",
        layout=[
            TextHeading(text="Two days of clay"),
            TextBody(text="Tell us who is coming, then choose your sessions day by day."),
            name,
            needs,
            Footer(label="Choose sessions", on_click_action=Navigate(next=order[0])),
        ],
    )
    updates = OptIn(name="updates", label="Tell me when the next workshop opens")
    summary = Screen(
        id="SUMMARY",
        title="Your place",
        terminal=True,
        layout=[
            TextHeading(text="Ready to reserve your place?"),
            TextBody(text=joined("We expect you, ", screen(about).form(name), ", on Friday at nine.")),
            updates,
            Footer(
                label="Reserve my place",
                on_click_action=Complete(
                    payload={
                        "name": screen(about).form(name),
                        "needs": screen(about).form(needs),
                        "friday": screen("FRIDAY").form("sessions"),
                        "saturday": screen("SATURDAY").form("sessions"),
                        "updates": updates,
                    }
                ),
            ),
        ],
    )
    return Flow(version="7.3", screens=[about, *days, summary])


if __name__ == "__main__":
    print(workshop().to_text(), end="")
