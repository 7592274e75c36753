"""The edition of 2019 with the columns that its notice printed, and no other, for tests of files that were sent on those forms.

A test that writes a sheet out cell by cell, as somebody sent it, takes the edition from here. A column that the edition's forms
are given later is not in such a sheet, and asked of none.
"""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace
from pydantic import create_model

from hrss12333.survey.editions import y2019
from hrss12333.survey.schema import Form, dropped

PRINTED = {
    "附表1": "serial region calls_total calls_agent calls_ivr calls_abandoned voicemail complaints staff_total agents seats "
    "training_attendances remarks",
    "附表2": "serial region system_centralized seats_centralized network_location knowledge_entries web sms app wechat "
    "unified_number unified_logo unified_uniform remarks",
}


def as_printed(form: Form) -> Form:
    """The form without later columns; itself where it has none."""
    later: dict[str, Any] = {key: (None, dropped()) for key in form.by_key if key not in PRINTED[form.key].split()}
    return replace(form, row_model=create_model("Printed", __base__=form.row_model, **later)) if later else form


SERVICE, SYSTEMS = map(as_printed, y2019.EDITION.forms)
EDITION = replace(y2019.EDITION, forms=(SERVICE, SYSTEMS))
