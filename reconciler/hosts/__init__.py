"""Hosts of git behind one port: statuses of commits, branches, proposals. What a host refuses is a value, and every
call may be made again. What a tree holds is `git`'s business, and nothing here reads specs.
"""
