"""What keeps the installation running: heartbeats and alarms, due backups, the inbox of updates."""
