"""Decide what runs for the workloads' sake: one file a part, each found by its place in `charts.PARTS` and `plan`."""
