"""What the thread of the cluster is made of: the API server, the template of a run, and the limits of the settings."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from reconciler.errors import Blocked, UsageError
from reconciler.settings import NamedCluster, Settings
from reconciler.wiring.starting import place

if TYPE_CHECKING:
    from reconciler.cluster.access import Cluster
    from reconciler.cluster.jobs import Jobs
    from reconciler.cluster.manifests import Frame, Limits
    from reconciler.cluster.template import Template


def named(settings: Settings) -> NamedCluster:
    """Where runs are pods. Raises UsageError where the settings do not say enough of it."""
    found = settings.cluster
    if found is None or not found.namespace:
        hint = "set RECONCILER_KUBERNETES_NAMESPACE to the namespace of the runs"
        raise UsageError("no namespace is named for the runs (RECONCILER_RUNS=cluster)", hint)
    return found


def cluster(settings: Settings) -> "Cluster":
    """The API server; nothing is opened yet. Raises UsageError."""
    from reconciler.cluster.access import Access, Cluster

    found = named(settings)
    return Cluster(Access(found.namespace, found.kubeconfig))


def template(settings: Settings) -> "Template":
    """As it is in its file now. Raises UsageError where it cannot be used, Blocked where it cannot be read."""
    from reconciler.cluster.template import LARGEST, read_template

    file = named(settings).template
    if file is None:
        hint = "set RECONCILER_RUNNER_TEMPLATE to the file of the pod template; the chart does"
        raise UsageError("no pod template is named for the runs (RECONCILER_RUNS=cluster)", hint)
    try:
        with file.open("rb") as opened:
            content = opened.read(LARGEST + 1)
    except OSError as error:
        raise Blocked(f"the pod template of a run cannot be read: {error.strerror}", f"look at {file}") from error
    return read_template(content)


def limits(settings: Settings) -> "Limits":
    """How late a run may begin, how long it may take, and how long it has to stop."""
    from reconciler.cluster.manifests import Limits

    return Limits(settings.start_within_s, settings.run_deadline_s, settings.stop_grace_s)


def frame(settings: Settings) -> "Frame":
    """What all CronJobs and Jobs have in common, as the template is now. Raises UsageError, Blocked."""
    from reconciler.cluster.manifests import Frame

    return Frame(settings.installation, named(settings).namespace, template(settings), limits(settings))


def jobs(settings: Settings, mine: Callable[[str], bool]) -> "Jobs":
    """What makes Jobs of what is asked for, on connections of its own. Raises UsageError."""
    from reconciler.cluster.jobs import Jobs

    return Jobs(cluster(settings), partial(frame, settings), settings.installation, mine)


def cluster_place(settings: Settings) -> str:
    """Who starts runs, for whoever asks. Raises UsageError."""
    return f"the CronJobs of the namespace {named(settings).namespace}, kept by {place()}"
