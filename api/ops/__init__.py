"""Running the service: metrics, logs, health, backup, retention."""
