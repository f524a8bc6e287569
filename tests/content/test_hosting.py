"""The settings for other hosts name files that exist and commands that work."""

import json
import re

import yaml

import launch
import publish_site
from conftest import ROOT


def test_the_workflow_builds_and_publishes_the_same_folder():
    workflow = yaml.safe_load((ROOT / ".github/workflows/pages.yml").read_text("utf-8"))
    (job,) = workflow["jobs"].values()
    runs = [step["run"] for step in job["steps"] if "run" in step]
    assert runs[-1] == "python content/site.py"
    for path in re.findall(r"-r (\S+)", " ".join(runs)):
        assert (ROOT / path).exists()
    uploads = [step["with"]["path"] for step in job["steps"] if "upload" in step.get("uses", "")]
    assert uploads == ["_site"]
    assert "_site/" in (ROOT / ".gitignore").read_text("utf-8").split()


def test_a_folder_that_is_no_site_of_ours_stays_as_it_is(tmp_path):
    (tmp_path / "index.html").write_text("mine")
    told = publish_site.command().main(["--to", str(tmp_path)])
    assert "no site of ours" in told
    assert [path.read_text() for path in tmp_path.iterdir()] == ["mine"]


def test_the_dev_container_installs_what_a_reader_needs():
    settings = json.loads((ROOT / ".devcontainer/devcontainer.json").read_text("utf-8"))
    (path,) = re.findall(r"-r (\S+)", settings["postCreateCommand"])
    assert (ROOT / path).exists()
    for name in settings["customizations"]["codespaces"]["openFiles"]:
        assert (ROOT / name).exists()


def test_the_hub_opens_a_lesson_and_installs_what_it_needs():
    values = yaml.safe_load((ROOT / "content/hub/values.yaml").read_text("utf-8"))["singleuser"]
    folder, name = re.fullmatch(r"/lab/tree/([^/]+)/(.*)", values["defaultUrl"]).groups()
    assert (ROOT / name).exists()
    command = values["lifecycleHooks"]["postStart"]["exec"]["command"][-1]
    assert f"-r {folder}/requirements.txt" in command
    (address,) = re.findall(r"git clone --depth 1 (\S+)", command)
    assert launch.repository(address)
