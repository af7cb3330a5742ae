"""What was decided, as data. Sizes are bytes, times are seconds, unless a field holds a quantity as spelled."""
