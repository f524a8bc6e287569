"""Questions asked of schedules."""
