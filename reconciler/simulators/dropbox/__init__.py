"""A folder by SFTP into which files are dropped, and somebody who takes them, checks them and answers by files.

It stands for every outside system of that kind: `in/` takes files with their manifests, `ack/` and `err/` hold the
answers. Modelled on the file drop of `research/external-systems.md` section 7; nobody's documentation is behind it.
Nothing is taken by itself: `/_take` on the control side does that. Control paths are ours; `/` shows what arrived.
"""
