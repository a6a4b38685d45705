"""What keeps the installation running: heartbeats and alarms, when a backup is due, the inbox of updates."""
