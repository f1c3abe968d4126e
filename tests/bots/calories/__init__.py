"""The calorie counter."""
