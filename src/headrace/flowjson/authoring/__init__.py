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
>>> Flow.from_json(flow.to_json()) == flow
False

There is a class for every component, action and item of the catalogue, and it has an argument for every property, with
underscores for hyphens. What is worked out on the phone is a reference: `data("total")`, `form("email")`, an input, a `Field`.
The classes are made from the catalogue by `tools/generate_authoring.py`.
"""
