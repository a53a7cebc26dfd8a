"""The shape of a kind of record: its fields, what may stand in them, where its date comes from."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from whistle.core.errors import DomainError
from whistle.core.ids import is_id
from whistle.core.policy import Perm

Codes = dict[str, str | list[str]]
LAST_NUMBER = 500  # records of one kind on one case


class Due(StrEnum):
    """Where the date by which a record must be done comes from."""

    NONE = "none"
    GIVEN = "given"  # whoever writes it says when
    MAYBE = "maybe"  # they may say when
    NOTICE = "notice"  # C3: a month; an exemption is looked at again after 30 days
    REQUEST = "request"  # C6: a month, two more with a reason (GDPR art. 12(3))
    WORKDAYS = "workdays"  # C9: three working days
    BREACH = "breach"  # C7: 72 hours, counted as three dates (GDPR art. 33)
    CARE = "care"  # C5: by what the check is called
    TARGET = "target"  # C4: by how serious the case is, or what is given


@dataclass(frozen=True)
class Field:
    """One code of a record: a choice of `values`, the number of a record of the kind `about`, colleagues, or `items`.

    Items are sealed things of the case's own boxes, by id: what the record is about, and the server cannot read.
    """

    name: str
    values: tuple[str, ...] = ()
    many: bool = False
    needed: bool = True
    about: str = ""
    colleague: bool = False
    items: bool = False

    def admits(self, value: object) -> bool:
        """Return whether this value may stand in the database.

        >>> Field("state", ("open", "done")).admits("open"), Field("state", ("open",)).admits("Anna")
        (True, False)
        """
        if self.many:
            return (
                isinstance(value, list)
                and len(set(value)) == len(value)
                and all(map(self._admits_one, value))
            )
        return self._admits_one(value)

    def _admits_one(self, value: object) -> bool:
        if self.colleague or self.items:
            return is_id(value)
        if self.about:
            return isinstance(value, str) and value in _NUMBERS
        return isinstance(value, str) and value in self.values


_NUMBERS = frozenset(str(number) for number in range(1, LAST_NUMBER + 1))


@dataclass(frozen=True)
class Kind:
    """One kind of record.

    `texts` name the sealed parts, the first of them required, and others `also` say when: no server can see whether they
    are there, so browsers ask for them.  `done` is the field and the values that end it; `told`
    is the field whose code stands in the log; `closed` kinds may be written when the case is closed.  `second` are the
    fields and values at which it counts for nothing until a second person has agreed: any one of them is enough, and one
    without a field is always there.  `shortening` asks for one too, when the case would be kept for less than is usual.
    """

    name: str
    fields: tuple[Field, ...]
    texts: tuple[str, ...]
    single: bool = False
    due: Due = Due.NONE
    done: tuple[str, frozenset[str]] | None = None
    may: Perm = Perm.CORRESPOND
    closed: bool = False
    told: str = ""
    files: bool = False
    second: tuple[Mapping[str, frozenset[str]], ...] = ()
    also: tuple[tuple[str, Mapping[str, frozenset[str]]], ...] = ()
    shortening: bool = False

    def field(self, name: str) -> Field | None:
        """Return the field of this name, or None."""
        return next((field for field in self.fields if field.name == name), None)


def admitted(kind: Kind, codes: Mapping[str, object]) -> Codes:
    """Return the codes that may stand in the database, the empty ones left out.

    Raises `record.codes` for a name or value the table does not hold, and for one that is needed and missing.

    >>> admitted(Kind("task", (Field("state", ("open",)),), ("what",)), {"state": "open", "note": ""})
    {'state': 'open'}
    >>> admitted(Kind("task", (Field("state", ("open",)),), ("what",)), {"state": "call Anna"})
    Traceback (most recent call last):
    whistle.core.errors.DomainError: record.codes
    """
    given = {name: value for name, value in codes.items() if value not in ("", [], None)}
    fields = {field.name: field for field in kind.fields}
    wrong = [name for name, value in given.items() if name not in fields or not fields[name].admits(value)]
    missing = [field.name for field in kind.fields if field.needed and field.name not in given]
    if wrong or missing:
        raise DomainError("record.codes", status=422, fields=sorted({*wrong, *missing} & fields.keys()))
    return {name: value for name, value in given.items() if isinstance(value, str | list)}


def is_done(kind: Kind, codes: Mapping[str, object]) -> bool:
    """Return whether these codes end a record of this kind.

    >>> is_done(Kind("task", (), (), done=("state", frozenset({"done"}))), {"state": "done"})
    True
    """
    return kind.done is not None and codes.get(kind.done[0]) in kind.done[1]


def needs_second(kind: Kind, codes: Mapping[str, object]) -> bool:
    """Return whether a record of this kind with these codes waits for a second person.

    >>> hold = Kind("hold", (), (), second=(when(state=("lifted",)),))
    >>> needs_second(hold, {"state": "on"}), needs_second(hold, {"state": "lifted"})
    (False, True)
    """
    return any(all(codes.get(name) in values for name, values in each.items()) for each in kind.second)


def when(**fields: tuple[str, ...]) -> dict[str, frozenset[str]]:
    """Return at which values of which fields a second person is needed; without fields, at all of them."""
    return {name: frozenset(values) for name, values in fields.items()}


def also(text: str, **fields: tuple[str, ...]) -> tuple[str, dict[str, frozenset[str]]]:
    """Return a further text that must be written: at these values of one of these fields; without fields, always.

    >>> also("reason", notice=("exempt",))
    ('reason', {'notice': frozenset({'exempt'})})
    """
    return text, when(**fields)


def one(name: str, *values: str, needed: bool = True) -> Field:
    """Return a field with one of these values."""
    return Field(name, values, needed=needed)


def many(name: str, values: tuple[str, ...]) -> Field:
    """Return a field with any of these values."""
    return Field(name, values, many=True)


def of(name: str, about: str, *, needed: bool = True, several: bool = False) -> Field:
    """Return a field that names another record, or several, by number."""
    return Field(name, about=about, needed=needed, many=several)


def things(name: str = "items") -> Field:
    """Return a field that names one thing in the case: the sealed items it consists of."""
    return Field(name, many=True, items=True)


def ends(name: str, *values: str) -> tuple[str, frozenset[str]]:
    """Return what ends a record: a field and its values."""
    return name, frozenset(values)
