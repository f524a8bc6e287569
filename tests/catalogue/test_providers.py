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
    states = [event["state"] for event in providers.timeline(provider_id)]
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
    "provider_unknown": lambda: providers.timeline("nobody"),
    "channel_unknown": lambda: providers.walk("tello", "pigeon"),
}


@pytest.mark.parametrize("code", REFUSED)
def test_bad_input_gets_a_sentence(code):
    with pytest.raises(Refusal) as raised:
        REFUSED[code]()
    assert raised.value.code == code
    assert len({raised.value.tell(words(language)) for language in LANGUAGES}) == 2
