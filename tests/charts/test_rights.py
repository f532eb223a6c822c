"""The rights that the chart gives are those that the controller uses, no fewer and no more.

The controller's thread of the cluster, and what makes Jobs of what is asked for, run on an API server where they have
the rights of the rendered Role alone, with the rendered template of a run. Then each right is taken away while they
run: the request that needs it is refused, the log names it, and when it is given back all is done.
"""

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass

import pytest
from parts.chart import one as rendered
from parts.chart import runner
from parts.cluster.standing import StandIn, standing
from parts.databases import database, url_of
from parts.followed import Followed, followed
from parts.in_cluster import InCluster, in_cluster

from reconciler.cluster import watching
from reconciler.cluster.access import Access, Cluster
from reconciler.cluster.jobs import Jobs
from reconciler.cluster.manifests import Frame, Limits
from reconciler.cluster.names import SCHEDULE as SCHEDULE_OF
from reconciler.cluster.names import cronjob_name, is_marked
from reconciler.cluster.template import read_template
from reconciler.controller import keeping
from reconciler.errors import ReconcilerError
from reconciler.runs.timetable import Job

ROLE = rendered("minimal", "Role", "-controller")["rules"]
GRANTED = {(verb, resource) for rule in ROLE for resource in rule["resources"] for verb in rule["verbs"]}
USER = "controller"
SCHEDULE = "orgs/alfa/schedules/members.yaml"
SOON_S = 8.0


@dataclass
class Scene:
    """The controller's threads of the cluster, and the hands that change what they see."""

    kept: InCluster
    jobs: Jobs
    said: list[str]

    @property
    def standin(self) -> StandIn:
        return self.kept.standin

    @property
    def one(self) -> Followed:
        return self.kept.one

    def objects(self, plural: str) -> list[dict]:
        """Those with our mark."""
        return [each for each in self.standin.hand.list(plural) if is_marked(each, self.one.settings.installation)]

    def name(self, plural: str) -> str:
        return self.objects(plural)[0]["metadata"]["name"]

    def whole(self) -> bool:
        """One CronJob as it was applied, one ConfigMap that can be read, and every watch knows the newest."""
        cronjobs, maps = self.objects("cronjobs"), self.objects("configmaps")
        return (
            [each["spec"]["suspend"] for each in cronjobs] == [False]
            and [each["data"]["marks.json"] for each in maps] == ["{}"]
            and not self.kept.pulse.waiting()
            and all(each.view().complete and each.view().trouble is None for each in (self.jobs._jobs, self.jobs._pods))
        )

    def restart(self, plural: str) -> None:
        """Every watch has to begin anew with a list."""
        self.standin.faults.forget()
        self.standin.faults.cut_watches()

    def hang_up(self, plural: str) -> None:
        """Every watch has to be opened anew."""
        self.standin.faults.cut_watches()

    def remove(self, plural: str) -> None:
        self.standin.hand.delete(plural, self.name(plural))

    def change(self, plural: str) -> None:
        wrong = {"cronjobs": {"spec": {"suspend": True}}, "configmaps": {"data": {"marks.json": "{ }"}}}
        self.standin.hand.merge(plural, self.name(plural), wrong[plural])

    def leave_over(self, plural: str) -> None:
        """A CronJob of ours of a schedule that is not applied any more."""
        found = self.objects("cronjobs")[0]
        annotations = {**found["metadata"]["annotations"], SCHEDULE_OF: "old"}
        name = cronjob_name(self.one.settings.installation, "alfa", "old")
        metadata = {"name": name, "labels": found["metadata"]["labels"], "annotations": annotations}
        self.standin.hand.create("cronjobs", {**found, "metadata": metadata, "status": {}})

    def drift(self, plural: str) -> None:
        """Something that an event tells: every time another."""
        self.one.change(SCHEDULE, *self._turned())
        self.one.settle()

    def _turned(self) -> tuple[str, str]:
        text = (self.one.remote.folder / SCHEDULE).read_text()
        return ("15 5 * * 1,4", "45 4 * * *") if "15 5 * * 1,4" in text else ("45 4 * * *", "15 5 * * 1,4")

    def ask(self, plural: str) -> None:
        """What `sync --now` comes to."""
        now = self.one.clock.now()
        try:
            self.jobs.start(Job("requests", ("requests", "run", "alfa", "members"), "alfa", "members"), now)
        except ReconcilerError as error:
            self.said.append(error.message)

    def until(self, condition: Callable[[], bool]) -> None:
        end = time.monotonic() + SOON_S
        while not condition():
            assert time.monotonic() < end, self.said
            time.sleep(0.02)


