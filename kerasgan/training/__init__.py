"""How any step is run: data, counters, logs, averages, settings."""
