"""The exercises run on today's catalogue, and every typical mistake is one there, too."""

from collections.abc import Iterator

from checks.files import Fault, Files, fault
from prepaid.i18n import Refusal
from prepaid.steps.exercises.model import worked_out


def mistakes(files: Files) -> Iterator[Fault]:
    """A mistake that is right today, or two that are the same, would be explained wrongly."""
    for file, entry in files.in_folder("exercises").items():
        try:
            ours = worked_out(entry)
        except Refusal as refusal:
            if refusal.code == "task_library":
                says = "solution: not run, since matplotlib is not installed."
                yield Fault(file, says, warning=True)
            continue  # else a table is at fault, and its own check says so
        except Exception as error:  # whatever the code of a content file does
            yield fault(file, "code", f"{type(error).__name__}: {error}", "code that runs")
            continue
        if ours.reader.read(ours.right) is None:
            yield fault(file, "solution", ours.right, f"an answer of the kind {entry['takes']}")
        answers = {"the solution": ours.right}
        for place, wrong in enumerate(ours.wrong, 1):
            same = [name for name, other in answers.items() if ours.reader.same(wrong, other)]
            if same:
                yield fault(file, f"mistake {place}, code", entry["mistake"][place - 1]["code"],
                            f"another answer than {same[0]} on today's catalogue")
            answers[f"mistake {place}"] = wrong
