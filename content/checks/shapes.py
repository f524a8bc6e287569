"""Each file has the form that its description gives it: tables, schemas, languages, strings."""

import re
import string
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
from jsonschema import ValidationError
from jsonschema.exceptions import best_match

import launch
import prose
import schemas
from checks.files import Fault, Files, fault, next_place, tables_of
from prepaid.catalogue import conditions
from prepaid.catalogue.faults import CatalogError
from prepaid.catalogue.tables import read_table
from prepaid.i18n import LANGUAGES, words

WITHOUT_SCHEMA = ("strings/", "glossary.toml", "project.toml", "example.toml",
                  "presets.toml")
EXTRA = ("additionalProperties", "unevaluatedProperties")
CHINESE_IS_OPTIONAL = ("host_network",)  # names that are the same in both languages


def tables(files: Files) -> Iterator[Fault]:
    """Every table against ``datapackage.json``, and each fact against the column that it fills."""
    english, plans = words("en"), pd.DataFrame(files.rows("plans"))
    for entry in files.package["resources"]:
        name = entry["name"]
        try:
            if name in conditions.TABLES:
                conditions.load_facts(name, plans=plans, recheck=True)
            else:
                read_table(name, recheck=True)
        except CatalogError as error:
            told = list(error.tell_all(english)) or [error.tell(english)]
            yield from (Fault(entry["path"], sentence) for sentence in told)


def pairs_of_cells(files: Files) -> Iterator[Fault]:
    """What a table says in English it says in Chinese too, with the same figures."""
    for entry in files.package["resources"]:
        names = [column["name"] for column in entry["schema"]["fields"]]
        pairs = [(name, f"{name}_zh") for name in names if f"{name}_zh" in names]
        for row, cells in files.tables[entry["name"]]:
            for english, chinese in pairs:
                here, there = cells.get(english, ""), cells.get(chinese, "")
                place = f"Row {row}, column {chinese}"
                if here and not there and english not in CHINESE_IS_OPTIONAL:
                    yield fault(entry["path"], place, there, f"the same as in column {english}")
                elif there and not here:
                    place = f"Row {row}, column {english}"
                    yield fault(entry["path"], place, here, f"the same as in column {chinese}")
                elif english in ("note", "status_reason", "reason") and _differ(here, there):
                    yield fault(entry["path"], place, there, f"the figures of column {english}")


def _differ(english: str, chinese: str) -> bool:
    return prose.numbers(english) != prose.numbers(chinese)


def schemas_of_files(files: Files) -> Iterator[Fault]:
    """Every TOML file against the schema that its first line names, devices against theirs."""
    for name, data in files.tomls.items():
        if name.startswith(WITHOUT_SCHEMA):
            continue
        path = files.folder / name
        first = path.read_text("utf-8").partition("\n")[0].strip()
        named = re.fullmatch(r"#:schema \./([\w.]+\.json)", first)
        schema = named and schemas.CONTENT / Path(name).parent / named[1]
        if not schema or not schema.exists():
            yield fault(name, "line 1", first, "#:schema ./ and the schema beside the file")
            continue
        yield from _against(name, data, schema)
    for row, cells in files.tables["devices"]:
        for found in _against("devices.csv", cells, schemas.CONTENT / "devices.schema.json"):
            yield Fault(found.file, f"Row {row}, column {found.says}")


def _against(name: str, data: object, schema) -> Iterator[Fault]:
    errors = [_innermost(error) for error in schemas.validator(schema).iter_errors(data)]
    at_fault = [tuple(error.absolute_path) for error in errors if error.validator not in EXTRA]
    seen = set()
    for error in errors:
        place = tuple(error.absolute_path)
        if error.validator in EXTRA and any(one[:len(place)] == place for one in at_fault):
            continue  # keys beside one that is at fault count as unevaluated
        found = _told(name, error)
        if found.says not in seen:
            seen.add(found.says)
            yield found


def _innermost(error: ValidationError) -> ValidationError:
    while error.context:
        error = best_match(error.context)
    return error


def _told(name: str, error: ValidationError) -> Fault:
    place = ""
    for key in error.absolute_path:
        place = next_place(place, key + 1 if isinstance(key, int) else key)
    rule, limit = error.validator, error.validator_value
    means = error.schema.get("description", "") if isinstance(error.schema, dict) else ""
    if rule == "required":
        missing = next(key for key in limit if key not in error.instance)
        return fault(name, next_place(place, missing), "", _meaning(error.schema, missing))
    if rule in EXTRA:
        return Fault(name, f"{place or 'top of the file'}: {error.message}")
    allowed = {
        "enum": lambda: f"one of {', '.join(map(str, limit))}",
        "const": lambda: str(limit),
        "pattern": lambda: means or f"text of the form {limit}",
        "minLength": lambda: means or "a text",
        "minItems": lambda: f"at least {limit} of them",
        "maxItems": lambda: f"at most {limit} of them",
        "minimum": lambda: f"a number from {limit}",
        "maximum": lambda: f"a number up to {limit}",
        "type": lambda: f"{limit}",
    }.get(rule, lambda: error.message)()
    return fault(name, place or "top of the file", error.instance, allowed.rstrip("."))


