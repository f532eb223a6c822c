"""A Kubernetes API server on loopback, for tests: real HTTPS, the official client and kubectl talk to it unchanged.

What it does not implement it answers with 501, notes in `StandIn.unknown`, and `standing` then fails the test.

Fixtures (import them by name in a conftest, from `parts.cluster.fixtures`):

* `standin` - a `StandIn` of the test's own: for faults and for stepping the clock;
* `anywhere` - a `Place(kubeconfig, namespace)`: the real cluster that `RECONCILER_TEST_KUBECONFIG` (and
  `RECONCILER_TEST_NAMESPACE`, else `default`) names, otherwise a stand-in. A test that takes it makes objects of unique
  names, removes them, and assumes neither kubelets (no pod ever runs) nor a quiet cluster.

Without pytest: `with standing(StandIn(...)) as cluster:`; as a program of its own: `python -m parts.cluster --help`.

The cluster:

* `StandIn(namespaces=("reconciler",), clock=None)`; `clock` is a `Clock` (None: real time). It stamps objects.
* `cluster.kubeconfig(folder, user="admin", namespace="") -> Path`; "admin" may do everything; `cluster.url`.
* `cluster.user(name, rules=None) -> token`: makes a user who may what `rules` say (a list of
  PolicyRules as a Role has them: apiGroups, resources, verbs, resourceNames; None: everything);
  `cluster.take(name, verb, resource)` takes a right away in mid-flight, `cluster.give(name, verb, resource)` gives it back.
* `cluster.hand`: another person, who works past HTTP, faults, rights and counters, under the field manager `by-hand`:
  `hand.get(plural, name)`, `.list(plural)`, `.create(plural, object)`, `.merge(plural, name, patch, status=False)`,
  `.delete(plural, name)`; answers are whole objects (copies), `get` of what is not there is None.
* `cluster.requests`: what was asked, as `(method, path with query)`; `cluster.counts`: a Counter by `(verb, plural)`, verbs as in
  RBAC (`get list watch create update patch delete deletecollection`; a sub-resource is `jobs/status`).
  `cluster.forget_requests()` empties both.
* `cluster.until(plural, condition, timeout_s=20)`: waits until `condition(list of objects)` is true, and returns them.

Time and the controllers:

* `cluster.step(to=datetime)`: walks the CronJob controller minute by minute to that instant (aware), makes Jobs as the real one does and
  runs the Job controller; the clock of the cluster (a `StepClock`, the default of `standin`) stands still in between.
* `cluster.settle()`: one pass of the controllers now (Jobs to pods, pods to Jobs, TTL, deadlines); `step` does it too.
* `cluster.run_pods(executor)`: runs every pending pod and settles. `executor(pod, folder) -> Ended`: `Child(...)` really starts
  the pod's command as a child process (environment with downward API and `$(VAR)`, volumes as temporary folders);
  `said(exit_code, reason="Completed")` only says that it ended. Pods stay Pending until somebody calls this.
* `cluster.living(executor, every_s=0.2)`: a context in which time is real: a thread makes Jobs, runs each pod in a thread of its
  own and settles. What the chaos test uses.
* `cluster.lose_node(pod_name)`, `cluster.evict(pod_name)`: the pod vanishes, or ends with DisruptionTarget.

Faults, all in `cluster.faults`:

* `with faults.away("refused" | "reset"):` nobody listens on the port, or every connection is reset (open ones too);
* `faults.once(reply, verb=None, plural=None)`: the next such request; `with faults.always(reply, verb=None, plural=None):`
  every such one. Replies: `status(429, retry_after_s=1)` (any code), `slow(seconds)` (and then the true answer), `drop()` (nothing done),
  `lost()` (carried out, but the connection breaks before the answer), `raw(code, body, media_type)`;
* `faults.cut_watches()`: all open watches end now; `faults.forget()`: history is compacted: open watches get an ERROR event 410, and so
  does who comes with an older version or continue token; `faults.gone_as_status = True`: that 410 as an HTTP status;
* `faults.silent = True`: open and new watches say nothing more, and stay open;
* `with faults.stale(): ` lists with resourceVersion=0 come from the cache as it is now; `stale(all_lists=True)`: every list;
* `cluster.quota({"count/cronjobs.batch": "2"})`, `cluster.terminate(namespace)`: 403 as the real ones;
* a conflicting field manager: `cluster.hand.apply(plural, object, manager="other")`.
"""

from parts.cluster.faults import Answer, Reply, drop, lost, raw, slow, status
from parts.cluster.standing import START, StandIn, StepClock, standing

__all__ = ["START", "Answer", "Reply", "StandIn", "StepClock", "drop", "lost", "raw", "slow", "standing", "status"]
