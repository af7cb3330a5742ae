"""What a single value in fleet.yaml may be: type, range, syntax. Checks compare it with other values."""
