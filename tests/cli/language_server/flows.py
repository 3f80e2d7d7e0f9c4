"""The Flow the tests write in: two screens, data, an input, an expression; § is put where it is wanted."""

FLOW = """{
  "version": "7.3",
  "data_api_version": "3.0",
  "routing_model": { "ORDER": ["THANKS"], "THANKS": [] },
  "screens": [
    {
      "id": "ORDER",
      "title": "🥖 Order",
      "data": {
        "town": { "type": "string", "__example__": "Ulm" },
        "shop": {
          "type": "object",
          "properties": { "street": { "type": "string" } },
          "__example__": { "street": "Mill Lane" }
        }
      },
      "layout": {
        "type": "SingleColumnLayout",
        "children": [
          { "type": "TextBody", "text": "${data.town}" },
          { "type": "TextInput", "name": "guest", "label": "🥖🥖 Name" },
          { "type": "OptIn", "name": "news", "label": "Send me news" },
          {
            "type": "Footer",
            "label": "Order the bread",
            "on-click-action": {
              "name": "navigate",
              "next": { "type": "screen", "name": "THANKS" },
              "payload": { "guest": "${form.guest}" }
            }
          }
        ]
      }
    },
    {
      "id": "THANKS",
      "title": "Thanks",
      "terminal": true,
      "data": { "guest": { "type": "string", "__example__": "Ann" } },
      "layout": {
        "type": "SingleColumnLayout",
        "children": [
          { "type": "TextBody", "text": "`'Thank you, ' ${data.guest} ' of ' ${screen.ORDER.data.town}`" },
          {
            "type": "Footer",
            "label": "Close the order",
            "on-click-action": { "name": "complete", "payload": { "guest": "${screen.ORDER.form.guest}" } }
          }
        ]
      }
    }
  ]
}
"""


def with_line(line: str) -> str:
    """The Flow with another line among the components of its first screen."""
    mark = '          { "type": "OptIn"'
    assert mark in FLOW
    return FLOW.replace(mark, f"          {line}\n{mark}", 1)


def at(text: str, nth: int = 1) -> str:
    """The Flow with a § at the place of the nth occurrence of a text that has one itself."""
    before, _, after = text.partition("§")
    place = -1
    for _ in range(nth):
        place = FLOW.index(before + after, place + 1)
    return FLOW[: place + len(before)] + "§" + FLOW[place + len(before) :]
