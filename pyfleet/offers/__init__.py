"""What a part of the platform offers to the rest: the one way by which parts and the core know of each other."""
