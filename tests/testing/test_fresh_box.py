"""The fixture `fresh_box`: a box of a test's own, quickly."""

import time
from pathlib import Path

import pytest

from headrace.testing import BoxError, FreshBox


def test_a_box_is_there_in_a_moment(fresh_box: FreshBox, tmp_path: Path) -> None:
    made = fresh_box.graph("POST", f"{fresh_box.credentials.waba_id}/flows", name="Mine", categories='["OTHER"]')
    costs = []
    for number in range(3):
        used = time.process_time()
        with FreshBox(tmp_path / f"other-{number}") as other:
            costs.append(time.process_time() - used)
            assert other.graph("GET", f"{other.credentials.waba_id}/flows")["data"] == []
            with pytest.raises(BoxError) as refused:
                other.graph("GET", made["id"])
            assert refused.value.code == 100
    # Less than 200 ms; the best of three, since other work on the machine makes everything dearer.
    assert min(costs) < 0.2


def test_people_and_time_are_at_hand(fresh_box: FreshBox) -> None:
    amara = fresh_box.handset("Amara")
    before = fresh_box.world()["clock"]["now"]
    amara.write("Do you have time for me?")
    wamid = fresh_box.send(amara.wa_id, text={"body": "At half past ten"})
    assert amara.wait_for_message(lambda message: message["id"] == wamid)
    fresh_box.pass_time("25h")
    assert fresh_box.world()["clock"]["now"] > before
    assert fresh_box.world()["clock"]["offset_seconds"] == 25 * 3600
    with pytest.raises(BoxError, match="at most 366 days"):
        fresh_box.world("POST", "/clock", to="2036-01-01")
