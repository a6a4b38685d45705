"""公示: verified hours stand open to the team before they are final; an objection stops the clock."""
