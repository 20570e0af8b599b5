"""Base64, URL, hashes, and other ways to write text, without JSON and YAML."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
import urllib.parse
import uuid as uuids
from collections.abc import Callable, Iterator
from typing import Final

from tfreach.plan.library.common import TooLarge, bounded, bounded_text
from tfreach.plan.values import STRING, Invalid, List, Object, ObjectType, Value

_NAMESPACES: Final = {
    "dns": uuids.NAMESPACE_DNS,
    "url": uuids.NAMESPACE_URL,
    "oid": uuids.NAMESPACE_OID,
    "x500": uuids.NAMESPACE_X500,
}
_FIELD: Final = re.compile(r'(?:"((?:[^"]|"")*)"|([^",\n]*))(,|\n|\Z)')
_CHARSETS: Final = {
    "utf-8": "utf-8",
    "utf-16le": "utf-16-le",
    "utf-16be": "utf-16-be",
    "iso-8859-1": "latin-1",
    "latin1": "latin-1",
    "windows-1252": "cp1252",
}
"""What IANA calls the encodings, and Python's codec. Others are left unknown."""


def base64encode(text: str) -> Value:
    return encoded(text.encode())


def encoded(data: bytes) -> str:
    return bounded_text(base64.b64encode(data).decode())


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text.replace("\n", "").replace("\r", ""), validate=True)
    except (binascii.Error, ValueError):
        raise Invalid("failed to decode base64 data") from None


def base64decode(text: str) -> Value:
    try:
        return _decoded(text).decode()
    except UnicodeDecodeError:
        raise Invalid("the result of decoding is not valid UTF-8") from None


def textencodebase64(text: str, charset: str) -> Value:
    try:
        return encoded(text.encode(_codec(charset)))
    except UnicodeEncodeError:
        raise Invalid("the text contains characters that the encoding has not") from None


def textdecodebase64(text: str, charset: str) -> Value:
    codec = _codec(charset)
    try:
        return _decoded(text).decode(codec)
    except UnicodeDecodeError:
        raise Invalid("the text is not valid in that encoding") from None


def _codec(charset: str) -> str:
    if charset.lower() not in _CHARSETS:
        raise TooLarge
    return _CHARSETS[charset.lower()]


def urlencode(text: str) -> Value:
    return bounded_text(urllib.parse.quote_plus(text, safe="~"))


def hashed(algorithm: str) -> Callable[[str], Value]:
    """The function that gives a text's hash in hexadecimal."""

    def digest(text: str) -> Value:
        return hexadecimal(algorithm, text.encode())

    return digest


def hexadecimal(algorithm: str, data: bytes) -> str:
    return hashlib.new(algorithm, data, usedforsecurity=False).hexdigest()


def hashed_base64(algorithm: str) -> Callable[[str], Value]:
    """The function that gives a text's hash in base64."""

    def digest(text: str) -> Value:
        return digest64(algorithm, text.encode())

    return digest


def digest64(algorithm: str, data: bytes) -> str:
    return encoded(hashlib.new(algorithm, data, usedforsecurity=False).digest())


def uuidv5(namespace: str, name: str) -> Value:
    try:
        space = _NAMESPACES.get(namespace) or uuids.UUID(namespace)
    except ValueError:
        raise Invalid("the namespace is neither a UUID nor one of the names for one") from None
    return str(uuids.uuid5(space, name))


def csvdecode(text: str) -> Value:
    rows = list(_rows(text.replace("\r\n", "\n").removesuffix("\r")))
    if not rows:
        raise Invalid("missing header line")
    header = rows[0]
    if len(set(header)) != len(header):
        raise Invalid("duplicate column name")
    bounded(len(rows) * len(header))
    if any(len(row) != len(header) for row in rows):
        raise Invalid("wrong number of fields")
    kind = ObjectType.of(dict.fromkeys(header, STRING))
    objects = [Object(dict(sorted(zip(header, row, strict=True)))) for row in rows[1:]]
    return List(tuple(objects), kind)


def _rows(text: str) -> Iterator[list[str]]:
    """The lines of CSV without the empty ones; the last field of each ends where its line does."""
    at, row = 0, list[str]()
    while at < len(text) or row:
        found = _FIELD.match(text, at)
        if not found:
            raise Invalid("the text is not CSV")
        at = found.end()
        row.append(found[2] if found[1] is None else found[1].replace('""', '"'))
        if found[3] == ",":
            continue
        if row != [""] or found[1] is not None:
            yield row
        row = []
