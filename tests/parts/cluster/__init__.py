"""A Kubernetes API server on loopback, for tests: real HTTPS, the official client and kubectl talk to it unchanged.

What it does not implement it answers with 501, notes in `StandIn.unknown`, and `standing` then fails the test.

Fixtures (import them by name in a conftest, from `parts.cluster.fixtures`):

* `standin` - a `StandIn` of the test's own: for faults and for stepping the clock, which stands still in between;
* `anywhere` - a `Place(kubeconfig, namespace)`: the real cluster that `RECONCILER_TEST_KUBECONFIG` (and
  `RECONCILER_TEST_NAMESPACE`, else `default`) names, otherwise a stand-in whose controllers live: Jobs get pods and a
  status. A test that takes it makes objects of unique names, removes them, and assumes neither machines (no pod ever
  runs) nor a quiet cluster.

Without pytest: `with standing(StandIn(...)) as cluster:`; as a program of its own: `python -m parts.cluster --help`.

The cluster:

* `StandIn(namespaces=("reconciler",), clock=None)`; `clock` is a `Clock` (None: real time). It stamps objects.
* `kubeconfig(folder, user="admin", namespace="")` gives a file; "admin" may do everything. `url`, `port`.
* `user(name, rules=None, namespace=None)` makes a user and gives the token. `rules` as a Role has them (apiGroups,
  resources, verbs, resourceNames; None: everything), in that namespace (None: the first one; "": everywhere).
  `take(name, verb, resource)` takes a right away in mid-flight, `give(...)` gives it back.
* `hand`: another person, who works past HTTP, faults, rights and counters, under the field manager `by-hand`:
  `hand.get(plural, name)` (None where it is not there), `.list(plural)`, `.create(plural, object)`,
  `.merge(plural, name, patch, status=False)`, `.apply(plural, object, manager="other")` (a conflicting field manager),
  `.delete(plural, name)`, `.corrupt(plural, name, **fields)` (past every rule), `.at(namespace)`. Objects are copies.
* `requests`: what was asked, as `(method, path with query)`; `counts`: a Counter by `(verb, plural)`, verbs as in RBAC
  (`get list watch create update patch delete deletecollection`), a sub-resource as `jobs/status`.
  `forget_requests()` empties both.
* `until(plural, condition, timeout_s=20)` waits until `condition(list of objects)` holds, and returns the objects.

Time and the controllers (nothing of this runs by itself):

* `step(to=instant, executor=None, one_look=False)` walks the clock to that instant, stopping wherever a CronJob, a
  deadline, a retry or a removal is due, and runs the controllers there; with an executor it runs the pods too.
  `one_look`: the controllers slept until then (of several missed times the last one is started).
* `settle()`: one pass of the controllers now. `fire(cron_job, at=instant)`: the Job of that scheduled time, now.
* `run_pods(executor)` runs every pod that waits, until none may start now. Executors: `said(exit_code, reason="")`
  (`said(0)`, `said(137, "OOMKilled")`), `stuck("ImagePullBackOff", message)`, and `Child(entrypoint, environment)`: it
  really starts the pod's command as a child process (downward API, `$(VAR)`, ConfigMaps and Secrets as variables and
  files; the output is in the file `log` of the pod's folder below `life.folder`). Pods are Pending until then.
* `with living(executor=None, every_s=0.2):` all in real time: controllers look, each pod runs in its own thread and
  gets SIGTERM when it is deleted (None: no machines). `life.jobs.retry_s` is the wait before a retry (10 s).
* `evict(pod)`: it ended by eviction; `lose_node(pod)`: its machine is gone, and the pod with it.

Faults, all in `faults`:

* `with away("refused"):` nobody listens on the port; `away("reset")`: every connection is reset. Open ones break too.
* `once(reply, verb=None, plural=None)`: the next such request; `with always(reply, verb=None, plural=None):` every one.
  Replies: `status(429, retry_after_s=1)` (any code), `throttled(seconds)` (429 as flow control says it: plain text),
  `slow(seconds)` (then the true answer), `drop()` (not done),
  `lost()` (it is done, and the connection breaks before the answer), `raw(code, body, media_type)`.
* `cut_watches()`: all open watches end. `forget()`: history is compacted; who is behind gets an ERROR event 410, and so
  does who comes with an older version; `gone_as_status = True`: comers get that 410 as an HTTP status.
* `silent = True`: open and new watches say nothing more, and stay open.
* `with stale():` lists with resourceVersion=0 show what there was when it began; `stale(all_lists=True)`: every list.

`quota({"count/cronjobs.batch": "2"})` and `terminate(namespace)` bring the real 403s; `bookmark_every(seconds)`.
"""

from parts.cluster.children import Child
from parts.cluster.faults import Answer, Reply, drop, lost, raw, slow, status, throttled
from parts.cluster.kubelet import Ended, Waiting, said, stuck
from parts.cluster.standing import START, StandIn, StepClock, standing

__all__ = [
    "START",
    "Answer",
    "Child",
    "Ended",
    "Reply",
    "StandIn",
    "StepClock",
    "Waiting",
    "drop",
    "lost",
    "raw",
    "said",
    "slow",
    "standing",
    "status",
    "stuck",
    "throttled",
]
