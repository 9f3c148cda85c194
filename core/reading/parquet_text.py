"""The values of a typed column as exact text.

Whole numbers, decimals and dates are written out in full, floats as the shortest text that is the same
number. Lists and structures become JSON, so that nothing in them is left out; bytes that are no text become
hexadecimal digits.
"""

from __future__ import annotations

import base64
import datetime
import decimal
import json
from typing import Any, cast

import pyarrow as pa
import pyarrow.compute as pc


def texts(array: pa.Array) -> pa.Array:
    """A column as text, null for null. Raises ArrowInvalid where its bytes are no text."""
    if isinstance(array, pa.ExtensionArray):
        array = array.storage
    kind = array.type
    if pa.types.is_dictionary(kind):
        return texts(array.dictionary).take(array.indices)
    if pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind):
        text = array.cast(pa.string())
        text.validate(full=True)  # what a file calls text is not looked at on reading
        return text
    if pa.types.is_integer(kind) or pa.types.is_boolean(kind) or pa.types.is_date(kind):
        return array.cast(pa.string())
    if pa.types.is_null(kind):
        return pa.nulls(len(array), pa.string())
    distinct = pc.unique(array) if pa.types.is_primitive(kind) else None
    if distinct is not None and len(distinct) * 2 < len(array):
        said = pa.array([_text(v, kind) for v in _values(distinct)], pa.string())
        return said.take(pc.index_in(array, distinct))
    return pa.array([_text(v, kind) for v in _values(array)], pa.string())


def text_bytes(array: pa.Array) -> int:
    """How much text a column that keeps each value once stands for; 0 where it keeps all."""
    if not pa.types.is_dictionary(array.type) or not is_text(array.type.value_type):
        return 0
    lengths = pc.binary_length(array.dictionary).take(array.indices)
    return int(pc.sum(lengths.cast(pa.int64())).as_py() or 0)


def _values(array: pa.Array) -> list[object]:
    """The values as Python has them; times as (whole number since the epoch), for nanoseconds."""
    if pa.types.is_timestamp(array.type) or pa.types.is_time(array.type) or pa.types.is_duration(array.type):
        wide = pa.int32() if array.type.bit_width == 32 else pa.int64()
        return cast(list[object], array.view(wide).to_pylist())
    return cast(list[object], array.to_pylist())


_UNITS = {"s": 1, "ms": 1_000, "us": 1_000_000, "ns": 1_000_000_000}
_EPOCH = datetime.datetime(1970, 1, 1)


def _text(value: Any, kind: pa.DataType) -> str | None:
    if value is None:
        return None
    if pa.types.is_timestamp(kind):
        seconds, part = divmod(value, _UNITS[kind.unit])
        try:
            day = (_EPOCH + datetime.timedelta(seconds=seconds)).isoformat(" ")
        except OverflowError:
            return str(value)
        return day + _fraction(part, kind.unit) + ("Z" if kind.tz else "")
    if pa.types.is_time(kind):
        seconds, part = divmod(value, _UNITS[kind.unit])
        minutes, second = divmod(seconds, 60)
        return f"{minutes // 60:02}:{minutes % 60:02}:{second:02}" + _fraction(part, kind.unit)
    if pa.types.is_duration(kind):
        return f"{value} {kind.unit}"
    if pa.types.is_decimal(kind):
        return format(value, "f")
    if pa.types.is_floating(kind):
        return _float(value, kind)
    if isinstance(value, bytes):
        return _bytes(value)
    return json.dumps(_plain(value), ensure_ascii=False, separators=(",", ":"))


def _fraction(part: int, unit: str) -> str:
    digits = {"s": 0, "ms": 3, "us": 6, "ns": 9}[unit]
    return f".{part:0{digits}}".rstrip("0") if part else ""


def _float(value: float, kind: pa.DataType) -> str:
    if pa.types.is_float32(kind):
        text = str(pa.scalar(value, pa.float32()).cast(pa.string()).as_py())
    else:
        text = repr(value)
    return text.removesuffix(".0")


def _bytes(value: bytes) -> str:
    try:
        text = value.decode("utf-8")
    except UnicodeDecodeError:
        return value.hex()
    return text if "\0" not in text else value.hex()


def _plain(value: Any) -> Any:
    """A nested value as JSON has it, with whole texts for what JSON has no word for."""
    if isinstance(value, dict):
        return {str(k): _plain(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(v) for v in value]
    if isinstance(value, bytes):
        try:
            return value.decode("utf-8")
        except UnicodeDecodeError:
            return base64.b64encode(value).decode("ascii")
    if isinstance(value, float) and value != value:
        return "NaN"
    if isinstance(value, bool | int | float | str) or value is None:
        return value
    if isinstance(value, decimal.Decimal):
        return format(value, "f")
    return str(value)


def plain_type(kind: pa.DataType) -> pa.DataType:
    return kind.value_type if pa.types.is_dictionary(kind) else kind


def is_bytes(kind: pa.DataType) -> bool:
    return bool(
        pa.types.is_binary(kind) or pa.types.is_large_binary(kind) or pa.types.is_fixed_size_binary(kind)
    )


def is_text(kind: pa.DataType) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind) or is_bytes(kind))