def _meaning(schema: object, key: str) -> str:
    """What a schema says of a key, or the common schema where it points there."""
    entry = schema.get("properties", {}).get(key, {}) if isinstance(schema, dict) else {}
    if isinstance(entry, dict) and "$ref" in entry:
        entry = schemas.COMMON["$defs"].get(entry["$ref"].rpartition("/")[2], entry)
    means = entry.get("description", "") if isinstance(entry, dict) else ""
    return means.rstrip(".") or f"the key {key}, as the schema beside the file describes it"


def languages(files: Files) -> Iterator[Fault]:
    """Every text of a TOML file is there in each language, with the same figures.

    A language that the common schema does not require may lack texts: English is shown in their
    place, and how many there are is told.
    """
    required = schemas.COMMON["$defs"]["both"]["required"]
    for name, data in files.tomls.items():
        if name.startswith("strings/"):
            continue
        lacking = Counter()
        for place, table in tables_of(data):
            there = {one: table[one] for one in LANGUAGES if isinstance(table.get(one), str)}
            if not there:
                continue
            for language in LANGUAGES:
                if table.get(language):
                    continue
                lacking[language] += 1
                if language in required:
                    yield fault(name, next_place(place, language), "",
                                f"the text in this language, as in {next(iter(there))}")
            first = next(iter(there))
            for language, text in there.items():
                if name != "glossary.toml" and _differ(there[first], text):
                    yield fault(name, next_place(place, language), text,
                                f"the figures that stand in {first}")
        for language in (one for one in lacking if one not in required):
            yield Fault(name, f"{language}: {lacking[language]} texts are not there; English is "
                        "shown in their place.", warning=True)


def strings(files: Files) -> Iterator[Fault]:
    """The strings of every language have the same keys and show the same values."""
    texts = {}
    for language in LANGUAGES:
        name = f"strings/{language}.toml"
        if name not in files.tomls:
            if not any(found.file == name for found in files.faults):
                yield Fault(name, "the file is missing: each language of i18n.LANGUAGES has one.")
            return
        texts[language] = dict(leaves(files.tomls[name]))
    first, *others = LANGUAGES
    for language in others:
        here = f"strings/{language}.toml"
        for key in dict.fromkeys([*texts[first], *texts[language]]):
            english, other = texts[first].get(key), texts[language].get(key)
            if other is None:
                yield fault(here, key, "", f"the text in this language of: {english}")
            elif english is None:
                yield fault(f"strings/{first}.toml", key, "", f"the text, as in {language}")
            else:
                yield from _same_values(here, key, english, other)


def leaves(table: dict, prefix: str = "") -> Iterator[tuple[str, str]]:
    """Each text by its dotted key; of plural forms the one that every language has."""
    for key, value in table.items():
        if isinstance(value, dict) and "other" not in value:
            yield from leaves(value, f"{prefix}{key}.")
        else:
            yield prefix + key, value["other"] if isinstance(value, dict) else value


def _same_values(file: str, key: str, english: str, other: str) -> Iterator[Fault]:
    try:
        wanted, found = _placeholders(english), _placeholders(other)
    except ValueError as error:
        yield fault(file, key, other, f"braces only around the name of a value ({error})")
        return
    if wanted != found:
        names = ", ".join(f"{{{name}}}" for name in sorted(wanted)) or "none"
        yield fault(file, key, other, f"the placeholders of the English text: {names}")
    elif _differ(own_words(english), own_words(other)):
        yield fault(file, key, other, f"the figures of the English text: {english}")


def _placeholders(text: str) -> set[str]:
    return {name for _, name, *_ in string.Formatter().parse(text) if name}


def own_words(text: str) -> str:
    """A string without its placeholders."""
    return "".join(before for before, *_ in string.Formatter().parse(text))


def setting(files: Files) -> Iterator[Fault]:
    """The public address can be used."""
    try:
        address = files.tomls.get("project.toml", {}).get("public_address")
        launch.repository(address)
    except launch.AddressError as error:
        yield Fault("project.toml", str(error).removeprefix("project.toml: "))
