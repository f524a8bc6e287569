"""What a learner is told: how an answer went, a hint, the solution, how many are solved."""

import htpy as h

from prepaid.html import page
from prepaid.i18n import Words
from prepaid.steps.exercises.model import Practice, Verdict, entry_of, exercises


def feedback(verdict: Verdict, words: Words) -> page.Cell:
    """What an answer is worth, and what was mistaken; how to go on."""
    entry, help_ = verdict.entry, page.note(page.with_code(words("task.help")))
    match verdict.code:
        case "open":
            return _line(words("task.open"))
        case "right":
            return _line(words("task.right", why=words.text(entry["right"])))
        case "mistake":
            return _line(words("task.mistake", why=words.text(verdict.mistake))), help_
        case "near":
            return _line(words("task.near"), *_apart(verdict.counts, words)), help_
        case _:
            wanted = words(f"task.wanted.{entry['takes']}")
            given = words(f"task.sort.{verdict.sort}", **verdict.size)
            return _line(words("task.unlike", wanted=wanted, given=given)), help_


def _line(*sentences: str) -> h.Element:
    text = [part for one in sentences for part in (" ", *page.with_code(one))][1:]
    return h.p(role="status", aria_live="polite", style="font-size:1.1em;margin:.6em 0")[text]


def _apart(counts, words: Words) -> list[str]:
    if "low" in counts or "high" in counts:
        return [words("task.low" if "low" in counts else "task.high")]
    if not any(counts.values()):
        return [words("task.in_order")]
    return [words(f"task.{name}", n=n) for name, n in counts.items() if n]


def hint(practice: Practice, task, words: Words) -> page.Cell:
    """The next hint of an exercise."""
    given = practice.hint(task)
    entry = entry_of(task)
    place = entry["hint"].index(given) + 1
    text = words("task.hint", n=place, total=len(entry["hint"]), hint=words.text(given))
    return page.paragraph(page.with_code(text))


def solution(practice: Practice, task, words: Words) -> page.Cell:
    """The solution, or that it comes after a try."""
    code = practice.solution(task)
    if code is None:
        return page.paragraph(page.with_code(words("task.try_first")))
    return page.paragraph(words("task.solution")), h.pre(lang="en")[h.code[code]]


def how_far(practice: Practice, words: Words) -> str:
    """How many exercises are solved, in one sentence."""
    return words("task.progress", n=len(practice.solved), total=len(exercises()))


def progress(practice: Practice, words: Words) -> page.Cell:
    """How many exercises are solved, and which are not."""
    left = [place for place, name in enumerate(exercises(), 1) if name not in practice.solved]
    more = page.paragraph(words("task.left", exercises=words.list(left))) if left else None
    return page.status(how_far(practice, words)), more
