"""Both languages of a lesson: the same blocks, code, headings, links and figures."""

from collections.abc import Iterator

import prose
from checks.files import Fault, Files, fault
from lesson_file import Block, Lesson
from prepaid.i18n import LANGUAGES


def pairs(files: Files) -> Iterator[Fault]:
    """Every block of every lesson in each language."""
    for lesson in files.lessons:
        file = f"lessons/{lesson.name}.md"
        first, *others = LANGUAGES
        here = _prose(lesson, first)
        yield from _doubled(file, lesson)
        for language in others:
            there = _prose(lesson, language)
            for slug in dict.fromkeys([*here, *there]):
                if slug not in there:
                    yield fault(file, f"block {slug}", "", f"this block in {language}")
                elif slug not in here:
                    yield fault(file, f"block {slug}", "", f"this block in {first}")
                else:
                    yield from _same(file, slug, language, here[slug], there[slug])
            shared = [slug for slug in here if slug in there]
            if shared != [slug for slug in there if slug in here]:
                yield fault(file, f"blocks in {language}", ", ".join(there),
                            f"the order in {first}")
            yield from _same_code(file, lesson, first, language)


def _prose(lesson: Lesson, language: str) -> dict[str, str]:
    return {block.slug: block.source for block in lesson.blocks if block.lang == language}


def _doubled(file: str, lesson: Lesson) -> Iterator[Fault]:
    seen = set()
    for block in lesson.blocks:
        key = (block.slug, block.lang)
        if key in seen:
            yield fault(file, "slug", block.slug, "a slug that no other block of the language has")
        seen.add(key)


def _same(file: str, slug: str, language: str, here: str, there: str) -> Iterator[Fault]:
    one, other = prose.taken_apart(here), prose.taken_apart(there)
    place = f"block {slug}, {language}"
    if one.skeleton != other.skeleton:
        yield fault(file, f"{place}, headings, lists and tables",
                    " ".join(other.skeleton) or "none", " ".join(one.skeleton) or "none")
    if one.links != other.links:
        yield fault(file, f"{place}, links", " ".join(other.links) or "none",
                    " ".join(one.links) or "none")
    figures = [prose.numbers("\n".join(found.texts)) for found in (one, other)]
    if figures[0] != figures[1]:
        lacks, extra = figures[0] - figures[1], figures[1] - figures[0]
        yield fault(file, f"{place}, figures", _listed(extra), _listed(lacks))


def _listed(figures) -> str:
    return ", ".join(str(figure) for figure in figures.elements()) or "none"


def _same_code(file: str, lesson: Lesson, first: str, language: str) -> Iterator[Fault]:
    """Where both languages share a notebook, code stands once for each: the same but for its name.
    """
    if not lesson.both:
        return
    code = {block.slug: block for block in lesson.blocks if block.kind == "code"}
    for slug, block in code.items():
        if not slug.endswith(f"-{first}"):
            continue
        twin = code.get(f"{slug.removesuffix(first)}{language}")
        wanted = _in_language(block, first, language)
        if twin is None or twin.source != wanted:
            yield fault(file, f"code {slug.removesuffix(first)}{language}",
                        twin.source if twin else "", wanted)


def _in_language(block: Block, first: str, language: str) -> str:
    return block.source.replace(f'"{first}"', f'"{language}"')
