"""What a part of the platform offers to the rest: the only interface between parts and the core."""
