"""Wakes the loop when somebody commits to a repository on this machine: for whoever develops specs beside a controller.

The branch is watched, and those that are proposed to it. What is not committed is nobody's business here, and polling
goes on all the same.
"""

from pathlib import Path

from reconciler.controller.pulse import Pulse, Wake
from reconciler.git.local_proposals import BELOW

READER = "watch"
ROUND_MS = 1000


class Watching:
    """Of one branch of the repository whose git folder is `git`."""

    def __init__(self, git: Path, branch: str) -> None:
        self._git = git
        self._places = (git / "packed-refs", git / "refs" / "heads" / branch)
        self._proposed = tuple(str(git / "refs" / "heads" / each) for each in BELOW)

    def run(self, wake: Wake, pulse: Pulse) -> None:
        """Until somebody says stop."""
        from watchfiles import watch

        seen = self._seen()
        for changes in watch(self._git, rust_timeout=ROUND_MS, yield_on_timeout=True, watch_filter=self._is_branch):
            pulse.beat(READER)
            if wake.stopping:
                return
            if (now := self._seen()) != seen:
                seen = now
                wake.wake("push")
            elif any(path.startswith(self._proposed) for _, path in changes):
                wake.wake("proposed")

    def _is_branch(self, _change: object, path: str) -> bool:
        return Path(path) in self._places or path.startswith(self._proposed)

    def _seen(self) -> tuple[float, ...]:
        """When each place was written last: a change that was not told is seen in the next round."""
        return tuple(each.stat().st_mtime if each.exists() else 0.0 for each in self._places)
