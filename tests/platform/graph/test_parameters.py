"""How parameters may travel, read one by one."""

import pytest

from headrace.platform.errors import PlatformError
from headrace.platform.graph.parameters import Parameters, Upload

pytestmark = pytest.mark.spec("graph-api.md §1.1")


@pytest.mark.parametrize("value", [["SURVEY"], '["SURVEY"]', "['SURVEY']", ' ["SURVEY"] '])
def test_an_array_is_native_or_text(value: object) -> None:
    assert Parameters({"categories": value}).texts("categories") == ["SURVEY"]


@pytest.mark.parametrize("value", ["a,b", "a, b", '["a", "b"]', ["a", "b"]])
def test_a_list_with_commas(value: object) -> None:
    assert Parameters({"names": value}).texts("names", commas=True) == ["a", "b"]


@pytest.mark.parametrize("value", ["SURVEY", 5, {"a": 1}, '{"a": 1}', [1], "[1]"])
def test_what_is_no_array_of_texts(value: object) -> None:
    with pytest.raises(PlatformError, match=r"\(#100\) Param categories"):
        Parameters({"categories": value}).texts("categories")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (True, True),
        ("true", True),
        ("True", True),
        ("1", True),
        (1, True),
        (False, False),
        ("false", False),
        (0, False),
    ],
)
def test_truth_values(value: object, expected: bool) -> None:
    assert Parameters({"publish": value}).boolean("publish") is expected


@pytest.mark.parametrize("value", ["perhaps", 2, [], {}])
def test_what_is_no_truth_value(value: object) -> None:
    with pytest.raises(PlatformError, match="Param publish must be a boolean"):
        Parameters({"publish": value}).boolean("publish")


def test_ids_may_be_numbers() -> None:
    assert Parameters({"application_id": 9}).text("application_id") == "9"


def test_null_counts_as_absent() -> None:
    parameters = Parameters({"name": None})
    assert "name" not in parameters
    with pytest.raises(PlatformError, match=r"\(#100\) The parameter name is required"):
        parameters.required("name")


def test_a_text_may_be_a_file_part() -> None:
    parameters = Parameters({"flow_json": Upload("flow.json", b"{}")})
    assert parameters.text("flow_json") == "{}"
    assert parameters.content("flow_json") == b"{}"


def test_a_document_may_be_sent_as_json_itself() -> None:
    assert Parameters({"flow_json": {"version": "7.3"}}).content("flow_json") == b'{\n  "version": "7.3"\n}'


@pytest.mark.parametrize("value", [{"a": 1}, '{"a": 1}', "{'a': 1}"])
def test_an_object_is_native_or_text(value: object) -> None:
    assert Parameters({"configuration": value}).object("configuration") == {"a": 1}


@pytest.mark.parametrize("value", [[1], "[1]", "text", 1])
def test_what_is_no_object(value: object) -> None:
    with pytest.raises(PlatformError, match="Param configuration must be an object"):
        Parameters({"configuration": value}).object("configuration")


@pytest.mark.parametrize("value", [True, [], {}, "a\0b", Upload("f", b"\xff")])
def test_what_is_no_text(value: object) -> None:
    with pytest.raises(PlatformError, match="Param name must be"):
        Parameters({"name": value}).text("name")


@pytest.mark.parametrize("value", ["0", -1, "many", True, 1.5])
def test_what_is_no_limit(value: object) -> None:
    with pytest.raises(PlatformError, match="Param limit must be an integer"):
        Parameters({"limit": value}).integer("limit", 25, least=1)
