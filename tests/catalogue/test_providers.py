"""How each provider renews, as the files say it."""

import datetime as dt

import pytest

import build
from prepaid.catalogue import providers
from prepaid.i18n import LANGUAGES, Refusal, words


def test_every_file_is_a_provider():
    files = sorted(path.stem for path in (build.ROOT / "content" / "renewal").glob("*.toml"))
    assert list(providers.providers()) == files
    assert providers.providers()["tello"].top_up["meaning"] == "reset_keep"
    assert providers.providers()["tello"].checked >= dt.date(2026, 11, 1)


@pytest.mark.parametrize("provider_id", providers.providers())
def test_every_channel_has_a_walk_or_a_reason(provider_id):
    for channel in providers.CHANNELS:
        walks, gap = providers.walk(provider_id, channel), providers.gap(provider_id, channel)
        assert bool(walks) != bool(gap), channel
        for said in (gap and [gap]) or [step for walk in walks for step in walk["step"]]:
            assert all((said["en"], said["zh-CN"], said["as_of"]))
    states = [event["state"] for event in providers.provider(provider_id).timeline]
    assert states or providers.providers()[provider_id].kind == "generic"


def test_what_holds_for_all_carriers_holds_for_each():
    (shared,) = providers.walk("any-carrier", "third_party")
    assert providers.walk("att-prepaid", "third_party") == (shared,)
    for one in providers.providers().values():
        if one.kind == "carrier":
            assert providers.walk(one.id, "third_party") == (shared,)


def test_a_travel_esim_without_own_steps_in_the_app_takes_the_general_ones():
    (shared,) = providers.walk("any-travel-esim", "app")
    silent = [
        one.id for one in providers.providers().values()
        if one.kind == "travel_esim" and not providers.gap(one.id, "app")
        and all("app" not in (walk["channel"], *walk.get("also", ())) for walk in one.walk)
    ]
    assert silent
    assert all(providers.walk(name, "app") == (shared,) for name in silent)


def test_what_was_read_cannot_be_changed():
    tello = providers.providers()["tello"]
    with pytest.raises(TypeError):
        tello.top_up["meaning"] = "queue"
    with pytest.raises(TypeError):
        providers.providers()["other"] = tello
    assert isinstance(tello.walk[0]["step"], tuple)


REFUSED = {
    "provider_unknown": lambda: providers.provider("nobody"),
    "channel_unknown": lambda: providers.walk("tello", "pigeon"),
}


@pytest.mark.parametrize("code", REFUSED)
def test_bad_input_gets_a_sentence(code):
    with pytest.raises(Refusal) as raised:
        REFUSED[code]()
    assert raised.value.code == code
    assert len({raised.value.tell(words(language)) for language in LANGUAGES}) == 2


@pytest.mark.parametrize(("as_of", "old"), [
    ("2024-11-25", True), ("2024-11-26", False), ("2024-10", True), ("2024-11", False),
    ("2023", True), ("2024", False), ("2019/2023", True), ("2019/2025-01-02", False),
])
def test_when_a_source_is_old(as_of, old):
    assert providers.is_old(as_of, dt.date(2026, 11, 26)) == old


@pytest.mark.parametrize(("dates", "left"), [
    (["2021", "2022-03"], 1), (["2021", "2026-01-01"], 2),
])
def test_a_walk_of_old_sources_alone_is_one_line(dates, left):
    table = {"id": "x", "provider": "x", "kind": "mvno", "checked": "2026-11-26", "name": {},
             "top_up": {}, "unknown_channel": [],
             "walk": [{"id": "w", "step": [
                 {"en": f"Step {n}", "zh-CN": f"第 {n} 步", "as_of": date, "confidence": "high",
                  "source": [f"https://example.org/{n}"]} for n, date in enumerate(dates)]}]}
    (walk,) = providers._provider(table).walk
    assert len(walk["step"]) == left
    if left == 1:
        (step,) = walk["step"]
        assert [step[one] for one in LANGUAGES] == [
            words(one)("outdated.step") for one in LANGUAGES]
        assert step["source"] == ("https://example.org/0", "https://example.org/1")
        assert step["as_of"] == "2022-03"
