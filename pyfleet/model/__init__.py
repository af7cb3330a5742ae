"""What one thing in fleet.yaml may be: types, ranges, syntax. Nothing here knows of other things."""
