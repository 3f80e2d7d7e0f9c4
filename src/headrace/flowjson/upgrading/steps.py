"""What changes between two versions, as a table: the version entered, and what is done then."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from headrace.flowjson.catalogue import Version
from headrace.flowjson.catalogue.versions import v
from headrace.flowjson.traversal import components_of
from headrace.flowjson.upgrading import dates, forms, screens, values
from headrace.flowjson.upgrading.work import Work

Step = Callable[[Work], None]


def _leave_forms(work: Work) -> None:
    if not work.keep_forms:
        for screen in work.screens():
            forms.unwrap_forms(work, screen)


def _merge_forms(work: Work) -> None:
    """From 7.0 on a screen has one Form at most."""
    for screen in work.screens():
        if [placed.value.get("type") for placed in components_of(screen)].count("Form") > 1:
            forms.unwrap_forms(work, screen)


STEPS: Mapping[Version, tuple[Step, ...]] = MappingProxyType(
    {
        v("3.0"): (screens.hand_over_channel_uri, screens.settle_data_api_version),
        v("4.0"): (screens.label_groups, _leave_forms),
        v("5.0"): (dates.write_dates_out, values.fill_titles),
        v("6.0"): (
            values.quote_backticks,
            values.remove_blank_texts,
            values.weigh_option_images,
            screens.ensure_layouts,
            values.tell_about_select_actions,
        ),
        v("7.0"): (
            values.tell_about_select_actions,
            _merge_forms,
            values.settle_form_values,
            screens.rename_screens,
        ),
        v("7.3"): (screens.match_payloads,),
    }
)
"""Versions without an entry only add. Broken expressions, which count from 7.2 on, are left to the check at the end."""
