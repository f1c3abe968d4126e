"""What a host sees: health, metrics, logs, faults."""