DEEDS: dict[tuple[str, str], Callable[[Scene, str], None]] = {
    ("list", "cronjobs"): Scene.restart,
    ("watch", "cronjobs"): Scene.hang_up,
    ("create", "cronjobs"): Scene.remove,
    ("patch", "cronjobs"): Scene.change,
    ("delete", "cronjobs"): Scene.leave_over,
    ("list", "configmaps"): Scene.restart,
    ("watch", "configmaps"): Scene.hang_up,
    ("create", "configmaps"): Scene.remove,
    ("patch", "configmaps"): Scene.change,
    ("create", "events"): Scene.drift,
    ("list", "jobs"): Scene.restart,
    ("watch", "jobs"): Scene.hang_up,
    ("create", "jobs"): Scene.ask,
    ("list", "pods"): Scene.restart,
    ("watch", "pods"): Scene.hang_up,
}
"""What makes each right needed."""


class Heard(logging.Handler):
    """Everything that is logged."""

    def __init__(self, said: list[str]) -> None:
        super().__init__(logging.DEBUG)
        self._said = said

    def emit(self, record: logging.LogRecord) -> None:
        self._said.append(record.getMessage())


@pytest.fixture(scope="module")
def scene(server_url, administration, template, tmp_path_factory) -> Iterator[Scene]:
    folder, said = tmp_path_factory.mktemp("rights"), list[str]()
    logger, heard = logging.getLogger("reconciler"), Heard(said)
    with ExitStack() as stack:
        patched = stack.enter_context(pytest.MonkeyPatch.context())
        for module, name in ((watching, "FIRST_S"), (keeping, "FIRST_S"), (keeping, "ROUND_S")):
            patched.setattr(module, name, 0.1)
        before = logger.level
        logger.setLevel(logging.DEBUG)
        logger.addHandler(heard)
        stack.callback(logger.setLevel, before)
        stack.callback(logger.removeHandler, heard)
        name = stack.enter_context(database(administration, "rights", template))
        one = followed(folder, url_of(server_url, name), "alfa")
        standin = stack.enter_context(standing(StandIn()))
        standin.user(USER, ROLE)
        kubeconfig = standin.kubeconfig(folder, user=USER)
        text = rendered("minimal", "ConfigMap", "-runner")["data"]["runner.yaml"]
        (folder / "cluster").mkdir()
        (folder / "cluster/runner.yaml").write_text(text)
        frame = Frame(
            one.settings.installation, standin.namespace, read_template(text.encode()), Limits(3600, 3600, 30)
        )
        jobs = Jobs(Cluster(Access(standin.namespace, kubeconfig)), lambda: frame, one.settings.installation)
        stack.enter_context(jobs)
        kept = stack.enter_context(in_cluster(one, standin, folder / "cluster", kubeconfig=kubeconfig))
        found = Scene(kept, jobs, said)
        one.settle()
        found.until(found.whole)
        yield found


def test_each_right_has_a_deed_that_needs_it():
    assert set(DEEDS) == GRANTED


def test_with_exactly_these_rights_all_is_done_and_each_of_them_is_used(scene):
    scene.standin.forget_requests()
    scene.said.clear()
    for right, deed in DEEDS.items():
        scene.until(scene.whole)
        deed(scene, right[1])
        scene.until(lambda right=right: scene.standin.counts[right] > 0 or right == ("create", "cronjobs"))
    scene.until(scene.whole)
    assert not [each for each in scene.said if "may not" in each]
    # What is not there is applied: that asks for `patch`, and the API server wants `create` too.
    assert set(scene.standin.counts) | {("create", "cronjobs")} == GRANTED


@pytest.mark.parametrize(("verb", "resource"), DEEDS, ids=[" ".join(right) for right in DEEDS])
def test_without_one_right_the_log_names_what_is_refused_and_with_it_all_is_done(scene, verb, resource):
    scene.until(scene.whole)
    scene.said.clear()
    scene.standin.take(USER, verb, resource)
    try:
        DEEDS[verb, resource](scene, resource)
        scene.until(lambda: any(f"the controller may not {verb} {resource}" in each for each in scene.said))
    finally:
        scene.standin.give(USER, verb, resource)
    scene.until(scene.whole)


def test_the_template_of_the_chart_is_one_that_the_controller_takes_and_changes_nothing_of_its_security():
    for values in ("minimal", "production", "kubernetes", "vault", "open"):
        text = rendered(values, "ConfigMap", "-runner")["data"]["runner.yaml"]
        ours, said = read_template(text.encode()).spec, runner(values)["spec"]
        assert ours["securityContext"] == said["securityContext"]
        assert said["containers"][0]["securityContext"].items() <= ours["containers"][0]["securityContext"].items()
        assert ours["automountServiceAccountToken"] is (values == "kubernetes")
        assert ours["volumes"] == said["volumes"]


def test_the_policies_of_the_chart_select_the_pods_that_the_controller_makes(scene):
    pod = scene.objects("cronjobs")[0]["spec"]["jobTemplate"]["spec"]["template"]
    wanted = rendered("minimal", "NetworkPolicy", "-runner")["spec"]["podSelector"]["matchLabels"]
    assert wanted.items() <= pod["metadata"]["labels"].items()
    controller = rendered("minimal", "Deployment")["spec"]["selector"]["matchLabels"]
    assert not controller.items() <= pod["metadata"]["labels"].items()
    assert pod["metadata"]["labels"]["app.kubernetes.io/managed-by"] == "reconciler"
