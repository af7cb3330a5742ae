"""What runs for the workloads' sake: one folder below platform/ a part."""
